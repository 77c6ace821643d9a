/** Comma-separated words (RFC 4180, other separators guessed): quoted cells may hold separators, quotes and line breaks. */
import Papa from 'papaparse';
import { counted } from '../../protocol/counted';
import { layoutOf } from './layout';
import { limits } from './limits';
import type { Line } from './lines';
import { quotedCells } from './quotedCells';
import type { LineReader, Reading } from './reading';
import { spotsIn } from './sourceMap';
import type { SourceMap } from './sourceMap';
import { Table } from './table';

const separators = [',', ';', '\t', '|'];

export function csvReader(reading: Reading): LineReader {
  const { file, findings, columns, head } = reading;
  const sample = Papa.parse<string[]>(head.join('\n'), { delimitersToGuess: separators, skipEmptyLines: true });
  const delimiter = separators.includes(sample.meta.delimiter) ? sample.meta.delimiter : ',';
  if (delimiter !== ',')
    findings.note(`Columns are separated by ${delimiter === '\t' ? 'tabs' : `"${delimiter}"`}, as guessed from the first rows.`);
  const layout = layoutOf(sample.data, columns, findings);
  const table = new Table(reading, layout);
  let header = layout.header;
  /** Lines of a record whose quoted cell is still open. */
  let open: Line[] = [];

  function row(cells: readonly string[], first: Line, text: string): void {
    if (cells.length !== layout.width) {
      findings.error(
        'CORPUS_COLUMNS',
        { file, line: first.number },
        {
          found: counted(cells.length, 'cell'),
          expected: `${layout.width}, ${layout.widthRule}`,
          remedy: 'Correct this line, or put the cell with the separator in quotation marks.',
        },
      );
      return;
    }
    if (header) {
      header = false;
      return;
    }
    table.add({ cells, line: first.number, map: wordMap(text, first.number, cells[layout.word] ?? '') });
  }

  /** Places of the characters of the word's cell in a record that begins on line `line`. */
  function wordMap(text: string, line: number, word: string): SourceMap | undefined {
    const cell = quotedCells(text, delimiter)[layout.word];
    const spots = spotsIn(text, line);
    return cell?.text === word ? (offset) => spots(cell.offsetOf(offset)) : undefined;
  }

  /** A cell that never closes, or closes in the middle, costs its own line only: what follows is read again as lines of its own. */
  function giveUp(): void {
    const [first, ...others] = open;
    open = [];
    if (!first) return;
    findings.error(
      'CORPUS_QUOTE',
      { file, line: first.number, column: first.text.lastIndexOf('"') + 1 },
      {
        found: 'a quotation mark that is never closed, or text after the one that closes it',
        expected: 'a quoted cell that ends before a separator or line end',
        remedy: 'Close the cell, and double the marks that are part of its text.',
      },
    );
    for (const line of others) take(line);
  }

  function take(line: Line): void {
    if (open.length === 0 && line.text.trim() === '') {
      if (!line.bad) table.border();
      return;
    }
    open.push(line);
    // Only a quotation mark can open or close a cell: lines without one change nothing.
    const decides = line.text.includes('"');
    if (open.length > 1 && !decides) {
      if (open.length > limits.cellLines) giveUp();
      return;
    }
    const first = open[0];
    const text = open.map((one) => one.text).join('\n');
    const { cells, quotes } = record(text, delimiter);
    if (quotes === 'wrong' || (quotes === 'open' && open.length > limits.cellLines)) giveUp();
    else if (quotes === 'closed' && first) {
      open = [];
      row(cells, first, text);
    }
  }

  return {
    line: take,
    end() {
      while (open.length > 0) giveUp();
      table.end();
    },
  };
}

/** Cells of one record, and whether its quotation marks are in order or wait for another line. */
function record(text: string, delimiter: string): { cells: readonly string[]; quotes: 'closed' | 'open' | 'wrong' } {
  if (!text.includes('"')) return { cells: text.split(delimiter), quotes: 'closed' };
  const { data, errors } = Papa.parse<string[]>(text, { delimiter, newline: '\n' });
  // A mark followed by neither separator nor line end: the cell was opened by mistake, here or lines before.
  const wrong = errors.some(({ code }) => code === 'InvalidQuotes');
  const open = errors.some(({ code }) => code === 'MissingQuotes');
  return { cells: data[0] ?? [], quotes: wrong ? 'wrong' : open ? 'open' : 'closed' };
}
