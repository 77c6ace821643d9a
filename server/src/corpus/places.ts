/**
 * Exact places of a corpus's words in its file as the editor counts: lines from 0, UTF-16 columns from 0. What is painted
 * and hovered are the characters that are written there, quoting and escapes included.
 */
import type { Corpus } from './corpus';

/** One a word; −1 where a word has no place of its own. */
export interface PlaceColumns {
  readonly line: Int32Array;
  readonly start: Int32Array;
  readonly end: Int32Array;
}

export interface WordPlaces extends PlaceColumns {
  /** The second place of words that are written twice (CoNLL-U's text comment, JSONL's tokens beside their text). */
  readonly also: PlaceColumns | undefined;
}

/** Places of all words, in their order. */
export function placesOf({ words }: Corpus): WordPlaces {
  return { ...fromZero(words), also: words.also && fromZero(words.also) };
}

function fromZero({ line, column, columnEnd }: { line: Int32Array; column: Int32Array; columnEnd: Int32Array }): PlaceColumns {
  const counted = (numbers: Int32Array) => numbers.map((one, w) => (column[w] === 0 ? -1 : one - 1));
  return { line: counted(line), start: counted(column), end: counted(columnEnd) };
}

/**
 * By which a line of a document is known to be the one that was read: FNV-1a over its UTF-16 units without the line end, a
 * signed number of 32 bits as an `Int32Array` keeps it.
 */
export function lineHash(text: string): number {
  let hash = 0x811c9dc5;
  for (let k = 0; k < text.length; k++) hash = Math.imul(hash ^ text.charCodeAt(k), 0x01000193);
  return hash | 0;
}
