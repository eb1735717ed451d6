import type { Plan } from '../../pipeline/plan.js';
import { compileCheck } from '../../process/decode/validate.js';
import { Fault, faultReasons } from '../../process/verdict.js';

/** Why an event is refused, as a dead letter would say it. */
export class Refusal extends Error {}

export interface Judge {
  /** The event's fields out of its JSON. Throws a Refusal. */
  parse(bytes: Uint8Array): Record<string, unknown>;
  /** Throws a Refusal when the engine would make a dead letter of it, with this record time (epoch ms). */
  check(event: Record<string, unknown>, recordTime: number): void;
  /** The Kafka key. */
  keyOf(event: Record<string, unknown>): string;
}

/** What the engine's decoders refuse is refused before it is sent: the same checks of the same plan. */
export function judgeFor(plan: Plan): Judge {
  const fields = plan.fields.slice(0, plan.eventFields);
  const checks = fields.map(compileCheck);
  const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  const time = fields[plan.time]!.name;
  const key = fields[plan.key]!.name;
  return {
    parse: (bytes) => parseObject(decodeText(utf8, bytes)),
    check: (event, recordTime) => {
      for (const [column, field] of fields.entries()) {
        const value = Object.hasOwn(event, field.name) ? event[field.name] : undefined;
        const absent = value === undefined || value === null;
        const fault = absent ? (field.optional ? Fault.none : Fault.missing_field) : checks[column]!(value);
        if (fault !== Fault.none) throw refusal(fault, field.name, value);
      }
      if ((event[time] as number) > recordTime + plan.maxFutureSkew) throw refusal(Fault.future, time, event[time]);
    },
    keyOf: (event) => String(event[key]),
  };
}

function decodeText(utf8: { decode(bytes: Uint8Array): string }, bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw new Refusal(faultReasons[Fault.not_utf8]);
  }
}

function parseObject(text: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Refusal(faultReasons[Fault.not_json]);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Refusal(faultReasons[Fault.not_an_object]);
  return value as Record<string, unknown>;
}

function refusal(fault: number, field: string, value: unknown): Refusal {
  const shown = value === undefined ? '' : `: ${JSON.stringify(value).slice(0, 80)}`;
  return new Refusal(`${faultReasons[fault]}: ${field}${shown}`);
}
