/** Sentences drawn with replacement: rows of a sentence are not independent, so sentences and not rows are the sample. */
import type { Reason, Scored, Scorer } from '../method';
import { quantile } from '../statistics/order';
import { integerBelow, randomStream } from '../statistics/random';
import type { Sentences } from './shuffles';

/** Rounds of an interval. */
export const bootstrapRounds = 200;

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

/**
 * Sentences that each side needs for an interval. What is drawn from k sentences never leaves their range, and the range of
 * k independent values misses their median with probability 2^(1 − k): that of five more often than the one time in twenty
 * which a 95 % interval may, that of six not. Fewer would print certainty where there is hardly any knowledge.
 */
const leastSentences = 6;

/** In how many sentences the rows on either side of a question stand. */
export interface SentenceSupport {
  /** Of the class in focus; null where all classes are compared. */
  readonly carrying: number | null;
  readonly other: number;
  /** False when no sentences are known and every row stands alone. */
  readonly known: boolean;
}

/** Counts the sentences of class `focus` (−1: all classes are compared) and of the other rows that have a label. */
export function sentenceSupport(labels: Int32Array, focus: number, { ofRow, count, known }: Sentences): SentenceSupport {
  const carrying = new Uint8Array(count);
  const other = new Uint8Array(count);
  for (let row = 0; row < labels.length; row++) {
    const label = labels[row]!;
    if (label >= 0) (label === focus ? carrying : other)[ofRow[row]!] = 1;
  }
  const total = (marks: Uint8Array) => marks.reduce((sum, mark) => sum + mark, 0);
  return { carrying: focus < 0 ? null : total(carrying), other: total(other), known };
}

/** Why drawing sentences gives no interval; null where it does. */
export function intervalObstacle({ carrying, other, known }: SentenceSupport): string | null {
  const unit = (count: number) => `${count} ${known ? 'sentence' : 'row'}${count === 1 ? '' : 's'} only`;
  const because = `what is drawn from fewer than ${leastSentences} spreads too little for a 95 % interval`;
  if (carrying !== null && carrying < leastSentences) return `no intervals: the concept stands in ${unit(carrying)}, and ${because}`;
  if (other < leastSentences) return `no intervals: the rows to compare stand in ${unit(other)}, and ${because}`;
  return null;
}

/** The interval of each scorer's score over the draws. */
export function drawnIntervals(
  drawn: (weights: Uint8Array, scorers: readonly Scorer[]) => readonly (Scored | Reason)[],
  draws: readonly Uint8Array[],
  scorers: readonly Scorer[],
): (readonly [number, number] | null)[] {
  const scores = scorers.map((): number[] => []);
  for (const weights of draws) {
    drawn(weights, scorers).forEach((scored, s) => {
      if (typeof scored !== 'string') scores[s]!.push(scored.score);
    });
  }
  return scores.map((list) => percentileInterval(list, draws.length));
}

/** The 2.5th and 97.5th percentile; null when fewer than half of the rounds gave a score. */
export function percentileInterval(scores: readonly number[], rounds: number): readonly [number, number] | null {
  if (scores.length * 2 < rounds || scores.length === 0) return null;
  const sorted = { values: Float64Array.from(scores).sort() };
  return [quantile(sorted, 0.025), quantile(sorted, 0.975)];
}
