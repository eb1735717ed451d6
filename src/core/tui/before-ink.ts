/**
 * Call this before Ink is imported, where a terminal was found to draw on: what it reads of the environment it reads once. Where CI is set it would write nothing
 * before its last frame, and without NODE_ENV it takes React's development build, which draws a tenth slower.
 */
export function beforeInk(env: NodeJS.ProcessEnv): void {
  for (const name of ['CI', 'CONTINUOUS_INTEGRATION']) if (env[name]) env[name] = 'false';
  env.NODE_ENV ??= 'production';
}
