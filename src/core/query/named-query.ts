import { parameterTypes } from '../pipeline/resolve/queries.js';

/** A statement with a name, from the pipeline file or derived from the plan. */
export interface NamedQuery {
  name: string;
  description: string;
  /** One SELECT; parameters as {name:Type}. */
  sql: string;
  /** Defaults of the parameters; one without a default must be given. */
  params: Readonly<Record<string, string | number>>;
}

export interface Parameter {
  name: string;
  /** ClickHouse's type. */
  type: string;
  /** Null where it must be given. */
  default: string | number | null;
}

/** The parameters of a query in the order in which its statement uses them. */
export function parametersOf(query: Pick<NamedQuery, 'sql' | 'params'>): Parameter[] {
  return [...parameterTypes(query.sql)].map(([name, type]) => ({ name, type, default: query.params[name] ?? null }));
}
