/** From the scores of a model's head to the few tokens that it holds most probable. */
import type { Fetched } from '../runtime/session';
import { largest, softmax } from './sampling';

/** A token with its probability. */
export interface Probable {
  readonly id: number;
  readonly p: number;
}

const listed = 2;

/** The most probable tokens at one position of logits [size, length, vocabulary]; none where a score is no number. */
export function mostProbable({ data, dims }: Fetched, item: number, position: number): Probable[] {
  const [, length = 1, size = 0] = dims;
  const from = (item * length + position) * size;
  const scores = data.subarray(from, from + size);
  const shares = softmax(scores);
  return shares ? largest(scores, listed).map((id) => ({ id, p: shares[id] ?? NaN })) : [];
}
