import { expect, test } from 'vitest';
import { entryThresholds, massRanking } from '../../../server/src/methods/probing/weightMass';

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
