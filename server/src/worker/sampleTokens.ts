/** Tokens to try a model with: what they mean does not matter, only that its table has them and that no two runs differ. */
import type { TokenBatch } from '../runtime/rows';
import type { OpenModel } from './openModel';

/** One text of `most` tokens or as many as the model takes, for the decoder too where there is one. */
export function sampleTokens(
  { embeddingRows = 2, stacks, maxTokens = Infinity }: Pick<OpenModel, 'embeddingRows' | 'stacks' | 'maxTokens'>,
  most: number,
): TokenBatch {
  const length = Math.min(most, maxTokens);
  const ids = Int32Array.from({ length }, (_, i) => (7 * i + 1) % embeddingRows);
  const rows = { length, ids, mask: new Uint8Array(length).fill(1) };
  return { size: 1, ...rows, ...(stacks.length > 1 ? { decoder: rows } : {}) };
}
