/**
 * Count, mean, scatter and range of every neuron in every class of many labellings, in one pass over the matrix (the
 * statistic S2). Sums are float64 over values shifted by the first row of their cell: the shifted sum of squares is then at
 * most (rows + 1) times the scatter, so the difference that makes the scatter loses at most log10(rows) of 16 digits,
 * whatever the offset of the neuron, and is exactly 0 where all values are equal.
 */
import type { Matrix } from '../../activations/matrix';
import { cellGroups } from './cells';
import type { CellGroup, Labelling } from './cells';

/** Statistics of `columns` neurons in `classes` classes; `mean[k * columns + c]`, and so on. `scatter` is Σ(x − mean)². */
export interface ClassMoments {
  readonly classes: number;
  readonly columns: number;
  readonly count: Float64Array;
  readonly mean: Float64Array;
  readonly scatter: Float64Array;
  readonly min: Float64Array;
  readonly max: Float64Array;
}

/** Empty statistics: counts 0, ranges from +∞ to −∞. */
function emptyMoments(classes: number, columns: number): ClassMoments {
  return {
    classes,
    columns,
    count: new Float64Array(classes),
    mean: new Float64Array(classes * columns),
    scatter: new Float64Array(classes * columns),
    min: new Float64Array(classes * columns).fill(Infinity),
    max: new Float64Array(classes * columns).fill(-Infinity),
  };
}

/** Moments for each labelling, in the order given. `onRows` hears after every block how many rows are read. */
export async function classMoments(
  matrix: Matrix,
  labellings: readonly Labelling[],
  onRows: (rows: number) => Promise<void> | void = () => {},
): Promise<ClassMoments[]> {
  const groups = cellGroups(labellings, matrix.rows).map((group) => ({ group, sums: emptySums(group.cells, matrix.columns) }));
  for await (const { from, rows, values } of matrix.blocks()) {
    for (const { group, sums } of groups) addBlock(sums, group, from, rows, values);
    await onRows(from + rows);
  }
  const result: ClassMoments[] = [];
  for (const { group, sums } of groups) {
    for (const { index, classOfCell } of group.labellings) {
      result[index] = joinCells(sums, classOfCell, labellings[index]?.classes ?? 0);
    }
  }
  return result;
}

/** Adds the single class of `other` to class `k` of `into`, by Chan, Golub and LeVeque's update. */
function mergeClass(into: ClassMoments, k: number, other: ClassMoments): void {
  const n = into.count[k] ?? 0;
  const m = other.count[0] ?? 0;
  if (m === 0) return;
  const { columns, mean, scatter, min, max } = into;
  for (let c = 0, a = k * columns, b = 0; c < columns; c++, a++, b++) {
    const delta = other.mean[b]! - mean[a]!;
    // With n = 0 the mean is taken over as it is, so that equal values stay exactly equal.
    mean[a] = n === 0 ? other.mean[b]! : mean[a]! + (delta * m) / (n + m);
    scatter[a] = n === 0 ? other.scatter[b]! : scatter[a]! + other.scatter[b]! + (delta * delta * n * m) / (n + m);
    min[a] = Math.min(min[a]!, other.min[b]!);
    max[a] = Math.max(max[a]!, other.max[b]!);
  }
  into.count[k] = n + m;
}

/** Running sums of every cell, each shifted by the cell's first row. */
interface CellSums {
  readonly cells: number;
  readonly columns: number;
  readonly count: Float64Array;
  readonly first: Float64Array;
  readonly sum: Float64Array;
  readonly square: Float64Array;
  readonly min: Float64Array;
  readonly max: Float64Array;
}

function emptySums(cells: number, columns: number): CellSums {
  const size = cells * columns;
  return {
    cells,
    columns,
    count: new Float64Array(cells),
    first: new Float64Array(size),
    sum: new Float64Array(size),
    square: new Float64Array(size),
    min: new Float64Array(size).fill(Infinity),
    max: new Float64Array(size).fill(-Infinity),
  };
}

