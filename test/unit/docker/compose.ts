import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

export const root = join(import.meta.dirname, '../../..');

export interface Mount {
  source: string;
  target: string;
}

export interface ComposeService {
  image: string;
  command?: string | string[];
  profiles?: string[];
  environment?: Record<string, string>;
  ports?: string[];
  volumes?: (string | ({ type: string } & Mount))[];
  depends_on?: Record<string, { condition: string }>;
  network_mode?: string;
  [key: string]: unknown;
}

export const text = readFileSync(join(root, 'docker-compose.yml'), 'utf8');
export const file = parse(text, { merge: true }) as {
  services: Record<string, ComposeService>;
  volumes: Record<string, unknown>;
};
export const services: [string, ComposeService][] = Object.entries(file.services);

export function serviceOf(name: string): ComposeService {
  return file.services[name]!;
}

/** The references to variables in a text, by name, with the default that each gives; null where the variable is required. */
export function variablesOf(of: string): Map<string, string | null> {
  const found = of.matchAll(/\$\{(\w+)(?::([-?])([^}]*))?\}/g);
  return new Map([...found].map(([, name, kind, rest]) => [name!, kind === '-' ? rest! : null]));
}

/** With each variable replaced by its default. */
export function withDefaults(of: string): string {
  return of.replace(/\$\{\w+:-([^}]*)\}/g, '$1');
}

export function mountsOf({ volumes = [] }: ComposeService): (Mount & { bind: boolean })[] {
  return volumes.map((volume) => {
    const [source, target] =
      typeof volume === 'string' ? (volume.split(':') as [string, string]) : [volume.source, volume.target];
    return { source, target, bind: typeof volume === 'string' ? source.startsWith('.') : volume.type === 'bind' };
  });
}

export function commandOf({ command = [] }: ComposeService): string[] {
  return typeof command === 'string' ? command.split(' ') : command;
}
