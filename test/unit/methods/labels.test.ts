/** One value out of many: which rows stand against it. */
import { expect, test } from 'vitest';
import { askedOf, oneAgainstRest } from '../../../server/src/methods/ranking/labels';
import type { LabelSet } from '../../../server/src/methods';
import { findingsOf } from '../../helpers/findings';

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

test('more classes than anybody reads rankings are refused by a method that takes one concept, and by no other', () => {
  const classNames = Array.from({ length: 1001 }, (_, k) => `c${k}`);
  const many: LabelSet = { name: 'label', kind: 'classes', classNames, labels: Int32Array.from(classNames.keys()) };
  expect(findingsOf(() => askedOf(many, { id: 'ap', binary: true }))).toMatchObject([{ code: 'LABEL_COUNT', place: { node: 'label' } }]);
  expect(askedOf(many, { id: 'probeless', binary: false })).toEqual([many]);
  // Classes without rows are no rankings.
  const fewer = { ...many, labels: Int32Array.of(0, 1, 0) };
  expect(askedOf(fewer, { id: 'ap', binary: true }).map(({ name }) => name)).toEqual(['label=c0', 'label=c1']);
});
