const integers = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

/** 1234567 as 1,234,567. */
export function whole(value: number): string {
  return integers.format(value);
}

/** Events per second, without fractions. */
export function rate(perSecond: number): string {
  return `${whole(perSecond)}/s`;
}
