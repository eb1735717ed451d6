/** What `--format` takes. */
export const queryFormats = ['table', 'json', 'ndjson', 'csv'] as const;
export type QueryFormat = (typeof queryFormats)[number];

/** ClickHouse's format behind each; rows of a table are collected, all others pass through as they come. */
export const serverFormat = {
  table: 'JSONCompactEachRowWithNamesAndTypes',
  json: 'JSONEachRow',
  ndjson: 'JSONEachRow',
  csv: 'CSVWithNames',
} as const satisfies Record<QueryFormat, string>;
