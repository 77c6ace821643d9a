/** What a text loses with each of its words: by hand over a model of a few lines. */
import { expect, test } from 'vitest';
import { distance, omissionScores } from '../../../server/src/methods/corpus-based/omission';
import { explainOmission } from '../../../server/src/methods/corpus-based/omissionRegression';
import type { Model } from '../../../server/src/methods/model';
import { explained, predicted, ridge } from '../../../server/src/methods/statistics/ridge';

const point = { stack: '', layer: 1, tap: 'hidden' } as const;
const step = () => Promise.resolve();

/** A model whose values at a token are those of the token alone, and the sizes of the batches that it ran. */
function bagOfWords(vectors: Readonly<Record<number, readonly number[]>>) {
  const sizes: number[] = [];
  const model: Pick<Model, 'run'> = {
    run: ({ size, length, ids, mask }) => {
      sizes.push(size);
      const width = Object.values(vectors)[0]!.length;
      const data = new Float32Array(size * length * width).fill(99);
      ids.forEach((id, cell) => mask[cell] && data.set(vectors[id]!, cell * width));
      return Promise.resolve([{ dims: [size, length, width], data }]);
    },
  };
  return { model, sizes };
}

test('the three omissions of the paper by hand', () => {
  const whole = [1, 2, 2];
  const scores = [[1, 2, 0], [0, 2, 2], [1, 0, 2]].map((without) => distance(whole, without)); // prettier-ignore
  expect(scores).toEqual([expect.closeTo(0.254644, 6), expect.closeTo(0.057191, 6), expect.closeTo(0.254644, 6)]);
  expect([distance(whole, whole), distance(whole, [-1, -2, -2]), distance(whole, [0, 0, 0])]).toEqual([0, 2, null]);
});

test('all tokens of a word go, special tokens stay and are no part of the mean, padding is never read', async () => {
  // [9] a b1 b2 c [9]; the mean over a, b1, b2, c is (1, 1); without b it is (½, ½), without a (4/3, 1), without c (1, 4/3).
  const { model } = bagOfWords({ 9: [50, 50], 1: [0, 1], 2: [1.5, 1.5], 3: [1.5, 1.5], 4: [1, 0] });
  const text = { ids: [9, 1, 2, 3, 4, 9], word: [-1, 0, 1, 1, 2, -1], words: 3 };
  const [found] = await omissionScores(model, [text], { point, units: [0], pool: 'mean', rowsAtOnce: 32 }, step);
  expect(found!.scores[1]).toBeCloseTo(0, 12);
  const cosine = 7 / 3 / Math.sqrt(2 * (16 / 9 + 1));
  expect(found!.scores[0]).toBeCloseTo(1 - cosine, 12);
  expect(found!.scores[2]).toBeCloseTo(1 - cosine, 12);
  const tokens = [50, 0, 1.5, 1.5, 1, 50];
  const mean = tokens.reduce((sum, value) => sum + value, 0) / 6;
  const deviation = Math.sqrt(tokens.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 6);
  const expected = [1 - 4 / 3, 1 - 0.5, 1 - 1].map((change) => expect.closeTo(change / deviation, 10));
  expect(found!.units[0]).toEqual(expected);
});

test('of causal models the last token speaks for the text: in a bag of words only omitting the last word changes it', async () => {
  const { model } = bagOfWords({ 1: [1, 0], 2: [0, 1], 3: [1, 1] });
  const [found] = await omissionScores(model, [{ ids: [1, 2, 3], word: [0, 1, 2], words: 3 }], { point, units: [], pool: 'last', rowsAtOnce: 2 }, step); // prettier-ignore
  expect(found!.scores).toEqual([0, 0, expect.closeTo(1 - 1 / Math.sqrt(2), 12)]);
});

test('the size of batches changes nothing, and is kept', async () => {
  const vectors = { 1: [1, 0.3], 2: [0, 1], 3: [1, 1], 4: [-1, 0.5] };
  const text = { ids: [1, 2, 3, 4], word: [0, 1, 2, 3], words: 4 };
  const results = [];
  for (const rowsAtOnce of [1, 2, 32]) {
    const { model, sizes } = bagOfWords(vectors);
    results.push(await omissionScores(model, [text], { point, units: [1], pool: 'mean', rowsAtOnce }, step));
    expect(Math.max(...sizes)).toBeLessThanOrEqual(rowsAtOnce);
  }
  expect(results[1]).toEqual(results[0]);
  expect(results[2]).toEqual(results[0]);
});

test('a word without a token has no score, nor has the only word of a text', async () => {
  const { model } = bagOfWords({ 1: [1, 0], 2: [0, 1] });
  const texts = [
    { ids: [1, 2], word: [0, 2], words: 3 },
    { ids: [1], word: [0], words: 1 },
  ];
  const found = await omissionScores(model, texts, { point, units: [0], pool: 'mean', rowsAtOnce: 8 }, step);
  expect(found[0]!.scores[1]).toBeNull();
  expect(found[1]).toEqual({ scores: [null], units: [[null]] });
});

test('ridge: one feature by hand, and the penalty draws weights to 0 but not the intercept', () => {
  const data = { rows: 3, features: 1, values: Float64Array.of(0, 1, 2), target: Float64Array.of(1, 3, 5) };
  // Centred: Σxy = 4, Σx² = 2, so w = 4/(2 + alpha).
  expect(ridge(data, 2)).toEqual({ weights: Float64Array.of(1), intercept: 2 });
  expect(ridge(data, 1e-12).weights[0]).toBeCloseTo(2, 9);
  expect(explained(data.target, predicted(ridge(data, 1e-12), data))).toBeCloseTo(1, 9);
  expect(explained(Float64Array.of(2, 2), Float64Array.of(1, 2))).toBeNull();
});

test('scores that follow the word are explained by words and not by positions, and the other way round', () => {
  const words = (score: (type: number, position: number) => number) =>
    Array.from({ length: 60 }, (_, sentence) =>
      Array.from({ length: 8 }, (__, position) => {
        const type = (sentence * 7 + position * 3 + ((sentence * position) % 5)) % 6;
        return { sentence, type, position, score: score(type, position) };
      }),
    ).flat();
  const share = (scored: ReturnType<typeof words>, by: string) => explainOmission(scored, 1)?.find((each) => each.by === by)?.share ?? NaN;
  const byWord = words((type) => type ** 2);
  expect(share(byWord, 'word')).toBeGreaterThan(0.95);
  expect(share(byWord, 'position')).toBeLessThan(0.1);
  const byPosition = words((_, position) => position);
  expect(share(byPosition, 'position')).toBeGreaterThan(0.95);
  expect(share(byPosition, 'word')).toBeLessThan(0.3);
  expect(explainOmission(byWord.filter(({ sentence }) => sentence < 20), 1)).toBeNull(); // prettier-ignore
});
