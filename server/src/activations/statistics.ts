/**
 * What is known of every neuron after one pass over its values, in a form that merges: counts and moments (S1, S2) and the
 * strongest and weakest rows (S4). Float64 throughout: per block of rows the mean first and the squares about it second, then
 * blocks joined by Chan, Golub and LeVeque's rule, so an offset of 10⁴ costs no digits.
 */

/** Rows kept at either end of every neuron. */
export const extremesKept = 20;

/** The best rows of every neuron: `width × extremesKept`, best first, ties by row; row −1 where there are fewer. */
export interface Extremes {
  readonly values: Float32Array;
  readonly rows: Int32Array;
}

/** Statistics of all neurons of one tap over some rows. Neurons whose `count` is 0 have no mean and no extremes. */
export interface TapStatistics {
  readonly width: number;
  /** Finite values per neuron: what all else is made from. */
  readonly count: Float64Array;
  readonly mean: Float64Array;
  /** Sum of squared distances from the mean. */
  readonly m2: Float64Array;
  readonly nonFinite: Float64Array;
  readonly top: Extremes;
  readonly bottom: Extremes;
}

/** Statistics of no rows. */
export function emptyStatistics(width: number): TapStatistics {
  const kept = (): Extremes => ({ values: new Float32Array(width * extremesKept), rows: new Int32Array(width * extremesKept).fill(-1) });
  const zeros = (): Float64Array => new Float64Array(width);
  return { width, count: zeros(), mean: zeros(), m2: zeros(), nonFinite: zeros(), top: kept(), bottom: kept() };
}

/** The largest finite value of a neuron; null when it has none. */
export function maximum({ top }: TapStatistics, unit: number): number | null {
  return top.rows[unit * extremesKept] === -1 ? null : (top.values[unit * extremesKept] ?? null);
}

/** The smallest finite value of a neuron; null when it has none. */
export function minimum({ bottom }: TapStatistics, unit: number): number | null {
  return bottom.rows[unit * extremesKept] === -1 ? null : (bottom.values[unit * extremesKept] ?? null);
}

/** Values that `StatisticsGatherer` is best given at once: few enough to stay in the processor's cache. */
export const gatheredValues = 1 << 16;

/** Gathers statistics from blocks of rows. NaN and infinities are counted and left out of all else. */
export class StatisticsGatherer {
  readonly result: TapStatistics;
  #firstNonFinite: { readonly row: number; readonly unit: number } | undefined;
  /** What a value must exceed (or stay below) to enter a neuron's extremes. */
  readonly #floor: Float64Array;
  readonly #ceiling: Float64Array;

  constructor(width: number) {
    this.result = emptyStatistics(width);
    this.#floor = new Float64Array(width).fill(-Infinity);
    this.#ceiling = new Float64Array(width).fill(Infinity);
  }

  /** The first place at which a value was not finite. */
  get firstNonFinite(): { readonly row: number; readonly unit: number } | undefined {
    return this.#firstNonFinite;
  }

  /** Adds `count` rows of a row-major block. `numbers` are their row numbers, ascending over all calls. */
  add(values: Float32Array, count: number, numbers: Int32Array): void {
    const { width } = this.result;
    // Neuron by neuron: sum and bounds stay in registers, and sixteen neighbours share each line of the cache.
    for (let c = 0; c < width; c++) {
      const sum = this.#read(values, count, numbers, c);
      if (sum - sum !== 0) {
        this.#addPartly(values, count, numbers, c);
        continue;
      }
      const mean = sum / count;
      let m2 = 0;
      for (let at = c, end = count * width; at < end; at += width) {
        const distance = (values[at] as number) - mean;
        m2 += distance * distance;
      }
      joinMoments(this.result, c, count, mean, m2);
    }
  }

  /** First reading of a neuron: keeps its extremes, returns its sum. */
  #read(values: Float32Array, count: number, numbers: Int32Array, c: number): number {
    const { width, top, bottom } = this.result;
    let floor = this.#floor[c] as number;
    let ceiling = this.#ceiling[c] as number;
    let sum = 0;
    for (let r = 0, at = c; r < count; r++, at += width) {
      const x = values[at] as number;
      sum += x;
      if (x > floor && x < Infinity) floor = keep(top, c, x, numbers[r] as number, 1);
      if (x < ceiling && x > -Infinity) ceiling = keep(bottom, c, x, numbers[r] as number, -1);
    }
    this.#floor[c] = floor;
    this.#ceiling[c] = ceiling;
    return sum;
  }

  /** Moments of a neuron some of whose values in the block are not finite. */
  #addPartly(values: Float32Array, count: number, numbers: Int32Array, c: number): void {
    const { width, nonFinite } = this.result;
    for (let r = 0; r < count; r++) {
      const x = values[r * width + c] as number;
      if (Number.isFinite(x)) {
        joinMoments(this.result, c, 1, x, 0);
        continue;
      }
      nonFinite[c] = (nonFinite[c] as number) + 1;
      const row = numbers[r] as number;
      if (!this.#firstNonFinite || row < this.#firstNonFinite.row) this.#firstNonFinite = { row, unit: c };
    }
  }
}

/** A part to be merged: its statistics and the number that its row 0 has in the whole. */
export interface StatisticsPart {
  readonly statistics: TapStatistics;
  readonly firstRow: number;
}

/** Statistics of the union of parts. Equal, but for rounding, to one pass over all rows, whatever the order of the parts. */
export function mergeStatistics(width: number, parts: Iterable<StatisticsPart>): TapStatistics {
  const whole = emptyStatistics(width);
  for (const { statistics: part, firstRow } of parts) {
    for (let c = 0; c < width; c++) {
      joinMoments(whole, c, part.count[c] as number, part.mean[c] as number, part.m2[c] as number);
      whole.nonFinite[c] = (whole.nonFinite[c] as number) + (part.nonFinite[c] as number);
      mergeExtremes(whole.top, part.top, c, firstRow, 1);
      mergeExtremes(whole.bottom, part.bottom, c, firstRow, -1);
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

function mergeExtremes(whole: Extremes, part: Extremes, c: number, firstRow: number, side: 1 | -1): void {
  for (let i = c * extremesKept; i < (c + 1) * extremesKept && part.rows[i] !== -1; i++) {
    keep(whole, c, part.values[i] as number, firstRow + (part.rows[i] as number), side);
  }
}

/**
 * Inserts a row among the best of neuron `c` if it belongs there; equal values keep the order of their rows. Returns the
 * value that the next must beat.
 */
function keep({ values, rows }: Extremes, c: number, x: number, row: number, side: 1 | -1): number {
  const first = c * extremesKept;
  const last = first + extremesKept - 1;
  let i = last + 1;
  for (; i > first && isAhead(x, row, values[i - 1] as number, rows[i - 1] as number, side); i--) {
    if (i > last) continue;
    values[i] = values[i - 1] as number;
    rows[i] = rows[i - 1] as number;
  }
  if (i <= last) {
    values[i] = x;
    rows[i] = row;
  }
  return rows[last] === -1 ? -side * Infinity : (values[last] as number);
}

/** Whether a value stands before another, an empty place (row −1) being last of all. */
function isAhead(x: number, row: number, other: number, otherRow: number, side: 1 | -1): boolean {
  return otherRow === -1 || side * (x - other) > 0 || (x === other && row < otherRow);
}
