/** Count, mean, scatter and range of every neuron in every class of many labellings, in one pass over the matrix (the statistic S2). */
import type { Matrix } from '../../activations/matrix';
import { cellGroups } from './cells';
import type { Labelling } from './cells';
import { cellSummer } from './cellSums';
import { emptyMoments } from './classMoments';
import type { ClassMoments } from './classMoments';
import { planJoins } from './joins';
import type { Join } from './joins';

/** Moments of a matrix for each labelling, in the order given. `onRows` hears after every block how many rows are read. */
export type MomentGatherer = (matrix: Matrix, onRows?: (rows: number) => Promise<void> | void) => Promise<ClassMoments[]>;

/** Prepares the labellings of `rows` rows once for any number of matrices, which are to be gathered one after the other. */
export function momentGatherer(labellings: readonly Labelling[], rows: number): MomentGatherer {
  const groups = cellGroups(labellings, rows);
  const sumsFor = cellSummer(groups);
  const joins = groups.map(({ labellings: members, cells }) => planJoins(members, cells));
  return async (matrix, onRows = () => {}) => {
    const sums = sumsFor(matrix.columns);
    for await (const block of matrix.blocks()) {
      sums.addBlock(block.from, block.rows, block.values);
      await onRows(block.from + block.rows);
    }
    const result: ClassMoments[] = [];
    const joinAll = (cells: ClassMoments, steps: readonly Join[]): void => {
      for (const step of steps) {
        if ('then' in step) joinAll(joinCells(cells, step.cellOfCell, step.cells), step.then);
        else result[step.index] = joinCells(cells, step.classOfCell, labellings[step.index]?.classes ?? 0);
      }
    };
    for (const [g, cells] of sums.moments().entries()) joinAll(cells, joins[g]!);
    return result;
  };
}

/** Joins the cells of each class of one labelling. */
function joinCells(cells: ClassMoments, classOfCell: Int32Array, classes: number): ClassMoments {
  const joined = emptyMoments(classes, cells.columns);
  for (let cell = 0; cell < cells.classes; cell++) {
    const k = classOfCell[cell]!;
    if (k >= 0) mergeClass(joined, k, cells, cell);
  }
  return joined;
}

/** Adds class `j` of `other` to class `k` of `into`, by Chan, Golub and LeVeque's update. */
function mergeClass(into: ClassMoments, k: number, other: ClassMoments, j: number): void {
  const n = into.count[k]!;
  const m = other.count[j]!;
  if (m === 0) return;
  const share = m / (n + m);
  const between = n * share;
  const cut = (values: Float64Array, row: number) => values.subarray(row * into.columns, (row + 1) * into.columns);
  const [mean, scatter, min, max] = [cut(into.mean, k), cut(into.scatter, k), cut(into.min, k), cut(into.max, k)];
  const [ownMean, ownScatter, ownMin, ownMax] = [cut(other.mean, j), cut(other.scatter, j), cut(other.min, j), cut(other.max, j)];
  // The first mean is taken over as it is, so that equal values stay exactly equal.
  if (n === 0) mean.set(ownMean);
  for (let c = 0; c < mean.length; c++) {
    const delta = ownMean[c]! - mean[c]!;
    mean[c] = mean[c]! + delta * share;
    scatter[c] = scatter[c]! + ownScatter[c]! + delta * delta * between;
    const low = ownMin[c]!;
    const high = ownMax[c]!;
    if (low < min[c]!) min[c] = low;
    if (high > max[c]!) max[c] = high;
  }
  into.count[k] = n + m;
}
