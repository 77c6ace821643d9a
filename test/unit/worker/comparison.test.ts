import fc from 'fast-check';
import { expect, test } from 'vitest';
import { comparison, mostUnusual, standing, standingAmong } from '../../../server/src/worker/comparison';

const point = { stack: '', layer: 1, tap: 'hidden' } as const;

test('a percentile counts what lies below and half of what is equal', () => {
  const list = Float32Array.of(1, 2, 2, 3);
  expect(standing(list, 2)).toEqual({ percentile: 50, place: 2 });
  expect(standing(list, 3)).toEqual({ percentile: 87.5, place: 1 });
  expect(standing(list, 9)).toEqual({ percentile: 100, place: 1 });
  expect(standing(list, 0)).toEqual({ percentile: 0, place: 1 });
});

test('a list without order gives the same standing as a sorted one', () => {
  const values = fc.array(fc.integer({ min: -3, max: 3 }), { minLength: 1, maxLength: 30 });
  fc.assert(
    fc.property(values, fc.integer({ min: -4, max: 4 }), fc.nat(29), (numbers, value, leftOut) => {
      const marked = Uint8Array.from(numbers, (_, i) => Number(i !== leftOut));
      const kept = numbers.filter((_, i) => i !== leftOut);
      expect(standingAmong(Float32Array.from(numbers), marked, value)).toEqual(standing(Float32Array.from(kept).sort(), value));
    }),
  );
});

// Rows of three neurons: the second never leaves 0 downwards, as after GELU; the third stays near 5.
const rows = [
  [-4, 0, 5],
  [-2, 0, 5.1],
  [0, 1, 5.2],
  [2, 0, 5.3],
  [4, 8, 5.4],
];
const compared = comparison([{ point, width: 3, rows: rows.length, values: Float32Array.from(rows.flat()) }]);
const unusual = (...values: number[]) => mostUnusual(compared, () => Float32Array.from(values), 2).map(({ unit }) => unit);

test('the neurons farthest from the middle of what they usually are come first', () => {
  expect(unusual(1, 8, 5.2)).toEqual([1, 0]);
  expect(unusual(-4, 1, 5.2)[0]).toBe(0);
});

test('beyond all compared rows the one that is farther out comes first', () => {
  expect(unusual(5, 0, 9)).toEqual([2, 0]);
});

test('where a neuron rests it is not unusual, however low the value', () => {
  expect(unusual(0, -0.2, 5.2)).not.toContain(1);
});

test('a value that is no number is passed over', () => {
  expect(unusual(Number.NaN, 8, Number.NaN)).toEqual([1]);
});
