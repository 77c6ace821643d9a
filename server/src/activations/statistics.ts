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

/** Values that `StatisticsGatherer` is best given at once: few enough to stay in the processor's cache for a second reading. */
export const gatheredValues = 1 << 16;

/** Gathers statistics from blocks of rows. NaN and infinities are counted and left out of all else. */
export class StatisticsGatherer {
  readonly result: TapStatistics;
  #firstNonFinite: { readonly row: number; readonly unit: number } | undefined;
  readonly #blockMean: Float64Array;
  readonly #blockM2: Float64Array;
  readonly #blockBad: Float64Array;
  /** What a value must exceed (or stay below) to enter a neuron's extremes. */
  readonly #floor: Float64Array;
  readonly #ceiling: Float64Array;

  constructor(width: number) {
    this.result = emptyStatistics(width);
    this.#blockMean = new Float64Array(width);
    this.#blockM2 = new Float64Array(width);
    this.#blockBad = new Float64Array(width);
    this.#floor = new Float64Array(width).fill(-Infinity);
    this.#ceiling = new Float64Array(width).fill(Infinity);
  }

  /** The first place at which a value was not finite. */
  get firstNonFinite(): { readonly row: number; readonly unit: number } | undefined {
    return this.#firstNonFinite;
  }

  /** Adds `count` rows of a row-major block. `numbers` are their row numbers, ascending over all calls. */
  add(values: Float32Array, count: number, numbers: Int32Array): void {
    if (count === 0) return;
    const anyBad = this.#sums(values, count, numbers);
    this.#squares(values, count, anyBad);
    for (let c = 0; c < this.result.width; c++) {
      joinMoments(this.result, c, count - (this.#blockBad[c] as number), this.#blockMean[c] as number, this.#blockM2[c] as number);
    }
  }

  /** First reading: means and extremes. Returns whether any value was not finite. */
  #sums(values: Float32Array, count: number, numbers: Int32Array): boolean {
    const { width, nonFinite, top, bottom } = this.result;
    const sums = this.#blockMean.fill(0);
    const bad = this.#blockBad.fill(0);
    const floor = this.#floor;
    const ceiling = this.#ceiling;
    let anyBad = false;
    for (let r = 0; r < count; r++) {
      const at = r * width;
      const row = numbers[r] as number;
      for (let c = 0; c < width; c++) {
        const x = values[at + c] as number;
        if (x - x !== 0) {
          bad[c] = (bad[c] as number) + 1;
          nonFinite[c] = (nonFinite[c] as number) + 1;
          this.#firstNonFinite ??= { row, unit: c };
          anyBad = true;
          continue;
        }
        sums[c] = (sums[c] as number) + x;
        if (x > (floor[c] as number)) floor[c] = keep(top, c, x, row, 1);
        if (x < (ceiling[c] as number)) ceiling[c] = keep(bottom, c, x, row, -1);
      }
    }
    for (let c = 0; c < width; c++) {
      const good = count - (bad[c] as number);
      sums[c] = good ? (sums[c] as number) / good : 0;
    }
    return anyBad;
  }

  /** Second reading: squares about the block's own mean. */
  #squares(values: Float32Array, count: number, anyBad: boolean): void {
    const { width } = this.result;
    const mean = this.#blockMean;
    const m2 = this.#blockM2.fill(0);
    for (let r = 0; r < count; r++) {
      const at = r * width;
      for (let c = 0; c < width; c++) {
        const distance = (values[at + c] as number) - (mean[c] as number);
        if (anyBad && distance - distance !== 0) continue;
        m2[c] = (m2[c] as number) + distance * distance;
      }
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
  while (i > first && isAhead(x, row, values[i - 1] as number, rows[i - 1] as number, side)) i--;
  if (i <= last) {
    values.copyWithin(i + 1, i, last);
    rows.copyWithin(i + 1, i, last);
    values[i] = x;
    rows[i] = row;
  }
  return rows[last] === -1 ? -side * Infinity : (values[last] as number);
}

/** Whether a value stands before another, an empty place (row −1) being last of all. */
function isAhead(x: number, row: number, other: number, otherRow: number, side: 1 | -1): boolean {
  return otherRow === -1 || side * (x - other) > 0 || (x === other && row < otherRow);
}
