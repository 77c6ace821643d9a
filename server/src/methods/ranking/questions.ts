/** The questions that a request asks of the rows, each kept once: labellings, the classes asked for, the rows that take part. */
import type { RankNeeds } from '../method';
import type { Labelling } from '../statistics/cells';
import { classCounts } from './labels';
import type { Support } from './labels';

/** One question about the rows: a class against the rest of a labelling, or (focus −1) all its classes compared. */
export interface Contrast {
  readonly labelling: number;
  readonly focus: number;
  readonly support: Support;
  /** The rows of the class in focus, ascending. */
  readonly rows: Int32Array;
  /** Index into `Plan.masks`: the rows that have a label. */
  readonly mask: number;
  /** Some method needs the order of the rows. */
  order: boolean;
  /** Some method cuts the values into bins. */
  cut: boolean;
}

export interface QuestionTable {
  readonly labellings: Labelling[];
  readonly contrasts: Contrast[];
  readonly masks: Uint8Array[];
  /** The contrast of class `focus` (−1: all classes) of these labels, made when first asked for. */
  contrastOf(labels: Int32Array, classes: number, focus: number, needs: RankNeeds): number;
}

/** An empty table. */
export function questionTable(): QuestionTable {
  const labellings: Labelling[] = [];
  const contrasts: Contrast[] = [];
  const masks: Uint8Array[] = [];

  const labellingOf = (labels: Int32Array, classes: number): number => {
    const found = labellings.findIndex((known) => known.classes === classes && sameValues(known.labels, labels));
    return found >= 0 ? found : labellings.push({ labels, classes }) - 1;
  };
  const maskOf = (labels: Int32Array): number => {
    const mask = new Uint8Array(labels.length);
    for (let row = 0; row < labels.length; row++) mask[row] = Number(labels[row]! >= 0);
    const found = masks.findIndex((known) => sameValues(known, mask));
    return found >= 0 ? found : masks.push(mask) - 1;
  };
  const newContrast = (labelling: number, focus: number): Contrast => {
    const { labels } = labellings[labelling]!;
    const counts = classCounts(labellings[labelling]!);
    const total = counts.reduce((sum, n) => sum + n, 0);
    const positive = focus < 0 ? total : (counts[focus] ?? 0);
    const support = { positive, negative: total - positive };
    return { labelling, focus, support, rows: rowsWith(labels, focus), mask: maskOf(labels), order: false, cut: false };
  };

  return {
    labellings,
    contrasts,
    masks,
    contrastOf(labels, classes, focus, needs) {
      const labelling = labellingOf(labels, classes);
      let found = contrasts.findIndex((known) => known.labelling === labelling && known.focus === focus);
      if (found < 0) found = contrasts.push(newContrast(labelling, focus)) - 1;
      contrasts[found]!.order ||= needs.order;
      contrasts[found]!.cut ||= needs.cuts !== undefined;
      return found;
    },
  };
}

/** Rows that carry a label; none for −1, which is no label. */
function rowsWith(labels: Int32Array, label: number): Int32Array {
  const rows = new Int32Array(label < 0 ? 0 : labels.length);
  let count = 0;
  for (let row = 0; row < rows.length; row++) if (labels[row] === label) rows[count++] = row;
  return rows.slice(0, count);
}

function sameValues(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
