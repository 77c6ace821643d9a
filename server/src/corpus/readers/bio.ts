/**
 * Words with span tags, one a line (CoNLL-2000, CoNLL-2003, WNUT, Universal NER): tabs or blanks between columns, blank
 * lines between sentences. The last column of tags becomes `ner`, a type covering its B and I; IOB1, IOB2, IOBES and
 * BILOU are told apart and named.
 */
import { shown } from '../../protocol/errors';
import { spanTag } from './bioTags';
import { counted } from '../../protocol/counted';
import { cellColumn } from './cellColumn';
import { layoutOf } from './layout';
import { SpanScheme } from './spanScheme';
import type { LineReader, Reading } from './reading';
import { asItIs } from './sourceMap';
import { Table } from './table';

export function bioReader(reading: Reading): LineReader {
  const { file, findings, columns } = reading;
  const tabs = reading.head.some((text) => text.includes('\t'));
  const split = (text: string) => (tabs ? text.trimEnd().split('\t') : text.trim().split(/[ \t]+/));
  const sample = reading.head.filter((text) => text.trim() !== '' && !isDocumentStart(text)).map(split);
  const width = (sample.find(([first = '']) => !first.startsWith('#')) ?? sample[0] ?? []).length;
  const rows = sample.filter((cells) => cells.length === width && isData(cells));
  const tags = tagColumn(rows, columns);
  const layout = layoutOf(
    rows.map((cells) => cells.slice(0, tags + 1)),
    columns,
    findings,
    'ner',
  );
  const table = new Table(reading, { ...layout, width });
  const scheme = new SpanScheme(file, findings);
  let header = layout.header;

  /** A hash can be a word: a comment is a line that does not fit the table. */
  function isData(cells: readonly string[]): boolean {
    const last = cells.at(-1) ?? '';
    return !(cells[0] ?? '').startsWith('#') || (cells.length === width && (cells.length > 2 || spanTag(last) !== undefined));
  }

  return {
    line({ number, text, bad }) {
      if (bad) return;
      if (text.trim() === '' || isDocumentStart(text)) {
        table.border();
        scheme.border();
        return;
      }
      const cells = split(text);
      if (!isData(cells)) return;
      if (cells.length !== width) {
        findings.error(
          'CORPUS_COLUMNS',
          { file, line: number },
          {
            found: counted(cells.length, 'column'),
            expected: `${width}, as in the first row`,
            remedy: 'Correct this line.',
          },
        );
        return;
      }
      if (header) {
        header = false;
        return;
      }
      const tag = spanTag(cells[tags] ?? '');
      if (tag === undefined) {
        findings.error(
          'BIO_TAG',
          { file, line: number },
          {
            found: `'${shown(cells[tags] ?? '', 80)}'`,
            expected: 'O, or B- or I- (E-, S-, L-, U-) and a type',
            remedy: 'Correct the tag, or read the file with --format tsv if these are other labels.',
          },
        );
        return;
      }
      scheme.next(tag, number);
      const column = tabs ? cellColumn(cells, layout.word) : columnBetweenBlanks(text, layout.word);
      table.add({ cells, line: number, map: asItIs(number, column) });
    },
    end() {
      table.end();
      scheme.end();
    },
  };
}

function isDocumentStart(text: string): boolean {
  return text.startsWith('-DOCSTART-');
}

/** Column (from 1) of cell `index` in a line whose cells are parted by runs of blanks and tabs. */
function columnBetweenBlanks(text: string, index: number): number {
  const blanks = text.length - text.trimStart().length;
  const separators = [...text.trim().matchAll(/[ \t]+/g)];
  const before = separators[index - 1];
  return blanks + (before ? before.index + before[0].length : 0) + 1;
}

/** The column asked for as `ner` or `label`, or else the last one in which at least half of the values are span tags. */
function tagColumn(rows: readonly (readonly string[])[], asked: readonly string[] | undefined): number {
  const named = asked?.findIndex((name) => name === 'ner' || name === 'label') ?? -1;
  if (named >= 0) return named;
  const width = rows[0]?.length ?? 1;
  for (let column = width - 1; column > 0; column--) {
    const tags = rows.filter((cells) => spanTag(cells[column] ?? '') !== undefined).length;
    if (tags * 2 >= rows.length) return column;
  }
  return width - 1;
}
