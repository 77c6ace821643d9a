import { openModel, tokenizerFor } from './openModel';
import type { JobHandler } from './serve';
import { tokenTable } from './tokenRows';

/** Tokens of texts as the model sees them, special ones included, with their spans. */
export const tokens: JobHandler<'tokens'> = async ({ model, texts }) => {
  const tokenizer = tokenizerFor(openModel(model));
  return texts.map((text) => tokenTable(tokenizer, text, { addSpecial: true }));
};
