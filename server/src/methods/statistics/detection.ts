/**
 * How well a neuron's value alone detects a class: average precision from both ends, and the area under the ROC curve, all
 * from one walk over the sorted rows. Equal values are one threshold, so the order of rows inside a tie changes nothing.
 */
import { tieEnd } from './order';
import type { SortedColumn } from './order';

export interface Detection {
  /** Average precision of "high values mark the class", and of "low values do". */
  readonly apHigh: number;
  readonly apLow: number;
  /** Probability that a row of the class lies above another row, ties counted half. */
  readonly auroc: number;
}

/** Detects classes in columns of at most `capacity` rows. */
export type Detector = (column: SortedColumn, classRows: Int32Array) => Detection;

/**
 * Makes a function that tells how well a column detects the rows of a class, given as a list of rows that all take part,
 * not empty and not all there are. AP = Σ over thresholds of (recall gained) × precision (Suau et al. 2022).
 *
 * The rows of the class are flagged at their places, so that a rare class costs little more than a scan for non-zero words.
 */
export function detector(capacity: number): Detector {
  const words = new Uint32Array((capacity + 3) >> 2);
  const flags = new Uint8Array(words.buffer);
  const groups = { start: new Int32Array(capacity), end: new Int32Array(capacity), tied: new Int32Array(capacity) };
  return ({ values, place }, classRows) => {
    for (let i = 0; i < classRows.length; i++) flags[place[classRows[i]!]!] = 1;
    const count = findGroups(values, flags, words, groups);
    words.fill(0);
    return fromGroups(groups, count, values.length, classRows.length);
  };
}

/** Groups of equal values that hold rows of the class: first place, one past the last, and how many are of the class. */
interface Groups {
  readonly start: Int32Array;
  readonly end: Int32Array;
  readonly tied: Int32Array;
}

/** Writes down the groups in ascending order; returns how many there are. */
function findGroups(values: Float32Array | Float64Array, flags: Uint8Array, words: Uint32Array, groups: Groups): number {
  const n = values.length;
  let count = 0;
  for (let i = nextFlag(flags, words, 0, n), previousEnd = 0; i < n; i = nextFlag(flags, words, previousEnd, n)) {
    const value = values[i]!;
    let start = i;
    while (start > previousEnd && values[start - 1] === value) start--;
    let tied = 1;
    let end = i + 1;
    for (; end < n && values[end] === value; end++) tied += flags[end]!;
    groups.start[count] = start;
    groups.end[count] = end;
    groups.tied[count++] = tied;
    previousEnd = end;
  }
  return count;
}

/** Sums from either end inwards, so that a neuron and its negative get the same numbers to the last bit. */
function fromGroups({ start, end, tied }: Groups, count: number, n: number, positives: number): Detection {
  let below = 0;
  let apLow = 0;
  let pairs = 0;
  for (let g = 0; g < count; g++) {
    const own = tied[g]!;
    pairs += own * (start[g]! - below + (end[g]! - start[g]! - own) / 2);
    below += own;
    apLow += (own * below) / end[g]!;
  }
  let above = 0;
  let apHigh = 0;
  for (let g = count - 1; g >= 0; g--) {
    above += tied[g]!;
    apHigh += (tied[g]! * above) / (n - start[g]!);
  }
  return { apHigh: apHigh / positives, apLow: apLow / positives, auroc: pairs / (positives * (n - positives)) };
}

/** The first flagged place from `from` on, or `n`; four places that are all clear are passed at once. */
function nextFlag(flags: Uint8Array, words: Uint32Array, from: number, n: number): number {
  let i = from;
  while (i < n && flags[i] === 0) {
    if ((i & 3) === 0 && words[i >> 2] === 0) i += 4;
    else i++;
  }
  return Math.min(i, n);
}

/** The groups of equal values that hold rows of a class: first place and one past the last of each, in turn. */
export function tiesWith(values: Float32Array | Float64Array, marks: Uint8Array): Int32Array {
  const bounds: number[] = [];
  for (let start = 0; start < values.length;) {
    const end = tieEnd(values, start);
    if (marks.subarray(start, end).includes(1)) bounds.push(start, end);
    start = end;
  }
  return Int32Array.from(bounds);
}

/** Rows of a class and of all classes, by place, each counted `weights[unit]` times. */
export interface WeightedRows {
  /** 1 at the places of the class, and the ties that hold any. */
  readonly marks: Uint8Array;
  readonly ties: Int32Array;
  readonly unit: Int32Array;
  readonly weights: Uint8Array;
  /** Weight of the class, and of all rows. */
  readonly positives: number;
  readonly total: number;
}

/** The same with weights (bootstrap rounds, rows left out). Null when all weight lies on one side. */
export function detectWeighted({ marks, ties, unit, weights, positives, total }: WeightedRows): Detection | null {
  if (positives === 0 || positives === total) return null;
  let before = 0;
  let below = 0;
  let apHigh = 0;
  let apLow = 0;
  let pairs = 0;
  let i = 0;
  for (let tie = 0; tie < ties.length; tie += 2) {
    const start = ties[tie]!;
    const end = ties[tie + 1]!;
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
