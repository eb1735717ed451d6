import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { commandOf, file, mountsOf, root, services, text, variablesOf } from './compose.js';

const read = (path: string) => readFileSync(join(root, path), 'utf8');
const example = read('.env.example');

/** What `.env.example` has as `#NAME=default`, below the heading of Compose or in the whole file. */
function exampled(of: string): Map<string, string> {
  return new Map([...of.matchAll(/^#(\w+)=(.*)$/gm)].map(([, name, value]) => [name!, value!]));
}

describe('docker-compose.yml', () => {
  const schema = JSON.parse(read('test/fixtures/compose-spec/schema.json'));
  const validate = new Ajv2020({ allErrors: true, strict: false, validateFormats: false }).compile(schema);

  it('follows the Compose specification', () => {
    validate(file);
    expect(validate.errors).toBeNull();
  });

  it('would not, with a wrong key or value', () => {
    const { kafka } = file.services;
    for (const wrong of [
      { port: ['1:1'] },
      { healthcheck: { test: 7 } },
      { depends_on: { postgres: { condition: 'up' } } },
    ])
      expect(validate({ ...file, services: { kafka: { ...kafka, ...wrong } } })).toBe(false);
  });

  it('refers to variables as .env.example has them', () => {
    const known = exampled(example);
    for (const [name, standard] of variablesOf(text)) {
      expect([...known.keys()]).toContain(name);
      expect(known.get(name), name).toBe(standard ?? '');
    }
  });

  it('uses every variable that .env.example has for it', () => {
    const names = [...exampled(example.slice(example.indexOf('# --- Compose'))).keys()];
    expect(names.length).toBeGreaterThan(8);
    expect(names.filter((name) => !variablesOf(text).has(name))).toEqual([]);
  });

  it('gives variables the defaults that the profile docker gives them', () => {
    const profile = variablesOf(read('configs/profiles/docker.yaml'));
    expect(profile.size).toBeGreaterThan(5);
    for (const [name, standard] of profile) expect(variablesOf(text).get(name), name).toBe(standard);
  });

  it('uses every volume that it has, and has every one that it uses', () => {
    const named = services.flatMap(([, service]) =>
      mountsOf(service).flatMap(({ bind, source }) => (bind ? [] : source)),
    );
    expect(named.sort()).toEqual(Object.keys(file.volumes).sort());
  });
});

describe.each(services)('%s', (_, service) => {
  it('has an image of an exact version', () => {
    expect(service.image).toMatch(/^[a-z][a-z./-]*:v?\d+\.\d+(\.\d+)*(-java\d+)?$/);
  });

  it('is watched, restarted, limited in memory, and its log is rotated', () => {
    expect(service).toMatchObject({
      healthcheck: { test: expect.arrayContaining([expect.stringMatching(/^CMD/)]), retries: expect.any(Number) },
      restart: 'unless-stopped',
      mem_limit: expect.stringMatching(/^\d+[mg]$/),
      logging: { driver: 'json-file', options: { 'max-size': '10m', 'max-file': '3' } },
    });
  });

  it('is reached from this machine alone', () => {
    for (const port of service.ports ?? []) expect(port).toMatch(/^127\.0\.0\.1:\$\{\w+_PORT:-\d+\}:\d+$/);
    if (service.network_mode !== 'host') return;
    expect(service.ports).toBeUndefined();
    const listens = [...commandOf(service), service.environment?.GF_SERVER_HTTP_ADDR ?? ''];
    expect(listens.some((part) => /^(--web\.listen-address=)?127\.0\.0\.1(:|$)/.test(part))).toBe(true);
  });

  it('mounts what is in the repository and in the package, and only to read', () => {
    const published: string[] = JSON.parse(read('package.json')).files;
    for (const { bind, source } of mountsOf(service)) {
      if (!bind || source.startsWith(`\${PIPE_HOME:-./.pipe}`)) continue;
      expect(existsSync(join(root, source)), source).toBe(true);
      expect(published).toContain(source.split('/')[1]);
    }
    for (const volume of service.volumes ?? [])
      if (typeof volume !== 'string')
        expect(volume).toMatchObject({ read_only: true, bind: { create_host_path: false } });
      else if (volume.startsWith('.')) expect(volume).toMatch(/:ro$/);
  });

  it('has no password but those of .env', () => {
    for (const [variable, value] of Object.entries(service.environment ?? {}))
      if (/PASSWORD|SECRET|TOKEN/.test(variable))
        expect(value).toMatch(/^\$\{\w+_PASSWORD:\?run node docker\/env\.mjs\}$/);
    expect(commandOf(service).join(' ')).not.toMatch(/password/i);
  });

  it('waits only for what is started with it, until it is healthy', () => {
    for (const [needed, { condition }] of Object.entries(service.depends_on ?? {})) {
      expect(condition).toBe('service_healthy');
      const { profiles } = file.services[needed]!;
      if (profiles) expect(profiles).toEqual(service.profiles);
    }
  });
});

it('the docs list each service with its profile, image, port and memory', () => {
  const rows = read('docs/docker.md').matchAll(/^\| (\S+) \| (\S*) ?\| (\S+:\S+) \| (\d*) ?\| (\w*) ?\| (\w+) \|$/gm);
  const listed = [...rows].map(([, ...cells]) => cells);
  expect(listed).toEqual(
    services.map(([name, service]) => {
      const port = /\$\{((?:\w+)_PORT):-(\d+)\}/.exec(JSON.stringify(service.ports ?? service.healthcheck));
      return [name, service.profiles?.[0] ?? '', service.image, port?.[2] ?? '', port?.[1] ?? '', service.mem_limit];
    }),
  );
});
