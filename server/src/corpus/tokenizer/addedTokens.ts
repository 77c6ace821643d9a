/** Added tokens, such as `[MASK]` or `<|endoftext|>`: found in the text before anything else is done with it. */
import { AlignedText } from './alignedText';
import type { Findings, Part } from './description';
import type { Normalizer } from './normalizers';
import { isWhiteSpace, isWordCharacter } from './unicode';
import type { Vocabulary } from './vocabulary';

export interface AddedToken {
  readonly id: number;
  readonly content: string;
  readonly special: boolean;
  /** Looked for in the normalised text rather than in the raw one. */
  readonly normalized: boolean;
  /** Takes the white space beside it along. */
  readonly leftStrip: boolean;
  readonly rightStrip: boolean;
  /** Found only where no letter or digit touches it. */
  readonly singleWord: boolean;
}

/** A piece of text, or an added token and the text it was found as. */
export interface Found {
  readonly text: AlignedText;
  readonly token: AddedToken | undefined;
}

/** Reads `added_tokens` and puts them into the vocabulary. */
export function readAddedTokens(root: Part, vocabulary: Vocabulary, findings: Findings): readonly AddedToken[] {
  const tokens: AddedToken[] = [];
  for (const part of root.items('added_tokens')) {
    const content = part.text('content', '');
    const special = part.flag('special', false);
    vocabulary.add(content, part.get('id').value, part.path, findings);
    const id = vocabulary.idOf(content);
    if (id === undefined) continue;
    tokens.push({
      id,
      content,
      special,
      normalized: part.flag('normalized', !special),
      leftStrip: part.flag('lstrip', false),
      rightStrip: part.flag('rstrip', false),
      singleWord: part.flag('single_word', false),
    });
  }
  return tokens;
}

/** Cuts added tokens out of a text; what lies between them is normalised. */
export type Extraction = (text: AlignedText, normalize: (text: AlignedText) => AlignedText) => readonly Found[];

export function extractionOf(tokens: readonly AddedToken[], normalizer: Normalizer): Extraction {
  const findable = tokens.filter(({ content }) => content !== '');
  const raw = finderOf(
    findable.filter(({ normalized }) => !normalized),
    ({ content }) => content,
  );
  const normalized = finderOf(
    findable.filter((token) => token.normalized),
    ({ content }) => normalizer(new AlignedText(content), 'start').text,
  );
  return (text, normalize) =>
    raw(text).flatMap((found) => {
      if (found.token) return [found];
      return normalized(normalize(found.text));
    });
}

type Finder = (text: AlignedText) => readonly Found[];

/** Of several tokens that begin at one place the longest is found. */
function finderOf(tokens: readonly AddedToken[], written: (token: AddedToken) => string): Finder {
  const byFirstUnit = new Map<number, { readonly content: string; readonly token: AddedToken }[]>();
  for (const token of tokens) {
    const content = written(token);
    if (content === '') continue;
    const first = content.charCodeAt(0);
    const candidates = byFirstUnit.get(first) ?? [];
    candidates.push({ content, token });
    byFirstUnit.set(first, candidates);
  }
  for (const candidates of byFirstUnit.values()) candidates.sort((a, b) => b.content.length - a.content.length);

  return (source) => {
    const { text } = source;
    const found: Found[] = [];
    /** Up to where the text has been given out. */
    let done = 0;
    for (let at = 0; at < text.length; at++) {
      const match = byFirstUnit.get(text.charCodeAt(at))?.find(({ content }) => text.startsWith(content, at));
      if (!match) continue;
      const { token, content } = match;
      const end = at + content.length;
      const next = end - 1;
      if (!token.singleWord || standsAlone(text, at, end)) {
        const start = token.leftStrip ? Math.max(done, whiteSpaceBefore(text, at)) : at;
        const stop = token.rightStrip ? whiteSpaceAfter(text, end) : end;
        if (start > done) found.push({ text: source.slice(done, start), token: undefined });
        found.push({ text: source.slice(start, stop), token });
        done = stop;
      }
      at = next;
    }
    if (done < text.length) found.push({ text: done === 0 ? source : source.slice(done, text.length), token: undefined });
    return found;
  };
}

function standsAlone(text: string, start: number, end: number): boolean {
  const before = [...text.slice(Math.max(0, start - 2), start)].at(-1);
  const [after] = text.slice(end, end + 2);
  return !(before && isWordCharacter(before)) && !(after && isWordCharacter(after));
}

function whiteSpaceBefore(text: string, end: number): number {
  let start = end;
  while (start > 0 && isWhiteSpace(text.charAt(start - 1))) start--;
  return start;
}

function whiteSpaceAfter(text: string, start: number): number {
  let end = start;
  while (end < text.length && isWhiteSpace(text.charAt(end))) end++;
  return end;
}
