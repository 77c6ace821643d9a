/** How often predicted classes are right. */

export interface Accuracy {
  readonly correct: number;
  readonly of: number;
  /** Share of a class's rows that are right; null where it has none. */
  readonly perClass: readonly (number | null)[];
  /** The same over all rows for who always says the class that is commonest among the rows that were fitted. */
  readonly majority: number | null;
  /** Right answers over rows; null where there are no rows. */
  readonly share: number | null;
}

/** Compares predictions with labels; `commonest` is the class with most rows among those fitted. */
export function accuracyOf(predicted: Int32Array, labels: Int32Array, classes: number, commonest: number): Accuracy {
  const rows = new Array<number>(classes).fill(0);
  const right = new Array<number>(classes).fill(0);
  labels.forEach((label, row) => {
    rows[label] = (rows[label] ?? 0) + 1;
    if (predicted[row] === label) right[label] = (right[label] ?? 0) + 1;
  });
  const correct = right.reduce((sum, count) => sum + count, 0);
  const share = (count: number): number | null => (labels.length > 0 ? count / labels.length : null);
  return {
    correct,
    of: labels.length,
    perClass: rows.map((count, k) => (count > 0 ? (right[k] ?? 0) / count : null)),
    majority: share(rows[commonest] ?? 0),
    share: share(correct),
  };
}

/** The label with most rows; the first of them where several have as many. */
export function commonestLabel(labels: Int32Array, classes: number): number {
  const counts = new Array<number>(classes).fill(0);
  for (const label of labels) counts[label] = (counts[label] ?? 0) + 1;
  return counts.indexOf(Math.max(...counts));
}
