/**
 * How much of the omission scores follows from which word it is, and how much from where it stands: ridge regression on
 * words and position. Kádár, Chrupała and Alishahi 2017, section 4.2; penalties 2⁻² to 2⁵ as there.
 */
import { explained, predicted, ridge } from '../statistics/ridge';
import type { Regression } from '../statistics/ridge';
import { randomStream } from '../statistics/random';

/** One word in its sentence with its score. */
export interface ScoredWord {
  readonly sentence: number;
  /** Number of the word type. */
  readonly type: number;
  /** From 0 within the sentence. */
  readonly position: number;
  readonly score: number;
}

/** Share of the variance of scores explained in sentences that neither the fit nor the choice of the penalty has seen. */
export interface Explained {
  readonly by: 'word' | 'position' | 'word and position';
  readonly share: number | null;
  readonly alpha: number;
}

const alphas = [-2, -1, 0, 1, 2, 3, 4, 5].map((power) => 2 ** power);
/** Word types with a weight of their own: the normal equations are of this size. */
const mostTypes = 300;
/** Fewer sentences cannot be split in three. */
const leastSentences = 30;

/**
 * Fits to three fifths of the sentences, chooses the penalty on one fifth, measures on the last. Rarer words than the 300
 * commonest share what is left. Null with fewer than 30 sentences.
 */
export function explainOmission(words: readonly ScoredWord[], seed: number): Explained[] | null {
  if (new Set(words.map(({ sentence }) => sentence)).size < leastSentences) return null;
  const parts = ([0, 1, 2] as const).map((part) => words.filter(({ sentence }) => partOf(seed, sentence) === part));
  const [train, choosing, test] = parts as [ScoredWord[], ScoredWord[], ScoredWord[]];
  if (train.length === 0 || choosing.length === 0 || test.length === 0) return null;
  const types = commonest(train);
  return (['word', 'position', 'word and position'] as const).map((by): Explained => {
    const design = (rows: readonly ScoredWord[]) => regressionOf(rows, by === 'position' ? new Map() : types, by !== 'word');
    const [fitRows, choiceRows, testRows] = [design(train), design(choosing), design(test)];
    const fits = alphas.map((alpha) => {
      const fit = ridge(fitRows, alpha);
      const guess = predicted(fit, choiceRows);
      return { alpha, fit, error: choiceRows.target.reduce((sum, y, r) => sum + (y - guess[r]!) ** 2, 0) };
    });
    const best = fits.reduce((least, each) => (each.error < least.error ? each : least));
    return { by, share: explained(testRows.target, predicted(best.fit, testRows)), alpha: best.alpha };
  });
}

/** 0 to fit, 1 to choose, 2 to measure; by the number of the sentence alone. */
function partOf(seed: number, sentence: number): 0 | 1 | 2 {
  const share = randomStream(seed, 4, sentence)() / 0x1_0000_0000;
  return share < 0.6 ? 0 : share < 0.8 ? 1 : 2;
}

function commonest(words: readonly ScoredWord[]): Map<number, number> {
  const counts = new Map<number, number>();
  for (const { type } of words) counts.set(type, (counts.get(type) ?? 0) + 1);
  const ordered = [...counts].sort((a, b) => b[1] - a[1] || a[0] - b[0]).slice(0, mostTypes);
  return new Map(ordered.map(([type], feature) => [type, feature]));
}

function regressionOf(words: readonly ScoredWord[], types: ReadonlyMap<number, number>, withPosition: boolean): Regression {
  const features = types.size + Number(withPosition);
  const values = new Float64Array(words.length * features);
  words.forEach(({ type, position }, r) => {
    const feature = types.get(type);
    if (feature !== undefined) values[r * features + feature] = 1;
    // Tens of words, so that one penalty suits both kinds of weights.
    if (withPosition) values[r * features + types.size] = position / 10;
  });
  return { rows: words.length, features, values, target: Float64Array.from(words, ({ score }) => score) };
}
