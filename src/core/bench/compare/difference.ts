import { criticalT, twoSidedP } from './student.js';

/** One side of a comparison: a figure of all its runs, and the same figure of the units that these are made of. */
export interface Sample {
  /** Of everything together, above 0. */
  value: number;
  /** By run, in the order of time; above 0. Runs that are units themselves have one unit each. */
  units: readonly (readonly number[])[];
}

export interface Pair {
  a: Sample;
  b: Sample;
}

export interface Difference {
  /** (b - a) / a. */
  change: number;
  /** It lies here with 95 % confidence. */
  interval: [number, number];
  /** How probable an estimate as far out would be if the true change were within the margin. */
  p: number;
}

const confidence = 0.95;
/** More correlation than this leaves nothing to tell from; it is also where an estimate from few units ends. */
const mostCorrelated = 0.9;

/**
 * Whether figures differ by more than a margin, on the scale of their logarithms. The estimate is that of all values together, its variance
 * comes from how far the units' own figures lie from it: sectioning (Asmussen & Glynn, Stochastic Simulation, III.5), so that nothing rests on
 * an average of quantiles. One wild unit may make the figure of them all; so the units' mean must tell of the same difference.
 * Neighbouring units depend on each other: the variance grows and the degrees of freedom shrink as in an AR(1) process with their correlation,
 * that of the metric itself or that of all together, whichever is higher, as ten units tell little about it. Then Welch's test.
 */
export function differencesOf(pairs: readonly Pair[], margin: number): Difference[] {
  const own = pairs.map(({ a, b }) => neighbourCorrelation([...a.units, ...b.units]));
  const known = own.filter((correlation) => correlation !== undefined);
  const common = known.reduce((sum, correlation) => sum + correlation, 0) / Math.max(1, known.length);
  return pairs.map((pair, index) =>
    differenceOf(pair, margin, Math.min(mostCorrelated, Math.max(0, own[index] ?? 0, common))),
  );
}

/** Which of several hypotheses fall at a family-wise error of `alpha` (Holm 1979). */
export function holm(ps: readonly number[], alpha: number): boolean[] {
  const order = ps.map((p, index) => ({ p, index })).sort((x, y) => x.p - y.p);
  const rejected = ps.map(() => false);
  for (const [rank, { p, index }] of order.entries()) {
    if (p > alpha / (ps.length - rank)) break;
    rejected[index] = true;
  }
  return rejected;
}

function differenceOf({ a, b }: Pair, margin: number, correlation: number): Difference {
  const inflation = (1 + correlation) / (1 - correlation);
  const whole = welch(centred(a, Math.log(a.value), inflation), centred(b, Math.log(b.value), inflation), margin);
  const typical = welch(centred(a, meanOf(a), inflation), centred(b, meanOf(b), inflation), margin);
  const alike = Math.sign(whole.estimate) === Math.sign(typical.estimate);
  return {
    change: Math.expm1(whole.estimate),
    interval: [Math.expm1(Math.min(whole.low, typical.low)), Math.expm1(Math.max(whole.high, typical.high))],
    p: alike ? Math.max(whole.p, typical.p) : 1,
  };
}

interface Centred {
  centre: number;
  variance: number;
  df: number;
}

/** A side's estimate with its variance, from how far the units lie from it. */
function centred({ units }: Sample, centre: number, inflation: number): Centred {
  const squares = units.flat().map((unit) => (Math.log(unit) - centre) ** 2);
  return {
    centre,
    variance: (squares.reduce((sum, square) => sum + square, 0) / (squares.length - 1) / squares.length) * inflation,
    df: Math.max(1, squares.length / inflation - 1),
  };
}

function welch(a: Centred, b: Centred, margin: number): { estimate: number; low: number; high: number; p: number } {
  const variance = a.variance + b.variance;
  const error = Math.sqrt(variance);
  const df = variance === 0 ? a.df + b.df : variance ** 2 / (a.variance ** 2 / a.df + b.variance ** 2 / b.df);
  const estimate = b.centre - a.centre;
  const beyond = Math.abs(estimate) - Math.log1p(margin);
  const reach = error === 0 ? 0 : criticalT(1 - confidence, df) * error;
  return {
    estimate,
    low: estimate - reach,
    high: estimate + reach,
    p: beyond <= 0 ? 1 : twoSidedP(beyond / error, df),
  };
}

function meanOf({ units }: Sample): number {
  const logs = units.flat().map(Math.log);
  return logs.reduce((sum, log) => sum + log, 0) / logs.length;
}

/** Lag-1 autocorrelation over runs, corrected for its bias in short ones; undefined where nothing varies within a run. */
function neighbourCorrelation(runs: readonly (readonly number[])[]): number | undefined {
  let [products, squares, count, series] = [0, 0, 0, 0];
  for (const run of runs.filter(({ length }) => length > 1)) {
    const logs = run.map(Math.log);
    const mean = logs.reduce((sum, log) => sum + log, 0) / logs.length;
    for (const [index, log] of logs.entries()) {
      squares += (log - mean) ** 2;
      if (index > 0) products += (log - mean) * (logs[index - 1]! - mean);
    }
    count += logs.length;
    series++;
  }
  if (squares === 0) return undefined;
  const perRun = count / series;
  // Kendall (1954): what is to be expected of the estimate is rho - (1 + 3 rho) / n.
  return (products / squares + 1 / perRun) / Math.max(0.25, 1 - 3 / perRun);
}
