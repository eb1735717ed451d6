/** A straight line through points by least squares. */
export interface Slope {
  perSecond: number;
  /** Standard error of it; the residuals' dependence on their neighbours counted in. */
  error: number;
}

/** Undefined for fewer than five points, which show no error. */
export function slopeOf(points: readonly { t: number; value: number }[]): Slope | undefined {
  const n = points.length;
  if (n < 5) return undefined;
  const meanT = mean(points.map(({ t }) => t));
  const meanValue = mean(points.map(({ value }) => value));
  const spread = points.reduce((sum, { t }) => sum + (t - meanT) ** 2, 0);
  const slope = points.reduce((sum, { t, value }) => sum + (t - meanT) * (value - meanValue), 0) / spread;
  const residuals = points.map(({ t, value }) => value - meanValue - slope * (t - meanT));
  const squares = residuals.reduce((sum, each) => sum + each * each, 0);
  const products = residuals.slice(1).reduce((sum, each, index) => sum + each * residuals[index]!, 0);
  const correlation = squares === 0 ? 0 : Math.min(0.9, Math.max(0, products / squares));
  const inflation = (1 + correlation) / (1 - correlation);
  return { perSecond: slope, error: Math.sqrt((squares / (n - 2) / spread) * inflation) };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
