/** A tokenizer at work: added tokens, normaliser, pre-tokeniser, model, special tokens; ids with spans in the source. */
import type { Tokenizer, Tokens } from '../tokenizer';
import type { AddedToken, Extraction } from './addedTokens';
import { AlignedText } from './alignedText';
import type { Model, ModelTokens } from './models/model';
import { TokenColumns } from './models/model';
import type { Normalizer, Standing } from './normalizers';
import { trimmedSpan } from './postProcessors';
import type { PostProcessing } from './postProcessors';
import type { PreTokenizer } from './preTokenizers';
import { isWhiteSpace } from './unicode';

/** The parts of a tokenizer, as they were read. */
export interface Components {
  readonly extract: Extraction;
  readonly normalizer: Normalizer;
  readonly preTokenizer: PreTokenizer;
  readonly model: Model;
  readonly post: PostProcessing;
  /** Whether a blank before a word is part of what the model sees. */
  readonly seesBlanks: boolean;
}

/** Pieces and words of which tokens are kept. Longer texts and later newcomers are computed anew. */
const cachedPieces = 200_000;
const longestCached = 64;

/** Tokens as they are gathered: columns, and the number of the piece or word each belongs to. */
interface Gathered extends ModelTokens {
  readonly words: readonly number[];
}

export type Encoder = Pick<Tokenizer, 'encode' | 'encodeWords'>;

export function encoderOf(components: Components): Encoder {
  const { extract, normalizer, preTokenizer, post, seesBlanks } = components;
  const blank = seesBlanks ? ' ' : '';
  const tokenise = cachedByText((piece) => components.model.tokenise(piece));

  /** Tokens of a text without special ones; words are numbered as the pre-tokeniser splits. */
  const tokensOf = (source: string, standing: Standing): Gathered => {
    const tokens = new TokenColumns();
    const words: number[] = [];
    let word = 0;
    for (const { text, token } of extract(new AlignedText(source), (part) => normalizer(part, standing))) {
      for (const piece of token ? [text] : preTokenizer(text, standing)) {
        const { ids, values, starts, ends } = token ? asOneToken(piece.text, token) : tokenise(piece.text);
        for (let i = 0; i < ids.length; i++) {
          tokens.push(ids[i] ?? 0, values[i] ?? '', piece.start(starts[i] ?? 0), piece.end(ends[i] ?? 0));
          words.push(word);
        }
        word++;
      }
    }
    return Object.assign(tokens, { words });
  };

  const wordTokens: Readonly<Record<Standing, (word: string) => Gathered>> = {
    start: cachedByText((word) => tokensOf(word, 'start')),
    spaced: cachedByText((word) => tokensOf(blank + word, 'spaced')),
    glued: cachedByText((word) => tokensOf(word, 'glued')),
  };

  return {
    encode(text, options) {
      const source = wellFormed(text);
      return finished(source, tokensOf(source, 'start'), post, options?.addSpecial ?? true, components.model);
    },

    encodeWords(text, words) {
      const source = wellFormed(text);
      const tokens = new TokenColumns();
      const numbers: number[] = [];
      words.forEach(({ start, end, spaceBefore }, number) => {
        const standing = number === 0 ? 'start' : spaceBefore ? 'spaced' : 'glued';
        const { ids, values, starts, ends } = wordTokens[standing](source.slice(start, end));
        // The blank put before the word is at `start - 1`, but is only the word's own where the text has one there.
        const shift = standing === 'spaced' ? start - blank.length : start;
        const earliest = shift < start && isWhiteSpace(source.charAt(shift)) ? shift : start;
        for (let i = 0; i < ids.length; i++) {
          const from = Math.max(earliest, shift + (starts[i] ?? 0));
          tokens.push(ids[i] ?? 0, values[i] ?? '', from, Math.max(from, shift + (ends[i] ?? 0)));
          numbers.push(number);
        }
      });
      return finished(source, Object.assign(tokens, { words: numbers }), post, true, components.model);
    },
  };
}

/** Halves of surrogate pairs that stand alone become U+FFFD, as in any conversion to UTF-8. */
function wellFormed(text: string): string {
  return /[\ud800-\udfff]/.test(text) ? text.replace(/\p{Surrogate}/gu, '\ufffd') : text;
}

function asOneToken(text: string, { id }: AddedToken): ModelTokens {
  return { ids: [id], values: [text], starts: [0], ends: [text.length] };
}

function cachedByText<T>(compute: (text: string) => T): (text: string) => T {
  const known = new Map<string, T>();
  return (text) => {
    const found = known.get(text);
    if (found !== undefined) return found;
    const computed = compute(text);
    if (text.length <= longestCached && known.size < cachedPieces) known.set(text, computed);
    return computed;
  };
}

/** Trims spans where the tokenizer asks for it and puts the special tokens around. */
function finished(text: string, gathered: Gathered, post: PostProcessing, addSpecial: boolean, { vocabulary }: Model): Tokens {
  const before = addSpecial ? post.before : [];
  const after = addSpecial ? post.after : [];
  const count = before.length + gathered.ids.length + after.length;
  const ids = new Int32Array(count);
  const start = new Int32Array(count);
  const end = new Int32Array(count);
  const word = new Int32Array(count).fill(-1);
  const special = new Uint8Array(count).fill(1);
  const pieces: string[] = [];

  const putSpecial = (id: number): void => {
    ids[pieces.length] = id;
    pieces.push(vocabulary.pieceOf(id) ?? '');
  };
  before.forEach(putSpecial);
  for (let i = 0; i < gathered.ids.length; i++) {
    const at = pieces.length;
    const value = gathered.values[i] ?? '';
    let [from, to] = [gathered.starts[i] ?? 0, gathered.ends[i] ?? 0];
    if (post.trim) [from, to] = trimmedSpan({ text, value, start: from, end: to, first: i === 0 }, post.trim);
    ids[at] = gathered.ids[i] ?? 0;
    start[at] = from;
    end[at] = to;
    word[at] = gathered.words[i] ?? -1;
    special[at] = 0;
    pieces.push(value);
  }
  after.forEach(putSpecial);
  return { ids, pieces, start, end, word, special, approximate: false };
}
