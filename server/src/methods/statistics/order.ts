/**
 * The rows of one neuron in the order of their values, equal values grouped: one sort serves every concept. Sorting is by
 * the bits of the numbers (radix, least digit first), so it is exact, stable and linear in the rows.
 */

/** Rows by ascending value, equal values by row number. Arrays run over places; buffers belong to the sorter. */
export interface SortedColumn {
  readonly values: Float32Array | Float64Array;
  readonly rows: Int32Array;
  /** First place, and one past the last, of the group of equal values that a place belongs to. */
  readonly tieStart: Int32Array;
  readonly tieEnd: Int32Array;
}

/** Sorts columns of at most `capacity` rows; the result of a call lives until the next one. */
export function columnSorter(capacity: number): (values: Float32Array | Float64Array) => SortedColumn {
  const keys = [new Uint32Array(capacity), new Uint32Array(capacity)] as const;
  const order = [new Int32Array(capacity), new Int32Array(capacity)] as const;
  const tieStart = new Int32Array(capacity);
  const tieEnd = new Int32Array(capacity);

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
    markTies(values, rows, tieStart, tieEnd);
    return { values, rows, tieStart: tieStart.subarray(0, n), tieEnd: tieEnd.subarray(0, n) };
  };
}

/** Only the rows that `included` marks, in buffers of their own. */
export function restricted(column: SortedColumn, included: Uint8Array): SortedColumn {
  const rows = column.rows.filter((row) => included[row] === 1);
  const tieStart = new Int32Array(rows.length);
  const tieEnd = new Int32Array(rows.length);
  markTies(column.values, rows, tieStart, tieEnd);
  return { values: column.values, rows, tieStart, tieEnd };
}

/** Quantile by linear interpolation at place (n − 1)p, as numpy's default. The column must have rows. */
export function quantile({ values, rows }: SortedColumn, p: number): number {
  const at = (rows.length - 1) * p;
  const below = Math.floor(at);
  const low = values[rows[below]!]!;
  const high = values[rows[Math.min(below + 1, rows.length - 1)]!]!;
  return low + (high - low) * (at - below);
}

function markTies(values: Float32Array | Float64Array, rows: Int32Array, tieStart: Int32Array, tieEnd: Int32Array): void {
  const n = rows.length;
  for (let start = 0; start < n;) {
    const value = values[rows[start]!]!;
    let end = start + 1;
    while (end < n && values[rows[end]!]! === value) end++;
    tieStart.fill(start, start, end);
    tieEnd.fill(end, start, end);
    start = end;
  }
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
