/** Where the words of a corpus stand in its document: by line, for hovers and painting, and which sentences are unchanged. */
import { placesOf } from '../corpus/places';
import type { PlaceColumns } from '../corpus/places';
import type { Corpus } from '../corpus/corpus';
import type { LineRange, LinesAsked, PlacedWords } from '../protocol/interactive';

export class CorpusMap {
  /** First places of words; −1 where a word has none. */
  readonly first: PlaceColumns;
  readonly #placed: PlacedWords;
  readonly #words: Corpus['words'];
  /** First and last line of every sentence. */
  readonly #from: Int32Array;
  readonly #to: Int32Array;

  constructor(corpus: Corpus) {
    const places = placesOf(corpus);
    this.first = places;
    this.#words = corpus.words;
    this.#placed = inOrder([places, ...(places.also ? [places.also] : [])]);
    this.#from = new Int32Array(corpus.sentences.length).fill(0x7fff_ffff);
    this.#to = new Int32Array(corpus.sentences.length).fill(-1);
    this.#placed.word.forEach((word, i) => {
      const sentence = this.#words.sentence[word] ?? 0;
      const line = this.#placed.line[i] ?? 0;
      this.#from[sentence] = Math.min(this.#from[sentence] ?? line, line);
      this.#to[sentence] = Math.max(this.#to[sentence] ?? line, line);
    });
  }

  /** The words on some lines, those of changed sentences left out. */
  onLines({ from, to, unchanged }: LinesAsked): PlacedWords {
    const kept: number[] = [];
    for (let i = this.#firstOn(from); i < this.#placed.line.length && (this.#placed.line[i] ?? 0) < to; i++) {
      if (this.#isUnchanged(this.#placed.word[i] ?? 0, unchanged)) kept.push(i);
    }
    const pick = (column: Int32Array): Int32Array => Int32Array.from(kept, (i) => column[i] ?? 0);
    const { word, line, start, end } = this.#placed;
    return { word: pick(word), line: pick(line), start: pick(start), end: pick(end) };
  }

  /** The word at a character, its end included when no other begins there; undefined between words and in changed sentences. */
  at(
    line: number,
    character: number,
    unchanged: readonly LineRange[],
  ): { word: number; line: number; start: number; end: number } | undefined {
    const { word, start, end } = this.onLines({ from: line, to: line + 1, unchanged });
    const inside = start.findLastIndex((from, i) => from <= character && character <= (end[i] ?? 0));
    if (inside < 0) return undefined;
    return { word: word[inside] ?? 0, line, start: start[inside] ?? 0, end: end[inside] ?? 0 };
  }

  #isUnchanged(word: number, unchanged: readonly LineRange[]): boolean {
    const sentence = this.#words.sentence[word] ?? 0;
    return unchanged.some(({ from, to }) => from <= (this.#from[sentence] ?? 0) && (this.#to[sentence] ?? 0) < to);
  }

  #firstOn(line: number): number {
    let [low, high] = [0, this.#placed.line.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#placed.line[middle] ?? 0) < line) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** All places that there are, sorted. In columns throughout: a corpus may have tens of millions of words. */
function inOrder(all: readonly PlaceColumns[]): PlacedWords {
  const count = all.reduce((sum, { line }) => sum + line.reduce((placed, at) => placed + Number(at >= 0), 0), 0);
  const [word, line, start, end] = [0, 1, 2, 3].map(() => new Int32Array(count)) as [Int32Array, Int32Array, Int32Array, Int32Array];
  let place = 0;
  for (const each of all) {
    each.line.forEach((at, w) => {
      if (at < 0) return;
      word[place] = w;
      line[place] = at;
      start[place] = each.start[w] ?? 0;
      end[place] = each.end[w] ?? 0;
      place += 1;
    });
  }
  const order = (a: number, b: number): number => (line[a] ?? 0) - (line[b] ?? 0) || (start[a] ?? 0) - (start[b] ?? 0);
  // Words are read in the order in which they stand, so only those that stand at two places have to be sorted.
  if (line.every((_, at) => at === 0 || order(at - 1, at) <= 0)) return { word, line, start, end };
  const sorted = Int32Array.from({ length: count }, (_, at) => at).sort(order);
  const column = (values: Int32Array): Int32Array => sorted.map((at) => values[at] ?? 0);
  return { word: column(word), line: column(line), start: column(start), end: column(end) };
}
