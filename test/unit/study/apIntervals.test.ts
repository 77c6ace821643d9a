import { expect, test } from 'vitest';
import { rankMethod, rankNeurons } from '../../../server/src/methods';
import { columnSorter, restricted } from '../../../server/src/methods/statistics/order';
import { integerBelow, randomStream } from '../../../server/src/methods/statistics/random';
import { apIntervals } from '../../../server/src/study/apIntervals';
import { matrixOfNeurons } from '../../helpers/matrices';

const rows = 300;
const next = randomStream(7);
// Values from a few steps, so that many are equal.
const values = Float32Array.from({ length: rows }, () => integerBelow(next, 40));
const sentence = Int32Array.from({ length: rows }, (_, row) => Math.floor(row / 6));
const carries = Int32Array.from(values, (value) => Number(value + integerBelow(next, 30) > 45));
const carrying = Int32Array.from(carries.keys()).filter((row) => carries[row] === 1);

test('intervals are those that a ranking gives, one by one or together', async () => {
  const sorted = restricted(columnSorter(rows)(values), new Uint8Array(rows).fill(1));
  const asked = { sorted, sentence, side: 'high' as const, pause: () => Promise.resolve() };
  const { rankings } = await rankNeurons({
    parts: [{ point: null, matrix: matrixOfNeurons([Array.from(values)]) }],
    labelSets: [{ name: 'c', kind: 'binary', classNames: ['', 'c'], labels: carries }],
    methods: [{ method: rankMethod('ap'), parameters: {} }],
    groups: sentence,
    options: { nullRounds: 0, intervalsFor: 1, seed: 1 },
  });
  const ranked = rankings[0]?.focus[0]?.interval ?? [];
  const [alone] = await apIntervals(asked, [carrying]);
  const [, together] = await apIntervals(asked, [Int32Array.of(0, 1, 2), carrying]);
  expect(together).toEqual(alone);
  // The sums are the same, added in another order.
  expect(alone?.[0]).toBeCloseTo(ranked[0] ?? NaN, 12);
  expect(alone?.[1]).toBeCloseTo(ranked[1] ?? NaN, 12);
});
