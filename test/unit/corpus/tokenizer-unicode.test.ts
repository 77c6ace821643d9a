/** Holds the tables of unicode.ts: every code point against the official package. */
import {
  bertNormalizer,
  nfcNormalizer,
  nfdNormalizer,
  nfkcNormalizer,
  nfkdNormalizer,
  stripAccentsNormalizer,
  lowercase,
  Tokenizer,
} from 'tokenizers';
import { describe, expect, test } from 'vitest';
import { AlignedText } from '../../../server/src/corpus/tokenizer/alignedText';
import { normalForm } from '../../../server/src/corpus/tokenizer/normalForms';
import {
  isIdeograph,
  isMark,
  isNonSpacingMark,
  isNumber,
  isPunctuation,
  isRemovedControl,
  isWhiteSpace,
  isWordCharacter,
} from '../../../server/src/corpus/tokenizer/unicode';
import { tokenizerJson } from '../../helpers/tokenizerOracle';

/** All code points but surrogates and the planes that hold nothing, in blocks: each on a line of its own, after a letter that keeps marks from joining. */
const blocks: string[][] = [];
for (let start = 0; start < 0x110000; start += 0x1000) {
  if (start >= 0x40000 && start !== 0xe0000 && start !== 0xf0000) continue;
  const block: string[] = [];
  for (let code = start; code < start + 0x1000; code++) {
    if ((code < 0xd800 || code > 0xdfff) && code !== 0x0a) block.push(String.fromCodePoint(code));
  }
  if (block.length > 0) blocks.push(block);
}

/** Compares what becomes of every character, block by block; says which ones differ. */
function differing(official: (lines: string) => string, ours: (character: string) => string): string[] {
  const different: string[] = [];
  for (const block of blocks) {
    const results = official(block.map((character) => `q${character}`).join('\n')).split('\n');
    block.forEach((character, i) => {
      if (results[i] !== `q${ours(character)}`) different.push(`U+${character.codePointAt(0)?.toString(16)}`);
    });
  }
  return different;
}

/** Pieces that a pre-tokeniser makes of the character between two unassigned ones. */
function piecesOf(preTokenizer: Readonly<Record<string, unknown>>): (character: string) => readonly string[] {
  const official = Tokenizer.fromString(tokenizerJson({ pre_tokenizer: preTokenizer })).getPreTokenizer();
  return (character) => official?.preTokenizeString(`\u0378${character}\u0378`).map(([piece]) => piece) ?? [];
}

function setApart(preTokenizer: Readonly<Record<string, unknown>>, test: (character: string) => boolean): string[] {
  const pieces = piecesOf(preTokenizer);
  return blocks
    .flat()
    .filter((character) => pieces(character).length > 1 !== test(character))
    .map((character) => `U+${character.codePointAt(0)?.toString(16)}`);
}

describe('over all of Unicode', () => {
  const forms = { NFC: nfcNormalizer(), NFD: nfdNormalizer(), NFKC: nfkcNormalizer(), NFKD: nfkdNormalizer() };
  test.each(['NFC', 'NFD', 'NFKC', 'NFKD'] as const)('%s changes the same characters', (form) => {
    expect(
      differing(
        (lines) => forms[form].normalizeString(lines),
        (character) => normalForm(new AlignedText(character), form).text,
      ),
    ).toEqual([]);
  });

  test('the same marks are stripped', () => {
    const strip = stripAccentsNormalizer();
    expect(
      differing(
        (lines) => strip.normalizeString(lines),
        (character) => (isMark(character) ? '' : character),
      ),
    ).toEqual([]);
  });

  test('small letters are the same', () => {
    const small = lowercase();
    expect(
      differing(
        (lines) => small.normalizeString(lines),
        (character) => character.toLowerCase(),
      ),
    ).toEqual([]);
  });

  test('BERT strips the same accents', () => {
    const bert = bertNormalizer({ cleanText: false, handleChineseChars: false, stripAccents: true, lowercase: false });
    const ours = (character: string): string =>
      [...normalForm(new AlignedText(character), 'NFD').text].filter((c) => !isNonSpacingMark(c)).join('');
    expect(differing((lines) => bert.normalizeString(lines), ours)).toEqual([]);
  });

  test('BERT removes the same controls and sets the same ideographs apart', () => {
    const bert = bertNormalizer({ cleanText: true, handleChineseChars: true, stripAccents: false, lowercase: false });
    // Line ends become blanks there, so lines are told apart by a letter pair.
    const different = blocks.flat().filter((character) => {
      const cleaned = isRemovedControl(character)
        ? ''
        : isWhiteSpace(character)
          ? ' '
          : isIdeograph(character)
            ? ` ${character} `
            : character;
      return bert.normalizeString(`q${character}`) !== `q${cleaned}`;
    });
    expect(different).toEqual([]);
  });

  test('the same signs are punctuation, numbers and letters', () => {
    expect(setApart({ type: 'Punctuation', behavior: 'Isolated' }, isPunctuation)).toEqual([]);
    expect(setApart({ type: 'Digits', individual_digits: false }, isNumber)).toEqual([]);
    expect(setApart({ type: 'Whitespace' }, (character) => isWordCharacter(character) || isWhiteSpace(character))).toEqual([]);
  });
});
