import { openModel, tokenizerFor } from './openModel';
import { warningLines } from './provenance';
import type { JobHandler } from './serve';
import { tokenTable } from './tokenRows';

/** Tokens of texts as the model sees them, special ones included, with their spans. */
export const tokens: JobHandler<'tokens'> = async ({ model: ref, texts }, { onNote }) => {
  const model = openModel(ref);
  const tokenizer = tokenizerFor(model);
  warningLines(model.warnings).forEach(onNote);
  return texts.map((text) => tokenTable(tokenizer, text, { addSpecial: true }));
};
