/**
 * Rows that carry the same labels in every labelling form one cell. Statistics are gathered once a cell and then joined
 * into classes, so that twenty concepts cost one addition a value and not twenty, and no class is found by subtraction.
 */

import type { CellLabelling } from './joins';

/** A class number for every row, −1 where the row takes no part. */
export interface Labelling {
  readonly labels: Int32Array;
  readonly classes: number;
}

/** A set of labellings whose combinations are few enough to be kept apart. */
export interface CellGroup {
  /** Cell of each row; −1 where no labelling of the group has the row. */
  readonly cellOfRow: Int32Array;
  readonly cells: number;
  /** For each labelling of the group: its index in the list given, and the class of each cell (−1: takes no part). */
  readonly labellings: readonly CellLabelling[];
}

/** More cells than this would make the accumulators of a wide layer leave the cache; the labellings are then split up. */
const mostCells = 128;

/**
 * Groups the labellings, in order, so that no group has more than `limit` cells (a single labelling may have more). Rows
 * outside `rows` take no part. Every label must lie in [−1, classes).
 */
export function cellGroups(labellings: readonly Labelling[], rows: number, limit = mostCells): CellGroup[] {
  const groups: CellGroup[] = [];
  let open: { cellOfRow: Int32Array; cells: number; members: number[] } | undefined;
  for (const [index, labelling] of labellings.entries()) {
    const refined = refine(open, labelling, rows);
    if (open && refined.cells > limit) {
      groups.push(close(open, labellings));
      open = { ...refine(undefined, labelling, rows), members: [index] };
    } else {
      open = { ...refined, members: [...(open?.members ?? []), index] };
    }
  }
  if (open) groups.push(close(open, labellings));
  return groups;
}

/** Splits every cell by the labels of one more labelling. Cell numbers follow first occurrence; all −1 stays −1. */
function refine(
  before: { readonly cellOfRow: Int32Array; readonly cells: number } | undefined,
  { labels, classes }: Labelling,
  rows: number,
): { cellOfRow: Int32Array; cells: number } {
  const old = before ?? { cellOfRow: new Int32Array(rows).fill(-1), cells: 0 };
  // One table entry for each pair (old cell + 1, label + 1); the pair (−1, −1) means "still nowhere".
  const width = classes + 1;
  const table = new Int32Array((old.cells + 1) * width).fill(-1);
  const cellOfRow = new Int32Array(rows).fill(-1);
  let cells = 0;
  for (let row = 0; row < rows; row++) {
    const pair = ((old.cellOfRow[row] ?? -1) + 1) * width + (labels[row] ?? -1) + 1;
    if (pair === 0) continue;
    let cell = table[pair] ?? -1;
    if (cell < 0) table[pair] = cell = cells++;
    cellOfRow[row] = cell;
  }
  return { cellOfRow, cells };
}

function close(
  { cellOfRow, cells, members }: { cellOfRow: Int32Array; cells: number; members: readonly number[] },
  labellings: readonly Labelling[],
): CellGroup {
  const found = members.map((index) => ({ index, classOfCell: new Int32Array(cells).fill(-1) }));
  for (const { index, classOfCell } of found) {
    const labels = labellings[index]?.labels;
    cellOfRow.forEach((cell, row) => {
      if (cell >= 0) classOfCell[cell] = labels?.[row] ?? -1;
    });
  }
  return { cellOfRow, cells, labellings: found };
}
