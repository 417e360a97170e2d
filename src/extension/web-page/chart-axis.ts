/** The axis of a chart: round values, evenly spaced, that enclose what is drawn. */
export interface ChartAxis {
  readonly lowest: number;
  readonly highest: number;
  /** From {@link lowest} to {@link highest}. */
  readonly ticks: readonly number[];
  /** Digits behind the point that tell the ticks apart. */
  readonly digits: number;
}

/** Ticks lie this far apart, times a power of ten. */
const ROUND = [1, 2, 5, 10];

/**
 * An axis that encloses two values, which may be the same.
 *
 * @param smallest Ticks are at least so far apart: 1 for counts.
 */
export function chartAxis(low: number, high: number, smallest = 0.01): ChartAxis {
  const apart = Math.max(smallest, (high - low) / 4);
  const power = 10 ** Math.floor(Math.log10(apart));
  // What is a round number but for the rounding of the division is one.
  const step = power * (ROUND.find((times) => times * power >= apart * (1 - 1e-9)) ?? 10);
  const first = Math.floor(low / step);
  const last = Math.max(first + 1, Math.ceil(high / step));
  const ticks = Array.from({ length: last - first + 1 }, (_, index) => (first + index) * step);
  const digits = Math.max(0, -Math.floor(Math.log10(step)));
  return { lowest: first * step, highest: last * step, ticks, digits };
}
