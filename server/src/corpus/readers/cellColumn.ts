/** Column (from 1, UTF-16 units) at which cell `index` begins in a line whose cells are parted by one character each. */
export function cellColumn(cells: readonly string[], index: number): number {
  return cells.slice(0, index).reduce((column, cell) => column + cell.length + 1, 1);
}
