/**
 * The rows of one neuron grouped by equal value, which is all of its order that detection needs. Values as half precision
 * stores them are so few that they are counted and not sorted: exact, and several times faster.
 */
import { columnSorter, restricted } from './order';
import type { SortedColumn, Ties } from './order';

/** A column's rows grouped by equal value. */
export interface TiedColumn extends Ties {
  /** The tie of a row that takes part is `tieOfKey[keyOfRow[row]]`: looked up where it is asked for, which is seldom for all rows. */
  readonly keyOfRow: Int32Array;
  readonly tieOfKey: Int32Array;
}

/** Groups columns of at most `capacity` rows; the result of a call lives until the next one. */
export function tieFinder(capacity: number): (values: Float32Array | Float64Array, included: Uint8Array) => TiedColumn {
  const byCount = halfCounter(capacity);
  let sort: ReturnType<typeof columnSorter> | undefined;
  return (values, included) => {
    const counted = values instanceof Float32Array ? byCount(values, included) : null;
    if (counted) return counted;
    sort ??= columnSorter(capacity);
    const sorted = sort(values);
    return groupedRows(included.includes(0) ? restricted(sorted, included) : sorted);
  };
}

/** The groups of a column that is sorted already. */
export function groupedRows({ tie, tieStarts, tieValues }: SortedColumn): TiedColumn {
  const tieOfKey = new Int32Array(tieValues.length);
  for (let key = 0; key < tieOfKey.length; key++) tieOfKey[key] = key;
  return { keyOfRow: tie, tieOfKey, tieStarts, tieValues };
}

/**
 * A half widened to float32 ends in 13 zero bits. Without those its magnitude, as an integer, runs from `smallest` (2⁻²⁴)
 * to `largest` (65,504); zero stands below.
 */
const zeroBits = 13;
const smallest = 0x3380_0000 >>> zeroBits;
const largest = 0x477f_e000 >>> zeroBits;
const magnitudes = largest - smallest + 1;
/** Keys ascend with the values: −65,504 is 0, zero is `magnitudes`, 65,504 the last. */
const keys = 2 * magnitudes + 1;

/** The grouping of columns that hold finite halves only; null for others. */
function halfCounter(capacity: number): (values: Float32Array, included: Uint8Array) => TiedColumn | null {
  const keyOfRow = new Int32Array(capacity);
  // How often each key occurs; then the number of its tie. All 0 but for the keys of the last column, `used`.
  const table = new Int32Array(keys);
  let used = table.subarray(0, 0);
  const tieKeys = new Int32Array(capacity + 1);
  const tieStarts = new Int32Array(capacity + 1);
  const tieValues = new Float32Array(capacity);
  return (values, included) => {
    const n = values.length;
    if (!halfKeys(values, keyOfRow)) return null;
    used.fill(0);
    let first = keys;
    let last = -1;
    for (let row = 0; row < n; row++) {
      if (included[row] !== 1) continue;
      const key = keyOfRow[row]!;
      table[key] = table[key]! + 1;
      if (key < first) first = key;
      if (key > last) last = key;
    }
    used = table.subarray(first, last + 1);
    let ties = 0;
    let place = 0;
    // Without a branch: whether a key occurs is as good as random. What is written for one that does not is overwritten.
    for (let key = first; key <= last; key++) {
      const count = table[key]!;
      table[key] = ties;
      tieKeys[ties] = key;
      tieStarts[ties] = place;
      place += count;
      ties += -count >>> 31;
    }
    for (let tied = 0; tied < ties; tied++) tieValues[tied] = halfOf(tieKeys[tied]!);
    tieStarts[ties] = place;
    return { keyOfRow, tieOfKey: table, tieStarts: tieStarts.subarray(0, ties + 1), tieValues: tieValues.subarray(0, ties) };
  };
}

/** Writes the key of every value; false, with keys that mean nothing, when some value is no finite half. */
function halfKeys(values: Float32Array, into: Int32Array): boolean {
  const bits = new Int32Array(values.buffer, values.byteOffset, values.length);
  let belowLastPlace = 0;
  // Negative as soon as some magnitude lies outside.
  let range = 0;
  for (let row = 0; row < bits.length; row++) {
    const word = bits[row]!;
    const zero = word << 1 === 0 ? 1 : 0;
    const magnitude = zero ? 0 : ((word & 0x7fff_ffff) >> zeroBits) - smallest + 1;
    belowLastPlace |= word << (32 - zeroBits);
    range |= (magnitude - 1 + zero) | (magnitudes - magnitude);
    const sign = word >> 31;
    into[row] = magnitudes + ((magnitude ^ sign) - sign);
  }
  return belowLastPlace === 0 && range >= 0;
}

const scratch = new Float32Array(1);
const scratchBits = new Int32Array(scratch.buffer);

/** The value of a key. */
function halfOf(key: number): number {
  const distance = Math.abs(key - magnitudes);
  scratchBits[0] = distance === 0 ? 0 : (distance - 1 + smallest) << zeroBits;
  return key < magnitudes ? -scratch[0]! : scratch[0]!;
}
