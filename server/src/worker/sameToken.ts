import type { RowTable } from '../activations/rowTable';
import { rowFlags } from '../activations/rowTable';
import type { Tokenizer } from '../corpus/tokenizer';
import { shown } from '../protocol/errors';

const fewRows = 20;

/**
 * A model reads text of a foreign language or script as one unknown token after the other; what is computed from that
 * knows positions but no words. Says so where most rows are one and the same whole token, whatever that token is.
 */
export function sameTokenNotes({ rows, flags, pieces, token }: RowTable, tokenizer: Pick<Tokenizer, 'pieceOf'>): string[] {
  const counts = new Map<number, number>();
  for (let row = 0; row < rows; row++) {
    if (((flags[row] ?? 0) & rowFlags.special) !== 0 || pieces[row] !== 1) continue;
    const id = token[row] ?? -1;
    counts.set(id, (counts.get(id) ?? 0) + 1);
  }
  const [commonest, count] = [...counts].reduce((most, one) => (one[1] > most[1] ? one : most), [-1, 0]);
  if (rows < fewRows || count * 2 <= rows) return [];
  const piece = shown(tokenizer.pieceOf(commonest) ?? String(commonest), 40);
  const share = Math.floor((100 * count) / rows);
  return [
    `warning: ${share} % of the rows are the same token to this model, "${piece}": its tokenizer does not know the words of this corpus`,
  ];
}
