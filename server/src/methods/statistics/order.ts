/**
 * The rows of one neuron in the order of their values, equal values grouped: one sort serves every concept. Sorting is by
 * the bits of the numbers (radix, least digit first), so it is exact, stable and linear in the rows.
 */

/** The ties of a column, which are its rows of equal value, numbered by ascending value. The arrays belong to whoever made them. */
export interface Ties {
  /** First place of each tie in the sorted column, and behind them the number of all places. */
  readonly tieStarts: Int32Array;
  /** Value of each tie. */
  readonly tieValues: Float32Array | Float64Array;
}

/** A column in order. */
export interface SortedColumn extends Ties {
  /** Rows by ascending value, equal values by row number. */
  readonly rows: Int32Array;
  /** Their values, ascending. */
  readonly values: Float32Array | Float64Array;
  /** Which tie each row belongs to; −1 where the row takes no part. */
  readonly tie: Int32Array;
}

/** Sorts columns of at most `capacity` rows; the result of a call lives until the next one. */
export function columnSorter(capacity: number): (values: Float32Array | Float64Array) => SortedColumn {
  const keys = [new Uint32Array(capacity), new Uint32Array(capacity)] as const;
  const order = [new Int32Array(capacity), new Int32Array(capacity)] as const;
  const sorted = new Float32Array(capacity);
  const tie = new Int32Array(capacity);
  const tieStarts = new Int32Array(capacity + 1);

  return (values) => {
    const n = values.length;
    for (let row = 0; row < n; row++) order[0][row] = row;
    let from = 0;
    if (values instanceof Float32Array) {
      const digits = float32Keys(values, keys[0]);
      from = sortByKeys(keys, order, 0, n, digits);
    } else {
      for (const word of [lowWord, highWord]) {
        const bits = new Uint32Array(values.buffer, values.byteOffset, 2 * n);
        const rows = order[from]!;
        const key = keys[from]!;
        for (let i = 0; i < n; i++) key[i] = word(bits, rows[i]!);
        from = sortByKeys(keys, order, from, n, allDigits);
      }
    }
    const rows = order[from]!.subarray(0, n);
    const ordered = values instanceof Float32Array ? sorted.subarray(0, n) : new Float64Array(n);
    for (let i = 0; i < n; i++) ordered[i] = values[rows[i]!]!;
    return withTies(rows, ordered, tie.subarray(0, n), tieStarts);
  };
}

/** Only the rows that `included` marks, in buffers of their own. */
export function restricted({ rows, values, tie }: SortedColumn, included: Uint8Array): SortedColumn {
  const kept = new Int32Array(rows.length);
  const keptValues = values.slice();
  let n = 0;
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i]!;
    if (included[row] !== 1) continue;
    kept[n] = row;
    keptValues[n++] = values[i]!;
  }
  return withTies(kept.subarray(0, n), keptValues.subarray(0, n), new Int32Array(tie.length).fill(-1), new Int32Array(n + 1));
}

/** The value that a place has once the column is sorted. */
function valueAt({ tieStarts, tieValues }: Ties, place: number): number {
  let low = 0;
  let high = tieValues.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (tieStarts[middle]! <= place) low = middle;
    else high = middle - 1;
  }
  return tieValues[low]!;
}

/** Quantile by linear interpolation at place (n − 1)p, as numpy's default. The column must have rows. */
export function quantile({ values }: Pick<SortedColumn, 'values'>, p: number): number {
  return interpolated(values.length, p, (place) => values[place]!);
}

/** The same of a column of which only the ties are known, counted from its least value or from its greatest. */
export function tiedQuantile(ties: Ties, p: number, end: 'from below' | 'from above' = 'from below'): number {
  const rows = ties.tieStarts[ties.tieStarts.length - 1]!;
  return interpolated(rows, p, (place) => valueAt(ties, end === 'from below' ? place : rows - 1 - place));
}

function interpolated(length: number, p: number, valueOf: (place: number) => number): number {
  const at = (length - 1) * p;
  const below = Math.floor(at);
  const low = valueOf(below);
  const high = valueOf(Math.min(below + 1, length - 1));
  return low + (high - low) * (at - below);
}

