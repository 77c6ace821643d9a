import type { TokenTable } from '../protocol/jobs';
import { openModel, tokenizerFor } from './openModel';
import type { JobHandler } from './serve';

/** Tokens of texts as the model sees them, special ones included, with their spans. */
export const tokens: JobHandler<'tokens'> = async ({ model, texts }) => {
  const tokenizer = tokenizerFor(openModel(model));
  return texts.map((text): TokenTable => {
    const { ids, pieces, start, end, word, special, approximate } = tokenizer.encode(text);
    return {
      tokens: Array.from(ids, (id, i) => ({
        id,
        piece: pieces[i] ?? '',
        start: start[i] ?? 0,
        end: end[i] ?? 0,
        word: (word[i] ?? -1) < 0 ? null : (word[i] ?? null),
        special: special[i] === 1,
      })),
      approximate,
    };
  });
};
