/**
 * One neuron's scores when rows count more than once or not at all. The neuron's range, where a formula divides by it,
 * stays that of all rows: it is a unit and not an estimate.
 */
import type { Reason, Scored, Scorer } from '../method';
import { loadWhole, neuronView, resize, scoreOf, setFocus } from '../ranking/view';
import { combine } from '../statistics/combine';
import { columnBins } from '../statistics/bins';
import type { ClassBins, ColumnBins, RowBins } from '../statistics/bins';
import { detectWeighted, tiesWith } from '../statistics/detection';
import type { WeightedRows } from '../statistics/detection';
import type { ClassMoments } from '../statistics/classMoments';
import { quantile } from '../statistics/order';
import type { SortedColumn } from '../statistics/order';
import { groupedRows } from '../statistics/ties';
import { addValue, emptyClassSums, readClass } from './classSums';
import type { ClassSums } from './classSums';
import type { Sentences } from './shuffles';

/** A neuron and what is asked of it. */
export interface Question {
  /** Rows with a label, in order. */
  readonly sorted: SortedColumn;
  readonly labels: Int32Array;
  readonly focus: number;
  /** Moments of the labelling, and the neuron's column in them. */
  readonly moments: ClassMoments;
  readonly column: number;
  /** Some scorer needs the order of the rows. */
  readonly order: boolean;
}

export interface Reweighted {
  /** Scores with each sentence counted `weights[sentence]` times. */
  drawn(weights: Uint8Array, scorers: readonly Scorer[]): (Scored | Reason)[];
  /** The scores without the rows of one word type; null where there is none. */
  without(words: Int32Array, type: number, scorers: readonly Scorer[]): (number | null)[];
}

/** Prepares a neuron: rows are summed by sentence and class once, when sentences are first drawn, so that drawing sentences adds up sums and not rows. */
export function reweighted({ sorted, labels, focus, moments, column, order }: Question, sentences: Sentences): Reweighted {
  const { rows, values } = sorted;
  const { classes } = moments;
  const view = neuronView();
  loadWhole(view, moments, column);
  const { mean: centre, scatter: whole } = view.all;
  const marks = new Uint8Array(rows.length);
  const sentence = new Int32Array(rows.length);
  for (let i = 0; i < rows.length; i++) {
    marks[i] = Number(labels[rows[i]!] === focus);
    sentence[i] = sentences.ofRow[rows[i]!]!;
  }
  const held = order ? tiesWith(sorted, marks) : new Int32Array(0);
  let bins: ColumnBins | undefined;
  let bySentence: SentenceSums | undefined;

  const score = (sums: ClassSums, unit: Int32Array, weights: Uint8Array, scorers: readonly Scorer[]): (Scored | Reason)[] => {
    resize(view.classes, classes);
    for (let k = 0; k < classes; k++) readClass(view.classes[k]!, sums, k, centre, whole);
    combine(view.all, view.classes);
    setFocus(view, focus);
    const weighted = { column: sorted, marks, held, unit, weights, positives: view.classes[focus]?.count ?? 0, total: view.all.count };
    view.detection = order ? detectWeighted(weighted) : null;
    view.quantile = (share) => quantile(sorted, share);
    view.binned = (rule) => weightedBins((bins ??= binsOf(sorted))(rule), weighted, labels, classes);
    return scorers.map((scorer) => scoreOf(view, scorer));
  };

  return {
    drawn(weights, scorers) {
      bySentence ??= sumsBySentence(sorted, labels, sentence, { classes, centre, sentences: sentences.count });
      return score(weightedSum(bySentence, weights), sentence, weights, scorers);
    },
    without(words, type, scorers) {
      const other = new Int32Array(rows.length);
      const sums = emptyClassSums(classes);
      for (let i = 0; i < rows.length; i++) {
        const row = rows[i]!;
        if (words[row] === type) continue;
        other[i] = 1;
        addValue(sums, labels[row]!, values[i]! - centre, 1);
      }
      return score(sums, other, Uint8Array.of(0, 1), scorers).map((scored) => (typeof scored === 'string' ? null : scored.score));
    },
  };
}

function binsOf(sorted: SortedColumn): ColumnBins {
  const included = new Uint8Array(sorted.tie.length);
  for (const row of sorted.rows) included[row] = 1;
  return columnBins(groupedRows(sorted), included);
}

/** Rows of every class in every bin, each as often as its unit weighs. */
function weightedBins({ cuts, ofRow }: RowBins, { column, unit, weights }: WeightedRows, labels: Int32Array, classes: number): ClassBins {
  const { bins, edges } = cuts;
  const counts = new Float64Array(bins * classes);
  for (let i = 0; i < column.rows.length; i++) {
    const row = column.rows[i]!;
    const at = ofRow[row]! * classes + labels[row]!;
    counts[at] = counts[at]! + weights[unit[i]!]!;
  }
  return { edges, bins, classes, counts };
}

/** Sums of the rows of each sentence that share a class, class by class: those of class k lie at `starts[k] … starts[k + 1]`. */
interface SentenceSums extends ClassSums {
  readonly sentence: Int32Array;
  readonly starts: Int32Array;
}

function sumsBySentence(
  { rows, values }: SortedColumn,
  labels: Int32Array,
  sentence: Int32Array,
  sizes: { readonly classes: number; readonly centre: number; readonly sentences: number },
): SentenceSums {
  const { classes, centre, sentences } = sizes;
  const entryOf = new Int32Array(classes * sentences).fill(-1);
  for (let i = 0; i < rows.length; i++) entryOf[labels[rows[i]!]! * sentences + sentence[i]!] = 0;
  const starts = new Int32Array(classes + 1);
  const entries: number[] = [];
  for (let key = 0; key < entryOf.length; key++) {
    if (entryOf[key] === 0) entryOf[key] = entries.push(key % sentences) - 1;
    if ((key + 1) % sentences === 0) starts[(key + 1) / sentences] = entries.length;
  }
  const sums = emptyClassSums(entries.length);
  for (let i = 0; i < rows.length; i++) {
    addValue(sums, entryOf[labels[rows[i]!]! * sentences + sentence[i]!]!, values[i]! - centre, 1);
  }
  return { ...sums, sentence: Int32Array.from(entries), starts };
}

/** Σ over sentences of weight × sums, class by class. */
function weightedSum({ count, sum, square, sentence, starts }: SentenceSums, weights: Uint8Array): ClassSums {
  const classes = starts.length - 1;
  const total = emptyClassSums(classes);
  for (let k = 0; k < classes; k++) {
    let n = 0;
    let s = 0;
    let q = 0;
    for (let at = starts[k]!, end = starts[k + 1]!; at < end; at++) {
      const weight = weights[sentence[at]!]!;
      n += weight * count[at]!;
      s += weight * sum[at]!;
      q += weight * square[at]!;
    }
    total.count[k] = n;
    total.sum[k] = s;
    total.square[k] = q;
  }
  return total;
}
