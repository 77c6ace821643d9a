/** The table of rows that is written beside exported activations: `words.parquet`, one row group a chunk. */
import { createHash } from 'node:crypto';
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet';
import { ParquetWriter, fileWriter, schemaFromColumnData } from 'hyparquet-writer';
import type { Corpus } from '../corpus/corpus';
import { type RowTable, rowFlags } from './rowTable';

/** Columns of the file with their types: what each row of the matrices is. Sentences, words and rows count from 0, lines from 1. */
const columns = {
  row: 'INT32',
  sentence: 'INT32',
  word: 'INT32',
  text: 'STRING',
  start: 'INT32',
  end: 'INT32',
  line: 'INT32',
  position: 'INT32',
  input_tokens: 'INT32',
  pieces: 'INT32',
  token: 'INT32',
  first_position: 'BOOLEAN',
  special: 'BOOLEAN',
} as const;
type Column = keyof typeof columns;
const names = Object.keys(columns) as Column[];

/** Some rows of the table, by columns. */
export type WordsColumns = Readonly<Record<Column, readonly (number | string | boolean)[]>>;

/** The table's rows `from..to` of a run; `row` counts from the run's first. */
export function wordsColumns(corpus: Corpus, table: RowTable, from: number, to: number): WordsColumns {
  const each = <T>(value: (row: number) => T): T[] => Array.from({ length: to - from }, (_, i) => value(from + i));
  const cell = (column: Exclude<keyof RowTable, 'rows'>): number[] => each((row) => table[column][row] as number);
  const flag = (bit: number): boolean[] => each((row) => ((table.flags[row] as number) & bit) !== 0);
  return {
    row: each((row) => row),
    sentence: cell('sentence'),
    word: cell('word'),
    text: each((row) => corpus.sentences[table.sentence[row] as number]?.text.slice(table.start[row], table.end[row]) ?? ''),
    start: cell('start'),
    end: cell('end'),
    line: each((row) => lineOf(corpus, table, row)),
    position: cell('position'),
    input_tokens: cell('inputTokens'),
    pieces: cell('pieces'),
    token: cell('token'),
    first_position: flag(rowFlags.firstPosition),
    special: flag(rowFlags.special),
  };
}

function lineOf(corpus: Corpus, table: RowTable, row: number): number {
  const word = table.word[row] as number;
  return (word >= 0 ? corpus.words.line[word] : corpus.sentences[table.sentence[row] as number]?.line) ?? 0;
}

/** Writes the table part by part. */
export class WordsWriter {
  readonly #writer: ParquetWriter;

  constructor(path: string) {
    const schema = schemaFromColumnData({ columnData: names.map((name) => ({ name, data: [], type: columns[name], nullable: false })) });
    this.#writer = new ParquetWriter({ writer: fileWriter(path), schema });
  }

  add(part: WordsColumns): void {
    const rows = part.row.length;
    if (rows === 0) return;
    void this.#writer.write({ columnData: names.map((name) => ({ name, data: [...part[name]] })), rowGroupSize: rows });
  }

  finish(): void {
    void this.#writer.finish();
  }
}

/** Reads rows `from..to` of a table that `WordsWriter` wrote. Rejects with whatever the Parquet reader makes of another file. */
export async function readWords(path: string, from: number, to: number): Promise<WordsColumns> {
  const file = await asyncBufferFromFile(path);
  const rows = to > from ? await parquetReadObjects({ file, columns: names, rowStart: from, rowEnd: to }) : [];
  const column = (name: Column): WordsColumns[Column] => rows.map((row) => row[name] as number | string | boolean);
  return Object.fromEntries(names.map((name) => [name, column(name)])) as Record<Column, WordsColumns[Column]>;
}

/** SHA-256 (hex) of some rows of the table, but for their numbers, which a merge changes. */
export function wordsHash(part: WordsColumns): string {
  return createHash('sha256')
    .update(JSON.stringify({ ...part, row: null }))
    .digest('hex');
}
