/** Normalisers: what a tokenizer does to a text before it splits it. Each keeps the map to the source. */
import { Rewriting, prepended, replaceEach } from './alignedText';
import type { AlignedText } from './alignedText';
import { asBytes } from './byteAlphabet';
import { mapped, readCharsmap } from './charsmap';
import type { Part } from './description';
import { normalForm } from './normalForms';
import type { NormalForm } from './normalForms';
import { readPattern } from './patterns';
import { isIdeograph, isMark, isNonSpacingMark, isRemovedControl, isWhiteSpace } from './unicode';

/**
 * Where a piece of text stands: at the start of what is tokenised, or inside it after a blank or glued to what comes before.
 * Marks that some tokenizers put before a text depend on it.
 */
export type Standing = 'start' | 'spaced' | 'glued';

export type Normalizer = (text: AlignedText, standing: Standing) => AlignedText;

const unchanged: Normalizer = (text) => text;

/** Builds the normaliser that a part of tokenizer.json describes; absent means none. Unknown kinds become findings. */
export function readNormalizer(part: Part): Normalizer {
  if (part.absent) return unchanged;
  switch (part.type) {
    case 'Sequence': {
      const steps = part.items('normalizers').map(readNormalizer);
      return (text, standing) => steps.reduce((done, step) => step(done, standing), text);
    }
    case 'BertNormalizer':
      return bertNormalizer(part);
    case 'NFC':
    case 'NFD':
    case 'NFKC':
    case 'NFKD': {
      const form: NormalForm = part.type;
      return (text) => normalForm(text, form);
    }
    case 'Lowercase':
      return lowerCased;
    case 'StripAccents':
      return (text) => without(text, isMark);
    case 'Strip':
      return strip(part.flag('strip_left', true), part.flag('strip_right', true));
    case 'Nmt':
      return (text) => replaceEach(text, nmtReplacement);
    case 'Replace':
      return replacePattern(part);
    case 'Prepend': {
      const content = part.text('prepend', '');
      return (text, standing) => (standing === 'start' ? prepended(text, content) : text);
    }
    case 'Precompiled':
      return precompiled(part);
    case 'ByteLevel':
      return asBytes;
    default:
      part.unsupported(
        `normaliser of type "${part.type}"`,
        `one of BertNormalizer, NFC, NFD, NFKC, NFKD, Lowercase, Strip, StripAccents, Nmt, Replace, Prepend, Precompiled, ByteLevel, Sequence`,
      );
      return unchanged;
  }
}

function bertNormalizer(part: Part): Normalizer {
  const lowercase = part.flag('lowercase', true);
  const cleanText = part.flag('clean_text', true);
  const apartIdeographs = part.flag('handle_chinese_chars', true);
  const stripAccents = part.flag('strip_accents', lowercase);
  return (source) => {
    let text = source;
    if (cleanText && needsCleaning.test(text.text)) text = replaceEach(text, cleaned);
    if (ascii.test(text.text)) return lowercase ? lowerCased(text) : text;
    if (apartIdeographs) text = replaceEach(text, (character) => (isIdeograph(character) ? ` ${character} ` : undefined));
    if (stripAccents) text = without(normalForm(text, 'NFD'), isNonSpacingMark);
    return lowercase ? lowerCased(text) : text;
  };
}

const ascii = /^[\u0000-\u007f]*$/;
const needsCleaning = /[^\u0020-\u007e]/;
const upperCase = /[A-Z]/;

function cleaned(character: string): string | undefined {
  if (isRemovedControl(character)) return '';
  return isWhiteSpace(character) ? ' ' : undefined;
}

/** Each character on its own, as Rust does it: a final sigma is not special, and the dotted capital I becomes two characters. */
function lowerCased(text: AlignedText): AlignedText {
  if (ascii.test(text.text)) return upperCase.test(text.text) ? text.relabelled(text.text.toLowerCase()) : text;
  return replaceEach(text, (character) => character.toLowerCase());
}

function without(text: AlignedText, removed: (character: string) => boolean): AlignedText {
  return ascii.test(text.text) ? text : replaceEach(text, (character) => (removed(character) ? '' : undefined));
}

function strip(left: boolean, right: boolean): Normalizer {
  return (text) => {
    let from = 0;
    let to = text.text.length;
    while (left && from < to && isWhiteSpace(text.text.charAt(from))) from++;
    while (right && to > from && isWhiteSpace(text.text.charAt(to - 1))) to--;
    return text.slice(from, to);
  };
}

/** The normaliser of a translation toolkit: some controls go, other blanks and marks become blanks. */
function nmtReplacement(character: string): string | undefined {
  if (/[\u0001-\u0008\u000b\u000e-\u001f\u007f\u008f\u009f]/.test(character)) return '';
  return /[\u0009\u000a\u000c\u000d\u1680\u200b-\u200f\u2028\u2029\u2581\ufeff\ufffd]/.test(character) ? ' ' : undefined;
}

function replacePattern(part: Part): Normalizer {
  const pattern = readPattern(part.get('pattern'));
  const content = part.text('content', '');
  return (text) => {
    const matches = pattern(text.text);
    if (matches.length === 0) return text;
    const rewriting = new Rewriting(text);
    for (const { start, end } of matches) {
      rewriting.copyTo(start);
      rewriting.skip([...text.text.slice(start, end)].length);
      for (const character of content) rewriting.add(character);
    }
    rewriting.copyTo(text.text.length);
    return rewriting.done();
  };
}

function precompiled(part: Part): Normalizer {
  const charsmap = readCharsmap(part.text('precompiled_charsmap', ''));
  if (charsmap) return (text) => mapped(text, charsmap);
  part.unsupported('a character map that does not decode', 'base64 of a SentencePiece character map');
  return unchanged;
}
