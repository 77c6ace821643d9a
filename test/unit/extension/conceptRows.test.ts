import { expect, test } from 'vitest';
import { rowsForTyped } from '../../../extension/src/conceptRows';
import type { Choice } from '../../../extension/src/ui';
import { tagMeaning } from '../../../server/src/protocol/tagNames';

const rows: readonly Choice<string>[] = ['wink.upos=VERB', 'wink.xpos=VBD', 'wink.xpos=VBN', 'rule:digit'].map((concept) => ({
  label: concept,
  description: [tagMeaning(concept), '65 of 702 words'].filter(Boolean).join(' · '),
  value: concept,
}));

test('whoever types past tense finds the tag for it, and Enter takes it', () => {
  expect(rowsForTyped('past tense', rows, true)).toEqual({ first: [], highlighted: rows[1] });
  expect(rowsForTyped('VBN ', rows, true).highlighted?.value).toBe('wink.xpos=VBN');
});

test('nothing is highlighted before anything is typed, so that Enter cannot start what nobody chose', () => {
  expect(rowsForTyped('', rows, true)).toEqual({ first: [], highlighted: undefined });
});

test.each(['word:"the"', 'regex:/ing$/', 'rule:length=5', 'feats.Tense=Past', 'größe=groß'])(
  '%s can be typed, also before the list is there',
  (typed) => {
    for (const isComplete of [true, false]) {
      expect(rowsForTyped(typed, [], isComplete)).toMatchObject({ first: [{ label: typed, value: typed }], highlighted: { value: typed } });
    }
  },
);

test('a concept that is listed is not offered a second time', () => {
  expect(rowsForTyped('rule:digit', rows, true)).toEqual({ first: [], highlighted: rows[3] });
});

test('what nothing is called is said, with the word itself as a way on; nothing is said while the list is on its way', () => {
  const { first, highlighted } = rowsForTyped('harbour', rows, true);
  expect(first).toMatchObject([{ value: 'word:"harbour"', detail: expect.stringContaining('is called “harbour”') as string }]);
  expect(highlighted).toBeUndefined();
  expect(rowsForTyped('harbour', [], false)).toEqual({ first: [], highlighted: undefined });
});

test('a bar that is typed is a bar and no alternative', () => {
  expect(rowsForTyped('a|b', rows, true).first[0]?.value).toBe('word:"a\\|b"');
});

test('tags of the universal set and of the English tagger have names, those of an unknown set and plain names have none', () => {
  expect(['wink.xpos=VBD', 'upos=PROPN', 'wink.upos.agreed=ADP'].map(tagMeaning)).toEqual([
    'verb, past tense',
    'proper noun, name',
    'preposition or postposition',
  ]);
  expect(['xpos=VBD', 'feats.Tense=Past', 'rule:digit', 'upos=constructor', 'upos'].map(tagMeaning)).toEqual([
    null,
    null,
    null,
    null,
    null,
  ]);
});
