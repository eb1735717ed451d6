import { statfsSync } from 'node:fs';
import type { Home } from '../runtime/home.js';
import type { Sample } from './sample.js';

export function homeSamples({ run }: Pick<Home, 'run'>): Sample[] {
  const { bavail, bsize } = statfsSync(run);
  return [{ name: 'pipe_home_available_bytes', value: bavail * bsize }];
}
