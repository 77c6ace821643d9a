/** Tab-separated words: one a line, blank lines between sentences, no quoting (a lone quotation mark is a word). */
import { counted } from '../counted';
import { layoutOf } from './layout';
import type { LineReader, Reading } from './reading';
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
      const before = cells.slice(0, layout.word).reduce((sum, cell) => sum + cell.length + 1, 0);
      table.add({ cells, line: number, column: before + 1 });
    },
    end: () => table.end(),
  };
}
