/** Rows that no ranking can be made of, or only part of one: each has its answer in words, for every method that ranks. */
import { describe, expect, test } from 'vitest';
import { checkParameters, rankingMethods, rankNeurons, rankSamples } from '../../../server/src/methods';
import type { LabelSet, Ranking } from '../../../server/src/methods';
import { plainKernels } from '../../../server/src/methods/kernels';
import { matrixOfNeurons } from '../../helpers/matrices';
import { attribute, concept } from './toy';

const rows = 24;
const groups = Int32Array.from({ length: rows }, (_, row) => row >> 1);
const wave = (k: number) => Array.from({ length: rows }, (_, row) => Math.sin(k * row) + row / 50);
const good = [wave(1), wave(2.3)];
const half = Array.from({ length: rows }, (_, row) => Number(row % 3 === 0));

/** Rankings of one label set by every method that there is. */
async function byAll(columns: readonly (readonly number[])[], set: LabelSet, seed = 1): Promise<readonly Ranking[]> {
  const parts = [{ point: null, matrix: matrixOfNeurons(columns) }];
  const counting = rankingMethods.flatMap((method) =>
    method.kind === 'rank' ? [{ method, parameters: checkParameters(method, {}) }] : [],
  );
  const least = { 'min-rows': 2 };
  const fitting = rankingMethods.flatMap((method) =>
    method.kind === 'sample' ? [{ method, parameters: checkParameters(method, method.id === 'gaussian' ? least : {}) }] : [],
  );
  const request = { parts, labelSets: [set], groups };
  const counted = await rankNeurons({ ...request, methods: counting, options: { nullRounds: 4, intervalsFor: 2, seed } });
  const fitted = await rankSamples({ ...request, methods: fitting, kernels: plainKernels, seed });
  return [...counted.rankings, ...fitted.rankings];
}

const reasonsOf = (ranking: Ranking) => new Set(Object.values(ranking.undefined));
/** Null has a reason, and nothing else is null; no number is anything but finite. */
function expectWhole({ score, undefined: reasons, q }: Ranking, method: string): void {
  score.forEach((value, neuron) => {
    expect.soft(value === null, method).toBe(reasons[neuron] !== undefined);
    if (value !== null) expect.soft(Number.isFinite(value), method).toBe(true);
    if (q) expect.soft(q[neuron] === null, method).toBe(value === null);
  });
}

describe('every method answers', () => {
  test.each([
    ['labels that are all one class', good, concept(Array.from({ length: rows }, () => 1)), 'one-class'],
    ['a concept with no match', good, concept(Array.from({ length: rows }, () => 0)), 'one-class'],
    ['neurons that are constant', [wave(1).map(() => 3), wave(1).map(() => 0)], concept(half), 'constant'],
    [
      'activations that are not finite',
      [wave(1).map((x, row) => (row % 2 ? NaN : x)), wave(2).map(() => Infinity)],
      concept(half),
      'not-finite',
    ],
  ])('%s: no score, and the reason', async (_, columns, set, reason) => {
    for (const ranking of await byAll(columns, set)) {
      expectWhole(ranking, ranking.method);
      expect
        .soft(
          [...reasonsOf(ranking)].every((own) => own === reason || own === 'few-rows' || own === 'constant'),
          ranking.method,
        )
        .toBe(true);
      expect
        .soft(
          ranking.score.every((score) => score === null),
          ranking.method,
        )
        .toBe(true);
    }
  });

  test.each([
    ['a class with one row', good, concept(Array.from({ length: rows }, (__, row) => Number(row === 7)))],
    ['one class of several with one row', good, attribute(Array.from({ length: rows }, (__, row) => (row === 7 ? 2 : row % 2)))],
    ['a class without rows', good, attribute(half, ['x', 'y', 'none'])],
    ['a constant neuron beside others', [...good, wave(1).map(() => 5)], concept(half)],
    ['neurons of which all score alike', [wave(1), wave(1)], concept(half)],
    ['a neuron that is not finite beside others', [...good, wave(1).map((x, row) => (row === 3 ? NaN : x))], concept(half)],
    ['rows of which few take part', good, concept(half.map((label, row) => (row < 14 ? label : -1)))],
    [
      'as many classes as rows',
      good,
      attribute(
        Array.from({ length: rows }, (__, row) => row),
        Array.from({ length: 10_000 }, (__, k) => `c${k}`),
      ),
    ],
  ])('%s: scores are numbers, and what has none has a reason', async (_, columns, set) => {
    for (const ranking of await byAll(columns, set)) expectWhole(ranking, ranking.method);
  });

  test('a split that leaves the concept out of training: nothing is fitted, and the ranking says where its rows are', async () => {
    // The rows of one sentence, and a seed that holds it out.
    const one = concept(Array.from({ length: rows }, (_, row) => Number(groups[row] === 4)));
    const seeds = Array.from({ length: 30 }, (_, seed) => seed + 1);
    const found = [];
    for (const seed of seeds) {
      const { rankings } = await rankSamples({
        ...{ parts: [{ point: null, matrix: matrixOfNeurons(good) }], labelSets: [one], groups, kernels: plainKernels, seed },
        methods: rankingMethods.flatMap((method) =>
          method.id === 'linear' && method.kind === 'sample' ? [{ method, parameters: {} }] : [],
        ),
      });
      found.push(
        ...rankings.filter(({ warnings }) => /no row to fit carries the concept: all 2 that do are held out/.test(warnings.join())),
      );
    }
    expect(found.length).toBeGreaterThan(0);
    for (const ranking of found) expect(reasonsOf(ranking)).toEqual(new Set(['one-class']));
  });
});
