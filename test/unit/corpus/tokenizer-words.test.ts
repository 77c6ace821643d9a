import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openTokenizer } from '../../../server/src/corpus/tokenizer/open';
import type { OpenedTokenizer } from '../../../server/src/corpus/tokenizer/open';
import { fixtureFolder, opened, tokenizerJson } from '../../helpers/tokenizerOracle';

/** The words of a text as annotation gives them: cut at single blanks, and before the final full stop. */
function annotated(text: string): { start: number; end: number; spaceBefore: boolean }[] {
  return Array.from(text.matchAll(/[^ .]+|\./g), (match) => ({
    start: match.index,
    end: match.index + match[0].length,
    spaceBefore: text[match.index - 1] === ' ',
  }));
}

function columns(tokens: ReturnType<OpenedTokenizer['encode']>): string[] {
  return tokens.pieces.map((piece, i) => `${piece} ${tokens.ids[i]} ${tokens.start[i]}-${tokens.end[i]}`);
}

const families = ['bert', 'gpt2', 'roberta', 'llama', 't5'];

describe.each(families)('words in the %s tokenizer', (family) => {
  const tokenizer = openTokenizer(fixtureFolder(family));

  test('give the tokens of the running text when words end where the tokenizer would end them', () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'é', 't', 'h', 'e', 'Z', '7', '東', '😀'), minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 8 }), (words) => {
        const text = words.join(' ');
        expect(columns(tokenizer.encodeWords(text, annotated(text)))).toEqual(columns(tokenizer.encode(text)));
      }),
      { numRuns: 60 },
    );
  });

  test('know which word each token is of, and special tokens are of none', () => {
    const text = 'The capital of France.';
    const { word, special, start, end } = tokenizer.encodeWords(text, annotated(text));
    expect([...new Set(word)].filter((w) => w >= 0)).toEqual([0, 1, 2, 3, 4]);
    word.forEach((w, i) => expect(special[i]).toBe(w < 0 ? 1 : 0));
    const full = [...word].lastIndexOf(4);
    expect(text.slice(start[full], end[full])).toBe('.');
  });
});

test('a word glued to the one before it gets no blank and no mark', () => {
  const text = 'he is.';
  const words = [
    { start: 0, end: 2, spaceBefore: false },
    { start: 3, end: 5, spaceBefore: true },
    { start: 5, end: 6, spaceBefore: false },
  ];
  expect(openTokenizer(fixtureFolder('gpt2')).encodeWords(text, words).pieces.at(-1)).toBe('.');
  expect(openTokenizer(fixtureFolder('llama')).encodeWords(text, words).pieces.at(-1)).toBe('.');
  expect(openTokenizer(fixtureFolder('llama')).encodeWords(text, words).pieces[1]).toMatch(/^▁/);
});

test('a tokenizer that sets blanks apart gets words without them', () => {
  const tokenizer = opened(tokenizerJson({ pre_tokenizer: { type: 'FixedLength', length: 1 } }));
  const tokens = tokenizer.encodeWords('a b', [
    { start: 0, end: 1, spaceBefore: false },
    { start: 2, end: 3, spaceBefore: true },
  ]);
  expect([...tokens.ids]).toEqual([1, 2]);
  expect([...tokens.start]).toEqual([0, 2]);
});

test('a word of which nothing is left has no token', () => {
  const tokens = openTokenizer(fixtureFolder('bert')).encodeWords('a \u200b b', [
    { start: 0, end: 1, spaceBefore: false },
    { start: 2, end: 3, spaceBefore: true },
    { start: 4, end: 5, spaceBefore: true },
  ]);
  expect([...tokens.word]).toEqual([-1, 0, 2, -1]);
});

test('the blank before a word is only its own where the text has one', () => {
  const tokens = openTokenizer(fixtureFolder('gpt2')).encodeWords('a-b', [
    { start: 0, end: 1, spaceBefore: false },
    { start: 2, end: 3, spaceBefore: true },
  ]);
  expect([...tokens.start].every((from, i) => from >= (tokens.word[i] === 0 ? 0 : 2))).toBe(true);
});
