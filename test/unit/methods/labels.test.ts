/** One value out of many: which rows stand against it. */
import { expect, test } from 'vitest';
import { oneAgainstRest } from '../../../server/src/methods/ranking/labels';
import type { LabelSet } from '../../../server/src/methods';

// Six words: Past, Pres, Past, two without a tense, and one that is left out of statistics.
const tense: LabelSet = {
  name: 'feats.Tense=*',
  kind: 'classes',
  classNames: ['Past', 'Pres'],
  labels: Int32Array.of(0, 1, 0, -1, -1, -1),
};
const asked = Uint8Array.of(1, 1, 1, 1, 1, 0);

test('a value of all values stands against all other words, with its attribute as the second column', () => {
  const past = oneAgainstRest({ ...tense, asked }, 0);
  expect(past.name).toBe('feats.Tense=Past');
  expect([...past.labels]).toEqual([1, 0, 1, 0, 0, -1]);
  expect([...(past.against ?? [])]).toEqual([1, 0, 1, -1, -1, -1]);
});

test('where only words with the attribute are asked, the others take no part', () => {
  const past = oneAgainstRest(tense, 0);
  expect([...past.labels]).toEqual([1, 0, 1, -1, -1, -1]);
  expect(past.against).toBeUndefined();
});
