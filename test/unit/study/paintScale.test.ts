import { expect, test } from 'vitest';
import { firstAtLeast, paintScale, paintStep } from '../../../server/src/study/paintScale';

const values = (...numbers: number[]) => Float32Array.from(numbers.toSorted((a, b) => a - b));

test('an ffn neuron is painted from 0, any other from its median', () => {
  expect(paintScale(values(-1, 1, 2, 4), 'ffn').centre).toBe(0);
  expect(paintScale(values(-1, 1, 2, 4), 'hidden').centre).toBe(1.5);
});

test('a side ends at the 99.5th percentile of its own values, so that one outlier does not bleach the rest', () => {
  const many = Float32Array.from({ length: 1001 }, (_, i) => i);
  many[1000] = 1e6;
  expect(paintScale(many, 'ffn').high).toBe(996);
});

test('a side that would never leave the faintest of nine steps is not painted', () => {
  expect(paintScale(values(-0.17, 0, 1.69), 'ffn')).toEqual({ centre: 0, high: Math.fround(1.69), low: null });
  expect(paintScale(values(-0.25, 0, 2), 'ffn')).toEqual({ centre: 0, high: 2, low: 0.25 });
  expect(paintScale(values(-3, 0, 3), 'ffn')).toEqual({ centre: 0, high: 3, low: 3 });
});

test('nine steps, as wide on either side, the last for all beyond the end, nothing for the faintest and for what is no number', () => {
  const scale = { centre: 1, high: 9, low: 3 };
  expect([1, 1.4, 2, 2.1, 10, 99].map((value) => paintStep(value, scale))).toEqual([0, 0, 1, 2, 9, 9]);
  expect([0.9, 0, -2, -9].map((value) => paintStep(value, scale))).toEqual([0, -1, -3, -9]);
  expect(paintStep(-5, { ...scale, low: null })).toBe(0);
  expect(paintStep(Number.NaN, scale)).toBe(0);
});

test('a constant neuron is not painted at all', () => {
  expect(paintScale(values(0, 0, 0), 'ffn')).toEqual({ centre: 0, high: null, low: null });
  expect(paintScale(values(2, 2, 2), 'hidden')).toEqual({ centre: 2, high: null, low: null });
});

test('the first value that is at least a bound is found among equal ones', () => {
  expect([0, 1, 2, 3].map((bound) => firstAtLeast(values(1, 1, 2), bound))).toEqual([0, 0, 2, 3]);
});
