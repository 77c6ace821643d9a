/** Rows of words (BIO, TSV, CSV) on their way into the corpus: groups them into sentences and gives columns to attributes. */
import { isNone } from './bioTags';
import type { Layout } from './layout';
import { limits } from './limits';
import type { Reading } from './reading';
import { sentenceEndRule, sentenceEnds } from './sentenceEnds';
import { shifted, wordPlace } from './sourceMap';
import type { SourceMap } from './sourceMap';
import { addText, isReadable } from './text';

export interface Row {
  readonly cells: readonly string[];
  readonly line: number;
  /** Places of the characters of the word's cell. */
  readonly map: SourceMap | undefined;
}

export class Table {
  private readonly reading: Reading;
  private readonly layout: Layout;
  private rows: Row[] = [];
  private hasBorders = false;
  private sentenceId = '';

  constructor(reading: Reading, layout: Layout) {
    this.reading = reading;
    this.layout = layout;
  }

  /** Adds a row of the right width. */
  add(row: Row): void {
    const { word, isText, sentence } = this.layout;
    const { file, findings } = this.reading;
    const text = (row.cells[word] ?? '').trim();
    if (text === '') {
      findings.error(
        'CORPUS_COLUMNS',
        { file, line: row.line },
        { found: 'an empty word', expected: 'a word', remedy: 'Correct this line.' },
      );
      return;
    }
    if (isText) {
      this.addText(text, row);
      return;
    }
    if (text.length > limits.wordLength && !isReadable(this.reading, text, { line: row.line, map: this.wordMap(row) })) return;
    // Some tables write the sentence's number on its first word only.
    const id = (row.cells[sentence] ?? '').trim();
    if (id !== '' && id !== this.sentenceId) {
      if (this.sentenceId !== '') this.border();
      this.sentenceId = id;
    }
    this.rows.push(row);
  }

  /** A sentence ends here. */
  border(): void {
    this.hasBorders = true;
    this.flush(this.rows);
    this.rows = [];
  }

  /** The file ends here. Without a single border in it, sentences are found by their end marks. */
  end(): void {
    const ends = this.hasBorders ? [] : sentenceEnds(this.rows.map((row) => this.word(row)));
    if (ends.length > 1) {
      this.reading.findings.note(sentenceEndRule);
      ends.forEach((end, k) => this.flush(this.rows.slice(ends[k - 1] ?? 0, end)));
    } else {
      this.flush(this.rows);
    }
    this.rows = [];
  }

  private word({ cells }: Row): string {
    return (cells[this.layout.word] ?? '').trim();
  }

  /** Places of the characters of the word, which stands in its cell without the blanks around it. */
  private wordMap({ cells, map }: Row): SourceMap | undefined {
    const cell = cells[this.layout.word] ?? '';
    return map && shifted(map, cell.length - cell.trimStart().length);
  }

  private flush(rows: readonly Row[]): void {
    const first = rows[0];
    if (!first) return;
    let at = 0;
    const words = rows.map((row) => {
      const start = at;
      const end = start + this.word(row).length;
      at = end + 1;
      return { start, end, ...wordPlace(this.wordMap(row), 0, end - start, row.line) };
    });
    const text = rows.map((row) => this.word(row)).join(' ');
    const id = this.layout.sentence >= 0 ? this.sentenceId : undefined;
    const from = this.reading.into.addSentence(text, words, { line: first.line, id });
    rows.forEach((row, k) => this.annotate(row, from + k));
  }

  /** A row that is a whole text gives its values to each of its words. */
  private addText(text: string, row: Row): void {
    const range = addText(this.reading, text, { line: row.line, map: this.wordMap(row) });
    if (!range) return;
    for (let w = range.from; w < range.to; w++) this.annotate(row, w);
  }

  private annotate({ cells }: Row, word: number): void {
    for (const { column, name } of this.layout.attributes) {
      const value = (cells[column] ?? '').trim();
      if (!isNone(value)) this.reading.into.set(name, word, value);
    }
  }
}
