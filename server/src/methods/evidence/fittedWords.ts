/** The words behind the best neurons of rankings that were fitted to rows in memory. */
import { eachColumn } from '../ranking/columns';
import { className, oneAgainstRest } from '../ranking/labels';
import type { LabelSet } from '../ranking/labels';
import { placeParts } from '../ranking/plan';
import type { NeuronPart } from '../ranking/plan';
import type { SampleRanking } from '../ranking/rankSamples';
import type { Step } from '../ranking/step';
import { columnSorter, restricted } from '../statistics/order';
import type { FocusNeuron } from './gather';
import { wordsFor } from './gather';
import { wordsBehind } from './words';

/** What is asked of a ranking that was fitted. */
export type FittedRanking = Pick<SampleRanking, 'concept' | 'order' | 'score' | 'direction' | 'fitted' | 'scoreAlone'>;

interface FittedRows {
  readonly parts: readonly NeuronPart[];
  readonly labelSets: readonly LabelSet[];
  /** Word type of each row. */
  readonly words: Int32Array;
  readonly step: Step;
}

/**
 * The strongest words of the first neurons of every ranking and the commonest among their hits, over all labelled rows. The score
 * without that word is that of a fit to the other rows, where the method fits every neuron by itself; elsewhere it is null, and
 * the ranking's `withoutWord` says what all neurons together come to.
 */
export async function fittedWords(
  rankings: readonly FittedRanking[],
  { parts, labelSets, words, step }: FittedRows,
): Promise<FocusNeuron[][]> {
  const questions = rankings.map(({ concept }) => questionOf(concept, labelSets));
  const chosen = rankings.map(({ order, score }, r) =>
    questions[r] ? order.slice(0, wordsFor).filter((neuron) => score[neuron] !== null) : [],
  );
  const found = chosen.map((neurons) => new Array<FocusNeuron>(neurons.length));
  const sort = columnSorter(words.length);
  const placed = placeParts(parts);
  for (const { matrix, columns, firstNeuron } of placed.parts) {
    const places = Array.from({ length: columns.length }, (_, c) => c).filter((c) => chosen.some((list) => list.includes(firstNeuron + c)));
    await eachColumn(
      matrix,
      places.map((c) => columns[c]!),
      (values, index) => {
        const neuron = firstNeuron + places[index]!;
        const sorted = sort(values);
        chosen.forEach((neurons, r) => {
          const place = neurons.indexOf(neuron);
          const question = questions[r];
          if (place < 0 || !question) return;
          const { topWords, hit } = wordsBehind(restricted(sorted, question.taking), question, rankings[r]!.direction[neuron]!, words);
          const word = hit && { ...hit, ...withoutType(values, question, words, hit.type, rankings[r]!) };
          found[r]![place] = { neuron, interval: null, p: null, word, topWords };
        });
      },
      (done) => step('evidence', firstNeuron + (places[done - 1] ?? 0) + 1, placed.neurons.length, 'neurons'),
    );
  }
  return found;
}

/** The neuron's score when it is fitted to the same rows without those of a word. */
function withoutType(
  values: Float32Array | Float64Array,
  { labels, focus }: Question,
  words: Int32Array,
  type: number,
  { fitted, scoreAlone }: FittedRanking,
): { readonly scoreWithout: number | null; readonly chanceWithout?: number | null } {
  if (!scoreAlone) return { scoreWithout: null };
  const rows = Int32Array.from(fitted.keys()).filter((row) => fitted[row] === 1 && words[row] !== type);
  const target = rows.map((row) => Number(labels[row] === focus));
  const { score, chance } = scoreAlone(
    Float64Array.from(rows, (row) => values[row] as number),
    target,
  );
  return { scoreWithout: score, chanceWithout: chance };
}

interface Question {
  readonly labels: Int32Array;
  /** The label of rows that carry the concept; −1 where classes are compared. */
  readonly focus: number;
  /** 1 for rows with a label. */
  readonly taking: Uint8Array;
}

/** What a ranking was asked about: a set, or one of its classes; nothing where its labels are of another kind. */
function questionOf(concept: string, labelSets: readonly LabelSet[]): Question | undefined {
  const whole = labelSets.find(({ name }) => name === concept);
  if (whole) return taking(whole.labels, whole.kind === 'binary' ? 1 : -1);
  for (const set of labelSets) {
    const k = set.classNames.findIndex((name) => className(set.name, name) === concept);
    if (k >= 0) return taking(oneAgainstRest(set, k).labels, 1);
  }
  return undefined;
}

function taking(labels: Int32Array, focus: number): Question {
  return { labels, focus, taking: Uint8Array.from(labels, (label) => Number(label >= 0)) };
}
