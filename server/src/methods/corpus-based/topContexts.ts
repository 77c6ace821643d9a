import { defineDescription } from '../method';
import type { NeuronColumn } from '../method';
import { count, flag } from '../parameters';
import { integerBelow, randomStream } from '../statistics/random';

/** A row and the neuron's value there. `from` and `to` (excluded) bound the rows of its context, within its sentence. */
export interface ContextHit {
  readonly row: number;
  readonly value: number;
  readonly from: number;
  readonly to: number;
}

/** Rows from the tenth of the neuron's range between `low` and `high`. */
export interface DecileSample {
  readonly low: number;
  readonly high: number;
  /** Rows in this tenth, and some of them drawn evenly. */
  readonly rows: number;
  readonly sample: readonly ContextHit[];
}

/** Both ends, and what lies between: the strongest rows alone hide a neuron's other meanings. */
export interface TopContexts {
  readonly high: readonly ContextHit[];
  readonly low: readonly ContextHit[];
  readonly deciles: readonly DecileSample[];
}

/**
 * The rows on which a neuron is highest and lowest, with their contexts, for a person to name. Kádár, Chrupała and Alishahi
 * 2017, section 5; sentences of equal text count once (Na et al. 2019), and rows are sampled from every tenth of the
 * neuron's range, since the top alone misleads about neurons of several meanings. Equal values by row number.
 */
export const topContexts = defineDescription({
  id: 'top-contexts',
  title: 'Top contexts',
  family: 'corpus-based',
  citation: 'Kádár, Chrupała and Alishahi 2017; Na et al. 2019',
  formula: 'rows in the order of x, and random rows from between its quantiles',
  sees: 'what a single neuron responds to most, on either side, and samples of everything between',
  blindTo: 'concepts that no short context shows; concepts shared by a group; it shows examples and proves nothing',
  parameters: {
    top: count({ default: 20, min: 1, max: 1000, unit: 'rows', help: 'rows shown at each end' }),
    before: count({ default: 4, max: 100, unit: 'words', help: 'words of context before each hit' }),
    after: count({ default: 0, max: 100, unit: 'words', help: 'words of context after it, for models that see both sides' }),
    distinct: flag({ default: true, help: 'of sentences with the same text show one' }),
    'per-document': count({ default: 3, unit: 'rows', help: 'most rows of one document at each end; 0: any number' }),
    'per-decile': count({ default: 3, max: 100, unit: 'rows', help: 'rows sampled from each tenth of the range' }),
    seed: count({ default: 1, unit: '', help: 'seed of the samples' }),
  },

  describe(neuron, { top, before, after, distinct, 'per-document': perDocument, 'per-decile': perDecile, seed }): TopContexts {
    const { values } = neuron;
    const rows = Array.from(values.keys()).filter((row) => neuron.included?.[row] !== 0 && Number.isFinite(values[row]));
    const ascending = rows.sort((a, b) => values[a]! - values[b]! || a - b);
    const descending = [...ascending].sort((a, b) => values[b]! - values[a]! || a - b);
    const hit = (row: number): ContextHit => ({ row, value: values[row]!, ...contextOf(neuron, row, before, after) });
    const end = (order: readonly number[]) => firstDistinct(neuron, order, { top, distinct, perDocument }).map(hit);
    return { high: end(descending), low: end(ascending), deciles: deciles(values, ascending, perDecile, seed, hit) };
  },
});

/** The first rows of an order, skipping sentences whose text was shown and documents that have had their share. */
function firstDistinct(
  { sentences, texts, documents }: NeuronColumn,
  order: readonly number[],
  limits: { readonly top: number; readonly distinct: boolean; readonly perDocument: number },
): number[] {
  const shown: number[] = [];
  const sentenceOfText = new Map<number, number>();
  const ofDocument = new Map<number, number>();
  for (const row of order) {
    if (shown.length === limits.top) break;
    const text = texts?.[row];
    const sentence = sentences?.[row] ?? row;
    if (limits.distinct && text !== undefined && (sentenceOfText.get(text) ?? sentence) !== sentence) continue;
    const document = documents?.[row];
    const had = document === undefined ? 0 : (ofDocument.get(document) ?? 0);
    if (limits.perDocument > 0 && had >= limits.perDocument) continue;
    if (text !== undefined) sentenceOfText.set(text, sentence);
    if (document !== undefined) ofDocument.set(document, had + 1);
    shown.push(row);
  }
  return shown;
}

function contextOf({ sentences }: NeuronColumn, row: number, before: number, after: number): { from: number; to: number } {
  let from = row;
  let to = row + 1;
  if (!sentences) return { from, to };
  while (row - from < before && from > 0 && sentences[from - 1] === sentences[row]) from--;
  while (to - row <= after && to < sentences.length && sentences[to] === sentences[row]) to++;
  return { from, to };
}

function deciles(
  values: Float32Array | Float64Array,
  ascending: readonly number[],
  size: number,
  seed: number,
  hit: (row: number) => ContextHit,
): DecileSample[] {
  const min = values[ascending[0] ?? -1];
  const max = values[ascending[ascending.length - 1] ?? -1];
  if (min === undefined || max === undefined || min === max) return [];
  const decileOf = (row: number) => Math.min(9, Math.floor((10 * (values[row]! - min)) / (max - min)));
  const members = Array.from({ length: 10 }, (): number[] => []);
  for (const row of ascending) members[decileOf(row)]!.push(row);
  return members.map((rows, decile) => ({
    low: min + ((max - min) * decile) / 10,
    high: min + ((max - min) * (decile + 1)) / 10,
    rows: rows.length,
    sample: sample(rows, size, randomStream(seed, decile)).map(hit),
  }));
}

/** `size` of the rows, drawn without replacement, in ascending order of value. */
function sample(rows: readonly number[], size: number, next: () => number): number[] {
  const places = Array.from(rows.keys());
  const drawn = Math.min(size, rows.length);
  for (let i = 0; i < drawn; i++) {
    const j = i + integerBelow(next, places.length - i);
    [places[i], places[j]] = [places[j]!, places[i]!];
  }
  return places
    .slice(0, drawn)
    .sort((a, b) => a - b)
    .map((place) => rows[place]!);
}
