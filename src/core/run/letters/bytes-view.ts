/** Bytes as people and scripts read them. `json` where they are JSON, `text` where they are UTF-8, `hex` where they are no JSON. */
export interface BytesView {
  bytes: number;
  json?: unknown;
  text?: string;
  hex?: string;
}

/** Null for a null key or value. */
export function viewBytes(bytes: Buffer | null): BytesView | null {
  if (bytes === null) return null;
  const text = utf8(bytes);
  const size = { bytes: bytes.length, ...(text === undefined ? {} : { text }) };
  try {
    if (text !== undefined) return { ...size, json: JSON.parse(text) as unknown };
  } catch {
    // Shown as bytes.
  }
  return { ...size, hex: bytes.toString('hex') };
}

/** On one line and safe for a terminal, whatever the bytes are. */
export function oneLine(bytes: Buffer): string {
  const text = utf8(bytes);
  if (text !== undefined) return printable(text);
  return printable(bytes.toString('latin1')).replace(/[\x80-\xff]/g, (byte) => hexEscape(byte));
}

/** The text with what moves the cursor, colours, hides or reorders escaped. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) => {
    const named = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }[character];
    const code = character.codePointAt(0)!;
    return named ?? (code < 0x100 ? hexEscape(character) : `\\u{${code.toString(16)}}`);
  });
}

/** Offset, sixteen bytes and their ASCII on each line, as xxd prints them. */
export function hexLines(hex: string, most: number): string[] {
  const bytes = Buffer.from(hex.slice(0, most * 2), 'hex');
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += 16) {
    const row = bytes.subarray(at, at + 16);
    const cells = [...row].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
    const ascii = row.toString('latin1').replace(/[^\x20-\x7e]/g, '.');
    lines.push(`${at.toString(16).padStart(6, '0')}  ${cells.padEnd(47)}  ${ascii}`);
  }
  if (hex.length > most * 2) lines.push(`… ${hex.length / 2 - most} more bytes`);
  return lines;
}

function utf8(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function hexEscape(character: string): string {
  return `\\x${character.codePointAt(0)!.toString(16).padStart(2, '0')}`;
}
