/** Tokens as people read them. */
import type { Tokenizer } from '../tokenizer';
import { byteBlank, bytesOfPieces } from './byteAlphabet';

const byteLevel = new WeakMap<object, boolean>();

/** The text of a token: bytes as the characters they make up, marks of blanks as blanks; a number where the vocabulary has none. */
export function pieceText(tokenizer: Pick<Tokenizer, 'pieceOf' | 'encode'>, id: number): string {
  const piece = tokenizer.pieceOf(id);
  if (piece === undefined) return String(id);
  return isByteLevel(tokenizer) ? bytesOfPieces([piece]) : piece.replaceAll('▁', ' ');
}

/** Whether pieces are written in the byte alphabet: measured, since several settings bring it about. */
function isByteLevel(tokenizer: Pick<Tokenizer, 'encode'>): boolean {
  const known =
    byteLevel.get(tokenizer) ?? tokenizer.encode('a a', { addSpecial: false }).pieces.some((piece) => piece.includes(byteBlank));
  byteLevel.set(tokenizer, known);
  return known;
}
