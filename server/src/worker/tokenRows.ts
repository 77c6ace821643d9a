/** Texts or rows of ids as one padded batch, as `run-model` runs them. */
import type { Tokenizer } from '../corpus/tokenizer';
import { InputError } from '../protocol/errors';
import type { TokenTable } from '../protocol/jobs';
import type { EditedTexts } from './edits/places';

export interface PaddedRows {
  readonly size: number;
  readonly length: number;
  readonly ids: Int32Array;
  readonly mask: Uint8Array;
  readonly tables: readonly TokenTable[];
}

/** Texts with their special tokens, padded on the tokenizer's side. `start` is put before each and replaces special tokens. */
export function textRows(tokenizer: Tokenizer, texts: readonly string[], start?: number): PaddedRows {
  const tables = texts.map((text): TokenTable => {
    const { tokens, approximate } = tokenTable(tokenizer, text, { addSpecial: start === undefined });
    const begin =
      start === undefined ? [] : [{ id: start, piece: tokenizer.pieceOf(start) ?? '', start: 0, end: 0, word: null, special: true }];
    return { tokens: [...begin, ...tokens], approximate };
  });
  return padded(tables, tokenizer);
}

/** Tokens of a text, one object each. */
export function tokenTable(tokenizer: Tokenizer, text: string, options: { readonly addSpecial: boolean }): TokenTable {
  const { ids, pieces, start, end, word, special, approximate } = tokenizer.encode(text, options);
  const tokens = Array.from(ids, (id, i) => ({
    id,
    piece: pieces[i] ?? '',
    start: start[i] ?? 0,
    end: end[i] ?? 0,
    word: (word[i] ?? -1) < 0 ? null : (word[i] ?? null),
    special: special[i] === 1,
  }));
  return { tokens, approximate };
}

/** Rows of ids as they are given. */
export function idRows(tokenizer: Tokenizer | null, rows: readonly (readonly number[])[]): PaddedRows {
  const tables = rows.map((row) => ({
    tokens: row.map((id) => ({ id, piece: tokenizer?.pieceOf(id) ?? '', start: 0, end: 0, word: null, special: false })),
    approximate: false,
  }));
  return padded(tables, tokenizer);
}

/** What edits need to know of the rows of one stack to find tokens in them. */
export function editedTexts({ tables }: PaddedRows, texts?: readonly string[]): EditedTexts {
  return { tables, lengths: tables.map(({ tokens }) => tokens.length), ...(texts ? { texts } : {}) };
}

function padded(tables: readonly TokenTable[], tokenizer: Tokenizer | null): PaddedRows {
  const length = Math.max(...tables.map(({ tokens }) => tokens.length));
  if (!(length > 0)) {
    throw new InputError(
      'CORPUS_EMPTY',
      {},
      { found: 'no token in any text', expected: 'at least one', remedy: 'give a text that is not empty' },
    );
  }
  const { side, id: filler } = tokenizer?.padding ?? { side: 'right', id: 0 };
  const ids = new Int32Array(tables.length * length).fill(filler);
  const mask = new Uint8Array(tables.length * length);
  tables.forEach(({ tokens }, row) => {
    const from = row * length + (side === 'left' ? length - tokens.length : 0);
    tokens.forEach(({ id }, i) => {
      ids[from + i] = id;
      mask[from + i] = 1;
    });
  });
  return { size: tables.length, length, ids, mask, tables };
}
