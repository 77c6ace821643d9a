/** WordPiece: the longest piece that the word begins with, again and again; a word that cannot be written so is unknown as a whole. */
import type { Part } from '../description';
import { readVocabulary } from '../vocabulary';
import { cannotWrite, readUnknown, TokenColumns } from './model';
import type { Model, ModelTokens } from './model';

export function readWordPiece(part: Part): Model {
  const vocabulary = readVocabulary(part.get('vocab'));
  const unknown = readUnknown(part, vocabulary);
  const prefix = part.text('continuing_subword_prefix', '##');
  const longestWord = part.count('max_input_chars_per_word', 100);
  let longestPiece = 0;
  for (const piece of vocabulary.pieces()) longestPiece = Math.max(longestPiece, piece.length);

  const greedy = (word: string): ModelTokens | undefined => {
    const tokens = new TokenColumns();
    let start = 0;
    while (start < word.length) {
      let end = Math.min(word.length, start + longestPiece);
      let id: number | undefined;
      let piece = '';
      for (; end > start; end--) {
        piece = (start > 0 ? prefix : '') + word.slice(start, end);
        id = vocabulary.idOf(piece);
        if (id !== undefined) break;
      }
      if (id === undefined) return undefined;
      tokens.push(id, piece, start, end);
      start = end;
    }
    return tokens;
  };

  return {
    kind: 'WordPiece',
    vocabulary,
    tokenise(word) {
      const tokens = word.length > longestWord && [...word].length > longestWord ? undefined : greedy(word);
      if (tokens) return tokens;
      if (!unknown) throw cannotWrite(word, part.findings.file);
      return { ids: [unknown.id], values: [unknown.value], starts: [0], ends: [word.length] };
    },
  };
}
