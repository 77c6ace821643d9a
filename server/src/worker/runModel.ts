import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFailure } from '../activations/fsPort';
import { npyBytes } from '../activations/npy';
import { decoderStartToken } from '../onnx/config';
import { InputError } from '../protocol/errors';
import type { RunModelParams, RunModelResult } from '../protocol/jobs';
import type { Stack } from '../protocol/neurons';
import { recordedValues } from './edits/recorded';
import { resolveEdits } from './edits/resolve';
import { fetchOf, writtenForm } from './fetched';
import { openModel, tokenizerFor } from './openModel';
import type { OpenModel } from './openModel';
import { warningLines } from './provenance';
import { runEdited } from './runnableModel';
import type { JobHandler } from './serve';
import { editedTexts, idRows, textRows } from './tokenRows';
import type { PaddedRows } from './tokenRows';

/** Outputs of texts, under edits, as `.npy` files: one padded batch, NaN where a row is padding. */
export const runModel: JobHandler<'run-model'> = async (params, context): Promise<RunModelResult> => {
  const model = openModel(params.model);
  const wanted = params.fetch.map((name) => fetchOf(model, name));
  const own = params.ids ? idRows(model.tokenizer, params.ids) : textRows(tokenizerFor(model), params.texts ?? []);
  const decoder = decoderRows(model, params);
  if (decoder && decoder.size !== own.size) throw notAsMany(own, decoder);
  const batch = decoder ? { ...own, decoder } : own;
  const rowsOf = (stack: Stack): PaddedRows => (stack === 'dec' && decoder ? decoder : own);
  const textsOf = (stack: Stack) => (stack === 'dec' ? params.decoderTexts : params.texts);
  const edits = await resolveEdits(
    model,
    params.edits,
    (stack) => editedTexts(rowsOf(stack), textsOf(stack)),
    recordedValues(model, batch, params.meanOver, context),
  );
  const values = await runEdited(model, batch, edits, wanted);
  const files = await Promise.all(
    wanted.map(async (fetch, i) => {
      const { shape, data, notFinite } = writtenForm(fetch, values[i] ?? { dims: [], data: new Float32Array(0) }, rowsOf);
      const file = join(params.out, `${fetch.name}.npy`);
      await writeOut(file, npyBytes({ dtype: 'f4', shape, data }));
      return { name: fetch.name, file, shape, notFinite };
    }),
  );
  await writeOut(join(params.out, 'tokens.json'), `${JSON.stringify(own.tables)}\n`);
  if (decoder) await writeOut(join(params.out, 'decoder-tokens.json'), `${JSON.stringify(decoder.tables)}\n`);
  warningLines(model.warnings).forEach(context.onNote);
  return { files, notes: model.notes };
};

function decoderRows(model: OpenModel, { decoderTexts, decoderIds }: RunModelParams): PaddedRows | undefined {
  if (decoderIds) return idRows(model.tokenizer, decoderIds);
  if (!decoderTexts) return undefined;
  return textRows(tokenizerFor(model), decoderTexts, decoderStartToken(model.folder.config));
}

function notAsMany(own: PaddedRows, decoder: PaddedRows): InputError {
  return new InputError(
    'MODEL_INPUTS',
    {},
    {
      found: `${own.size} texts and ${decoder.size} for the decoder`,
      expected: 'as many of both',
      remedy: 'give one decoder text for each text, in their order',
    },
  );
}

/** Writes a file. Throws DISK_FULL or OUTPUT_FILE. */
async function writeOut(file: string, content: string | Uint8Array): Promise<void> {
  await writeFile(file, content).catch((error: unknown) => {
    throw writeFailure(error, file);
  });
}
