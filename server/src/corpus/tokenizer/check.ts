/** Whether a tokenizer and a model's embedding belong together. */
import { problem, shown } from '../../protocol/errors';
import type { Place, Problem } from '../../protocol/errors';
import type { Tokenizer } from '../tokenizer';

const remedy = 'Use the tokenizer.json that belongs to this model.';

/** Embeddings are often padded to round sizes; a vocabulary that leaves more rows than this unused is likely another model's. */
const unusedRows = (tokens: number): number => 64 + 0.05 * tokens;

/**
 * A warning when the tokenizer has ids beyond the embedding's rows, or leaves suspiciously many rows without a token; undefined
 * when they fit.
 */
export function checkTokenizer(tokenizer: Tokenizer, embeddingRows: number, place: Place = {}): Problem | undefined {
  const ids = tokenizer.largestId + 1;
  const sizes = `${ids} ids in the tokenizer and ${embeddingRows} rows in the embedding`;
  if (ids > embeddingRows) {
    const piece = shown(tokenizer.pieceOf(embeddingRows) ?? '', 80);
    return problem('MODEL_TOKENIZER_MISMATCH', place, {
      found: `${sizes}; the first id without a row is ${embeddingRows} ("${piece}")`,
      expected: 'a row for every id',
      remedy: `${remedy} Texts with tokens beyond the embedding are refused.`,
    });
  }
  if (embeddingRows - ids <= unusedRows(ids)) return undefined;
  return problem('MODEL_TOKENIZER_MISMATCH', place, {
    found: `${sizes}; the first row without a token is ${ids}`,
    expected: 'about as many tokens as rows',
    remedy,
  });
}
