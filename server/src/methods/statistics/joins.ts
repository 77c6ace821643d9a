/**
 * In which order cells become the classes of many labellings: labellings that are alike share most of the way. The fourteen
 * word classes of a tag set tell fifteen kinds of cells apart, however many cells other labellings make of these.
 */

/** A labelling of cells: its number in a list, and the class of each cell (−1: takes no part). */
export interface CellLabelling {
  readonly index: number;
  readonly classOfCell: Int32Array;
}

/** Cells that become the classes of a labelling, or fewer cells that are joined further. */
export type Join = CellLabelling | { readonly cellOfCell: Int32Array; readonly cells: number; readonly then: readonly Join[] };

/** The joins that make the classes of all labellings of `cells` cells. */
export function planJoins(labellings: readonly CellLabelling[], cells: number): Join[] {
  if (labellings.length < 2) return [...labellings];
  const middle = labellings.length >> 1;
  return [labellings.slice(0, middle), labellings.slice(middle)].flatMap((part): Join[] => {
    const { cellOfCell, firsts } = kindsOfCells(part, cells);
    // Fewer cells are worth it where what they save later is more than what making them costs.
    if (cells + part.length * firsts.length >= part.length * cells) return planJoins(part, cells);
    const fewer = part.map(({ index, classOfCell }) => ({ index, classOfCell: Int32Array.from(firsts, (cell) => classOfCell[cell]!) }));
    return [{ cellOfCell, cells: firsts.length, then: planJoins(fewer, firsts.length) }];
  });
}

/** Cells that no labelling tells apart are of one kind; those outside of all are of none. Each kind with its first cell. */
function kindsOfCells(labellings: readonly CellLabelling[], cells: number): { cellOfCell: Int32Array; firsts: number[] } {
  const kinds = new Map<string, number>();
  const firsts: number[] = [];
  const cellOfCell = Int32Array.from({ length: cells }, (_, cell) => {
    const classes = labellings.map(({ classOfCell }) => classOfCell[cell]!);
    if (classes.every((k) => k < 0)) return -1;
    const key = classes.join();
    const known = kinds.get(key) ?? firsts.push(cell) - 1;
    kinds.set(key, known);
    return known;
  });
  return { cellOfCell, firsts };
}
