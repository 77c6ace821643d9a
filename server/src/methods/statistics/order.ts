/**
 * The rows of one neuron in the order of their values, equal values grouped: one sort serves every concept. Sorting is by
 * the bits of the numbers (radix, least digit first), so it is exact, stable and linear in the rows.
 */

/** A column in order; the arrays belong to whoever sorted it. */
export interface SortedColumn {
  /** Rows by ascending value, equal values by row number. */
  readonly rows: Int32Array;
  /** Their values, ascending. */
  readonly values: Float32Array | Float64Array;
  /** Which tie each row belongs to: rows of equal value, ties numbered by ascending value; −1 where the row takes no part. */
  readonly tie: Int32Array;
  /** First place of each tie, and behind them the number of all places. */
  readonly tieStarts: Int32Array;
}

/** Sorts columns of at most `capacity` rows; the result of a call lives until the next one. */
export function columnSorter(capacity: number): (values: Float32Array | Float64Array) => SortedColumn {
  const keys = [new Uint32Array(capacity), new Uint32Array(capacity)] as const;
  const order = [new Int32Array(capacity), new Int32Array(capacity)] as const;
  const tie = new Int32Array(capacity);
  const tieStarts = new Int32Array(capacity + 1);

  return (values) => {
    const n = values.length;
    let from = 0;
    for (let row = 0; row < n; row++) order[0][row] = row;
    for (const word of orderedWords(values)) {
      const rows = order[from]!;
      const key = keys[from]!;
      for (let i = 0; i < n; i++) key[i] = word(rows[i]!);
      from = sortByKeys(keys, order, from, n);
    }
    const rows = order[from]!.subarray(0, n);
    const sorted = values.slice();
    for (let i = 0; i < n; i++) sorted[i] = values[rows[i]!]!;
    return withTies(rows, sorted, tie.subarray(0, n), tieStarts);
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

/** Quantile by linear interpolation at place (n − 1)p, as numpy's default. The column must have rows. */
export function quantile({ values }: Pick<SortedColumn, 'values'>, p: number): number {
  const at = (values.length - 1) * p;
  const below = Math.floor(at);
  const low = values[below]!;
  const high = values[Math.min(below + 1, values.length - 1)]!;
  return low + (high - low) * (at - below);
}

/** Numbers the ties of rows in order of their values. */
function withTies(rows: Int32Array, values: Float32Array | Float64Array, tie: Int32Array, tieStarts: Int32Array): SortedColumn {
  const n = rows.length;
  let ties = 0;
  for (let i = 0; i < n; i++) {
    if (i === 0 || values[i] !== values[i - 1]) tieStarts[ties++] = i;
    tie[rows[i]!] = ties - 1;
  }
  tieStarts[ties] = n;
  return { rows, values, tie, tieStarts: tieStarts.subarray(0, ties + 1) };
}

/** Unsigned words whose order is the order of the numbers, least significant first. −0 counts as 0. */
function orderedWords(values: Float32Array | Float64Array): ((row: number) => number)[] {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.byteLength / 4);
  if (values instanceof Float32Array) {
    return [(row) => orderedHighWord(bits[row] === 0x8000_0000 ? 0 : bits[row]!)];
  }
  const high = (row: number) => (values[row] === 0 ? 0 : bits[2 * row + 1]!);
  return [
    (row) => (high(row) >>> 31 ? ~bits[2 * row]! >>> 0 : values[row] === 0 ? 0 : bits[2 * row]!),
    (row) => orderedHighWord(high(row)),
  ];
}

/** Negative numbers: all bits flipped, so that larger magnitudes come first; others: after all negative ones. */
function orderedHighWord(bits: number): number {
  return (bits >>> 31 ? ~bits : bits | 0x8000_0000) >>> 0;
}

const digitBits = 11;
const buckets = 1 << digitBits;
const digits = [0, 11, 22] as const;

/** Sorts rows by their 32-bit keys in passes of 11 bits, each skipped when all keys share the digit. Returns the buffer in use. */
function sortByKeys(keys: readonly [Uint32Array, Uint32Array], order: readonly [Int32Array, Int32Array], start: number, n: number): number {
  let from = start;
  for (const shift of digits) {
    const key = keys[from]!;
    const rows = order[from]!;
    const next = new Int32Array(buckets);
    for (let i = 0; i < n; i++) {
      const digit = (key[i]! >>> shift) & (buckets - 1);
      next[digit] = next[digit]! + 1;
    }
    if (n === 0 || next[(key[0]! >>> shift) & (buckets - 1)] === n) continue;
    for (let digit = 0, total = 0; digit < buckets; digit++) {
      const count = next[digit]!;
      next[digit] = total;
      total += count;
    }
    const toKey = keys[1 - from]!;
    const toRows = order[1 - from]!;
    for (let i = 0; i < n; i++) {
      const value = key[i]!;
      const digit = (value >>> shift) & (buckets - 1);
      const at = next[digit]!;
      next[digit] = at + 1;
      toKey[at] = value;
      toRows[at] = rows[i]!;
    }
    from = 1 - from;
  }
  return from;
}
