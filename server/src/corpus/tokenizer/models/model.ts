/** A tokenizer's model: from one pre-tokenised piece of text to vocabulary ids. */
import { InputError, shown } from '../../../protocol/errors';
import type { Part } from '../description';
import type { Vocabulary } from '../vocabulary';

/** Tokens of one piece, columns of equal length; `starts` and `ends` are UTF-16 units within the piece. */
export interface ModelTokens {
  readonly ids: readonly number[];
  readonly values: readonly string[];
  readonly starts: readonly number[];
  readonly ends: readonly number[];
}

export interface Model {
  readonly kind: string;
  readonly vocabulary: Vocabulary;
  tokenise(piece: string): ModelTokens;
}

/** Columns of tokens while they are written. */
export class TokenColumns implements ModelTokens {
  readonly ids: number[] = [];
  readonly values: string[] = [];
  readonly starts: number[] = [];
  readonly ends: number[] = [];

  push(id: number, value: string, start: number, end: number): void {
    this.ids.push(id);
    this.values.push(value);
    this.starts.push(start);
    this.ends.push(end);
  }
}

/** The finding for text that the vocabulary cannot write and has no unknown token for. */
export function cannotWrite(piece: string, file: string): InputError {
  return new InputError(
    'TOKENIZER_VOCAB',
    { file, node: 'model.unk_token' },
    {
      found: `"${shown(piece, 80)}" is not in the vocabulary, and there is no token for what is unknown`,
      expected: 'text that the vocabulary can write',
      remedy: 'Leave this text out, or use a tokenizer with an unknown token.',
    },
  );
}

/** The unknown token that a model states by its text; undefined when it states none or it is not in the vocabulary. */
export function readUnknown(part: Part, vocabulary: Vocabulary): { readonly id: number; readonly value: string } | undefined {
  const value = part.text('unk_token', '');
  const id = vocabulary.idOf(value);
  return part.has('unk_token') && id !== undefined ? { id, value } : undefined;
}
