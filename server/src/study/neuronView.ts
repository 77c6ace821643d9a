/** Everything the explorer shows of one neuron over one corpus, from its values in order. */
import type { Concept } from '../corpus/concepts/concept';
import type { PlaceColumns } from '../corpus/places';
import type { Corpus } from '../corpus/corpus';
import { wordTypes } from '../methods';
import { detector } from '../methods/statistics/detection';
import type { Detector } from '../methods/statistics/detection';
import type { SortedColumn } from '../methods/statistics/order';
import type { ConceptScore, NeuronView } from '../protocol/messages';
import { neuronText, tapText } from '../protocol/neurons';
import type { TapPoint } from '../protocol/neurons';
import { bands, chosenRows } from './examples';
import { conceptRows } from './labels';
import type { RowFacts } from './labels';
import { firstAtLeast, paintScale } from './paintScale';

/** A concept with the rows that carry it, among those that statistics use. */
export interface LabelledConcept {
  readonly name: string;
  readonly rows: Int32Array;
  readonly support: { readonly positive: number; readonly negative: number };
  /** Where the labels come from, in words. */
  readonly source: string;
}

/** Labels all rows for each concept; concepts of several classes are left out. */
export function labelledConcepts(concepts: readonly Concept[], corpus: Corpus, facts: RowFacts): LabelledConcept[] {
  return concepts.flatMap((concept) => {
    const { set, source } = conceptRows(concept, corpus, facts, false);
    if (set.kind !== 'binary') return [];
    const rows: number[] = [];
    let negative = 0;
    set.labels.forEach((label, row) => {
      if (label === 1) rows.push(row);
      else if (label === 0) negative++;
    });
    const origin = source.kind === 'automatic' ? `${source.tagger}, ${source.reliability}` : source.kind;
    return [{ name: set.name, rows: Int32Array.from(rows), support: { positive: rows.length, negative }, source: origin }];
  });
}

export interface NeuronViewRequest {
  readonly point: TapPoint;
  readonly unit: number;
  readonly values: Float32Array;
  /** Rows that statistics use, by value. */
  readonly sorted: SortedColumn;
  readonly corpus: Corpus;
  readonly places: PlaceColumns;
  readonly rows: RowFacts;
  /** Concepts that may be listed. */
  readonly concepts: readonly LabelledConcept[];
  readonly concept: LabelledConcept | null;
  readonly side: 'high' | 'low';
  readonly model: string;
}

const bins = 40;
const listedConcepts = 5;

/** The view; costs one walk over the sorted rows for each concept, no reading. */
export function neuronView(request: NeuronViewRequest): Omit<NeuronView, 'corpus'> {
  const { point, unit, values, sorted, corpus, concept, side } = request;
  const carries = concept && marks(concept.rows, values.length);
  const n = sorted.rows.length;
  const [low, high] = [sorted.values[0] ?? 0, sorted.values[n - 1] ?? 0];
  const empty = n === 0 ? 'No word of this corpus has a value.' : low === high ? 'All its values are equal.' : null;
  const threshold = concept && carries && !empty ? bestThreshold(sorted, carries, concept.rows.length, side) : null;
  const lists = chosenRows({ ...request, carries, threshold: threshold?.value ?? null });
  return {
    neuron: neuronText({ ...point, unit }),
    words: n,
    side,
    concept: concept?.name ?? null,
    firesOn: firesOn(sorted, point),
    scale: paintScale(sorted.values, point.tap),
    histogram: empty ? { edges: [], carrying: [], others: [] } : histogram(sorted, carries),
    threshold,
    concepts: empty ? [] : bestConcepts(request),
    bands: empty ? [] : bands({ ...request, carries }),
    ...(empty ? { top: [], random: [], lowest: [], wrong: [] } : lists),
    wordTypes: empty ? [] : words(request),
    source: { model: request.model, tap: tapText(point), corpus: corpus.files[0] ?? '', labels: concept?.source ?? null },
    empty,
  };
}

