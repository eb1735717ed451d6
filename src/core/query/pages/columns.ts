import { withoutDictionary } from '../../sink/types.js';

/** A column of an answer, by what JSON says of it. */
export interface AnswerColumn {
  name: string;
  /** `exact` comes as text with all its digits and is a number in JSON; `json` is text that is JSON. */
  kind: 'text' | 'time' | 'exact' | 'float' | 'bool' | 'json';
  nullable: boolean;
  description?: string;
}

/** `type` is ClickHouse's. */
export function answerColumn(name: string, type: string, description?: string): AnswerColumn {
  const inner = withoutDictionary(type);
  const bare = inner.replace(/^Nullable\((.*)\)$/, '$1');
  return { name, kind: kindOf(bare), nullable: bare !== inner, ...(description ? { description } : {}) };
}

function kindOf(type: string): AnswerColumn['kind'] {
  if (/^(U?Int|Decimal)/.test(type)) return 'exact';
  if (type.startsWith('Float')) return 'float';
  if (type.startsWith('DateTime')) return 'time';
  return type === 'Bool' ? 'bool' : 'text';
}
