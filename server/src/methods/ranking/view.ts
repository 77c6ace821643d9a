/** One neuron as a method sees it: class moments of one column, cut to the question asked. */
import type { ClassStatistics, NeuronStatistics, Reason, Scored, Scorer } from '../method';
import { countBins } from '../statistics/bins';
import type { ColumnBins } from '../statistics/bins';
import type { Labelling } from '../statistics/cells';
import { combine } from '../statistics/combine';
import type { Detection, Detector } from '../statistics/detection';
import type { ClassMoments } from '../statistics/classMoments';
import { restricted, tiedQuantile } from '../statistics/order';
import type { SortedColumn } from '../statistics/order';
import { tieFinder } from '../statistics/ties';
import type { TiedColumn } from '../statistics/ties';

/** The statistics handed to scorers; filled anew for every neuron. */
export interface NeuronView extends NeuronStatistics {
  classes: ClassStatistics[];
  focus: number;
  positive: ClassStatistics;
  negative: ClassStatistics;
  min: number;
  max: number;
  detection: Detection | null;
  quantile: ((share: number) => number) | null;
  binned: NeuronStatistics['binned'];
}

export function neuronView(): NeuronView {
  const empty = (): ClassStatistics => ({ count: 0, mean: 0, scatter: 0 });
  return {
    ...{ classes: [], focus: -1, min: Infinity, max: -Infinity, detection: null, quantile: null, binned: null },
    ...{ positive: empty(), negative: empty(), all: empty() },
  };
}

/** Fills the view with column `column` of the moments. What is asked of it, and its order, are the caller's to set. */
export function loadMoments(view: NeuronView, moments: ClassMoments, column: number): void {
  const { classes, columns } = moments;
  view.min = Infinity;
  view.max = -Infinity;
  resize(view.classes, classes);
  for (let k = 0, at = column; k < classes; k++, at += columns) {
    const statistics = view.classes[k]!;
    statistics.count = moments.count[k]!;
    statistics.mean = moments.mean[at]!;
    statistics.scatter = moments.scatter[at]!;
    view.min = Math.min(view.min, moments.min[at]!);
    view.max = Math.max(view.max, moments.max[at]!);
  }
  combine(view.all, view.classes);
}

/**
 * Fills in what no exchange of labels changes: all rows together, and the range. False when no score of the column is
 * defined.
 */
export function loadWhole(view: NeuronView, moments: ClassMoments, column: number): boolean {
  loadMoments(view, moments, column);
  setFocus(view, -1);
  return view.min < view.max && Number.isFinite(view.all.scatter) && view.all.scatter > 0;
}

/** Asks for a class; of two-way labels, names the sides. Order statistics are those of a question, and so begin anew. */
export function setFocus(view: NeuronView, focus: number): void {
  view.focus = focus;
  view.detection = null;
  view.quantile = null;
  view.binned = null;
  if (focus < 0 || view.classes.length !== 2) return;
  view.positive = view.classes[focus]!;
  view.negative = view.classes[1 - focus]!;
}

/** Adds what needs the order of the rows; `classRows` are those of the class in focus. */
export function loadOrder(view: NeuronView, column: TiedColumn, classRows: Int32Array, detect: Detector): void {
  if (classRows.length === 0 || classRows.length === view.all.count) return;
  view.detection = detect(column, classRows);
  view.quantile = (share) => tiedQuantile(column, share);
}

/** Adds what needs the values in bins. */
export function loadBins(view: NeuronView, bins: ColumnBins, { labels, classes }: Labelling): void {
  view.binned = (rule) => countBins(bins(rule), labels, classes);
}

/** A column cut to one of several sets of rows, grouped by value; valid until another set is asked for, so ask set by set. */
export function tiesByMask(
  masks: readonly Uint8Array[],
  rows: number,
): (values: Float32Array | Float64Array) => (mask: number) => TiedColumn {
  const find = tieFinder(rows);
  return (values) => {
    let last: { readonly mask: number; readonly column: TiedColumn } | undefined;
    return (mask) => {
      if (last?.mask !== mask) last = { mask, column: find(values, masks[mask]!) };
      return last.column;
    };
  };
}

/** The sorted column cut to one of several sets of rows, each cut made when first asked for. */
export function sortedByMask(masks: readonly Uint8Array[], column: SortedColumn): (mask: number) => SortedColumn {
  const cuts: SortedColumn[] = [];
  return (mask) => (cuts[mask] ??= masks[mask]!.includes(0) ? restricted(column, masks[mask]!) : column);
}

/** The score, or why there is none: what every method shares is decided here. */
export function scoreOf(view: NeuronView, scorer: Scorer): Scored | Reason {
  const missing = undefinedFor(view);
  if (missing) return missing;
  const scored = scorer(view);
  return typeof scored === 'string' || Number.isFinite(scored.score) ? scored : 'not-finite';
}

function undefinedFor({ all, classes, focus, min, max }: NeuronView): Reason | undefined {
  const largest = focus < 0 ? largestCount(classes) : classes[focus]!.count;
  if (largest === 0 || largest === all.count) return 'one-class';
  if (!Number.isFinite(all.scatter)) return 'not-finite';
  return min === max ? 'constant' : undefined;
}

function largestCount(classes: readonly ClassStatistics[]): number {
  let largest = 0;
  for (const { count } of classes) largest = Math.max(largest, count);
  return largest;
}

/** Gives the list `length` entries, new ones empty. */
export function resize(list: ClassStatistics[], length: number): void {
  while (list.length < length) list.push({ count: 0, mean: 0, scatter: 0 });
  list.length = length;
}
