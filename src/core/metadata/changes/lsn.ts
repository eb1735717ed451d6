/** The position one byte before, in PostgreSQL's notation: two hexadecimal halves. */
export function lsnBefore(lsn: string): string {
  const [high, low] = lsn.split('/').map((half) => BigInt(`0x${half}`));
  const before = (high! << 32n) + low! - 1n;
  return `${(before >> 32n).toString(16)}/${(before & 0xffffffffn).toString(16)}`.toUpperCase();
}
