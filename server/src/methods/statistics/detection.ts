/**
 * How well a neuron's value alone detects a class: average precision from both ends, and the area under the ROC curve, all
 * from one walk over the rows in order. Equal values are one threshold, so the order of rows inside a tie changes nothing.
 */
import type { ClassBins } from './bins';
import type { SortedColumn } from './order';
import type { TiedColumn } from './ties';

export interface Detection {
  /** Average precision of "high values mark the class", and of "low values do". */
  readonly apHigh: number;
  readonly apLow: number;
  /** Probability that a row of the class lies above another row, ties counted half. */
  readonly auroc: number;
}

/** Detects classes in columns of at most `capacity` rows. */
export type Detector = (column: TiedColumn, classRows: Int32Array) => Detection;

/**
 * Makes a function that tells how well a column detects the rows of a class, given as a list of rows that all take part,
 * not empty and not all there are. AP = Σ over thresholds of (recall gained) × precision (Suau et al. 2022).
 *
 * The rows of the class are counted by tie, and the ties that have any are found by a set of bits: a rare class costs
 * little more than its rows.
 */
export function detector(capacity: number): Detector {
  const counts = new Int32Array(capacity);
  const bits = new Int32Array((capacity + 31) >> 5);
  const held = new Int32Array(capacity);
  return ({ keyOfRow, tieOfKey, tieStarts }, classRows) => {
    for (let i = 0; i < classRows.length; i++) {
      const group = tieOfKey[keyOfRow[classRows[i]!]!]!;
      counts[group] = counts[group]! + 1;
      bits[group >> 5] = bits[group >> 5]! | (1 << (group & 31));
    }
    const ties = tieStarts.length - 1;
    const found = takeBits(bits, ties, held);
    const detection = fromTies(held.subarray(0, found), counts, tieStarts, classRows.length, tieStarts[ties]!);
    for (let i = 0; i < found; i++) counts[held[i]!] = 0;
    return detection;
  };
}

/** Writes down the numbers of the set bits below `size`, ascending, and clears them; returns how many there are. */
function takeBits(bits: Int32Array, size: number, into: Int32Array): number {
  let found = 0;
  for (let word = 0; word << 5 < size; word++) {
    for (let rest = bits[word]!; rest !== 0; rest &= rest - 1) into[found++] = (word << 5) + 31 - Math.clz32(rest & -rest);
    bits[word] = 0;
  }
  return found;
}

/** Sums over the ties that hold rows of the class, from either end inwards, so that a neuron and its negative get the same numbers to the last bit. */
function fromTies(held: Int32Array, counts: Int32Array, tieStarts: Int32Array, positives: number, n: number): Detection {
  let below = 0;
  let apLow = 0;
  let pairs = 0;
  for (let i = 0; i < held.length; i++) {
    const group = held[i]!;
    const own = counts[group]!;
    const start = tieStarts[group]!;
    const end = tieStarts[group + 1]!;
    pairs += own * (start - below + (end - start - own) / 2);
    below += own;
    apLow += (own * below) / end;
  }
  let above = 0;
  let apHigh = 0;
  for (let i = held.length - 1; i >= 0; i--) {
    const own = counts[held[i]!]!;
    above += own;
    apHigh += (own * above) / (n - tieStarts[held[i]!]!);
  }
  return { apHigh: apHigh / positives, apLow: apLow / positives, auroc: pairs / (positives * (n - positives)) };
}

/** Rows in the order of a column, each counted as often as its unit weighs. */
export interface WeightedRows {
  readonly column: SortedColumn;
  /** 1 where the row at a place is of the class. */
  readonly marks: Uint8Array;
  /** The ties that hold rows of the class, ascending. */
  readonly held: Int32Array;
  /** Unit of the row at a place, an index into `weights`. */
  readonly unit: Int32Array;
  readonly weights: Uint8Array;
  /** Weight of the class, and of all rows. */
  readonly positives: number;
  readonly total: number;
}

/** The ties that hold rows of a class, given as marks by place; ascending. */
export function tiesWith({ rows, tie }: SortedColumn, marks: Uint8Array): Int32Array {
  const held = new Int32Array(rows.length);
  let found = 0;
  for (let i = 0; i < rows.length; i++) {
    if (marks[i] === 1 && (found === 0 || held[found - 1] !== tie[rows[i]!])) held[found++] = tie[rows[i]!]!;
  }
  return held.slice(0, found);
}

/** The same with weights (bootstrap rounds, rows left out). Null when all weight lies on one side. */
export function detectWeighted({ column, marks, held, unit, weights, positives, total }: WeightedRows): Detection | null {
  if (positives === 0 || positives === total) return null;
  const { tieStarts } = column;
  let before = 0;
  let below = 0;
  let apHigh = 0;
  let apLow = 0;
  let pairs = 0;
  let i = 0;
  for (let h = 0; h < held.length; h++) {
    const start = tieStarts[held[h]!]!;
    const end = tieStarts[held[h]! + 1]!;
    for (; i < start; i++) before += weights[unit[i]!]!;
    let count = 0;
    let tied = 0;
    for (; i < end; i++) {
      const weight = weights[unit[i]!]!;
      count += weight;
      tied += marks[i]! * weight;
    }
    if (tied > 0) {
      apLow += (tied * (below + tied)) / (before + count);
      apHigh += (tied * (positives - below)) / (total - before);
      pairs += tied * (before - below + (count - tied) / 2);
      below += tied;
    }
    before += count;
  }
  return { apHigh: apHigh / positives, apLow: apLow / positives, auroc: pairs / (positives * (total - positives)) };
}

/** How well bins detect a class, each bin standing for one value. Null when all rows lie on one side. */
export function detectBinned({ bins, classes, counts }: ClassBins, focus: number): Detection | null {
  let positives = 0;
  let total = 0;
  for (let at = 0; at < counts.length; at++) {
    total += counts[at]!;
    if (at % classes === focus) positives += counts[at]!;
  }
  if (positives === 0 || positives === total) return null;
  let before = 0;
  let below = 0;
  let apHigh = 0;
  let apLow = 0;
  let pairs = 0;
  for (let bin = 0; bin < bins; bin++) {
    let count = 0;
    for (let k = 0; k < classes; k++) count += counts[bin * classes + k]!;
    const own = counts[bin * classes + focus]!;
    if (own > 0) {
      apLow += (own * (below + own)) / (before + count);
      apHigh += (own * (positives - below)) / (total - before);
      pairs += own * (before - below + (count - own) / 2);
      below += own;
    }
    before += count;
  }
  return { apHigh: apHigh / positives, apLow: apLow / positives, auroc: pairs / (positives * (total - positives)) };
}
