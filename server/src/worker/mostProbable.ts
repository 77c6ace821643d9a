/** From the scores of a model's head to the few tokens that it holds most probable. */
import type { Fetched } from '../runtime/session';

/** A token with its probability. */
export interface Probable {
  readonly id: number;
  readonly p: number;
}

const listed = 2;
/** Scores so far below the best add less than 10⁻¹⁰ each, so their exponentials are not computed. */
const negligible = 23;

/** The most probable tokens at one position of logits [size, length, vocabulary], by softmax in float64; none where a score is no number. */
export function mostProbable({ data, dims }: Fetched, item: number, position: number): Probable[] {
  const [, length = 1, size = 0] = dims;
  const from = (item * length + position) * size;
  const best: { id: number; score: number }[] = [];
  for (let id = 0; id < size; id++) {
    const score = data[from + id]!;
    if (best.length === listed && !(score > best[listed - 1]!.score)) continue;
    const at = best.findIndex((other) => score > other.score);
    best.splice(at < 0 ? best.length : at, 0, { id, score });
    best.length = Math.min(best.length, listed);
  }
  const top = best[0]?.score ?? Number.NaN;
  let total = 0;
  for (let id = 0; id < size; id++) {
    const below = data[from + id]! - top;
    // Written so that NaN is added and not passed over.
    if (!(below < -negligible)) total += Math.exp(below);
  }
  return Number.isFinite(total) && total > 0 ? best.map(({ id, score }) => ({ id, p: Math.exp(score - top) / total })) : [];
}