/** Numbers the ties of rows in order of their values. */
function withTies(rows: Int32Array, values: Float32Array | Float64Array, tie: Int32Array, tieStarts: Int32Array): SortedColumn {
  const n = rows.length;
  const tieValues = values instanceof Float32Array ? new Float32Array(n) : new Float64Array(n);
  let ties = 0;
  for (let i = 0; i < n; i++) {
    const value = values[i]!;
    if (i === 0 || value !== values[i - 1]) {
      tieValues[ties] = value;
      tieStarts[ties++] = i;
    }
    tie[rows[i]!] = ties - 1;
  }
  tieStarts[ties] = n;
  return { rows, values, tie, tieStarts: tieStarts.subarray(0, ties + 1), tieValues: tieValues.subarray(0, ties) };
}

/** A part of a key to sort by: `key >>> shift`, cut to `bits`. */
interface Digit {
  readonly shift: number;
  readonly bits: number;
}

const allDigits: readonly Digit[] = [
  { shift: 0, bits: 11 },
  { shift: 11, bits: 11 },
  { shift: 22, bits: 10 },
];
/** Numbers that a half holds end in 13 zero bits as float32; without those, two passes suffice. */
const halfDigits: readonly Digit[] = [
  { shift: 13, bits: 10 },
  { shift: 23, bits: 9 },
];
const halfZeros = 0x1fff;

/** Writes unsigned keys whose order is the order of the numbers, −0 counting as 0, and tells which digits matter. */
function float32Keys(values: Float32Array, keys: Uint32Array): readonly Digit[] {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  let used = 0;
  for (let i = 0; i < bits.length; i++) {
    const word = bits[i]!;
    used |= word;
    keys[i] = orderedHighWord(word === minusZero ? 0 : word);
  }
  return used & halfZeros ? allDigits : halfDigits;
}

const minusZero = 0x8000_0000;

/** The less significant half of the ordered key of a float64. */
function lowWord(bits: Uint32Array, row: number): number {
  const low = bits[2 * row]!;
  const high = bits[2 * row + 1]!;
  return high >>> 31 && !(high === minusZero && low === 0) ? ~low : low;
}

/** The more significant half. */
function highWord(bits: Uint32Array, row: number): number {
  const high = bits[2 * row + 1]!;
  return orderedHighWord(high === minusZero && bits[2 * row] === 0 ? 0 : high);
}

/** Negative numbers: all bits flipped, so that larger magnitudes come first; others: after all negative ones. */
function orderedHighWord(bits: number): number {
  return bits >>> 31 ? ~bits : bits | 0x8000_0000;
}

/** Sorts rows by digits of their 32-bit keys, each skipped when all keys share it. Returns the buffer in use. */
function sortByKeys(
  keys: readonly [Uint32Array, Uint32Array],
  order: readonly [Int32Array, Int32Array],
  start: number,
  n: number,
  digits: readonly Digit[],
): number {
  let from = start;
  for (const { shift, bits } of digits) {
    const mask = (1 << bits) - 1;
    const key = keys[from]!;
    const rows = order[from]!;
    const next = new Int32Array(mask + 1);
    for (let i = 0; i < n; i++) {
      const digit = (key[i]! >>> shift) & mask;
      next[digit] = next[digit]! + 1;
    }
    if (n === 0 || next[(key[0]! >>> shift) & mask] === n) continue;
    for (let digit = 0, total = 0; digit <= mask; digit++) {
      const count = next[digit]!;
      next[digit] = total;
      total += count;
    }
    const toKey = keys[1 - from]!;
    const toRows = order[1 - from]!;
    for (let i = 0; i < n; i++) {
      const value = key[i]!;
      const digit = (value >>> shift) & mask;
      const at = next[digit]!;
      next[digit] = at + 1;
      toKey[at] = value;
      toRows[at] = rows[i]!;
    }
    from = 1 - from;
  }
  return from;
}
