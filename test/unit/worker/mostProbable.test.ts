import { expect, test } from 'vitest';
import { mostProbable } from '../../../server/src/worker/mostProbable';

// Two texts of one token over three pieces: logarithms of 1, 2, 5 and of 4, 4, 2.
const data = Float32Array.from([1, 2, 5, 4, 4, 2], Math.log);
const logits = { dims: [2, 1, 3], data };

test('scores become shares of one, the largest two', () => {
  const shares = (item: number) => mostProbable(logits, item, 0).map(({ id, p }) => [id, Math.round(p * 1e5) / 1e5]);
  expect(shares(0)).toEqual([
    [2, 0.625],
    [1, 0.25],
  ]);
  // Of equals the first comes first.
  expect(shares(1)).toEqual([
    [0, 0.4],
    [1, 0.4],
  ]);
});

test('large scores do not overflow', () => {
  expect(mostProbable({ dims: [1, 1, 2], data: Float32Array.of(3e38, -3e38) }, 0, 0)[0]).toEqual({ id: 0, p: 1 });
});

test('where a score is no number nothing is predicted', () => {
  expect(mostProbable({ dims: [1, 1, 2], data: Float32Array.of(1, Number.NaN) }, 0, 0)).toEqual([]);
});
