/**
 * What is known of every neuron after one pass over its values, in a form that merges: counts, moments and range (S1, S2).
 * The strongest rows are not gathered here: portraits take them from the neuron's column, for the few neurons in focus.
 * Float64 throughout: sums per block of rows, of distances from its first row and of their squares, then blocks joined by
 * Chan, Golub and LeVeque's rule. A block's squares about its first row are at most rows + 1 times those about its mean, so
 * an offset of 10⁴ costs no digits, and equal values have no scatter at all.
 */

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

/** Values that `StatisticsGatherer` is best given at once: few enough to stay in the processor's cache. */
export const gatheredValues = 1 << 16;

/** Gathers statistics from blocks of rows. NaN and infinities are counted and left out of all else. */
export class StatisticsGatherer {
  readonly result: TapStatistics;
  #firstNonFinite: { readonly row: number; readonly unit: number } | undefined;
  /** Sums of the block under way, of distances from its first row and of their squares. */
  readonly #sum: Float64Array;
  readonly #square: Float64Array;
  /** Range of the block under way. */
  readonly #min: Float64Array;
  readonly #max: Float64Array;

  constructor(width: number) {
    this.result = emptyStatistics(width);
    this.#sum = new Float64Array(width);
    this.#square = new Float64Array(width);
    this.#min = new Float64Array(width);
    this.#max = new Float64Array(width);
  }

  /** The first place at which a value was not finite. */
  get firstNonFinite(): { readonly row: number; readonly unit: number } | undefined {
    return this.#firstNonFinite;
  }

  /** Adds `count` rows of a row-major block. `numbers` are their row numbers, ascending over all calls. */
  add(values: Float32Array, count: number, numbers: Int32Array): void {
    const { width } = this.result;
    this.#sum.fill(0);
    this.#square.fill(0);
    this.#min.fill(Infinity);
    this.#max.fill(-Infinity);
    let r = 0;
    for (; r + 4 <= count; r += 4) this.#addFour(values, r);
    for (; r < count; r++) this.#addOne(values, r);
    for (let c = 0; c < width; c++) {
      const sum = this.#sum[c] as number;
      if (sum - sum !== 0) {
        this.#addPartly(values, count, numbers, c);
        continue;
      }
      const m2 = Math.max(0, (this.#square[c] as number) - (sum * sum) / count);
      joinMoments(this.result, c, count, (values[c] as number) + sum / count, m2);
      joinRange(this.result, c, this.#min[c] as number, this.#max[c] as number);
    }
  }

  /** Four rows at once: each sum is loaded and stored once for four values. */
  #addFour(values: Float32Array, r: number): void {
    const { width } = this.result;
    const sums = this.#sum;
    const squares = this.#square;
    const mins = this.#min;
    const maxs = this.#max;
    for (let i = 0, at = r * width; i < width; i++, at++) {
      const shift = values[i] as number;
      const x0 = values[at] as number;
      const x1 = values[at + width] as number;
      const x2 = values[at + 2 * width] as number;
      const x3 = values[at + 3 * width] as number;
      const d0 = x0 - shift;
      const d1 = x1 - shift;
      const d2 = x2 - shift;
      const d3 = x3 - shift;
      sums[i] = (sums[i] as number) + (d0 + d1 + (d2 + d3));
      squares[i] = (squares[i] as number) + (d0 * d0 + d1 * d1 + (d2 * d2 + d3 * d3));
      mins[i] = Math.min(mins[i] as number, Math.min(Math.min(x0, x1), Math.min(x2, x3)));
      maxs[i] = Math.max(maxs[i] as number, Math.max(Math.max(x0, x1), Math.max(x2, x3)));
    }
  }

  #addOne(values: Float32Array, r: number): void {
    const { width } = this.result;
    for (let c = 0, at = r * width; c < width; c++, at++) {
      const x = values[at] as number;
      const distance = x - (values[c] as number);
      this.#sum[c] = (this.#sum[c] as number) + distance;
      this.#square[c] = (this.#square[c] as number) + distance * distance;
      this.#min[c] = Math.min(this.#min[c] as number, x);
      this.#max[c] = Math.max(this.#max[c] as number, x);
    }
  }

  /** Moments and range of a neuron some of whose values in the block are not finite. */
  #addPartly(values: Float32Array, count: number, numbers: Int32Array, c: number): void {
    const { width, nonFinite } = this.result;
    for (let r = 0; r < count; r++) {
      const x = values[r * width + c] as number;
      if (Number.isFinite(x)) {
        joinMoments(this.result, c, 1, x, 0);
        joinRange(this.result, c, x, x);
        continue;
      }
      nonFinite[c] = (nonFinite[c] as number) + 1;
      const row = numbers[r] as number;
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
  min[c] = Math.min(min[c] as number, low);
  max[c] = Math.max(max[c] as number, high);
}
