import type { Pgoutput } from 'pg-logical-replication';
import type { Plan, PlanEnrichment } from '../../pipeline/plan.js';
import { messageOf, usageError } from '../../runtime/errors.js';
import { enrichmentKey, enrichmentValue } from '../enrichment-value.js';
import { requireColumn } from '../missing.js';
import { type ChangeSet, noChanges, type RowKey, type RowValues } from './change-set.js';
import type { KnownRows } from './known-rows.js';

export interface Transaction {
  changes: ChangeSet;
  /** Where its commit ends in the WAL. */
  lsn: string;
}

/** A row as pgoutput sends it: texts; undefined is a long value that did not change and was not sent. */
type Tuple = Readonly<Record<string, string | null | undefined>>;

/** Puts pgoutput's messages together to transactions, in the terms of the plan's enrichment. */
export class TransactionDecoder {
  private readonly plan: Plan;
  private readonly known: Pick<KnownRows, 'get' | 'keys'>;
  private changes: ChangeSet;

  /** `known` must hold every transaction that was decoded before. */
  constructor(plan: Plan, known: Pick<KnownRows, 'get' | 'keys'>) {
    this.plan = plan;
    this.known = known;
    this.changes = noChanges(plan.enrich.length);
  }

  /** The transaction that a commit ends. Throws a PipeError when a column is gone or a value does not fit. */
  decode(message: Pgoutput.Message): Transaction | undefined {
    switch (message.tag) {
      case 'begin':
        this.changes = noChanges(this.plan.enrich.length);
        break;
      case 'relation':
        this.check(message);
        break;
      case 'insert':
        for (const step of this.stepsOf(message.relation)) this.write(step, message.relation, undefined, message.new);
        break;
      case 'update':
        for (const step of this.stepsOf(message.relation))
          this.write(step, message.relation, message.old ?? message.key ?? undefined, message.new);
        break;
      case 'delete':
        for (const step of this.stepsOf(message.relation))
          this.remove(step, this.keyOf(step, message.relation, message.old ?? message.key ?? {}));
        break;
      case 'truncate':
        for (const relation of message.relations) for (const step of this.stepsOf(relation)) this.removeAll(step);
        break;
      case 'commit':
        return { changes: this.changes, lsn: message.commitEndLsn! };
    }
    return undefined;
  }

  /** Steps that read the table; usually one. */
  private stepsOf({ schema, name }: Pgoutput.MessageRelation): number[] {
    const { plan } = this;
    return plan.enrich.flatMap(({ table }, step) => (schema === plan.name && table === name ? [step] : []));
  }

  private check(relation: Pgoutput.MessageRelation): void {
    const found = relation.columns.map(({ name, typeName }) => ({ name, type: typeName ?? '', keyPosition: null }));
    for (const step of this.stepsOf(relation)) {
      const { keyColumn, take } = this.step(step);
      for (const column of [keyColumn, ...take.map(({ from }) => from)])
        requireColumn(found, this.plan, relation.name, column, `enrich step ${step + 1}`);
    }
  }

  private write(step: number, relation: Pgoutput.MessageRelation, old: Tuple | undefined, row: Tuple): void {
    const key = this.keyOf(step, relation, row);
    const oldKey = old ? this.keyOf(step, relation, old) : key;
    const before = oldKey === null ? undefined : this.before(step, oldKey);
    if (oldKey !== key) this.remove(step, oldKey);
    if (key === null) return;
    const { take } = this.step(step);
    const values = take.map(({ column, from }, index) =>
      row[from] === undefined
        ? (before?.[index] ?? null)
        : this.cell(step, relation, from, () =>
            enrichmentValue(row[from]!, typeOf(relation, from), this.plan.fields[column]!),
          ),
    );
    this.changes[step]!.set(key, values);
  }

  private remove(step: number, key: RowKey | null): void {
    if (key !== null) this.changes[step]!.set(key, null);
  }

  private removeAll(step: number): void {
    for (const key of this.changes[step]!.keys()) this.remove(step, key);
    for (const key of this.known.keys(step)) this.remove(step, key);
  }

  private before(step: number, key: RowKey): RowValues | undefined {
    const changed = this.changes[step]!.get(key);
    return changed === undefined ? this.known.get(step, key) : (changed ?? undefined);
  }

  private keyOf(step: number, relation: Pgoutput.MessageRelation, row: Tuple): RowKey | null {
    const { keyColumn, on } = this.step(step);
    const text = row[keyColumn];
    if (text === undefined) throw new TypeError(`${relation.name}: a change came without ${keyColumn}`);
    return this.cell(step, relation, keyColumn, () =>
      enrichmentKey(text, typeOf(relation, keyColumn), this.plan.fields[on]!),
    );
  }

  private step(step: number): PlanEnrichment {
    return this.plan.enrich[step]!;
  }

  private cell<T>(step: number, { schema, name }: Pgoutput.MessageRelation, column: string, read: () => T): T {
    try {
      return read();
    } catch (error) {
      throw usageError(
        `${this.plan.source}: enrich step ${step + 1}: ${schema}.${name}.${column}: ${messageOf(error)}`,
        undefined,
        'METADATA_VALUE',
      );
    }
  }
}

function typeOf({ columns }: Pgoutput.MessageRelation, column: string): number {
  return columns.find(({ name }) => name === column)!.typeOid;
}
