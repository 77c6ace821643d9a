/**
 * Sums of one neuron by class, around a centre near its mean, from which class statistics follow. Used where rows are
 * drawn again and again (shuffles, bootstrap), so that a round costs as little as possible.
 */
import type { ClassStatistics } from '../method';

/** Count, Σ d and Σ d² with d = x − centre, one entry a class. */
export interface ClassSums {
  readonly count: Float64Array;
  readonly sum: Float64Array;
  readonly square: Float64Array;
}

export function emptyClassSums(size: number): ClassSums {
  return { count: new Float64Array(size), sum: new Float64Array(size), square: new Float64Array(size) };
}

/** Adds `weight` times a row's value. */
export function addValue(sums: ClassSums, k: number, d: number, weight: number): void {
  sums.count[k] = sums.count[k]! + weight;
  sums.sum[k] = sums.sum[k]! + weight * d;
  sums.square[k] = sums.square[k]! + weight * d * d;
}

// Below this share of the scatter of all rows, what is left is rounding: all values of the class are equal.
const rounding = 1e-13;

/** The statistics of class `k`; `whole` is the scatter of all rows. */
export function readClass(into: ClassStatistics, { count, sum, square }: ClassSums, k: number, centre: number, whole: number): void {
  const n = count[k]!;
  const shifted = n === 0 ? 0 : sum[k]! / n;
  const scatter = square[k]! - sum[k]! * shifted;
  into.count = n;
  into.mean = centre + shifted;
  into.scatter = scatter > rounding * whole ? scatter : 0;
}
