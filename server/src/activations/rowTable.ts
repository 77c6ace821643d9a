/** What each row of activations is: a word, or a single token when sub-words are not joined. Columns of equal length. */

/** The columns, in the order in which they are stored and in which `RowTableBuilder` takes them. */
export const rowColumns = ['word', 'sentence', 'position', 'inputTokens', 'pieces', 'token', 'start', 'end', 'flags'] as const;
export type RowColumn = (typeof rowColumns)[number];

/** Flags of a row. */
export const rowFlags = {
  /** Made, in part or whole, from the first position of the model's input: an outlier in causal models. */
  firstPosition: 1,
  /** A special token of the tokenizer's (only where every token is a row); never part of statistics. */
  special: 2,
} as const;

/**
 * - `word`: index in the corpus; −1 for tokens of no word. `sentence`: index in the corpus.
 * - `position`: of the row's token in the model's input, special tokens counted, padding not; of a word's last token when
 *   it is averaged. `inputTokens`: length of that input. Long sentences are several inputs, so positions begin again.
 * - `pieces`: tokens of the word. `token`: id of the token at `position`.
 * - `start`, `end`: span in the sentence's text, UTF-16 units; of the word, or of the token where every token is a row.
 */
export type RowTable = { readonly rows: number } & { readonly [column in RowColumn]: Int32Array };

/** One row, by columns. */
export type Row = Readonly<Record<RowColumn, number>>;

export function rowTable(rows: readonly Row[]): RowTable {
  const builder = new RowTableBuilder();
  for (const row of rows) builder.add(row);
  return builder.table();
}

/** Takes rows one after the other; cells in one array, since an object for each of a corpus's words costs more than its plan. */
export class RowTableBuilder {
  #cells = new Int32Array(rowColumns.length * 256);
  #rows = 0;

  get rows(): number {
    return this.#rows;
  }

  add(row: Row): void {
    const at = this.#rows++ * rowColumns.length;
    if (at === this.#cells.length) this.#grow();
    const cells = this.#cells;
    cells[at] = row.word;
    cells[at + 1] = row.sentence;
    cells[at + 2] = row.position;
    cells[at + 3] = row.inputTokens;
    cells[at + 4] = row.pieces;
    cells[at + 5] = row.token;
    cells[at + 6] = row.start;
    cells[at + 7] = row.end;
    cells[at + 8] = row.flags;
  }

  table(): RowTable {
    return rowTableFromCells([this.#cells.subarray(0, this.#rows * rowColumns.length)]);
  }

  #grow(): void {
    const larger = new Int32Array(this.#cells.length * 2);
    larger.set(this.#cells);
    this.#cells = larger;
  }
}

/** Row-major cells, `rows × rowColumns`: the form in which the table is stored. */
export function rowTableCells(table: RowTable): Int32Array {
  const cells = new Int32Array(table.rows * rowColumns.length);
  rowColumns.forEach((column, c) => table[column].forEach((value, r) => (cells[r * rowColumns.length + c] = value)));
  return cells;
}

/** Tables one after the other, from their stored cells. */
export function rowTableFromCells(parts: readonly Int32Array[]): RowTable {
  const rows = parts.reduce((sum, cells) => sum + cells.length, 0) / rowColumns.length;
  return makeTable(rows, (column) => {
    const c = rowColumns.indexOf(column);
    const values = new Int32Array(rows);
    let row = 0;
    for (const cells of parts) for (let at = c; at < cells.length; at += rowColumns.length) values[row++] = cells[at] as number;
    return values;
  });
}

function makeTable(rows: number, values: (column: RowColumn) => Int32Array): RowTable {
  return { rows, ...Object.fromEntries(rowColumns.map((column) => [column, values(column)])) } as RowTable;
}
