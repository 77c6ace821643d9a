/** Sentences and words of plain text, with exact UTF-16 offsets. */
import { readWithWink } from './wink';

export interface Span {
  readonly start: number;
  readonly end: number;
}

export interface SegmentedSentence extends Span {
  readonly words: readonly Span[];
}

export interface Segmentation {
  readonly sentences: readonly SegmentedSentence[];
}

/**
 * Splits a line or paragraph into sentences and words (spans in UTF-16 units of `text`, ordered, never empty, never
 * overlapping). Sentences begin with their first word and end with their last; only white space and invisible characters lie
 * between words. Contractions are two words (`do|n't`), as in the Penn Treebank. The same text gives the same result whatever was
 * read before. Measured F1 of sentence borders on running text: 81 (web), 92 (mixed genres); of words 98 to 100.
 */
export function segment(text: string): Segmentation {
  const tokens = readWithWink(text);
  const sentences: { start: number; end: number; words: { start: number; end: number }[] }[] = [];
  let lastSentence = -1;
  tokens.start.forEach((start, t) => {
    const end = tokens.end[t] ?? start;
    const number = tokens.sentence[t] ?? 0;
    const open = sentences.at(-1);
    const word = open?.words.at(-1);
    if (open && word && joined(text, word.end, start)) {
      // Even where wink-nlp saw the end of a sentence: the border lies inside a word.
      word.end = open.end = end;
    } else if (open && number === lastSentence) {
      open.words.push({ start, end });
      open.end = end;
    } else {
      sentences.push({ start, end, words: [{ start, end }] });
      lastSentence = number;
    }
  });
  return { sentences };
}

const letter = /[\p{L}\p{M}]/u;
const continuing = /^[\p{M}\p{Emoji_Modifier}]/u;

/**
 * Whether the pieces that end and start at these offsets are one word although wink-nlp, which knows few letters beyond ASCII,
 * made them two tokens: `Dvo|ř|ák`, `İ|stanbul`, a joined emoji. Two ASCII letters stay parted: `ca|n't`, `can|not`.
 */
function joined(text: string, end: number, start: number): boolean {
  if (start > end) return text.slice(end, start) === '\u200d';
  const before = /.$/su.exec(text.slice(Math.max(0, end - 2), end))?.[0] ?? '';
  const after = String.fromCodePoint(text.codePointAt(start) ?? 0);
  if (continuing.test(after)) return true;
  return letter.test(before) && letter.test(after) && (before > '\u007f' || after > '\u007f');
}
