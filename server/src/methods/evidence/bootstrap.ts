/** Sentences drawn with replacement: rows of a sentence are not independent, so sentences and not rows are the sample. */
import { quantile } from '../statistics/order';
import { integerBelow, randomStream } from '../statistics/random';
import type { Sentences } from './shuffles';

/** How often each sentence is drawn, one array a round. */
export function bootstrapWeights({ count }: Sentences, options: { readonly rounds: number; readonly seed: number }): Uint8Array[] {
  return Array.from({ length: options.rounds }, (_, round) => {
    const next = randomStream(options.seed, bootstrapKey, round);
    const weights = new Uint8Array(count);
    for (let i = 0; i < count; i++) {
      const sentence = integerBelow(next, count);
      weights[sentence] = weights[sentence]! + 1;
    }
    return weights;
  });
}

// Keeps these draws apart from the shuffles of the same seed.
const bootstrapKey = 0xb007;

/** The 2.5th and 97.5th percentile; null when fewer than half of the rounds gave a score. */
export function percentileInterval(scores: readonly number[], rounds: number): readonly [number, number] | null {
  if (scores.length * 2 < rounds || scores.length === 0) return null;
  const sorted = { values: Float64Array.from(scores).sort() };
  return [quantile(sorted, 0.025), quantile(sorted, 0.975)];
}
