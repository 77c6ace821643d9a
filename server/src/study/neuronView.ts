/** Everything the explorer shows of one neuron over one corpus, from its values in order. */
import { parseConcept } from '../corpus/concepts/concept';
import type { PlaceColumns } from '../corpus/places';
import type { Corpus } from '../corpus/corpus';
import { wordTypes } from '../methods';
import type { SortedColumn } from '../methods/statistics/order';
import type { LayerStrip, NeuronView, PaintScale } from '../protocol/messages';
import { neuronText, tapText } from '../protocol/neurons';
import type { TapPoint } from '../protocol/neurons';
import { bestConcepts } from './conceptScores';
import { documentsOf } from './documents';
import { bands, chosenRows } from './examples';
import type { LabelledConcept } from './labelledConcepts';
import type { RowFacts } from './labels';
import { firstAtLeast, paintScale } from './paintScale';

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
  /** What the last ranking knows of a concept: nothing of most. */
  readonly ranked: { luck(concept: string): number | null; strip(concept: string): LayerStrip | null };
  /** Lets messages in between two steps, and throws when nobody waits for the view any more. */
  readonly pause: () => Promise<void>;
}

const bins = 40;

/** The view; costs one walk over the sorted rows for each concept and some for intervals, no reading. Throws `CancelledError`. */
export async function neuronView(request: NeuronViewRequest): Promise<Omit<NeuronView, 'corpus'>> {
  const { point, unit, values, sorted, corpus, concept, side } = request;
  const carries = concept && marks(concept.rows, values.length);
  const n = sorted.rows.length;
  const [low, high] = [sorted.values[0] ?? 0, sorted.values[n - 1] ?? 0];
  const empty = n === 0 ? 'No word of this corpus has a value.' : low === high ? 'All its values are equal.' : null;
  const threshold = concept && carries && !empty ? bestThreshold(sorted, carries, concept.rows.length, side) : null;
  const documents = documentsOf(corpus);
  const scale = paintScale(sorted.values, point.tap);
  const source = { ...request, documents, carries, scale, attribute: attributeOf(concept) };
  const lists = chosenRows({ ...source, threshold: threshold?.value ?? null });
  await request.pause();
  const concepts = empty ? [] : await bestConcepts(request);
  const about = concept?.name ?? concepts[0]?.concept;
  return {
    neuron: neuronText({ ...point, unit }),
    words: n,
    side,
    concept: concept?.name ?? null,
    ...firing(sorted, scale, side),
    scale,
    histogram: empty ? { edges: [], carrying: [], others: [] } : histogram(sorted, carries),
    threshold,
    concepts,
    strip: about === undefined ? null : request.ranked.strip(about),
    bands: empty ? [] : bands(source),
    ...(empty ? { top: [], random: [], lowest: [], wrong: [] } : lists),
    wordTypes: empty ? [] : words(request),
    source: { model: request.model, tap: tapText(point), corpus: corpus.files[0] ?? '', labels: concept?.source ?? null },
    empty,
  };
}

/** The attribute of which a concept is a value. */
function attributeOf(concept: LabelledConcept | null): string | undefined {
  const parsed = concept && parseConcept(concept.name);
  return parsed?.kind === 'attribute' ? parsed.attribute : undefined;
}

function marks(rows: Int32Array, size: number): Uint8Array {
  const marked = new Uint8Array(size);
  for (const row of rows) marked[row] = 1;
  return marked;
}

/** Half as far out as the 99.5th percentile of the side: where that side reaches farther, from there on paint takes its stronger steps, 5 to 9. */
const firesAt = 0.5;

/** The value from which a neuron fires on a side, and the share of words on which it does. */
function firing({ values }: SortedColumn, scale: PaintScale, side: 'high' | 'low'): Pick<NeuronView, 'firesOn' | 'firesFrom'> {
  const q = scale[side];
  if (q === null) return { firesOn: 0, firesFrom: null };
  const n = values.length;
  const from = scale.centre + (side === 'high' ? 1 : -1) * firesAt * q;
  if (side === 'high') return { firesOn: (n - firstAtLeast(values, from)) / n, firesFrom: from };
  let upTo = firstAtLeast(values, from);
  while (upTo < n && values[upTo] === from) upTo++;
  return { firesOn: upTo / n, firesFrom: from };
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

function words({ values, sorted, rows, side }: NeuronViewRequest): NeuronView['wordTypes'] {
  const included = marks(sorted.rows, values.length);
  const types = wordTypes.describe({ values, included, words: rows.type }, { 'min-count': 5, shrink: 5, top: 15 });
  return (types?.[side] ?? []).map(({ type, count, signed }) => ({ text: rows.forms[type] ?? '', count, meanZ: signed }));
}
