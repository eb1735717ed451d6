// Writes oclif.manifest.json, which spares `pipe --help` and `--version` from loading every command. First removes from dist/ what
// has no source any more: oclif would take it for a command.
import { existsSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Plugin } from '@oclif/core';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = join(root, 'dist');

for (const entry of readdirSync(dist, { recursive: true, withFileTypes: true })) {
  const path = join(entry.parentPath, entry.name);
  if (!/\.js(\.map)?$/.test(path)) continue;
  const source = join(root, 'src', relative(dist, path)).replace(/\.js(\.map)?$/, '.ts');
  if (!existsSync(source) && !existsSync(`${source}x`)) rmSync(path);
}

const plugin = new Plugin({
  root,
  type: 'core',
  ignoreManifest: true,
  errorOnManifestCreate: true,
  respectNoCacheDefault: true,
});
await plugin.load();
const file = join(root, 'oclif.manifest.json');
writeFileSync(`${file}.new`, JSON.stringify(plugin.manifest));
renameSync(`${file}.new`, file);
