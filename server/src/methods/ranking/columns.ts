/** Walks over the neurons of a matrix one column at a time, reading many at once. */
import type { Matrix } from '../../activations/matrix';

/** Values read at once: 16 MB of float32. */
const valuesAtOnce = 1 << 22;

/** Columns between two signs of life, also where much is done with each: a null of many concepts takes half a second a column. */
const columnsAStep = 16;

/**
 * Calls `visit` with every column of `columns` (ascending), its index in that list and its values. Columns that lie close
 * together are read together. `onColumns` hears how many are done.
 */
export async function eachColumn(
  matrix: Matrix,
  columns: ArrayLike<number>,
  visit: (values: Float32Array | Float64Array, index: number) => void,
  onColumns: (done: number) => Promise<void> | void = () => {},
): Promise<void> {
  const width = Math.max(1, Math.floor(valuesAtOnce / Math.max(1, matrix.rows)));
  let values: Float32Array | Float64Array | undefined;
  for (let first = 0; first < columns.length;) {
    const from = columns[first]!;
    let last = first;
    while (last + 1 < columns.length && columns[last + 1]! < from + width) last++;
    values = await matrix.readColumns(from, columns[last]! + 1, values);
    for (let index = first; index <= last; index++) {
      const start = (columns[index]! - from) * matrix.rows;
      visit(values.subarray(start, start + matrix.rows), index);
      if (index < last && (index + 1 - first) % columnsAStep === 0) await onColumns(index + 1);
    }
    first = last + 1;
    await onColumns(first);
  }
}
