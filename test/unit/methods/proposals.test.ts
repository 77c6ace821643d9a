/** Concepts that neurons propose: which words, by hand; on which sentences they are tried, and what they are called. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseConcept } from '../../../server/src/corpus/concepts/concept';
import { wordSet } from '../../../server/src/methods';
import type { Proposals } from '../../../server/src/protocol/proposals';
import { nameOf, proposeConcepts } from '../../../server/src/study/proposals';
import { correlationOf, ShuffledTrials } from '../../../server/src/study/shuffledTrials';
import { matrixOfNeurons } from '../../helpers/matrices';

const plain = { least: 1, 'min-count': 1, shrink: 0 };

test('the set is the beginning of the list of types that correlates most with the neuron', () => {
  // Types 0 and 1 are high, 2 and 3 are not; mean 2.5, variance 6.25, so z is ±1 and the set of both is perfect.
  const column = { values: Float64Array.of(5, 5, 5, 5, 0, 0, 0, 0), words: Int32Array.of(0, 0, 1, 1, 2, 2, 3, 3) };
  const found = wordSet.describe(column, plain);
  expect(found).toMatchObject({ direction: 1, correlation: 1 });
  expect(found!.types.map(({ type, count, signed }) => [type, count, signed])).toEqual([
    [0, 2, 1],
    [1, 2, 1],
  ]);
  expect(wordSet.describe(column, { ...plain, side: 'low' })).toMatchObject({ direction: -1, correlation: 1 });
  // One type alone: r = 2 / √(2 · 6).
  expect(wordSet.describe(column, { ...plain, most: 1 })!.correlation).toBeCloseTo(2 / Math.sqrt(12), 12);
  expect(wordSet.describe(column, { ...plain, most: 1, least: 2 })).toBeNull();
  expect(wordSet.describe({ ...column, values: new Float64Array(8) }, plain)).toBeNull();
});

test('the correlation is that of the neuron with the indicator of the set, for any rows', () => {
  const row = fc.tuple(fc.integer({ min: -9, max: 9 }), fc.integer({ min: 0, max: 5 }));
  fc.assert(
    fc.property(fc.array(row, { minLength: 6, maxLength: 40 }), (rows) => {
      const values = Float64Array.from(rows, ([value]) => value);
      const words = Int32Array.from(rows, ([, word]) => word);
      const found = wordSet.describe({ values, words }, plain);
      if (!found) return;
      const set = new Set(found.types.map(({ type }) => type));
      const marks = Array.from(words, (word) => Number(set.has(word)) * found.direction);
      expect(found.correlation).toBeCloseTo(pearson([...values], marks), 9);
    }),
    { numRuns: 100 },
  );
});

function pearson(a: readonly number[], b: readonly number[]): number {
  const mean = (x: readonly number[]) => x.reduce((sum, each) => sum + each, 0) / x.length;
  const [ma, mb] = [mean(a), mean(b)];
  const dot = (x: readonly number[], mx: number, y: readonly number[], my: number) => x.reduce((sum, each, i) => sum + (each - mx) * (y[i]! - my), 0); // prettier-ignore
  return dot(a, ma, b, mb) / Math.sqrt(dot(a, ma, a, ma) * dot(b, mb, b, mb));
}

test('proposals are tried on other sentences, alike ones are one, and what a label covers is left to the label', async () => {
  // 80 sentences of eight words: 0 and 1 fire the first two neurons, 4 and 5 the third; the fourth fires on rows at random.
  const words = Array.from({ length: 640 }, (_, row) => (row * 5 + Math.floor(row / 8)) % 8);
  const noise = (row: number) => ((row * 7919) % 97) / 97;
  const high = (set: readonly number[], neuron: number) =>
    words.map((word, row) => (set.includes(word) ? 5 : 0) + noise(row + 13 * neuron));
  const columns = [high([0, 1], 0), high([0, 1], 1), high([4, 5], 2), words.map((_, row) => noise(row * row))];
  const all = Int32Array.from({ length: 640 }, (_, row) => row);
  const facts = {
    word: all,
    sentence: all.map((row) => Math.floor(row / 8)),
    type: Int32Array.from(words),
    forms: ['Two', 'three', 'a', 'b', 'he', 'she', 'c', 'd'],
    excluded: {},
  };
  const found = (more: { labelled: boolean; rounds?: number }) =>
    proposeConcepts({
      ...{ parameters: {}, top: 2, rounds: 9, seed: 1, ...more },
      parts: [{ point: { stack: '', layer: 1, tap: 'ffn' }, matrix: matrixOfNeurons(columns), columns: [0, 1, 2, 3] }],
      facts,
      known: [{ name: 'pos=PRON', aliases: [], rows: all.filter((row) => [4, 5].includes(words[row]!)), support: { positive: 160, negative: 480 }, source: 'gold' }], // prettier-ignore
      provenance: () => ({}) as Proposals['provenance'],
      signal: new AbortController().signal,
      onProgress: () => {},
    });
  const { proposals, labelled, rows, null: luck } = await found({ labelled: false });
  expect(rows.chosen_from + rows.left_out).toBe(640);
  expect(labelled).toBe(1);
  const [numbers] = proposals;
  expect(numbers).toMatchObject({ direction: 1, ap: 1, nearest: null });
  expect(['L1.ffn.0', 'L1.ffn.1']).toContain(numbers!.neuron);
  expect(numbers!.also).toHaveLength(1);
  expect(numbers!.words.map(({ text }) => text).sort()).toEqual(['three', 'two']);
  expect(numbers!.support.positive + numbers!.support.negative).toBe(rows.left_out);
  expect(parseConcept(numbers!.concept)).toMatchObject({ kind: 'words', words: numbers!.words.map(({ text }) => text) });
  // Shuffled words tell a neuron little; none of nine shuffles comes near.
  expect(luck).toMatchObject({ rounds: 9, max: expect.any(Number) });
  expect(luck!.max).toBeLessThan(0.5);
  expect(numbers).toMatchObject({ score: expect.closeTo(numbers!.fitted, 1), p: 0.1 });
  const both = await found({ labelled: true, rounds: 0 });
  expect(both).toMatchObject({ null: null, proposals: [{ p: null }, { p: null }] });
  expect(both.proposals.map(({ nearest }) => nearest)).toContainEqual({ concept: 'pos=PRON', overlap: 1 });
});

test('a trial is the correlation with the set, and a shuffle gives each word another value of its sentence', () => {
  const values = Float64Array.of(1, 2, 3, 4, 5, 6, 9, 9);
  const [held, sentences] = [Uint8Array.of(1, 1, 1, 1, 1, 1, 0, 0), Int32Array.of(0, 0, 0, 1, 1, 1, 1, 2)];
  const marks = [0, 0, 1, 0, 1, 1];
  const scatter = 17.5;
  const trial = { values, positives: Int32Array.of(2, 4, 5), mean: 3.5, scale: 1 / Math.sqrt((scatter / 6) * 3 * 3) };
  expect(correlationOf(trial)).toBeCloseTo(pearson([1, 2, 3, 4, 5, 6], marks), 12);
  const shuffles = new ShuffledTrials(held, sentences, { rounds: 30, seed: 1 });
  shuffles.take(trial);
  // One of the first three values and two of the second three: nine sums, of which the largest is the trial's own.
  const sums = [1, 2, 3].flatMap((a) => [9, 10, 11].map((b) => (a + b - 3 * 3.5) * trial.scale));
  for (const best of shuffles.best()) expect(sums.some((sum) => Math.abs(sum - best) < 1e-12)).toBe(true);
  expect(shuffles.best().at(-1)).toBeCloseTo(correlationOf(trial), 12);
});

test('a name is made of words, holds nothing that would end it, and is given once', () => {
  expect(nameOf(['two', 'three'], [])).toBe('two/three');
  expect(nameOf(['of course'], [])).toBe('of_course');
  expect(nameOf(['a', 'b', 'c', 'd'], ['a/b/c/…'])).toBe('a/b/c/… 2');
  expect(nameOf(['"', ':', '='], [])).toBe('signs');
});
