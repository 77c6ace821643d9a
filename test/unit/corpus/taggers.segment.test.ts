import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { segment } from '../../../server/src/corpus/taggers/segment';

/** Sentences as lists of their words. */
const words = (text: string): string[][] =>
  segment(text).sentences.map((sentence) => sentence.words.map(({ start, end }) => text.slice(start, end)));

describe('sentences and words of plain text', () => {
  test('punctuation, contractions, abbreviations and amounts are words of their own', () => {
    expect(words('He said: "I can\'t go." She didn’t.  U.S. GDP rose 3.5% on May 3, 2012.')).toEqual([
      ['He', 'said', ':', '"', 'I', 'ca', "n't", 'go', '.', '"'],
      ['She', 'did', 'n’t', '.'],
      ['U.S.', 'GDP', 'rose', '3.5', '%', 'on', 'May', '3', ',', '2012', '.'],
    ]);
  });

  test('a sentence begins with its first word and ends with its last', () => {
    const text = '  One came.  Two went.\t';
    expect(segment(text).sentences.map(({ start, end }) => text.slice(start, end))).toEqual(['One came.', 'Two went.']);
  });

  test('text without words has no sentences', () => {
    for (const text of ['', '   ', '\t \u00a0', '\u200b', '\0']) expect(segment(text).sentences).toEqual([]);
  });

  test('letters beyond ASCII do not break a word', () => {
    expect(words('Dvořák left İstanbul for Łódź and Việt Nam, naïve as ever.')).toEqual([
      ['Dvořák', 'left', 'İstanbul', 'for', 'Łódź', 'and', 'Việt', 'Nam', ',', 'naïve', 'as', 'ever', '.'],
    ]);
    expect(words('e\u0301te\u0301 ﬁne')).toEqual([['e\u0301te\u0301', 'ﬁne']]);
  });

  test('a joined emoji is one word, and offsets count UTF-16 units', () => {
    const text = '😀 Anna met 👨‍👩‍👧 today';
    expect(words(text)).toEqual([['😀', 'Anna', 'met', '👨‍👩‍👧', 'today']]);
    expect(segment(text).sentences[0]?.words[1]).toEqual({ start: 3, end: 7 });
  });

  test('other scripts keep their words, as far as blanks part them', () => {
    expect(words('Привет, мир! Как дела?')).toEqual([
      ['Привет', ',', 'мир', '!'],
      ['Как', 'дела', '?'],
    ]);
  });

  test('names of object properties are words like any other', () => {
    expect(words('constructor toString hasOwnProperty valueOf')).toEqual([['constructor', 'toString', 'hasOwnProperty', 'valueOf']]);
  });

  test('a possessive is two words, also before a comma', () => {
    expect(words("Like Alice's, the dog's and Tom's.")).toEqual([
      ['Like', 'Alice', "'s", ',', 'the', 'dog', "'s", 'and', 'Tom', "'s", '.'],
    ]);
  });

  test('a line of a hundred thousand characters is read', () => {
    const text = 'It rains. '.repeat(10_000);
    expect(segment(text).sentences).toHaveLength(10_000);
  });
});

describe('any text at all', () => {
  const pieces = fc.constantFrom(
    ...[
      'a',
      'The',
      "can't",
      '"',
      '.',
      ' ',
      '  ',
      '\t',
      '\r\n',
      '\u00a0',
      '\u2028',
      '\u200b',
      '\u200d',
      '\ufeff',
      'é',
      'e\u0301',
      'ř',
      '我',
      '👨',
      '\ud800',
      '\0',
      '3.5',
      '%',
      '#x',
      'x@y.z',
      '://',
      '...',
      "'s",
      '’',
      '__proto__',
    ],
  );
  const texts = fc.oneof(
    fc.array(pieces, { maxLength: 30 }).map((list) => list.join('')),
    fc.string({ unit: 'binary', maxLength: 60 }),
  );

  test('gives ordered words that are never empty, never overlap and lose nothing visible', () => {
    fc.assert(
      fc.property(texts, (text) => {
        let cursor = 0;
        let lost = '';
        for (const sentence of segment(text).sentences) {
          expect(sentence.start).toBe(sentence.words[0]?.start);
          expect(sentence.end).toBe(sentence.words.at(-1)?.end);
          for (const { start, end } of sentence.words) {
            expect(start).toBeGreaterThanOrEqual(cursor);
            expect(end).toBeGreaterThan(start);
            lost += text.slice(cursor, start);
            cursor = end;
          }
        }
        expect(lost + text.slice(cursor)).toMatch(/^[\s\p{Cc}\p{Cf}]*$/u);
      }),
      { numRuns: 500 },
    );
  });

  test('is segmented alike in any order of reading', () => {
    fc.assert(
      fc.property(fc.array(texts, { minLength: 2, maxLength: 6 }), (list) => {
        const forwards = list.map(segment);
        const backwards = [...list].reverse().map(segment).reverse();
        expect(backwards).toEqual(forwards);
      }),
      { numRuns: 200 },
    );
  });
});
