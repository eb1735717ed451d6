/**
 * Whole parts of `total` in proportion to `shares` that sum to it exactly: Hamilton's method of the largest remainder, ties to the lower index.
 * A share of 0 gets nothing.
 */
export function apportion(total: number, shares: readonly number[]): number[] {
  const sum = shares.reduce((a, b) => a + b, 0);
  if (!(sum > 0)) throw new RangeError('shares: expected a sum above 0');
  const quotas = shares.map((share) => (total * share) / sum);
  const parts = quotas.map(Math.floor);
  const left = total - parts.reduce((a, b) => a + b, 0);
  const byRemainder = quotas
    .map((quota, index) => ({ index, remainder: quota - Math.floor(quota) }))
    .filter(({ index }) => shares[index]! > 0)
    .sort((a, b) => b.remainder - a.remainder || a.index - b.index);
  for (let i = 0; i < left; i++) parts[byRemainder[i % byRemainder.length]!.index]! += 1;
  return parts;
}
