/** Words at which a neuron is worth looking at: the strongest, the weakest, drawn at random, by bands, and the mistakes. */
import type { PlaceColumns } from '../corpus/places';
import type { Corpus } from '../corpus/corpus';
import { integerBelow, randomStream } from '../methods/statistics/random';
import type { SortedColumn } from '../methods/statistics/order';
import type { ExampleRow, NeuronView, PaintScale } from '../protocol/messages';
import { annotationOf } from './annotation';
import type { RowFacts } from './labels';
import { paintStep } from './paintScale';

export interface ExampleSource {
  readonly values: Float32Array;
  readonly sorted: SortedColumn;
  readonly corpus: Corpus;
  readonly places: PlaceColumns;
  readonly rows: RowFacts;
  readonly side: 'high' | 'low';
  /** Document of every sentence; undefined where the corpus has none that are told apart. */
  readonly documents: Int32Array | undefined;
  /** 1 on rows that carry the concept; null without one. */
  readonly carries: Uint8Array | null;
  /** The attribute in which examples are tagged first: the concept's. */
  readonly attribute: string | undefined;
  readonly scale: PaintScale;
}

const listed = 20;
const ofOneDocument = 3;
const drawnInBand = 3;
const snippet = { before: 60, after: 50 };
/** Draws are the same every time a neuron is looked at. */
const seed = 1;

/** Bands by percentile from the chosen end, with the share of words above the band's lower edge. */
const edges = [
  { label: '≥ 99.9', down: 0.001 },
  { label: '99–99.9', down: 0.01 },
  { label: '90–99', down: 0.1 },
  { label: '50–90', down: 0.5 },
  { label: '0–50', down: 1 },
] as const;

/** Percentile bands, highest first; a low side is mirrored. */
export function bands(source: ExampleSource): NeuronView['bands'] {
  const { sorted, carries } = source;
  const n = sorted.rows.length;
  let from = 0;
  return edges.map(({ label, down }, band) => {
    const to = Math.max(from, Math.round(n * down));
    const inside = { from, to };
    from = to;
    let carrying = 0;
    for (let place = inside.from; place < inside.to; place++) carrying += carries?.[rowAt(source, place)] ?? 0;
    const words = inside.to - inside.from;
    return {
      label,
      words,
      share: carries && words > 0 ? carrying / words : null,
      examples: drawn(source, inside, drawnInBand, band).map((row) => exampleOf(source, row)),
    };
  });
}

/** The lists beside the bands. Sentences of nearly equal text stand once in each, and a document at most three times. */
export function chosenRows(
  source: ExampleSource & { readonly threshold: number | null },
): Pick<NeuronView, 'top' | 'random' | 'lowest' | 'wrong'> {
  const n = source.sorted.rows.length;
  const show = (rows: readonly number[]): ExampleRow[] => rows.map((row) => exampleOf(source, row));
  return {
    top: show(distinct(source, n, (i) => rowAt(source, i))),
    random: show(drawn(source, { from: 0, to: n }, listed, edges.length)),
    lowest: show(distinct(source, n, (i) => rowAt(source, n - 1 - i))),
    wrong: show(mistakes(source, n)),
  };
}

/** The row at a place from the chosen end. */
function rowAt({ sorted: { rows }, side }: ExampleSource, place: number): number {
  return rows[side === 'high' ? rows.length - 1 - place : place] ?? 0;
}

/** The first rows of an order: of sentences with nearly equal text only one, of a document at most three. */
function distinct(
  source: ExampleSource,
  n: number,
  row: (place: number) => number,
  wanted: (row: number) => boolean = () => true,
): number[] {
  const found: number[] = [];
  const sentenceOfText = new Map<string, number>();
  const inDocument = new Map<number, number>();
  for (let place = 0; place < n && found.length < listed; place++) {
    const next = row(place);
    if (!wanted(next)) continue;
    const sentence = source.rows.sentence[next] ?? 0;
    const text = likeness(source.corpus.sentences[sentence]?.text ?? '');
    if ((sentenceOfText.get(text) ?? sentence) !== sentence) continue;
    const document = source.documents?.[sentence];
    const before = document === undefined ? 0 : (inDocument.get(document) ?? 0);
    if (before >= ofOneDocument) continue;
    if (document !== undefined) inDocument.set(document, before + 1);
    sentenceOfText.set(text, sentence);
    found.push(next);
  }
  return found;
}

