/**
 * Which lines of a document still are lines of the corpus that was read: those before the first change and those after the
 * last, moved by as many lines as were added or removed between. Lines are known by their hash.
 */
import type { LineRange } from '../protocol/interactive';

export interface Alignment {
  /** Unchanged lines of the corpus, ascending. */
  readonly unchanged: readonly LineRange[];
  readonly isStale: boolean;
  /** The corpus's line that a document's line is; undefined where it has changed. */
  corpusLine(line: number): number | undefined;
  /** The document's line that an unchanged line of the corpus is. */
  documentLine(line: number): number;
}

/** Compares the hashes of a document's lines with those of the corpus. Linear in the lines. */
export function align(document: ArrayLike<number>, corpus: ArrayLike<number>): Alignment {
  const most = Math.min(document.length, corpus.length);
  let head = 0;
  while (head < most && document[head] === corpus[head]) head++;
  let tail = 0;
  while (tail < most - head && document[document.length - 1 - tail] === corpus[corpus.length - 1 - tail]) tail++;
  const shift = document.length - corpus.length;
  const tailFrom = corpus.length - tail;
  const unchanged: LineRange[] = head > 0 ? [{ from: 0, to: head }] : [];
  // With as many lines as before, each line between is compared with its own place.
  for (let line = head; shift === 0 && line < tailFrom; line++) {
    if (document[line] !== corpus[line]) continue;
    const last = unchanged.at(-1);
    if (last?.to === line) unchanged[unchanged.length - 1] = { from: last.from, to: line + 1 };
    else unchanged.push({ from: line, to: line + 1 });
  }
  if (tail > 0) unchanged.push({ from: tailFrom, to: corpus.length });
  const isSame = (line: number): boolean => unchanged.some(({ from, to }) => from <= line && line < to);
  return {
    unchanged: head === corpus.length ? [{ from: 0, to: corpus.length }] : unchanged,
    isStale: head < corpus.length || shift !== 0,
    corpusLine: (line) => {
      const own = line >= tailFrom + shift ? line - shift : line < head || shift === 0 ? line : -1;
      return isSame(own) ? own : undefined;
    },
    documentLine: (line) => (line >= tailFrom ? line + shift : line),
  };
}

/** Of a document that is not open: the file is what was read. */
export const untouched: Alignment = {
  unchanged: [{ from: 0, to: Number.MAX_SAFE_INTEGER }],
  isStale: false,
  corpusLine: (line) => line,
  documentLine: (line) => line,
};

/** Of a document that is still being read: no line is known to be the corpus's, and none to have changed. */
export const unread: Alignment = {
  unchanged: [],
  isStale: false,
  corpusLine: () => undefined,
  documentLine: (line) => line,
};
