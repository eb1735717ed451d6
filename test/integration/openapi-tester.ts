import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';

interface Schema {
  type?: string;
  enum?: readonly unknown[];
  minimum?: number;
  maximum?: number;
  [key: string]: unknown;
}

export interface Parameter {
  name: string;
  in: string;
  required?: boolean;
  schema: Schema;
}

export interface Operation {
  parameters?: readonly Parameter[];
  responses: Readonly<Record<string, { content?: Readonly<Record<string, { schema: Schema }>> }>>;
}

export interface OpenApi {
  paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

export interface Asked {
  path: string;
  query: Record<string, string>;
}

/** Requests to every operation: parameters as the document has them, left out, or wrong, and some that it does not know. */
export function requests(document: OpenApi, leftOut: readonly string[]): fc.Arbitrary<Asked> {
  const paths = Object.keys(document.paths).filter((path) => !leftOut.includes(path));
  return fc.constantFrom(...paths).chain((path) => {
    const parameters = document.paths[path]!.get!.parameters ?? [];
    const query: Record<string, fc.Arbitrary<string>> = Object.fromEntries(
      parameters.map(({ name, schema }) => [name, someValue(schema)]),
    );
    return fc.record({
      path: fc.constant(path),
      query: fc
        .tuple(fc.record(query, { requiredKeys: [] }), fc.option(strange, { freq: 8 }))
        .map(([known, unknown]) => ({
          ...(known as Record<string, string>),
          ...(unknown === null ? {} : { [unknown || 'x']: 'y' }),
        })),
    });
  });
}

/** What is wrong with an answer, by the document; undefined when nothing is. */
export function judge(
  document: OpenApi,
  { path }: Asked,
  answer: { status: number; type: string; text: string },
): string | undefined {
  const { responses } = document.paths[path]!.get!;
  const told = responses[answer.status];
  if (!told) return `status ${answer.status} is not told; told are ${Object.keys(responses).join(', ')}`;
  const schema = told.content?.[answer.type.split(';')[0]!]?.schema;
  if (!schema) return `${answer.type} is not told for ${answer.status}`;
  if (!answer.type.startsWith('application/json')) return undefined;
  const validate = ajv.compile(schema);
  return validate(JSON.parse(answer.text))
    ? undefined
    : `${ajv.errorsText(validate.errors)}: ${answer.text.slice(0, 300)}`;
}

const ajv = new Ajv2020({ strict: false, formats: { 'date-time': (text: string) => !Number.isNaN(Date.parse(text)) } });

/** Texts that have broken parsers before. */
const strange = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.constantFrom(
    "' OR 1=1 --",
    '`',
    '{x:String}',
    '\\',
    '%',
    '\u0000',
    '../../etc/passwd',
    '1e400',
    '-0',
    'null',
    '[]',
  ),
);

function someValue(schema: Schema): fc.Arbitrary<string> {
  return fc.oneof({ weight: 5, arbitrary: valid(schema) }, { weight: 1, arbitrary: strange });
}

function valid({ type, enum: values, minimum, maximum, default: usual }: Schema): fc.Arbitrary<string> {
  if (values) return fc.constantFrom(...values.map(String));
  if (type === 'integer') return fc.maxSafeInteger().map((value) => String(clamp(value, minimum, maximum)));
  if (type === 'number') return fc.double({ noNaN: true, noDefaultInfinity: true }).map(String);
  const times = ['15m', '1h', '2026-01-31', '2026-01-31T12:00:00Z', '1795771018048', '2026-99-99', '99999999d'];
  return fc.constantFrom(...times, 'a', '', ...(usual === undefined ? [] : [String(usual)]));
}

function clamp(value: number, least = Number.MIN_SAFE_INTEGER, most = Number.MAX_SAFE_INTEGER): number {
  return Math.min(most, Math.max(least, value));
}
