/** Tab-separated words: one a line, blank lines between sentences, no quoting (a lone quotation mark is a word). */
import { counted } from '../../protocol/counted';
import { cellColumn } from './cellColumn';
import { layoutOf } from './layout';
import type { LineReader, Reading } from './reading';
import { asItIs } from './sourceMap';
import { Table } from './table';

export function tsvReader(reading: Reading): LineReader {
  const { file, findings, columns, head } = reading;
  const layout = layoutOf(
    head.filter((text) => text.trim() !== '').map((text) => text.split('\t')),
    columns,
    findings,
  );
  const table = new Table(reading, layout);
  let header = layout.header;
  return {
    line({ number, text, bad }) {
      if (bad) return;
      if (text.trim() === '') {
        table.border();
        return;
      }
      const cells = text.split('\t');
      if (cells.length !== layout.width) {
        findings.error(
          'CORPUS_COLUMNS',
          { file, line: number },
          {
            found: counted(cells.length, 'column'),
            expected: `${layout.width}, ${layout.widthRule}`,
            remedy: cells.length === 1 ? 'Columns are separated by tabs.' : 'Correct this line.',
          },
        );
        return;
      }
      if (header) {
        header = false;
        return;
      }
      table.add({ cells, line: number, map: asItIs(number, cellColumn(cells, layout.word)) });
    },
    end: () => table.end(),
  };
}
