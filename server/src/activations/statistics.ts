/**
 * What is known of every neuron after one pass over its values, in a form that merges: counts, moments and range (S1, S2).
 * The strongest rows are not gathered here: portraits take them from the neuron's column, for the few neurons in focus.
 * Float64 throughout: sums per block of rows, of distances from its first row and of their squares, then blocks joined by
 * Chan, Golub and LeVeque's rule. A block's squares about its first row are at most rows + 1 times those about its mean, so
 * an offset of 10⁴ costs no digits, and equal values have no scatter at all.
 */
import type { ColumnSums, RowBlock } from './simd/rowBlock';

/** Statistics of all neurons of one tap over some rows. Neurons whose `count` is 0 have no mean and no range. */
export interface TapStatistics {
  readonly width: number;
  /** Finite values per neuron: what all else is made from. */
  readonly count: Float64Array;
  readonly mean: Float64Array;
  /** Sum of squared distances from the mean. */
  readonly m2: Float64Array;
  /** Smallest and largest finite value; +∞ and −∞ where there is none. */
  readonly min: Float64Array;
  readonly max: Float64Array;
  readonly nonFinite: Float64Array;
}

/** Statistics of no rows. */
export function emptyStatistics(width: number): TapStatistics {
  const all = (value: number): Float64Array => new Float64Array(width).fill(value);
  return { width, count: all(0), mean: all(0), m2: all(0), min: all(Infinity), max: all(-Infinity), nonFinite: all(0) };
}

/** The largest finite value of a neuron; null when it has none. */
export function maximum({ count, max }: TapStatistics, unit: number): number | null {
  return count[unit] ? (max[unit] ?? null) : null;
}

/** The smallest finite value of a neuron; null when it has none. */
export function minimum({ count, min }: TapStatistics, unit: number): number | null {
  return count[unit] ? (min[unit] ?? null) : null;
}

/** Gathers statistics from blocks of rows. NaN and infinities are counted and left out of all else. */
export class StatisticsGatherer {
  readonly result: TapStatistics;
  #firstNonFinite: { readonly row: number; readonly unit: number } | undefined;
  /** What is read of one column after the other. */
  readonly #column: ColumnSums = { first: 0, sum: 0, square: 0, min: 0, max: 0 };

  constructor(width: number) {
    this.result = emptyStatistics(width);
  }

  /** The first place at which a value was not finite. */
  get firstNonFinite(): { readonly row: number; readonly unit: number } | undefined {
    return this.#firstNonFinite;
  }

  /** Adds rows of a block, given by their places in it, ascending; row 0 of the block is row `from` of the whole. */
  add(block: RowBlock, rows: ArrayLike<number>, from: number): void {
    if (rows.length === 0) return;
    block.gather(rows);
    for (let c = 0; c < this.result.width; c++) {
      const { first, sum, square, min, max } = block.sums(c, this.#column);
      if (sum - sum !== 0) {
        this.#addPartly(block, rows, from, c);
        continue;
      }
      const m2 = Math.max(0, square - (sum * sum) / rows.length);
      joinMoments(this.result, c, rows.length, first + sum / rows.length, m2);
      joinRange(this.result, c, min, max);
    }
  }

  /** Moments and range of a neuron some of whose values in the block are not finite. */
  #addPartly(block: RowBlock, rows: ArrayLike<number>, from: number, c: number): void {
    const { nonFinite } = this.result;
    for (let i = 0; i < rows.length; i++) {
      const x = block.value(rows[i] as number, c);
      if (Number.isFinite(x)) {
        joinMoments(this.result, c, 1, x, 0);
        joinRange(this.result, c, x, x);
        continue;
      }
      nonFinite[c] = (nonFinite[c] as number) + 1;
      const row = from + (rows[i] as number);
      if (!this.#firstNonFinite || row < this.#firstNonFinite.row) this.#firstNonFinite = { row, unit: c };
    }
  }
}

/** Statistics of the union of parts. Equal, but for rounding, to one pass over all rows, whatever the order of the parts. */
export function mergeStatistics(width: number, parts: Iterable<TapStatistics>): TapStatistics {
  const whole = emptyStatistics(width);
  for (const part of parts) {
    for (let c = 0; c < width; c++) {
      joinMoments(whole, c, part.count[c] as number, part.mean[c] as number, part.m2[c] as number);
      joinRange(whole, c, part.min[c] as number, part.max[c] as number);
      whole.nonFinite[c] = (whole.nonFinite[c] as number) + (part.nonFinite[c] as number);
    }
  }
  return whole;
}

/** Chan, Golub and LeVeque 1983: moments of two sets from the moments of each. */
function joinMoments({ count, mean, m2 }: TapStatistics, c: number, n: number, partMean: number, partM2: number): void {
  if (n === 0) return;
  const before = count[c] as number;
  const total = before + n;
  const delta = partMean - (mean[c] as number);
  mean[c] = before ? (mean[c] as number) + (delta * n) / total : partMean;
  m2[c] = (m2[c] as number) + partM2 + (before ? delta * delta * ((before * n) / total) : 0);
  count[c] = total;
}

function joinRange({ min, max }: TapStatistics, c: number, low: number, high: number): void {
  min[c] = Math.min(min[c] as number, low + 0);
  max[c] = Math.max(max[c] as number, high + 0);
}
