import { expect, test } from 'vitest';
import { entryThresholds, massRanking } from '../../../server/src/methods/probing/weightMass';
import { weightRanking } from '../../../server/src/methods/probing/weightScores';

const weights = { outputs: 2, neurons: 4, values: Float64Array.of(0.5, 0.3, 0.15, 0.05, 0.1, 0.1, 0.6, 0.2) };
const near = (values: readonly number[]) => values.map((value) => expect.closeTo(value, 12));

test('a neuron enters at the share of weight that larger ones hold', () => {
  expect([...entryThresholds(weights)]).toEqual(near([0, 0.5, 0.8, 0.95, 0.8, 0.9, 0, 0.6]));
});

test('over the classes the earliest entry counts, ties go to the larger weight', () => {
  const { order, entry, output } = massRanking(weights);
  expect(order).toEqual([2, 0, 1, 3]);
  expect(entry).toEqual(near([0, 0.5, 0, 0.6]));
  expect(output).toEqual([0, 0, 1, 1]);
});

test('a neuron without weight never enters', () => {
  const { order, entry } = massRanking({ outputs: 1, neurons: 3, values: Float64Array.of(0, -2, 1) });
  expect(order).toEqual([1, 2]);
  expect(entry).toEqual([null, 0, expect.closeTo(2 / 3, 12)]);
});

test('weights that somebody has fitted rank neurons by mass and by mean size, and each class by itself', () => {
  const given = { outputs: 2, neurons: 5, names: ['x', 'y'], ids: ['0', '1', '2', '3', '4'] };
  const values = Float64Array.of(0.5, -0.3, 0.15, 0.05, 0, 0.1, 0.1, 0.6, -0.2, 0);
  const mass = weightRanking('lca', { ...given, values });
  expect(mass.order).toEqual([2, 0, 1, 3]);
  expect(mass.reasons).toEqual({ 4: 'no-weight' });
  expect(mass.perClass?.map(({ score }) => score.map((value) => value && Number(value.toFixed(9))))).toEqual([
    [0, 0.5, 0.8, 0.95, null],
    [0.8, 0.9, 0, 0.6, null],
  ]);
  expect(mass.direction).toEqual([1, 1, 1, 1, 1]);
  const size = weightRanking('linear', { ...given, values });
  expect(size.order).toEqual([2, 0, 1, 3]);
  [0.3, 0.2, 0.375, 0.125].forEach((score, j) => expect(size.score[j]).toBeCloseTo(score, 12));
  const one = weightRanking('lca', { ...given, outputs: 1, names: ['x'], values: values.subarray(0, 5) });
  expect(one.direction).toEqual([1, -1, 1, 1, 1]);
  expect(one.perClass).toBeUndefined();
});