/** Adds a block, cell by cell, four rows at a time: the sums are then loaded and stored once for four values. */
function addBlock(sums: CellSums, group: CellGroup, from: number, rows: number, values: Float32Array | Float64Array): void {
  const { columns, count, first } = sums;
  const { order, starts } = rowsByCell(group, from, rows);
  for (let cell = 0; cell < sums.cells; cell++) {
    const begin = starts[cell]!;
    const end = starts[cell + 1]!;
    if (begin === end) continue;
    const base = cell * columns;
    if (count[cell] === 0) {
      const row = order[begin]! * columns;
      for (let c = 0; c < columns; c++) first[base + c] = values[row + c]!;
    }
    count[cell] = count[cell]! + end - begin;
    let i = begin;
    for (; i + 4 <= end; i += 4) addFour(sums, base, values, order, i);
    for (; i < end; i++) addOne(sums, base, values, order[i]! * columns);
  }
}

function addFour(sums: CellSums, base: number, values: Float32Array | Float64Array, order: Int32Array, i: number): void {
  const { columns, first, sum, square, min, max } = sums;
  let p = order[i]! * columns;
  let q = order[i + 1]! * columns;
  let r = order[i + 2]! * columns;
  let s = order[i + 3]! * columns;
  for (let at = base, end = base + columns; at < end; at++) {
    const shift = first[at]!;
    const a = values[p++]!;
    const b = values[q++]!;
    const c = values[r++]!;
    const d = values[s++]!;
    const da = a - shift;
    const db = b - shift;
    const dc = c - shift;
    const dd = d - shift;
    sum[at] = sum[at]! + (da + db + (dc + dd));
    square[at] = square[at]! + (da * da + db * db + (dc * dc + dd * dd));
    // Comparisons, several times faster than Math.min; they pass NaN over, which the scatter gives away.
    const low = min[at]!;
    const high = max[at]!;
    if (a < low || b < low || c < low || d < low) min[at] = Math.min(a, b, c, d);
    if (a > high || b > high || c > high || d > high) max[at] = Math.max(a, b, c, d);
  }
}

function addOne(sums: CellSums, base: number, values: Float32Array | Float64Array, start: number): void {
  const { columns, first, sum, square, min, max } = sums;
  for (let c = 0, at = base; c < columns; c++, at++) {
    const a = values[start + c]!;
    const shifted = a - first[at]!;
    sum[at] = sum[at]! + shifted;
    square[at] = square[at]! + shifted * shifted;
    min[at] = Math.min(min[at]!, a);
    max[at] = Math.max(max[at]!, a);
  }
}

/** Rows of a block (numbers within the block) grouped by cell: those of cell k are `order[starts[k] … starts[k + 1])`. */
function rowsByCell({ cellOfRow, cells }: CellGroup, from: number, rows: number): { order: Int32Array; starts: Int32Array } {
  const starts = new Int32Array(cells + 1);
  for (let row = from; row < from + rows; row++) {
    const cell = cellOfRow[row]!;
    if (cell >= 0) starts[cell + 1] = starts[cell + 1]! + 1;
  }
  for (let cell = 0; cell < cells; cell++) starts[cell + 1] = starts[cell + 1]! + starts[cell]!;
  const next = starts.slice();
  const order = new Int32Array(starts[cells]!);
  for (let row = 0; row < rows; row++) {
    const cell = cellOfRow[from + row]!;
    if (cell < 0) continue;
    const at = next[cell]!;
    order[at] = row;
    next[cell] = at + 1;
  }
  return { order, starts };
}

/** Joins the cells of each class of one labelling. */
function joinCells(sums: CellSums, classOfCell: Int32Array, classes: number): ClassMoments {
  const { columns } = sums;
  const joined = emptyMoments(classes, columns);
  const cellMoments = emptyMoments(1, columns);
  for (let cell = 0; cell < sums.cells; cell++) {
    const k = classOfCell[cell]!;
    if (k < 0) continue;
    const n = sums.count[cell]!;
    cellMoments.count[0] = n;
    for (let c = 0, at = cell * columns; c < columns; c++, at++) {
      const shifted = sums.sum[at]! / n;
      cellMoments.mean[c] = sums.first[at]! + shifted;
      cellMoments.scatter[c] = Math.max(0, sums.square[at]! - sums.sum[at]! * shifted);
      cellMoments.min[c] = sums.min[at]!;
      cellMoments.max[c] = sums.max[at]!;
    }
    mergeClass(joined, k, cellMoments);
  }
  return joined;
}
