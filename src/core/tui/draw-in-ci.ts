/**
 * Where CI is set Ink writes nothing before its last frame, and it decides so when it is loaded. A terminal that was found is there to be
 * drawn on: call this before Ink is imported.
 */
export function drawInCi(env: NodeJS.ProcessEnv): void {
  for (const name of ['CI', 'CONTINUOUS_INTEGRATION']) if (env[name]) env[name] = 'false';
}
