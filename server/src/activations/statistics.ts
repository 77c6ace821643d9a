/**
 * What is known of every neuron after one pass over its values, in a form that merges: counts and moments (S1, S2) and the
 * strongest and weakest rows (S4). Float64 throughout: sums per block of rows, of distances from its first row and of their
 * squares, then blocks joined by Chan, Golub and LeVeque's rule. A block's squares about its first row are at most rows + 1
 * times those about its mean, so an offset of 10⁴ costs no digits, and equal values have no scatter at all.
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
  /** Sums of the block under way, of distances from its first row and of their squares. */
  readonly #sum: Float64Array;
  readonly #square: Float64Array;

  constructor(width: number) {
    this.result = emptyStatistics(width);
    this.#floor = new Float64Array(width).fill(-Infinity);
    this.#ceiling = new Float64Array(width).fill(Infinity);
    this.#sum = new Float64Array(width);
    this.#square = new Float64Array(width);
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
    let r = 0;
    for (; r + 4 <= count; r += 4) this.#addFour(values, r, numbers);
    for (; r < count; r++) this.#addOne(values, r, numbers);
    for (let c = 0; c < width; c++) {
      const sum = this.#sum[c] as number;
      if (sum - sum !== 0) this.#addPartly(values, count, numbers, c);
      else
        joinMoments(
          this.result,
          c,
          count,
          (values[c] as number) + sum / count,
          Math.max(0, (this.#square[c] as number) - (sum * sum) / count),
        );
    }
  }

  /** Sums of four rows at once, each loaded and stored once for four values, and the few of them that are extremes so far. */
  #addFour(values: Float32Array, r: number, numbers: Int32Array): void {
    const { width } = this.result;
    const sums = this.#sum;
    const squares = this.#square;
    const floors = this.#floor;
    const ceilings = this.#ceiling;
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
      const floor = floors[i] as number;
      const ceiling = ceilings[i] as number;
      if (x0 > floor || x1 > floor || x2 > floor || x3 > floor || x0 < ceiling || x1 < ceiling || x2 < ceiling || x3 < ceiling) {
        for (let row = r; row < r + 4; row++) this.#keepExtreme(i, values[row * width + i] as number, numbers[row] as number);
      }
    }
  }

  #addOne(values: Float32Array, r: number, numbers: Int32Array): void {
    const { width } = this.result;
    for (let c = 0, at = r * width; c < width; c++, at++) {
      const x = values[at] as number;
      const distance = x - (values[c] as number);
      this.#sum[c] = (this.#sum[c] as number) + distance;
      this.#square[c] = (this.#square[c] as number) + distance * distance;
      this.#keepExtreme(c, x, numbers[r] as number);
    }
  }

  #keepExtreme(c: number, x: number, row: number): void {
    if (x > (this.#floor[c] as number) && x < Infinity) this.#floor[c] = keep(this.result.top, c, x, row, 1);
    if (x < (this.#ceiling[c] as number) && x > -Infinity) this.#ceiling[c] = keep(this.result.bottom, c, x, row, -1);
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
