/**
 * How many of the neurons at the top of a ranking luck would have put there: q-values of Benjamini and Hochberg 1995 from
 * p-values that are counted, not taken from a formula. Null scores of all neurons in all shuffles are pooled, as Tusher,
 * Tibshirani and Chu 2001 and Storey and Tibshirani 2003 (PNAS) do: what is estimated, the number of neurons that reach a
 * score under shuffled labels, is a mean, and means add up however neurons hang together. That words of a sentence hang
 * together is kept by shuffling within sentences.
 */

/** Null scores of one ranking, counted against its own scores while they pass by. */
export interface NullTally {
  /** Takes in a null score of that strength, which stands for `weight` neurons; −∞ for one without a score. */
  add(strength: number, weight?: number): void;
  /** The share of null scores that reach a strength of the ranking, (k + 1)/(n + 1), so never 0. */
  pValue(strength: number): number;
}

/** Null scores come from sums in another order or precision: this much below, relatively, counts as reaching a score. */
const slack = 1e-6;

/** Cells of the table that finds a strength among those of the ranking, for each of them. */
const cellsEach = 4;

/** A tally for the strengths of a ranking. */
export function nullTally(strengths: Iterable<number>): NullTally {
  const levels = Float64Array.from(new Set(strengths)).sort();
  const last = levels.length - 1;
  const [low, high] = [levels[0] ?? 0, levels[last] ?? 0];
  const cells = cellsEach * levels.length;
  const scale = high > low ? cells / (high - low) : 0;
  const cellOf = (strength: number): number => Math.min(cells - 1, Math.floor((strength - low) * scale));
  /** Levels in the cells before each cell. */
  const before = new Int32Array(cells + 1);
  for (const level of levels) before[cellOf(level) + 1]!++;
  for (let cell = 0; cell < cells; cell++) before[cell + 1]! += before[cell]!;
  /** Null scores by the number of levels that they reach. */
  const reached = new Float64Array(levels.length + 1);
  let total = 0;
  let above: Float64Array | null = null;

  const levelsUpTo = (strength: number): number => {
    if (!(strength >= low)) return 0;
    if (strength >= high) return levels.length;
    const cell = cellOf(strength);
    let [from, to] = [before[cell]!, before[cell + 1]!];
    while (from < to) {
      const middle = (from + to) >> 1;
      if (levels[middle]! <= strength) from = middle + 1;
      else to = middle;
    }
    return from;
  };
  return {
    add(strength, weight = 1) {
      const level = levelsUpTo(strength + slack * Math.abs(strength));
      reached[level] = reached[level]! + weight;
      total += weight;
    },
    pValue(strength) {
      above ??= suffixSums(reached);
      return (above[levelsUpTo(strength)]! + 1) / (total + 1);
    },
  };
}

/**
 * The q-value of each p-value: the smallest share of false discoveries at which it would be among the discoveries. Holds for
 * independent p-values and for those that rise together (Benjamini and Yekutieli 2001); null stays null and takes no part.
 */
export function benjaminiHochberg(p: readonly (number | null)[]): (number | null)[] {
  const order = Array.from(p.keys()).filter((i) => p[i] !== null);
  order.sort((a, b) => p[b]! - p[a]!);
  const q = new Array<number | null>(p.length).fill(null);
  let least = 1;
  order.forEach((i, place) => {
    least = Math.min(least, (p[i]! * order.length) / (order.length - place));
    q[i] = least;
  });
  return q;
}

/** Sums from each place to the end. */
function suffixSums(values: Float64Array): Float64Array {
  const sums = values.slice();
  for (let i = sums.length - 2; i >= 0; i--) sums[i] = sums[i]! + sums[i + 1]!;
  return sums;
}
