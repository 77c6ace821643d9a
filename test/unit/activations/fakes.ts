/** A corpus, a tokenizer and a model that a person can compute by hand: no file, no runtime, the same on every machine. */
import { createHash } from 'node:crypto';
import type { Corpus, Sentence } from '../../../server/src/corpus/corpus';
import type { Tokenizer, Tokens } from '../../../server/src/corpus/tokenizer';
import type { ForwardPass, TokenBatch } from '../../../server/src/activations/forward';
import type { TapPoint } from '../../../server/src/protocol/neurons';

/** A corpus of sentences given as words joined by single blanks. */
export function fakeCorpus(texts: readonly string[], pretokenised = true): Corpus {
  const sentences: Sentence[] = [];
  const start: number[] = [];
  const end: number[] = [];
  const sentence: number[] = [];
  texts.forEach((text, s) => {
    const from = start.length;
    for (const match of text.matchAll(/\S+/g)) {
      start.push(match.index);
      end.push(match.index + match[0].length);
      sentence.push(s);
    }
    sentences.push({ text, from, to: start.length, line: s + 1, id: undefined });
  });
  const count = start.length;
  return {
    files: ['fake.txt'],
    format: 'text',
    guessed: false,
    notes: [],
    hash: createHash('sha256').update(JSON.stringify(texts)).digest('hex'),
    pretokenised,
    sentences,
    words: {
      count,
      sentence: Int32Array.from(sentence),
      start: Int32Array.from(start),
      end: Int32Array.from(end),
      spaceAfter: new Uint8Array(count).fill(1),
      line: Int32Array.from(sentence, (s) => s + 1),
      column: Int32Array.from(start, (at) => at + 1),
      columnEnd: Int32Array.from(end, (at) => at + 1),
    },
    attributes: new Map(),
    warnings: [],
  };
}

/** Words of varying length, the same every time: `sentences` of 3 to 12 words. */
export function manyTexts(sentences: number): string[] {
  return Array.from({ length: sentences }, (_, s) =>
    Array.from({ length: 3 + ((s * 7) % 10) }, (_, w) => 'abcdefghijk'.slice(0, 1 + ((s * 5 + w * 3) % 9)) + (w % 4)).join(' '),
  );
}

/** Id of a piece: its characters as a number below 1,000, from 10 on. */
export function fakeId(piece: string): number {
  return 10 + ([...piece].reduce((sum, c) => (sum * 31 + (c.codePointAt(0) ?? 0)) % 9901, 7) % 990);
}

/**
 * Cuts words into pieces of three characters. `special` puts 1 before and 2 after every input. Words that begin with `~`
 * yield no token.
 */
export function fakeTokenizer({ special = true, maxLength }: { special?: boolean; maxLength?: number } = {}): Tokenizer {
  const encodeWords: Tokenizer['encodeWords'] = (text, words) => {
    const pieces = words.flatMap(({ start, end }, word) => {
      if (text[start] === '~') return [];
      const cuts: { piece: string; start: number; end: number; word: number }[] = [];
      for (let at = start; at < end; at += 3)
        cuts.push({ piece: text.slice(at, Math.min(end, at + 3)), start: at, end: Math.min(end, at + 3), word });
      return cuts;
    });
    const none = { start: 0, end: 0, word: -1 };
    const all = special ? [{ piece: '[CLS]', ...none }, ...pieces, { piece: '[SEP]', ...none }] : pieces;
    return {
      ids: Int32Array.from(all, ({ piece }) => (piece === '[CLS]' ? 1 : piece === '[SEP]' ? 2 : fakeId(piece))),
      pieces: all.map(({ piece }) => piece),
      start: Int32Array.from(all, ({ start }) => start),
      end: Int32Array.from(all, ({ end }) => end),
      word: Int32Array.from(all, ({ word }) => word),
      special: Uint8Array.from(all, ({ piece }) => (piece.startsWith('[') ? 1 : 0)),
      approximate: false,
    } satisfies Tokens;
  };
  return {
    hash: `fake${special ? '' : ' bare'}`,
    vocabularySize: 1000,
    largestId: 999,
    lowercases: false,
    padding: { side: 'right', id: 0 },
    maxLength,
    mask: undefined,
    kind: 'WordLevel',
    pieceOf: () => undefined,
    idOf: () => undefined,
    encode: (text) =>
      encodeWords(
        text,
        [...text.matchAll(/\S+/g)].map((m) => ({ start: m.index, end: m.index + m[0].length, spaceBefore: m.index > 0 })),
      ),
    encodeWords,
  };
}

/** What the fake model computes: one number from tap, token, its position and the unit; exact in half precision. */
export function fakeValue(tap: TapPoint, id: number, position: number, unit: number): number {
  return ((id * 7 + position * 13 + unit * 31 + tap.layer * 101 + tap.tap.length * 17) % 257) / 16 - 8;
}

/** A pass over some taps; padding gives NaN, so that it is noticed wherever it leaks. `value` replaces the formula. */
export function fakeForward(
  points: readonly TapPoint[],
  width: number,
  { value = fakeValue, maxTokens }: { value?: typeof fakeValue; maxTokens?: number } = {},
): ForwardPass & { batches: TokenBatch[]; released: boolean } {
  const pass = {
    taps: points.map((point) => ({ point, width })),
    maxTokens,
    batches: [] as TokenBatch[],
    released: false,
    run: async (batch: TokenBatch) => {
      pass.batches.push(batch);
      return points.map((point) => {
        const side = point.stack === 'dec' && batch.decoder ? batch.decoder : batch;
        const out = new Float32Array(batch.size * side.length * width);
        for (let cell = 0; cell < batch.size * side.length; cell++) {
          for (let unit = 0; unit < width; unit++) {
            out[cell * width + unit] = side.mask[cell] ? value(point, side.ids[cell] as number, cell % side.length, unit) : NaN;
          }
        }
        return out;
      });
    },
    release: async () => {
      pass.released = true;
    },
  };
  return pass;
}
