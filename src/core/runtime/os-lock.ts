import { closeSync, mkdirSync, openSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';

// CommonJS without types; loaded when first needed, since it is native.
const load = () => createRequire(import.meta.url)('fs-native-extensions') as { tryLock(descriptor: number): boolean };

export interface OsLock {
  release(): void;
}

/**
 * The kernel's lock on a file, made where missing: held until released or until the process ends in any way, so a killed owner
 * leaves none behind and a frozen one still owns it. Undefined when another process holds it.
 */
export function tryOsLock(path: string): OsLock | undefined {
  mkdirSync(dirname(path), { recursive: true });
  const descriptor = openSync(path, 'a+');
  if (!load().tryLock(descriptor)) {
    closeSync(descriptor);
    return undefined;
  }
  return { release: () => closeSync(descriptor) };
}
