/** How well numbers are predicted. Undefined is null: where there are less than two rows, or numbers that do not vary. */
import { spreadOf } from './spread';

export interface Agreement {
  /** 1 − Σ (y − ŷ)² / Σ (y − mean y)² over these rows: 1 where all is explained, 0 for their mean, below 0 where that does better. */
  readonly r2: number | null;
  /** Pearson’s correlation of y and ŷ. */
  readonly correlation: number | null;
  /** Spearman’s: of their ranks, equal numbers sharing the mean of theirs. */
  readonly rankCorrelation: number | null;
  /** Mean of (y − ŷ)². */
  readonly squaredError: number | null;
}

/** Compares predictions ŷ with the numbers y that they are of. Sums are made in float64. */
export function agreementOf(predicted: Float64Array, target: Float64Array): Agreement {
  const rows = target.length;
  const squares = target.reduce((sum, value, row) => sum + (value - (predicted[row] as number)) ** 2, 0);
  const { deviation } = spreadOf(target);
  return {
    r2: deviation > 0 ? 1 - squares / (rows * deviation ** 2) : null,
    correlation: correlationOf(predicted, target),
    rankCorrelation: correlationOf(ranksOf(predicted), ranksOf(target)),
    squaredError: rows > 0 ? squares / rows : null,
  };
}

/** Pearson’s correlation; null where either does not vary. */
export function correlationOf(a: Float64Array, b: Float64Array): number | null {
  const [ofA, ofB] = [spreadOf(a), spreadOf(b)];
  if (!(ofA.deviation > 0) || !(ofB.deviation > 0)) return null;
  const sum = a.reduce((total, value, row) => total + (value - ofA.mean) * ((b[row] as number) - ofB.mean), 0);
  return Math.max(-1, Math.min(1, sum / (a.length * ofA.deviation * ofB.deviation)));
}

/** Places in ascending order from 1; equal numbers share the mean of theirs. */
function ranksOf(values: Float64Array): Float64Array {
  const order = Int32Array.from(values.keys()).sort((a, b) => (values[a] as number) - (values[b] as number));
  const ranks = new Float64Array(values.length);
  for (let from = 0, to = 0; from < order.length; from = to) {
    while (to < order.length && values[order[to] as number] === values[order[from] as number]) to++;
    for (let at = from; at < to; at++) ranks[order[at] as number] = (from + to + 1) / 2;
  }
  return ranks;
}
