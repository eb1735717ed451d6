import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { redact } from '../../../src/core/run/redact.js';
import { effectiveConfig } from '../../../src/core/run/show-config.js';
import { shopYaml } from '../pipeline/fixtures.js';

const packageRoot = fileURLToPath(new URL('../../..', import.meta.url));
const cwd = mkdtempSync(join(tmpdir(), 'pipe-show-'));
const nothing = { values: {}, typed: new Set<string>() };
const reference = '$' + '{KAFKA_PASSWORD}';

beforeAll(() => {
  writeFileSync(
    join(cwd, 'pipe.yaml'),
    `home: state
domain: iot
profiles:
  staging:
    kafka:
      brokers: [k1:9092]
      sasl: { mechanism: plain, username: me, password: "${reference}" }
    postgres: { url: "postgres://me:hush@db:5432/shop" }
`,
  );
  writeFileSync(join(cwd, 'shop.yaml'), shopYaml);
});
afterAll(() => rmSync(cwd, { recursive: true }));

describe('effectiveConfig', () => {
  it('tells where each value comes from', () => {
    const env = { PIPE_HOME: '/elsewhere', KAFKA_PASSWORD: 'hush' };
    const values = { home: '/elsewhere', profile: 'staging', domain: 'iot' };
    const config = effectiveConfig({ packageRoot, cwd, env }, { values, typed: new Set(['profile']) });
    expect(config.settings).toEqual({
      home: { value: '/elsewhere', origin: 'environment' },
      profile: { value: 'staging', origin: 'flag' },
      domain: { value: 'iot', origin: 'project file' },
      pipeline: { value: null, origin: 'default' },
    });
    expect(config.plan).toMatchObject({ pipeline: 'iot', key: 'device_id' });
  });

  it('resolves the profile and shows no secret', () => {
    const env = { KAFKA_PASSWORD: 'hush' };
    const values = { profile: 'staging' };
    const config = effectiveConfig({ packageRoot, cwd, env }, { values, typed: new Set(['profile']) });
    expect(config.profile).toEqual({
      kafka: { brokers: ['k1:9092'], sasl: { mechanism: 'plain', username: 'me', password: '***' } },
      postgres: { url: 'postgres://me:***@db:5432/shop' },
    });
    expect(config.project.profiles.staging?.kafka?.sasl?.password).toBe(reference);
    expect(JSON.stringify(config)).not.toContain('hush');
  });

  it('shows a file’s plan in words', () => {
    const values = { pipeline: 'shop.yaml' };
    const { settings, plan } = effectiveConfig({ packageRoot, cwd, env: {} }, { values, typed: new Set(['pipeline']) });
    expect(settings.domain).toEqual({ value: null, origin: 'default' });
    expect(plan!.windows.sales).toMatchObject({
      spans: ['10s', '30s every 10s', '1m'],
      where: 'kind == "order"',
      by: ['category_name', 'kind'],
      aggregates: {
        gifts: 'count() where gift: int',
        margin: 'sum((price - cost) * quantity): decimal(3)',
        price_p95: 'quantile(price, 0.95): float',
      },
    });
  });

  it('has defaults where nothing is said', () => {
    const config = effectiveConfig({ packageRoot, cwd: packageRoot, env: {} }, nothing);
    expect(config).toMatchObject({ project_file: null, profile: null, plan: null });
    expect(config.settings.home).toEqual({ value: join(packageRoot, '.pipe'), origin: 'default' });
    expect(config.settings.domain).toEqual({ value: 'ecommerce', origin: 'default' });
  });

  it('refuses an unknown profile', () => {
    const given = { values: { profile: 'stagin' }, typed: new Set(['profile']) };
    expect(() => effectiveConfig({ packageRoot, cwd, env: {} }, given)).toThrow('did you mean "staging"?');
  });
});

describe('redact', () => {
  it.each([
    [{ password: 'x' }, { password: '***' }],
    [{ password: reference }, { password: reference }],
    [{ reader: { user: 'u', password: 'x' } }, { reader: { user: 'u', password: '***' } }],
    [{ secrets: ['a', 'b'] }, { secrets: ['***', '***'] }],
    [{ token: 7 }, { token: '***' }],
    [{ urls: ['postgres://u:p@s@h:1/d'] }, { urls: ['postgres://u:***@h:1/d'] }],
    [{ url: `postgres://u:${reference}@h/d` }, { url: `postgres://u:${reference}@h/d` }],
    [{ url: 'http://h:8123/?user=u&password=x' }, { url: 'http://h:8123/?user=u&password=***' }],
    [{ url: 'http://u@h:8123' }, { url: 'http://u@h:8123' }],
    [{ key: '/etc/tls/key.pem' }, { key: '/etc/tls/key.pem' }],
  ])('%o', (value, shown) => {
    expect(redact<unknown>(value)).toEqual(shown);
  });
});
