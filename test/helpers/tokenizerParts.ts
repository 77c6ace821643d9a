/** Tokenizers put together from components, compared with the official package on texts of all scripts. */
import fc from 'fast-check';
import { expect } from 'vitest';
import { opened, readFixture, said, tokenizerJson, witness } from './tokenizerOracle';

/** Parts of a tokenizer.json by their keys. */
export type Components = Readonly<Record<string, unknown>>;

/** The whole tokenizer.json of a small tokenizer. */
export const read = (family: string): Components => JSON.parse(readFixture(`${family}/tokenizer.json`)) as Components;
/** A pre-tokeniser that cuts by a pattern. */
export const split = (Regex: string, behavior = 'Isolated', invert = false): Components => ({
  type: 'Split',
  pattern: { Regex },
  behavior,
  invert,
});
/** A token beside the vocabulary, special unless its flags say otherwise. */
export const added = (id: number, content: string, flags: Components = {}): Components => ({
  id,
  content,
  special: true,
  normalized: false,
  lstrip: false,
  rstrip: false,
  single_word: false,
  ...flags,
});
/** Bytes as letters, with GPT-2's pattern unless switched off. */
export const byteLevel = (flags: Components): Components => ({
  type: 'ByteLevel',
  add_prefix_space: false,
  trim_offsets: true,
  use_regex: true,
  ...flags,
});

const character = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...'abcdefgh etaoin AEIOU 0123') },
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      ...'éÉñüİıßſﬁ½①Ω가각힣ㅏ한국東京日本👩\u200d🚀🇩👍🏽\u0301\u0323\u0308\u200b\u00a0\u3000\t\n\r\u0085\ufeff▁…"„!?.,-_$\'',
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom('<x>', ' <mask> ', '[MASK]', '<|endoftext|>', '<extra_id_0>', 'Éa', '</s>', '\u1100\u1161\u11a8', "'ll"),
  },
  { weight: 2, arbitrary: fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }) },
);
const text = fc.array(character, { maxLength: 24 }).map((parts) => parts.join(''));

/** The text from its first character that is not removed: where a map removes the first one, the library's spans are late (see charsmap.ts). */
function fromFirstKept(tokenizer: ReturnType<typeof opened>, sample: string): string {
  const ids = (of: string): string => tokenizer.encode(of, { addSpecial: false }).ids.join(' ');
  const characters = [...sample];
  const first = characters.findIndex((one) => ids(`a${one}b`) !== ids('ab'));
  return first < 0 ? '' : characters.slice(first).join('');
}

/** Draws texts and asks both for ids, pieces, spans, word numbers and special tokens. */
export async function agrees(components: Components): Promise<void> {
  const json = tokenizerJson(components);
  const tokenizer = opened(json);
  const official = witness(json);
  await fc.assert(
    fc.asyncProperty(text, async (written) => {
      const sample = fromFirstKept(tokenizer, written);
      expect(said(tokenizer, sample)).toEqual(await official(sample));
    }),
    { numRuns: 150 },
  );
}
