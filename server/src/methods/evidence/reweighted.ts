/**
 * One neuron's scores when rows count more than once or not at all. The neuron's range, where a formula divides by it,
 * stays that of all rows: it is a unit and not an estimate.
 */
import type { ClassStatistics, Reason, Scored, Scorer } from '../method';
import { neuronView, resize, scoreOf, setFocus } from '../ranking/view';
import { detectWeighted } from '../statistics/detection';
import type { ClassMoments } from '../statistics/moments';
import { quantile } from '../statistics/order';
import type { SortedColumn } from '../statistics/order';
import { addValue, emptyClassSums, readClass } from './classSums';
import type { ClassSums } from './classSums';
import { wholeColumn } from './screen';
import type { Sentences } from './shuffles';

/** A neuron and what is asked of it. */
export interface Question {
  /** Rows with a label, in order. */
  readonly sorted: SortedColumn;
  readonly labels: Int32Array;
  readonly marks: Uint8Array;
  readonly focus: number;
  /** Moments of the labelling, and the neuron's column in them. */
  readonly moments: ClassMoments;
  readonly column: number;
  /** Some scorer needs the order of the rows. */
  readonly order: boolean;
}

export interface Reweighted {
  /** Scores with each sentence counted `bySentence` times; `byRow` is the same row by row. */
  drawn(bySentence: Uint8Array, byRow: Uint8Array | null, scorers: readonly Scorer[]): (Scored | Reason)[];
  /** The score without the rows of one word type. */
  without(words: Int32Array, type: number, scorer: Scorer): number | null;
}

/** Prepares a neuron: its sums are taken sentence by sentence, so that drawing sentences adds up sums and not rows. */
export function reweighted(question: Question, sentences: Sentences): Reweighted {
  const { sorted, labels, marks, focus, moments, column, order } = question;
  const { values, rows } = sorted;
  const { classes } = moments;
  const view = neuronView();
  const all: ClassStatistics = { count: 0, mean: 0, scatter: 0 };
  wholeColumn(view, all, moments, column);
  const bySentence = emptyClassSums(sentences.count * classes);
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i]!;
    addValue(bySentence, sentences.ofRow[row]! * classes + labels[row]!, values[row]! - all.mean, 1);
  }

  const score = (sums: ClassSums, weights: Uint8Array | null, scorers: readonly Scorer[]): (Scored | Reason)[] => {
    resize(view.classes, classes);
    for (let k = 0; k < classes; k++) readClass(view.classes[k]!, sums, k, all.mean, all.scatter);
    setFocus(view, focus);
    view.detection = weights && detectWeighted(sorted, marks, weights);
    view.quantile = weights && ((share) => quantile(sorted, share));
    return scorers.map((scorer) => scoreOf(view, scorer));
  };

  return {
    drawn(weights, byRow, scorers) {
      return score(weightedSum(bySentence, weights, classes), order ? byRow : null, scorers);
    },
    without(words, type, scorer) {
      const kept = words.map((word) => Number(word !== type));
      const sums = emptyClassSums(classes);
      for (let i = 0; i < rows.length; i++) {
        const row = rows[i]!;
        if (kept[row] === 1) addValue(sums, labels[row]!, values[row]! - all.mean, 1);
      }
      const [scored] = score(sums, order ? Uint8Array.from(kept) : null, [scorer]);
      return scored === undefined || typeof scored === 'string' ? null : scored.score;
    },
  };
}

/** Σ over sentences of weight × sums, class by class. */
function weightedSum({ count, sum, square }: ClassSums, weights: Uint8Array, classes: number): ClassSums {
  const total = emptyClassSums(classes);
  for (let sentence = 0, at = 0; sentence < weights.length; sentence++) {
    const weight = weights[sentence]!;
    for (let k = 0; k < classes; k++, at++) {
      total.count[k] = total.count[k]! + weight * count[at]!;
      total.sum[k] = total.sum[k]! + weight * sum[at]!;
      total.square[k] = total.square[k]! + weight * square[at]!;
    }
  }
  return total;
}
