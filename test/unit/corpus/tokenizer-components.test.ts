/** Every component a tokenizer can have, on texts of all scripts, with the official package as the witness. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { opened, readFixture } from '../../helpers/tokenizerOracle';
import { added, agrees, byteLevel, read, split } from '../../helpers/tokenizerParts';
import type { Components } from '../../helpers/tokenizerParts';

const byCharacter = { type: 'FixedLength', length: 1 };
const gpt2 = read('gpt2');
const llama = read('llama');
const t5 = read('t5');
const bert = read('bert');
const charsmap = (t5['normalizer'] as { normalizers: Components[] }).normalizers[0];
const markBlanks = { type: 'Replace', pattern: { String: ' ' }, content: '▁' };
const contractions = "(?i:'s|'t|'re|'ve|'m|'ll|'d)";
const blanks = '\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+';
const llama3 = `${contractions}|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|${blanks}`;

const normalizers: Readonly<Record<string, Components | undefined>> = {
  NFC: { type: 'NFC' },
  NFD: { type: 'NFD' },
  NFKC: { type: 'NFKC' },
  NFKD: { type: 'NFKD' },
  Lowercase: { type: 'Lowercase' },
  StripAccents: { type: 'StripAccents' },
  Nmt: { type: 'Nmt' },
  Strip: { type: 'Strip', strip_left: true, strip_right: true },
  Precompiled: charsmap,
  ByteLevel: { type: 'ByteLevel' },
  'BertNormalizer that keeps case': {
    type: 'BertNormalizer',
    clean_text: true,
    handle_chinese_chars: true,
    strip_accents: true,
    lowercase: false,
  },
  'Prepend, Replace': { type: 'Sequence', normalizers: [{ type: 'Prepend', prepend: '▁' }, markBlanks] },
  'Replace by pattern': { type: 'Replace', pattern: { Regex: '\\s{2,}|[aeiou]+' }, content: '<xy>' },
  'Replace of nothing': { type: 'Replace', pattern: { Regex: '[aeiou]*' }, content: 'ZZ' },
  'NFKC, Lowercase, NFD, StripAccents': {
    type: 'Sequence',
    normalizers: [{ type: 'NFKC' }, { type: 'Lowercase' }, { type: 'NFD' }, { type: 'StripAccents' }],
  },
};

const behaviors = ['Removed', 'Isolated', 'MergedWithPrevious', 'MergedWithNext', 'Contiguous'];
const preTokenizers: Readonly<Record<string, Components>> = {
  Whitespace: { type: 'Whitespace' },
  WhitespaceSplit: { type: 'WhitespaceSplit' },
  BertPreTokenizer: { type: 'BertPreTokenizer' },
  Digits: { type: 'Digits', individual_digits: false },
  'Digits one by one': { type: 'Digits', individual_digits: true },
  CharDelimiterSplit: { type: 'CharDelimiterSplit', delimiter: 'a' },
  ...Object.fromEntries(behaviors.map((behavior) => [`Punctuation ${behavior}`, { type: 'Punctuation', behavior }])),
  ...Object.fromEntries(behaviors.map((behavior) => [`Split ${behavior}`, split('\\s|[ae]', behavior)])),
  ...Object.fromEntries(behaviors.map((behavior) => [`Split ${behavior} inverted`, split('\\w+', behavior, true)])),
};

const whole: Readonly<Record<string, Components>> = {
  bert,
  gpt2,
  llama,
  t5,
  roberta: read('roberta'),
  'Metaspace always, unsplit': {
    pre_tokenizer: { type: 'Metaspace', replacement: '▁', prepend_scheme: 'always', split: false },
    added_tokens: [added(3, '<x>')],
  },
  'Metaspace first, split': {
    pre_tokenizer: { type: 'Metaspace', replacement: '▁', prepend_scheme: 'first', split: true },
    added_tokens: [added(3, '<x>')],
  },
  'byte-level by the pattern of Llama 3': {
    model: gpt2['model'],
    pre_tokenizer: { type: 'Sequence', pretokenizers: [split(llama3), byteLevel({ use_regex: false })] },
  },
  'byte-level with a blank put first': {
    model: gpt2['model'],
    pre_tokenizer: byteLevel({ add_prefix_space: true }),
    post_processor: byteLevel({ add_prefix_space: true }),
  },
  'byte-level whose halves disagree': {
    model: gpt2['model'],
    pre_tokenizer: byteLevel({ add_prefix_space: true }),
    post_processor: byteLevel({}),
  },
  'blanks marked by the normaliser': {
    model: llama['model'],
    added_tokens: llama['added_tokens'],
    normalizer: normalizers['Prepend, Replace'],
    post_processor: llama['post_processor'],
  },
  'blanks merged with what precedes': {
    model: llama['model'],
    added_tokens: llama['added_tokens'],
    normalizer: markBlanks,
    pre_tokenizer: { type: 'Split', pattern: { String: ' ' }, behavior: 'MergedWithPrevious', invert: false },
  },
  'added tokens that take blanks along, or stand alone': {
    ...bert,
    added_tokens: [
      ...(bert['added_tokens'] as Components[]),
      added(220, 'Éa', { special: false, normalized: true, lstrip: true, rstrip: true }),
      added(221, 'É', { special: false, normalized: true, single_word: true }),
    ],
  },
};

describe('ids, pieces, spans and words are the official ones', () => {
  test.each(Object.entries(normalizers))('with the normaliser %s', (_, normalizer) => agrees({ normalizer, pre_tokenizer: byCharacter }));
  test.each(Object.entries(preTokenizers))('with the pre-tokeniser %s', (_, preTokenizer) => agrees({ pre_tokenizer: preTokenizer }));
  test.each(Object.entries(whole))('for %s', (_, components) => agrees(components));
});

test('spans of byte-level tokens cover the text in order, and each cuts out whole characters', () => {
  const tokenizer = opened(readFixture('gpt2/tokenizer.json'));
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (sample) => {
      const { start, end } = tokenizer.encode(sample, { addSpecial: false });
      let covered = 0;
      start.forEach((from, i) => {
        expect(from).toBeLessThanOrEqual(covered);
        expect(end[i]).toBeGreaterThanOrEqual(covered);
        covered = end[i] ?? covered;
        expect(sample.slice(from, covered)).not.toMatch(/\p{Surrogate}/u);
      });
      expect(covered).toBe(sample.length);
    }),
  );
});

test('characters that a map removes at the very start belong to the first that stays', () => {
  const { start, end } = opened(readFixture('t5/tokenizer.json')).encode('\u0005The', { addSpecial: false });
  expect([start[0], end.at(-1)]).toEqual([0, 4]);
});