function marks(rows: Int32Array, size: number): Uint8Array {
  const marked = new Uint8Array(size);
  for (const row of rows) marked[row] = 1;
  return marked;
}

/** Share of words on which it fires: above 0 for `ffn`; elsewhere outside the middle 80 % of its range. */
function firesOn({ values }: SortedColumn, { tap }: TapPoint): number {
  const n = values.length;
  if (n === 0) return 0;
  const [low, high] = [values[0] ?? 0, values[n - 1] ?? 0];
  const upTo = (bound: number): number => {
    let place = firstAtLeast(values, bound);
    while (place < n && values[place] === bound) place++;
    return place;
  };
  if (tap === 'ffn') return (n - upTo(0)) / n;
  if (low === high) return 0;
  const edge = (high - low) / 10;
  return (firstAtLeast(values, low + edge) + n - upTo(high - edge)) / n;
}

function histogram({ rows, values }: SortedColumn, carries: Uint8Array | null): NeuronView['histogram'] {
  const [low, high] = [values[0] ?? 0, values[values.length - 1] ?? 0];
  const width = (high - low) / bins;
  const [carrying, others] = [new Array<number>(bins).fill(0), new Array<number>(bins).fill(0)];
  values.forEach((value: number, i: number) => {
    const bin = Math.min(bins - 1, Math.floor((value - low) / width));
    const into = carries?.[rows[i] ?? 0] === 1 ? carrying : others;
    into[bin] = (into[bin] ?? 0) + 1;
  });
  return { edges: Array.from({ length: bins + 1 }, (_, i) => low + i * width), carrying: carries ? carrying : [], others };
}

/** The value of best F1 for "at least this high" (or low) marks the concept; equal values are one threshold. */
function bestThreshold(
  { rows, values, tieStarts }: SortedColumn,
  carries: Uint8Array,
  positives: number,
  side: 'high' | 'low',
): NeuronView['threshold'] {
  if (positives === 0) return null;
  const ties = tieStarts.length - 1;
  let [hits, taken, best] = [0, 0, 0];
  let found: NeuronView['threshold'] = null;
  for (let t = 0; t < ties; t++) {
    const tie = side === 'high' ? ties - 1 - t : t;
    const [from, to] = [tieStarts[tie] ?? 0, tieStarts[tie + 1] ?? 0];
    for (let i = from; i < to; i++) hits += carries[rows[i] ?? 0] ?? 0;
    taken += to - from;
    const f1 = (2 * hits) / (taken + positives);
    if (f1 <= best) continue;
    best = f1;
    found = { value: values[from] ?? 0, precision: hits / taken, recall: hits / positives };
  }
  return found;
}

/** The concepts that the chosen side marks best, by what they gain over chance; the selected one is among those compared, however rare. */
function bestConcepts({ concepts, concept, sorted, values, side }: NeuronViewRequest): ConceptScore[] {
  const detect: Detector = detector(values.length);
  const compared = concept && !concepts.some(({ name }) => name === concept.name) ? [...concepts, concept] : concepts;
  const scored = compared.flatMap(({ name, rows, support }) => {
    if (support.positive === 0 || support.negative === 0) return [];
    const { apHigh, apLow } = detect(sorted, rows);
    const score = side === 'high' ? apHigh : apLow;
    const chance = support.positive / (support.positive + support.negative);
    const direction = side === 'high' ? (1 as const) : (-1 as const);
    return [{ concept: name, score, chance, interval: null, direction, support, gain: (score - chance) / (1 - chance) }];
  });
  return scored
    .sort((a, b) => b.gain - a.gain)
    .slice(0, listedConcepts)
    .map(({ gain: _, ...score }) => score);
}

function words({ values, sorted, rows, side }: NeuronViewRequest): NeuronView['wordTypes'] {
  const included = marks(sorted.rows, values.length);
  const types = wordTypes.describe({ values, included, words: rows.type }, { 'min-count': 5, shrink: 5, top: 15 });
  return (types?.[side] ?? []).map(({ type, count, signed }) => ({ text: rows.forms[type] ?? '', count, meanZ: signed }));
}
