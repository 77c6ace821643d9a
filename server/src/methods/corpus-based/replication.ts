/**
 * Alignment by replication: what a neuron stands for is what drives it most when a text says nothing else. Na, Choe, Lee and
 * Kim 2019, "Discovery of Natural Language Concepts in Individual Units of CNNs", sections 3.2 to 3.4.
 */
import type { TokenBatch } from '../../activations/forward';
import type { TapPoint } from '../../protocol/neurons';
import { defineModelMethod } from '../method';
import type { Model } from '../model';
import { choice, count, real } from '../parameters';
import type { Step } from '../ranking/step';

export const replication = defineModelMethod({
  id: 'replication',
  title: 'Alignment by replication',
  family: 'corpus-based',
  citation: 'Na, Choe, Lee and Kim 2019, ICLR, arXiv 1902.07249',
  formula:
    'mean of x over the tokens of a text that repeats the candidate; beyond = (it − mean of the controls) / their standard deviation',
  sees: 'which word, phrase or part of a word a neuron answers to by itself, without labels',
  blindTo:
    'concepts that need a sentence around them; replicated text is no natural language, so a neuron of repetition answers to anything: see how far a candidate is beyond repeated frequent words',
  parameters: {
    sentences: count({
      default: 10,
      min: 1,
      max: 1000,
      unit: 'sentences',
      help: 'sentences with the highest means that candidates come from',
    }),
    'min-sentences': count({
      default: 2,
      min: 1,
      unit: 'sentences',
      help: 'of those, that must hold a candidate where there are no trees',
    }),
    longest: count({ default: 5, min: 1, max: 20, unit: 'words', help: 'longest n-gram or phrase' }),
    copies: count({ default: 10, min: 1, max: 1000, unit: 'copies', help: 'copies of a candidate in its text' }),
    length: count({ default: 193, min: 1, unit: 'characters', help: 'longest text; copies beyond it are cut off, at a word' }),
    controls: count({ default: 30, min: 2, max: 1000, unit: 'texts', help: 'control texts for each number of words' }),
    keep: count({
      default: 3,
      min: 1,
      max: 100,
      unit: 'candidates',
      help: 'best candidates that make up the concept, those left out that hold a better one',
    }),
    'least-z': real({ default: 2, help: 'and that are so many standard deviations beyond the controls' }),
    side: choice({ default: 'high', of: ['high', 'low'], help: 'which end of the values' }),
    'rows-at-once': count({ default: 32, min: 1, max: 4096, unit: 'rows', help: 'texts in one batch' }),
  },
});

/** The words of a text that says nothing but a candidate: copies one after the other, cut at the last word within `length` characters. */
export function replicated(words: readonly string[], { copies, length }: { readonly copies: number; readonly length: number }): string {
  const all = Array.from({ length: copies }, () => words).flat();
  let text = all[0] ?? '';
  for (const word of all.slice(1)) {
    if (text.length + 1 + word.length > length) break;
    text += ` ${word}`;
  }
  return text;
}

/** A text as token ids; `counts` is 1 on tokens that its mean is made of. */
export interface ReplicatedText {
  readonly ids: ArrayLike<number>;
  readonly counts: ArrayLike<number>;
}

/** Neurons of one tap. */
export interface TapUnits {
  readonly point: TapPoint;
  readonly units: readonly number[];
}

/**
 * Degrees of alignment: the mean of every unit over the counted tokens of every text, `[text][unit]`, units tap by tap. Null
 * where no token counts or a value is not finite. All units come from one run of a text. Throws what the model says of its
 * input, and `CancelledError`.
 */
export async function degreesOfAlignment(
  model: Pick<Model, 'run'>,
  texts: readonly ReplicatedText[],
  taps: readonly TapUnits[],
  rowsAtOnce: number,
  step: Step,
): Promise<(number | null)[][]> {
  const degrees: (number | null)[][] = texts.map(() => []);
  // Texts of like length share a batch, so that little of it is padding.
  const order = [...texts.keys()].sort((a, b) => texts[a]!.ids.length - texts[b]!.ids.length);
  for (let from = 0; from < order.length; from += rowsAtOnce) {
    await step('running candidates', from, order.length, 'texts');
    const group = order.slice(from, from + rowsAtOnce);
    const outputs = await model.run(batchOf(group.map((t) => texts[t]!)), [], taps.map(({ point }) => point)); // prettier-ignore
    group.forEach((t, row) => {
      const { counts } = texts[t]!;
      const places = Array.from(counts, (_, place) => place).filter((place) => counts[place] === 1);
      degrees[t] = taps.flatMap(({ units }, k) => {
        const { dims, data } = outputs[k]!;
        const [, length = 0, width = 0] = dims;
        return units.map((unit) => {
          const sum = places.reduce((total, place) => total + data[(row * length + place) * width + unit]!, 0);
          return places.length > 0 && Number.isFinite(sum) ? sum / places.length : null;
        });
      });
    });
  }
  return degrees;
}

function batchOf(texts: readonly ReplicatedText[]): TokenBatch {
  const length = Math.max(...texts.map(({ ids }) => ids.length));
  const batch = { size: texts.length, length, ids: new Int32Array(texts.length * length), mask: new Uint8Array(texts.length * length) };
  texts.forEach(({ ids }, row) => {
    batch.ids.set(Int32Array.from(ids), row * length);
    batch.mask.fill(1, row * length, row * length + ids.length);
  });
  return batch;
}

/** What repeated text does to a neuron by itself, and how far a degree of alignment is beyond that. */
export interface BeyondControls {
  /** In standard deviations of the controls (population); null where these do not vary. */
  readonly z: number | null;
  /** Share of the controls that drive the neuron as much. */
  readonly reached: number;
}

/** `direction` −1 where low values count. Controls that are no numbers are left out; null without any. */
export function beyondControls(degree: number, controls: readonly (number | null)[], direction: 1 | -1): BeyondControls | null {
  const known = controls.filter((each) => each !== null);
  if (known.length === 0) return null;
  const mean = known.reduce((sum, each) => sum + each, 0) / known.length;
  const deviation = Math.sqrt(known.reduce((sum, each) => sum + (each - mean) ** 2, 0) / known.length);
  const reached = known.filter((each) => direction * each >= direction * degree).length / known.length;
  return { z: deviation > 0 ? (direction * (degree - mean)) / deviation : null, reached };
}

/** How much higher a unit is in sentences with a concept: (μ⁺ − μ⁻)/(max − min), Na et al. 2019, section 4.1, and its numerator. */
export interface ConceptSelectivity {
  readonly score: number;
  readonly difference: number;
  readonly sentences: number;
}

/** Over means of sentences; null where none or all have the concept, or all means are equal. */
export function conceptSelectivity(means: readonly number[], marks: readonly boolean[]): ConceptSelectivity | null {
  const sums = [0, 0];
  const counts = [0, 0];
  let [min, max] = [Infinity, -Infinity];
  means.forEach((mean, i) => {
    const side = Number(marks[i]);
    sums[side] = sums[side]! + mean;
    counts[side] = counts[side]! + 1;
    min = Math.min(min, mean);
    max = Math.max(max, mean);
  });
  if (counts[0] === 0 || counts[1] === 0 || !(min < max)) return null;
  const difference = sums[1]! / counts[1]! - sums[0]! / counts[0]!;
  return { score: difference / (max - min), difference, sentences: counts[1]! };
}
