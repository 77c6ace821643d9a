/** Which tokens an edit is about. */
import type { TokenPlace } from '../../onnx/intervention';
import type { Edit } from '../../protocol/edits';
import { InputError } from '../../protocol/errors';
import type { TokenTable } from '../../protocol/jobs';

/** The texts of one stack in a batch. */
export interface EditedTexts {
  /** As they were given; undefined where token ids were. */
  readonly texts?: readonly string[];
  readonly tables: readonly TokenTable[];
  /** Real tokens of each row. */
  readonly lengths: readonly number[];
  /** Tokens that may still be written behind them: positions may name those too. */
  readonly yetToCome?: number;
}

/** The tokens that an edit names, row by row; undefined for all. Throws InputError EDIT_POSITION. */
export function placesOf(edit: Edit, { texts, tables, lengths, yetToCome = 0 }: EditedTexts): TokenPlace[] | undefined {
  const { positions } = edit;
  if (!positions) return undefined;
  switch (positions.kind) {
    case 'last':
      return lengths.map((length, row) => ({ row, position: length - 1 }));
    case 'positions': {
      const last = Math.max(...positions.ranges.map(({ to }) => to));
      const short = lengths.findIndex((length) => last >= length + yetToCome);
      if (short >= 0)
        throw noPlace(edit, `position ${last}`, `positions 0 to ${(lengths[short] ?? 0) + yetToCome - 1}, which text ${short + 1} has`);
      const all = positions.ranges.flatMap(({ from, to }) => Array.from({ length: to - from + 1 }, (_, i) => from + i));
      return lengths.flatMap((_, row) => [...new Set(all)].map((position) => ({ row, position })));
    }
    case 'word': {
      if (!texts) throw noPlace(edit, 'rows of token ids, which have no words', 'texts; or positions such as @3');
      const found = tables.flatMap((table, row) =>
        tokensOfWord(texts[row] ?? '', table, positions.word).map((position) => ({ row, position })),
      );
      if (found.length === 0) throw noPlace(edit, `no "${positions.word}" in any text`, 'a word of the texts, written as there');
      return found;
    }
  }
}

/** Tokens of every place where the word stands by itself, not as a part of a longer one. */
function tokensOfWord(text: string, { tokens }: TokenTable, word: string): number[] {
  const spans: { start: number; end: number }[] = [];
  for (let start = text.indexOf(word); start >= 0; start = text.indexOf(word, start + 1)) {
    const end = start + word.length;
    const inLonger = /[\p{L}\p{M}\p{N}]$/u.test(text.slice(0, start)) && /^[\p{L}\p{M}\p{N}]/u.test(word);
    const goesOn = /^[\p{L}\p{M}\p{N}]/u.test(text.slice(end)) && /[\p{L}\p{M}\p{N}]$/u.test(word);
    if (!inLonger && !goesOn) spans.push({ start, end });
  }
  return tokens.flatMap((token, i) =>
    !token.special && spans.some(({ start, end }) => token.start < end && token.end > start) ? [i] : [],
  );
}

function noPlace(edit: Edit, found: string, expected: string): InputError {
  return new InputError(
    'EDIT_POSITION',
    { flag: `--edit ${edit.text}` },
    { found, expected, remedy: 'golgi tokens shows the tokens of a text; positions count them from 0, special ones included' },
  );
}
