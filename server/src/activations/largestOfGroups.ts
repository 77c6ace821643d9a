import type { Matrix } from './matrix';

/**
 * A matrix of which every row is a group of another's rows and holds the largest value of each column among them: a sentence
 * in place of its words. `groupOf` names the group of each row, −1 where the row takes no part; groups are numbered from 0,
 * ascend with the rows, and each has a row. A value that is no number makes its group's one, so that it is not hidden.
 */
export function largestOfGroups(matrix: Matrix, groupOf: Int32Array, groups: number): Matrix {
  const { columns } = matrix;
  return {
    rows: groups,
    columns,
    async *blocks() {
      // The group that the last block may have ended in the middle of; what is before it is whole.
      let open = -1;
      let held: Float32Array | Float64Array = new Float32Array(0);
      for await (const { from, rows, values } of matrix.blocks()) {
        const first = Math.max(0, open);
        const last = lastGroup(groupOf, from, from + rows, open);
        const largest = like(values, (last - first + 1) * columns).fill(-Infinity);
        if (open >= 0) largest.set(held);
        for (let r = 0; r < rows; r++) {
          const group = groupOf[from + r]!;
          if (group >= 0) raise(largest, (group - first) * columns, values, r * columns, columns);
        }
        const whole = last - first;
        if (whole > 0) yield { from: first, rows: whole, values: largest.subarray(0, whole * columns) };
        open = last;
        held = largest.slice(Math.max(0, whole) * columns);
      }
      if (open >= 0) yield { from: open, rows: 1, values: held };
    },
    async readColumns(from, to, spare) {
      const words = await matrix.readColumns(from, to);
      const size = (to - from) * groups;
      const largest = (spare && sameKind(spare, words) && spare.length === size ? spare : like(words, size)).fill(-Infinity);
      for (let c = 0; c < to - from; c++) {
        const start = c * matrix.rows;
        for (let row = 0; row < matrix.rows; row++) {
          const group = groupOf[row]!;
          if (group >= 0) raise(largest, c * groups + group, words, start + row, 1);
        }
      }
      return largest;
    },
  };
}

/** The group of the last row of a block that takes part; `open` where none does. */
function lastGroup(groupOf: Int32Array, from: number, to: number, open: number): number {
  for (let row = to - 1; row >= from; row--) if (groupOf[row]! >= 0) return groupOf[row]!;
  return open;
}

/** Raises `count` values of `largest` to those of `values`. A comparison with NaN is false, so NaN is asked for by name. */
function raise(largest: Float32Array | Float64Array, at: number, values: Float32Array | Float64Array, from: number, count: number): void {
  for (let i = 0; i < count; i++) {
    const value = values[from + i]!;
    if (value > largest[at + i]! || Number.isNaN(value)) largest[at + i] = value;
  }
}

function like(values: Float32Array | Float64Array, size: number): Float32Array | Float64Array {
  return values instanceof Float32Array ? new Float32Array(size) : new Float64Array(size);
}

function sameKind(a: Float32Array | Float64Array, b: Float32Array | Float64Array): boolean {
  return a instanceof Float32Array === b instanceof Float32Array;
}
