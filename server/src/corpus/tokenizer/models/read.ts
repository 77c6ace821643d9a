/** Which model a tokenizer.json holds. */
import type { Part } from '../description';
import { readBytePair } from './bytePair';
import type { Model } from './model';
import { readUnigram } from './unigram';
import { readWordLevel } from './wordLevel';
import { readWordPiece } from './wordPiece';

/** Builds the model that a part of tokenizer.json describes. An unknown kind becomes a finding. */
export function readModel(part: Part): Model {
  const kind = part.type || impliedKind(part);
  switch (kind) {
    case 'WordPiece':
      return readWordPiece(part);
    case 'BPE':
      return readBytePair(part);
    case 'Unigram':
      return readUnigram(part);
    case 'WordLevel':
      return readWordLevel(part);
    default:
      part.unsupported(`model of type "${kind}"`, 'one of WordPiece, BPE, Unigram, WordLevel');
      return readWordLevel(part);
  }
}

/** Old files do not state the kind; their fields tell it. */
function impliedKind(part: Part): string {
  if (part.has('merges')) return 'BPE';
  if (Array.isArray(part.get('vocab').value)) return 'Unigram';
  return part.has('continuing_subword_prefix') ? 'WordPiece' : 'WordLevel';
}
