/** From text as it is read back to its place in the file: through quoting, escapes and cells that go over lines. */
import type { WordPlace } from './build';

/** Line and column from 1, columns in UTF-16 units. */
export interface Spot {
  readonly line: number;
  readonly column: number;
}

/** Where unit `offset` of a text stands in its file; for the text's length, where the text ends. */
export type SourceMap = (offset: number) => Spot;

/** A text that stands in its line as it is, from `column` on. */
export function asItIs(line: number, column: number): SourceMap {
  return (offset) => ({ line, column: column + offset });
}

/** The map of a text that begins `by` units later. */
export function shifted(map: SourceMap, by: number): SourceMap {
  return by === 0 ? map : (offset) => map(offset + by);
}

/** Spots in a text of several lines (LF) of which the first is line `first` of the file and begins in `column`. */
export function spotsIn(text: string, first: number, column = 1): SourceMap {
  if (!text.includes('\n')) return asItIs(first, column);
  const starts = [0];
  for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', end + 1)) starts.push(end + 1);
  return (offset) => {
    let [low, high] = [0, starts.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    return { line: first + low, column: offset - (starts[low] ?? 0) + (low === 0 ? column : 1) };
  };
}

/** The place of a word: not known (column 0) without a map, or where the word goes over a line end. */
export function wordPlace(map: SourceMap | undefined, start: number, end: number, line: number): WordPlace {
  const from = map?.(start);
  const to = map?.(end);
  if (!from || !to || from.line !== to.line) return { line: from?.line ?? line, column: 0, columnEnd: 0 };
  return { line: from.line, column: from.column, columnEnd: to.column };
}
