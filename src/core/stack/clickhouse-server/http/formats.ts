import { Exception } from './errors.js';

const json = 'application/json; charset=UTF-8';
const lines = 'application/x-ndjson; charset=UTF-8';
const tsv = 'text/tab-separated-values; charset=UTF-8';
const plain = 'text/plain; charset=UTF-8';

const types: Record<string, string> = {
  JSON: json,
  JSONStrings: json,
  JSONColumns: json,
  JSONColumnsWithMetadata: json,
  JSONCompact: json,
  JSONCompactStrings: json,
  JSONCompactColumns: json,
  JSONObjectEachRow: json,
  CSV: 'text/csv; charset=UTF-8; header=absent',
  CSVWithNames: 'text/csv; charset=UTF-8; header=present',
  CSVWithNamesAndTypes: 'text/csv; charset=UTF-8; header=present',
  XML: 'application/xml; charset=UTF-8',
  Markdown: 'text/markdown; charset=UTF-8',
  Parquet: 'application/vnd.apache.parquet',
  Arrow: 'application/vnd.apache.arrow.file',
  ArrowStream: 'application/vnd.apache.arrow.stream',
};

const binary = /^(RowBinary|Native|Avro|ORC|MsgPack|Protobuf|CapnProto|BSON|Npy|RawBLOB|MySQLWire|PostgreSQLWire|ODBC)/;

/** The Content-Type of an output format; formats are told apart by their names' shape where no exact type is registered. */
export function contentTypeOf(format: string): string {
  const exact = types[format];
  if (exact) return exact;
  if (/^JSON.*EachRow/.test(format)) return lines;
  if (/^(TSV|TabSeparated)/.test(format)) return tsv;
  return binary.test(format) ? 'application/octet-stream' : plain;
}

export const defaultFormat = 'TabSeparated';

/** The default format of a request. Throws 73 for what cannot be a format's name. */
export function formatName(name = defaultFormat): string {
  if (!/^\w+$/.test(name)) throw new Exception(73, 'UNKNOWN_FORMAT', `Unknown format ${name}`);
  return name;
}
