/**
 * Omission: what a sentence's representation loses with each of its words. Kádár, Chrupała and Alishahi 2017, section 4. The
 * model runs the sentence whole, and once without each word; all tokens of a word go, and later ones move up.
 */
import type { TokenBatch } from '../../activations/forward';
import type { TapPoint } from '../../protocol/neurons';
import { defineModelMethod } from '../method';
import type { Model } from '../model';
import { choice, count } from '../parameters';
import type { Step } from '../ranking/step';

export const omission = defineModelMethod({
  id: 'omission',
  title: 'Omission score',
  family: 'corpus-based',
  citation: 'Kádár, Chrupała and Alishahi 2017, Computational Linguistics 43(4)',
  formula: '1 − cos(h(S), h(S without word i)), h the sentence’s vector',
  sees: 'which words a sentence’s representation, or one neuron of it, depends on',
  blindTo: 'what words do together; a shortened sentence is often ungrammatical and its later words have moved, which changes values too',
  parameters: {
    pool: choice({
      default: 'auto',
      of: ['auto', 'mean', 'last'],
      help: 'a sentence is the mean over its tokens, or its last token; auto: last in causal models',
    }),
    'rows-at-once': count({ default: 32, min: 1, max: 4096, unit: 'rows', help: 'shortened sentences in one batch' }),
  },
});

/** A text as token ids; `word` gives the word of each token, −1 for special ones, of which there are `words`. */
export interface OmissionText {
  readonly ids: ArrayLike<number>;
  readonly word: ArrayLike<number>;
  readonly words: number;
}

/** One text without each of its words. Null where a word has no token, or is the only one that has. */
export interface Omitted {
  /** 1 − cosine of the text's vectors with and without the word, in [0, 2]; also null where one of them is zero. */
  readonly scores: readonly (number | null)[];
  /** For each unit asked for: its value with the word minus its value without, in standard deviations of the unit over all tokens of the texts; null also where it is constant. */
  readonly units: readonly (readonly (number | null)[])[];
}

export interface OmissionOptions {
  readonly point: TapPoint;
  readonly units: readonly number[];
  readonly pool: 'mean' | 'last';
  readonly rowsAtOnce: number;
}

/** Omission scores of texts. Throws what the model says of its input, and `CancelledError`. */
export async function omissionScores(
  model: Pick<Model, 'run'>,
  texts: readonly OmissionText[],
  { point, units, pool, rowsAtOnce }: OmissionOptions,
  step: Step,
): Promise<Omitted[]> {
  const spread = units.map(() => ({ count: 0, mean: 0, scatter: 0 }));
  const raw: { readonly scores: (number | null)[]; readonly units: (number | null)[][] }[] = [];
  for (const [done, text] of texts.entries()) {
    await step('omitting', done, texts.length, 'texts');
    const tokens = Array.from({ length: text.ids.length }, (_, t) => t);
    const present = new Set(tokens.map((t) => text.word[t]!).filter((word) => word >= 0));
    const omitted = present.size > 1 ? [...present].sort((a, b) => a - b) : [];
    const rows = [tokens, ...omitted.map((word) => tokens.filter((t) => text.word[t] !== word))];
    const vectors: Float64Array[] = [];
    for (let from = 0; from < rows.length; from += rowsAtOnce) {
      const group = rows.slice(from, from + rowsAtOnce);
      const [values] = await model.run(batchOf(text, group), [], [point]);
      const [, length = 0, width = 0] = values!.dims;
      group.forEach((row, r) => {
        const at = (place: number): Float32Array => values!.data.subarray((r * length + place) * width, (r * length + place + 1) * width);
        vectors.push(pooled(row, text, pool, width, at));
        if (from + r === 0) row.forEach((_, place) => units.forEach((unit, u) => widen(spread[u]!, at(place)[unit]!)));
      });
    }
    const whole = vectors[0]!;
    const without = new Map(omitted.map((word, i) => [word, vectors[i + 1]!]));
    const ofWords = <T>(score: (vector: Float64Array) => T): (T | null)[] =>
      Array.from({ length: text.words }, (_, word) => {
        const vector = without.get(word);
        return vector ? score(vector) : null;
      });
    raw.push({
      scores: ofWords((vector) => distance(whole, vector)),
      units: units.map((unit) => ofWords((vector) => whole[unit]! - vector[unit]!)),
    });
  }
  return raw.map(({ scores, units: changes }) => ({ scores, units: changes.map((ofUnit, u) => standardised(ofUnit, spread[u]!)) }));
}

/** 1 − cosine; null where one of the vectors is zero. */
export function distance(a: ArrayLike<number>, b: ArrayLike<number>): number | null {
  let [dot, aa, bb] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    dot += a[i]! * b[i]!;
    aa += a[i]! * a[i]!;
    bb += b[i]! * b[i]!;
  }
  // Rounding must not bring equal vectors below 0 or opposite ones beyond 2.
  return aa > 0 && bb > 0 ? Math.min(2, Math.max(0, 1 - dot / Math.sqrt(aa * bb))) : null;
}

function batchOf({ ids }: OmissionText, rows: readonly (readonly number[])[]): TokenBatch {
  const length = Math.max(...rows.map((row) => row.length));
  const batch = { size: rows.length, length, ids: new Int32Array(rows.length * length), mask: new Uint8Array(rows.length * length) };
  rows.forEach((row, r) => {
    row.forEach((token, place) => {
      batch.ids[r * length + place] = ids[token]!;
      batch.mask[r * length + place] = 1;
    });
  });
  return batch;
}

/** The vector of a text: special tokens are no part of a mean, nor the last token. */
function pooled(
  row: readonly number[],
  { word }: OmissionText,
  pool: 'mean' | 'last',
  width: number,
  at: (place: number) => Float32Array,
): Float64Array {
  const places = [...row.keys()].filter((place) => word[row[place]!]! >= 0);
  const taken = pool === 'last' ? places.slice(-1) : places;
  const sum = new Float64Array(width);
  for (const place of taken) at(place).forEach((value, j) => (sum[j] = sum[j]! + value / taken.length));
  return sum;
}

/** Welford's running moments. */
function widen(spread: { count: number; mean: number; scatter: number }, value: number): void {
  spread.count++;
  const delta = value - spread.mean;
  spread.mean += delta / spread.count;
  spread.scatter += delta * (value - spread.mean);
}

function standardised(
  changes: readonly (number | null)[],
  { count: rows, scatter }: { count: number; scatter: number },
): (number | null)[] {
  const deviation = Math.sqrt(scatter / rows);
  return changes.map((change) => (change === null || !(deviation > 0) ? null : change / deviation));
}
