/** Choosing the next token by its score. */
import type { RandomStream } from '../methods/statistics/random';
import { InputError } from '../protocol/errors';

export interface Sampling {
  /** 0: always the most likely token. */
  readonly temperature: number;
  /** Only so many of the most likely tokens; undefined: all. */
  readonly topK?: number;
  /** Only the most likely tokens that together have this probability (nucleus sampling, Holtzman et al. 2020). */
  readonly topP?: number;
}

/** Softmax in float64, with the largest score taken off first; null where a score is no number. */
export function softmax(scores: ArrayLike<number>, temperature = 1): Float64Array | null {
  let largest = -Infinity;
  for (let i = 0; i < scores.length; i++) {
    const score = scores[i] ?? NaN;
    if (Number.isNaN(score) || score === Infinity) return null;
    largest = Math.max(largest, score);
  }
  const shares = new Float64Array(scores.length);
  let sum = 0;
  for (let i = 0; i < scores.length; i++) sum += shares[i] = Math.exp(((scores[i] ?? NaN) - largest) / temperature);
  for (let i = 0; i < shares.length; i++) shares[i] = (shares[i] ?? NaN) / sum;
  return shares;
}

/** Softmax of scores. Throws ACT_NONFINITE for scores that are no numbers. */
export function probabilitiesOf(scores: ArrayLike<number>, temperature = 1): Float64Array {
  const found = softmax(scores, temperature);
  if (found) return found;
  throw noNumber(Array.from(scores).findIndex((score) => Number.isNaN(score) || score === Infinity));
}

const mostKept = 64;

/** The `count` largest numbers, the largest first, of equal ones the one that comes first. */
export function largest(values: ArrayLike<number>, count: number): number[] {
  if (count > mostKept) {
    const order = Array.from({ length: values.length }, (_, i) => i);
    return order.sort((a, b) => (values[b] ?? 0) - (values[a] ?? 0) || a - b).slice(0, count);
  }
  // Few of a large vocabulary are found by one walk; sorting all of it would take longer than a small model's step.
  const best: number[] = [];
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? 0;
    if (best.length === count && !(value > (values[best[count - 1] ?? 0] ?? 0))) continue;
    const at = best.findIndex((other) => value > (values[other] ?? 0));
    best.splice(at < 0 ? best.length : at, 0, i);
    best.length = Math.min(best.length, count);
  }
  return best;
}

/** The id of the next token. The same stream, scores and settings give the same token everywhere. */
export function nextToken(scores: ArrayLike<number>, { temperature, topK, topP }: Sampling, stream: RandomStream): number {
  if (temperature === 0) {
    const probabilities = probabilitiesOf(scores);
    return largest(probabilities, 1)[0] ?? 0;
  }
  const probabilities = probabilitiesOf(scores, temperature);
  const ids = nucleus(probabilities, largest(probabilities, topK ?? probabilities.length), topP);
  const whole = ids.reduce((sum, id) => sum + (probabilities[id] ?? 0), 0);
  let left = (stream() / 0x1_0000_0000) * whole;
  for (const id of ids) {
    left -= probabilities[id] ?? 0;
    if (left < 0) return id;
  }
  return ids.at(-1) ?? 0;
}

/** The first ids whose probabilities reach `topP`, at least one. */
function nucleus(probabilities: Float64Array, ids: readonly number[], topP: number | undefined): readonly number[] {
  if (topP === undefined) return ids;
  const whole = ids.reduce((sum, id) => sum + (probabilities[id] ?? 0), 0);
  let sum = 0;
  const count = ids.findIndex((id) => (sum += probabilities[id] ?? 0) >= topP * whole);
  return count < 0 ? ids : ids.slice(0, count + 1);
}

function noNumber(id: number): InputError {
  return new InputError(
    'ACT_NONFINITE',
    {},
    {
      found: `a score that is no number, of token ${id}`,
      expected: 'finite scores',
      remedy: 'golgi model --check shows where values stop being numbers; smaller edits may keep them',
    },
  );
}
