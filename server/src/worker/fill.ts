import { InputError } from '../protocol/errors';
import type { FilledText } from '../protocol/writing';
import { recordedValues } from './edits/recorded';
import { resolveEdits } from './edits/resolve';
import { openModel, tokenizerFor } from './openModel';
import type { OpenModel } from './openModel';
import { warningLines } from './provenance';
import { headOf, runnableModel } from './runnableModel';
import { largest, probabilitiesOf } from './sampling';
import type { JobHandler } from './serve';
import { editedTexts, textRows } from './tokenRows';

/** The most likely tokens for every mask of texts, under edits. Texts are run as one padded batch. */
export const fill: JobHandler<'fill'> = async ({ model: ref, texts, edits: asked, meanOver, top }, context) => {
  const model = openModel(ref);
  const tokenizer = tokenizerFor(model);
  const mask = maskOf(model);
  const rows = textRows(tokenizer, texts);
  const masks = rows.tables.map(({ tokens }) => tokens.flatMap(({ id }, position) => (id === mask.id ? [position] : [])));
  const without = masks.findIndex((each) => each.length === 0);
  if (without >= 0) {
    throw noMask(
      model,
      texts.length === 1 ? 'no mask in the text' : `no mask in text ${without + 1}`,
      `"${mask.piece}" where a word is to be guessed`,
    );
  }
  const edits = await resolveEdits(model, asked, () => editedTexts(rows, texts), recordedValues(model, rows, meanOver, context));
  const [logits] = await runnableModel(model).run(rows, edits, ['logits']);
  const width = (logits?.data.length ?? 0) / (rows.size * rows.length);
  warningLines(model.warnings).forEach(context.onNote);
  return texts.map((text, row): FilledText => {
    const columns = Array.from(rows.mask.subarray(row * rows.length, (row + 1) * rows.length)).flatMap((real, column) =>
      real ? [column] : [],
    );
    return {
      text,
      masks: (masks[row] ?? []).map((position) => {
        const from = (row * rows.length + (columns[position] ?? 0)) * width;
        const scores = logits?.data.subarray(from, from + width) ?? new Float32Array(0);
        const probabilities = probabilitiesOf(scores);
        const candidates = largest(scores, top).map((id) => ({
          id,
          piece: tokenizer.pieceOf(id) ?? '',
          probability: probabilities[id] ?? 0,
          logit: scores[id] ?? 0,
        }));
        return { position, candidates };
      }),
    };
  });
};

/** The mask token and the scores of tokens. Throws MODEL_INPUTS for models that guess no words. */
export function maskOf(model: OpenModel) {
  const head = headOf(model);
  const { mask } = tokenizerFor(model);
  if (!head?.logits?.perToken || head.causal === true || model.stacks.length > 1) {
    throw noMask(
      model,
      'a model that does not guess words within a text',
      'a model exported for fill-mask; golgi generate lets others write',
    );
  }
  if (mask === undefined)
    throw noMask(model, 'a tokenizer without a mask token', 'mask_token in tokenizer_config.json or special_tokens_map.json');
  return { id: mask, piece: model.tokenizer?.pieceOf(mask) ?? '' };
}

function noMask({ folder }: OpenModel, found: string, expected: string): InputError {
  return new InputError(
    'MODEL_INPUTS',
    { file: folder.path },
    { found, expected, remedy: 'golgi tokens shows the tokens of a text, golgi model what a model is for' },
  );
}