/** What nearly equal sentences share: they may differ in case, digits, punctuation and blanks. */
function likeness(text: string): string {
  return text
    .toLowerCase()
    .replace(/\p{N}+/gu, '0')
    .replace(/[^\p{L}\p{M}0]+/gu, ' ')
    .trim();
}

/** Rows drawn evenly from a run of places, in their order. */
function drawn(
  source: ExampleSource,
  { from, to }: { readonly from: number; readonly to: number },
  count: number,
  stream: number,
): number[] {
  const next = randomStream(seed, stream);
  const places = new Set<number>();
  const wanted = Math.min(count, to - from);
  while (places.size < wanted) places.add(from + integerBelow(next, to - from));
  return [...places].sort((a, b) => a - b).map((place) => rowAt(source, place));
}

/** False alarms beyond the threshold and misses before it, those farthest from it first. */
function mistakes(source: ExampleSource & { readonly threshold: number | null }, n: number): number[] {
  const { carries, threshold, values, side } = source;
  if (!carries || threshold === null) return [];
  const sign = side === 'high' ? 1 : -1;
  const beyond = (row: number): boolean => sign * ((values[row] ?? 0) - threshold) >= 0;
  const alarms = distinct(
    source,
    n,
    (i) => rowAt(source, i),
    (row) => beyond(row) && carries[row] === 0,
  );
  const misses = distinct(
    source,
    n,
    (i) => rowAt(source, n - 1 - i),
    (row) => !beyond(row) && carries[row] === 1,
  );
  const half = listed / 2;
  const far = (row: number): number => Math.abs((values[row] ?? 0) - threshold);
  const ofAlarms = alarms.slice(0, Math.max(half, listed - misses.length));
  return [...ofAlarms, ...misses.slice(0, listed - ofAlarms.length)].sort((a, b) => far(b) - far(a));
}

function exampleOf(source: ExampleSource, row: number): ExampleRow {
  const { corpus, places, rows, values, carries, attribute } = source;
  const word = rows.word[row] ?? 0;
  const text = corpus.sentences[rows.sentence[row] ?? 0]?.text ?? '';
  const [start, end] = [corpus.words.start[word] ?? 0, corpus.words.end[word] ?? 0];
  const from = start > snippet.before ? text.indexOf(' ', start - snippet.before) + 1 || start : 0;
  const first = from > start ? start : from;
  const cut = text.length > end + snippet.after ? Math.max(end, text.lastIndexOf(' ', end + snippet.after)) : text.length;
  const before = first > 0 ? '…' : '';
  const shift = before.length - first;
  return {
    word,
    line: Math.max(0, places.line[word] ?? 0),
    character: Math.max(0, places.start[word] ?? 0),
    text: `${before}${text.slice(first, cut)}${cut < text.length ? '…' : ''}`,
    start: start + shift,
    end: end + shift,
    value: values[row] ?? 0,
    carries: carries ? carries[row] === 1 : null,
    tag: annotationOf(corpus, word, attribute),
    others: paintedBeside(source, row, { from: first, to: cut }).map((other) => ({
      start: other.start + shift,
      end: other.end + shift,
      step: other.step,
    })),
  };
}

/** Painted words of a row's sentence besides its own that lie whole in a part of the text, in their order; spans of the sentence. */
function paintedBeside(
  { corpus: { words }, rows, values, scale }: ExampleSource,
  row: number,
  part: { readonly from: number; readonly to: number },
): ExampleRow['others'] {
  const sentence = rows.sentence[row];
  let first = row;
  while (first > 0 && rows.sentence[first - 1] === sentence) first--;
  const painted: ExampleRow['others'][number][] = [];
  for (let other = first; other < rows.sentence.length && rows.sentence[other] === sentence; other++) {
    const word = rows.word[other] ?? -1;
    if (other === row || word < 0) continue;
    const [start, end] = [words.start[word] ?? 0, words.end[word] ?? 0];
    const step = paintStep(values[other] ?? Number.NaN, scale);
    if (step !== 0 && start >= part.from && end <= part.to) painted.push({ start, end, step });
  }
  return painted;
}
