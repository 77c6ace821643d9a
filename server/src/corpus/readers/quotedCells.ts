/** Cells of one CSV record with their places (RFC 4180): what a quoted cell says, and where each character of it is written. */

export interface QuotedCell {
  readonly text: string;
  /** Offset in the record of unit `unit` of the text; for the text's length, where it ends. */
  readonly offsetOf: (unit: number) => number;
}

/** The cells of a record whose quotation marks are in order. */
export function quotedCells(record: string, delimiter: string): QuotedCell[] {
  const cells: QuotedCell[] = [];
  for (let at = 0; at <= record.length;) {
    const closed = record[at] === '"' ? closingMark(record, at + 1) : at;
    const found = record.indexOf(delimiter, closed);
    const end = found < 0 ? record.length : found;
    cells.push(record[at] === '"' ? quoted(record, at + 1, closed) : plain(record, at, end));
    at = end + 1;
  }
  return cells;
}

function plain(record: string, from: number, to: number): QuotedCell {
  return { text: record.slice(from, to), offsetOf: (unit) => from + unit };
}

function quoted(record: string, from: number, to: number): QuotedCell {
  const raw = record.slice(from, to);
  if (!raw.includes('"')) return plain(record, from, to);
  // Units that stand for two marks: after each, the record is one unit further than the text.
  const marks = [...raw.matchAll(/""/g)].map(({ index }, doubled) => index - doubled);
  return { text: raw.replaceAll('""', '"'), offsetOf: (unit) => from + unit + marks.filter((mark) => mark < unit).length };
}

/** The quotation mark that closes a cell: the first that is not doubled. */
function closingMark(record: string, from: number): number {
  let at = record.indexOf('"', from);
  while (at >= 0 && record[at + 1] === '"') at = record.indexOf('"', at + 2);
  return at < 0 ? record.length : at;
}
