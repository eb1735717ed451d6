/** Longer lines are passed over as one bad line: no topic of ours takes them. */
export const longestLine = 900_000;

export interface Line {
  /** From 1. */
  number: number;
  /** Without its line break; what is kept of one that is too long. */
  bytes: Buffer;
  tooLong: boolean;
}

const newline = 0x0a;
const carriageReturn = 0x0d;

/** The lines of a stream of bytes, exactly as they are, in bounded memory. A last line without a line break counts; empty ones do not come. */
export async function* linesOf(input: AsyncIterable<Buffer>): AsyncGenerator<Line> {
  let parts: Buffer[] = [];
  let length = 0;
  let number = 1;
  const take = (): Line | undefined => {
    const bytes = trimmed(parts.length === 1 ? parts[0]! : Buffer.concat(parts));
    const line = { number, bytes, tooLong: length > longestLine };
    parts = [];
    length = 0;
    return bytes.length > 0 ? line : undefined;
  };
  for await (const chunk of input) {
    let from = 0;
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, from)) {
      keep(chunk.subarray(from, end));
      const line = take();
      if (line) yield line;
      number++;
      from = end + 1;
    }
    keep(chunk.subarray(from));
  }
  const last = take();
  if (last) yield last;

  function keep(part: Buffer): void {
    if (length <= longestLine) parts.push(part.subarray(0, longestLine - length + 1));
    length += part.length;
  }
}

function trimmed(bytes: Buffer): Buffer {
  return bytes.at(-1) === carriageReturn ? bytes.subarray(0, -1) : bytes;
}
