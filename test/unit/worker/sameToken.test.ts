/** A corpus that a tokenizer does not know. */
import { expect, test } from 'vitest';
import { rowFlags, rowTable } from '../../../server/src/activations/rowTable';
import type { Row, RowTable } from '../../../server/src/activations/rowTable';
import { sameTokenNotes } from '../../../server/src/worker/sameToken';

const unknown = 7;
const tokenizer = { pieceOf: (id: number) => (id === unknown ? '[UNK]' : `piece${id}`) };

function table(rows: readonly Partial<Row>[]): RowTable {
  const blank: Row = { word: 0, sentence: 0, position: 1, inputTokens: 9, pieces: 1, token: 0, start: 0, end: 1, flags: 0 };
  return rowTable(rows.map((row) => ({ ...blank, ...row })));
}

const known = Array.from({ length: 20 }, (_, i) => ({ token: 100 + i }));

test('words that are mostly one unknown token are said, with their share', () => {
  const rows = [...known, ...Array.from({ length: 60 }, () => ({ token: unknown }))];
  expect(sameTokenNotes(table(rows), tokenizer).join()).toContain('75 % of the rows are the same token to this model, "[UNK]"');
});

test('a frequent word of an ordinary text is no reason to warn', () => {
  const rows = [...known, ...Array.from({ length: 20 }, () => ({ token: unknown }))];
  expect(sameTokenNotes(table(rows), tokenizer)).toEqual([]);
});

test('words that share only their last piece, and special tokens, do not count', () => {
  const ends = Array.from({ length: 60 }, () => ({ token: unknown, pieces: 2 }));
  const special = Array.from({ length: 60 }, () => ({ token: unknown, flags: rowFlags.special }));
  expect(sameTokenNotes(table([...known, ...ends]), tokenizer)).toEqual([]);
  expect(sameTokenNotes(table([...known, ...special]), tokenizer)).toEqual([]);
});
