/** WordLevel: each piece is in the vocabulary or unknown. */
import type { Part } from '../description';
import { readVocabulary } from '../vocabulary';
import { cannotWrite, readUnknown } from './model';
import type { Model } from './model';

export function readWordLevel(part: Part): Model {
  const vocabulary = readVocabulary(part.get('vocab'));
  const unknown = readUnknown(part, vocabulary);
  return {
    kind: 'WordLevel',
    vocabulary,
    tokenise(piece) {
      const id = vocabulary.idOf(piece);
      const token = id === undefined ? unknown : { id, value: piece };
      if (!token) throw cannotWrite(piece, part.findings.file);
      return { ids: [token.id], values: [token.value], starts: [0], ends: [piece.length] };
    },
  };
}
