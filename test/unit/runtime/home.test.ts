import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openHome } from '../../../src/core/runtime/home.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'pipe-home-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('openHome', () => {
  it('makes what is missing, writes the format version, and is safe to repeat', () => {
    const path = join(folder, 'a', 'b');
    const home = openHome(path);
    expect(openHome(path)).toEqual(home);
    expect(readFileSync(join(path, 'format'), 'utf8')).toBe('1\n');
  });

  it('refuses a home of another format version', () => {
    const path = join(folder, 'other');
    openHome(path);
    writeFileSync(join(path, 'format'), '99\n');
    expect(() => openHome(path)).toThrow(`${join(path, 'format')}: expected format version 1, found "99"`);
  });

  it.each([
    ['where nothing can be made', '/proc/nope', 'cannot make the home folder /proc/nope'],
    ['below a file', join('/etc/hostname', 'home'), 'cannot make the home folder /etc/hostname/home'],
  ])('says so %s, and returns', (_, path, message) => {
    expect(() => openHome(path)).toThrow(message);
  });
});
