/** An error as ClickHouse tells it: code, name and text. */
export class Exception extends Error {
  readonly code: number;
  readonly type: string;

  constructor(code: number, type: string, message: string) {
    super(message);
    this.code = code;
    this.type = type;
  }
}

const nesting = /^Code: \d+\. DB::\w*Exception: (?=Code: \d+\. DB::)/;
const shape =
  /^Code: (\d+)\. DB::(?:\w*Exception): ([\s\S]*?)\s*\(([A-Z][A-Z0-9_]+)\)\s*(?:\(version [^)]*\)[\s\S]*)?$/;

/** Rows come and go through files of the server, which is nobody's business. */
const spoolNames =
  /:?\s*\(in file\/uri [^)\n]*\)|\s*INTO OUTFILE '(?:rows|out)-\d+' TRUNCATE(?: COMPRESSION '\w+')?(?: FORMAT \w+)?/g;

/** What the engine's binding threw, with the layers that its client code wraps around one error taken off. */
export function exceptionOf(error: unknown): Exception {
  if (error instanceof Exception) return error;
  let text = (error instanceof Error ? error.message : String(error)).replace(/^Query failed: /, '');
  while (nesting.test(text)) text = text.replace(nesting, '').replace(/ \(version [^)]*\)\. \([A-Z0-9_]+\)\s*$/, '');
  const match = shape.exec(text.replace(spoolNames, ''));
  if (match) return new Exception(Number(match[1]), match[3]!, match[2]!);
  return new Exception(1002, 'UNKNOWN_EXCEPTION', text);
}

/** One line of text as the server sends it: clients parse code, message and name from it. */
export function exceptionText({ code, type, message }: Exception, version: string): string {
  const stop = /[.!?]$/.test(message) ? '' : '.';
  return `Code: ${code}. DB::Exception: ${message}${stop} (${type}) (version ${version} (official build))\n`;
}

/** As src/Server/HTTP/exceptionCodeToHTTPStatus.cpp maps them; a few codes of our own transport besides. */
const statusByType: Record<number, readonly string[]> = {
  400: [
    'BAD_ARGUMENTS',
    'CANNOT_COMPILE_REGEXP',
    'CANNOT_PARSE_TEXT',
    'CANNOT_PARSE_ESCAPE_SEQUENCE',
    'CANNOT_PARSE_QUOTED_STRING',
    'CANNOT_PARSE_DATE',
    'CANNOT_PARSE_DATETIME',
    'CANNOT_PARSE_NUMBER',
    'CANNOT_PARSE_DOMAIN_VALUE_FROM_STRING',
    'CANNOT_PARSE_IPV4',
    'CANNOT_PARSE_IPV6',
    'CANNOT_PARSE_UUID',
    'CANNOT_PARSE_INPUT_ASSERTION_FAILED',
    'DUPLICATE_COLUMN',
    'ILLEGAL_COLUMN',
    'THERE_IS_NO_COLUMN',
    'UNKNOWN_ELEMENT_IN_AST',
    'UNKNOWN_TYPE_OF_AST_NODE',
    'TOO_DEEP_AST',
    'TOO_BIG_AST',
    'UNEXPECTED_AST_STRUCTURE',
    'VALUE_IS_OUT_OF_RANGE_OF_DATA_TYPE',
    'SYNTAX_ERROR',
    'INCORRECT_DATA',
    'TYPE_MISMATCH',
    'UNKNOWN_COMPRESSION_METHOD',
    'CANNOT_DECOMPRESS',
  ],
  401: ['REQUIRED_PASSWORD'],
  403: ['UNKNOWN_USER', 'WRONG_PASSWORD', 'AUTHENTICATION_FAILED', 'SET_NON_GRANTED_ROLE', 'ACCESS_DENIED'],
  404: [
    'UNKNOWN_TABLE',
    'UNKNOWN_FUNCTION',
    'UNKNOWN_IDENTIFIER',
    'UNKNOWN_TYPE',
    'UNKNOWN_STORAGE',
    'UNKNOWN_DATABASE',
    'UNKNOWN_SETTING',
    'UNKNOWN_DIRECTION_OF_SORTING',
    'UNKNOWN_AGGREGATE_FUNCTION',
    'UNKNOWN_FORMAT',
    'UNKNOWN_DATABASE_ENGINE',
    'UNKNOWN_TYPE_OF_QUERY',
    'UNKNOWN_ROLE',
    'SESSION_NOT_FOUND',
  ],
  408: ['TIMEOUT_EXCEEDED'],
  413: ['QUERY_IS_TOO_LARGE', 'TOO_LARGE_STRING_SIZE'],
  501: ['NOT_IMPLEMENTED'],
  503: [
    'SOCKET_TIMEOUT',
    'CANNOT_OPEN_FILE',
    'CANNOT_SCHEDULE_TASK',
    'TOO_MANY_SIMULTANEOUS_QUERIES',
    'SERVER_IS_SHUTTING_DOWN',
  ],
};
const statuses = new Map(
  Object.entries(statusByType).flatMap(([status, types]) => types.map((type) => [type, Number(status)])),
);

export function statusOf({ type }: Exception): number {
  return statuses.get(type) ?? 500;
}
