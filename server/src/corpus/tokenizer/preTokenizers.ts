/** Pre-tokenisers: how a normalised text is cut into the pieces that the model then looks at one by one. */
import { prepended, replaceEach } from './alignedText';
import type { AlignedText } from './alignedText';
import { asBytes } from './byteAlphabet';
import type { Part } from './description';
import type { Standing } from './normalizers';
import { matches, readPattern } from './patterns';
import type { Match } from './patterns';
import { charactersWhere, splitAt, splitBehaviors } from './splitting';
import type { SplitBehavior } from './splitting';
import { isNumber, isPunctuation, isWhiteSpace, isWordCharacter } from './unicode';

export type PreTokenizer = (text: AlignedText, standing: Standing) => readonly AlignedText[];

const whole: PreTokenizer = (text) => (text.text ? [text] : []);

/** Builds the pre-tokeniser that a part of tokenizer.json describes; absent means that texts stay whole. Unknown kinds become findings. */
export function readPreTokenizer(part: Part): PreTokenizer {
  if (part.absent) return whole;
  switch (part.type) {
    case 'Sequence': {
      const steps = part.items('pretokenizers').map(readPreTokenizer);
      return (text, standing) =>
        steps.reduce<readonly AlignedText[]>((pieces, step) => pieces.flatMap((p) => step(p, standing)), whole(text, standing));
    }
    case 'BertPreTokenizer':
      return (text) => splitWhere(text, isWhiteSpace, 'Removed').flatMap((piece) => splitWhere(piece, isPunctuation, 'Isolated'));
    case 'ByteLevel':
      return byteLevel(part);
    case 'Metaspace':
      return metaspace(part);
    case 'Whitespace':
      return (text) => splitAt(text, wordsAndOthers(text.text), 'Removed', true);
    case 'WhitespaceSplit':
      return (text) => splitWhere(text, isWhiteSpace, 'Removed');
    case 'CharDelimiterSplit': {
      const delimiter = part.text('delimiter', '');
      return (text) => splitWhere(text, (character) => character === delimiter, 'Removed');
    }
    case 'Punctuation': {
      const behavior = readBehavior(part, 'Isolated');
      return (text) => splitWhere(text, isPunctuation, behavior);
    }
    case 'Digits': {
      const behavior = part.flag('individual_digits', false) ? 'Isolated' : 'Contiguous';
      return (text) => splitWhere(text, isNumber, behavior);
    }
    case 'Split': {
      const pattern = readPattern(part.get('pattern'));
      const behavior = readBehavior(part, 'Isolated');
      const invert = part.flag('invert', false);
      return (text) => splitAt(text, pattern(text.text), behavior, invert);
    }
    case 'FixedLength':
      return fixedLength(Math.max(1, part.count('length', 5)));
    default:
      part.unsupported(
        `pre-tokeniser of type "${part.type}"`,
        'one of BertPreTokenizer, ByteLevel, Metaspace, Whitespace, WhitespaceSplit, CharDelimiterSplit, Punctuation, Digits, Split, FixedLength, Sequence',
      );
      return whole;
  }
}

function readBehavior(part: Part, fallback: SplitBehavior): SplitBehavior {
  const stated = part.text('behavior', fallback);
  const behavior = splitBehaviors.find((known) => known.toLowerCase() === stated.toLowerCase());
  if (!behavior) part.get('behavior').unsupported(`behaviour "${stated}"`, `one of ${splitBehaviors.join(', ')}`);
  return behavior ?? fallback;
}

function splitWhere(text: AlignedText, test: (character: string) => boolean, behavior: SplitBehavior): AlignedText[] {
  return splitAt(text, charactersWhere(text.text, test), behavior);
}

// GPT-2's pattern: contractions, then words, numbers and signs with the blank before them, then blanks but for the last.
const gpt2Words =
  /'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\p{White_Space}\p{L}\p{N}]+|\p{White_Space}+(?!\P{White_Space})|\p{White_Space}+/gu;

function byteLevel(part: Part): PreTokenizer {
  const addSpace = part.flag('add_prefix_space', true);
  const split = part.flag('use_regex', true);
  return (source, standing) => {
    const text = addSpace && standing !== 'glued' && !source.text.startsWith(' ') ? prepended(source, ' ') : source;
    const pieces = split ? splitAt(text, matches(gpt2Words, text.text), 'Isolated') : whole(text, standing);
    return pieces.map(asBytes);
  };
}

/** SentencePiece's way: blanks become a visible mark, one is put before the text, and each piece begins with one. */
function metaspace(part: Part): PreTokenizer {
  const mark = part.text('replacement', '▁');
  const scheme = part.text('prepend_scheme', part.flag('add_prefix_space', true) ? 'always' : 'never');
  const split = part.flag('split', true);
  if (!['always', 'first', 'never'].includes(scheme)) {
    part.get('prepend_scheme').unsupported(`"${scheme}"`, 'always, first or never');
  }
  return (source, standing) => {
    const marked = source.text.includes(' ') ? replaceEach(source, (character) => (character === ' ' ? mark : undefined)) : source;
    const wanted = scheme === 'always' ? standing !== 'glued' : scheme === 'first' && standing === 'start' && source.start(0) === 0;
    const text = wanted && !marked.text.startsWith(mark) ? prepended(marked, mark) : marked;
    return split
      ? splitAt(
          text,
          charactersWhere(text.text, (character) => character === mark),
          'MergedWithNext',
        )
      : whole(text, standing);
  };
}

/** Runs of word characters, and runs of what is neither that nor white space. */
function wordsAndOthers(text: string): Match[] {
  const runs: { start: number; end: number }[] = [];
  let lastKind = 0;
  let start = 0;
  for (const character of text) {
    const end = start + character.length;
    const kind = isWordCharacter(character) ? 1 : isWhiteSpace(character) ? 0 : 2;
    const last = runs.at(-1);
    if (kind > 0 && kind === lastKind && last) last.end = end;
    else if (kind > 0) runs.push({ start, end });
    lastKind = kind;
    start = end;
  }
  return runs;
}

function fixedLength(length: number): PreTokenizer {
  return (text) => {
    const characters = [...text.text];
    const pieces: AlignedText[] = [];
    let start = 0;
    for (let i = 0; i < characters.length; i += length) {
      const end = start + characters.slice(i, i + length).join('').length;
      pieces.push(text.slice(start, end));
      start = end;
    }
    return pieces;
  };
}
