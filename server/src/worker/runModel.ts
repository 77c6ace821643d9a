import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFailure } from '../activations/fsPort';
import { npyBytes } from '../activations/npy';
import { decoderStartToken } from '../onnx/config';
import { InputError, shown } from '../protocol/errors';
import type { RunModelParams, RunModelResult } from '../protocol/jobs';
import { parseTap, tapText } from '../protocol/neurons';
import { openModelRun } from '../runtime/modelRun';
import type { Wanted } from '../runtime/modelRun';
import type { Fetched } from '../runtime/session';
import { openModel, tokenizerFor } from './openModel';
import type { OpenModel } from './openModel';
import { warningLines } from './provenance';
import type { JobHandler } from './serve';
import { idRows, textRows } from './tokenRows';
import type { PaddedRows } from './tokenRows';

interface Named extends Wanted {
  readonly name: string;
  /** Whether the tensor has a value for every token. */
  readonly perToken: boolean;
}

/** Outputs of texts as `.npy` files: one padded batch, NaN where a row is padding. */
export const runModel: JobHandler<'run-model'> = async (params, { onNote }): Promise<RunModelResult> => {
  const model = openModel(params.model);
  const wanted = params.fetch.map((name) => tensorOf(model, name));
  const own = params.ids ? idRows(model.tokenizer, params.ids) : textRows(tokenizerFor(model), params.texts ?? []);
  const decoder = decoderRows(model, params);
  if (decoder && decoder.size !== own.size) {
    throw new InputError(
      'MODEL_INPUTS',
      {},
      {
        found: `${own.size} texts and ${decoder.size} for the decoder`,
        expected: 'as many of both',
        remedy: 'give one decoder text for each text, in their order',
      },
    );
  }
  const run = await openModelRun(model.folder, wanted, { prepack: false });
  try {
    const values = await run.run(decoder ? { ...own, decoder } : own);
    const files = await Promise.all(
      wanted.map((tensor, i) => write(params.out, tensor, values[i], tensor.stack === 'dec' && decoder ? decoder : own)),
    );
    await writeOut(join(params.out, 'tokens.json'), `${JSON.stringify(own.tables)}\n`);
    if (decoder) await writeOut(join(params.out, 'decoder-tokens.json'), `${JSON.stringify(decoder.tables)}\n`);
    warningLines(model.warnings).forEach(onNote);
    return { files, notes: model.notes };
  } finally {
    await run.release();
  }
};

function decoderRows(model: OpenModel, { decoderTexts, decoderIds }: RunModelParams): PaddedRows | undefined {
  if (decoderIds) return idRows(model.tokenizer, decoderIds);
  if (!decoderTexts) return undefined;
  return textRows(tokenizerFor(model), decoderTexts, decoderStartToken(model.folder.config));
}

/** `logits`, a tap such as `L3.ffn`, or an output of the graph by its name. Throws MODEL_TAP naming what there is. */
function tensorOf({ stacks, taps, folder }: OpenModel, name: string): Named {
  const point = parseTap(name);
  const tap = point && taps.find((each) => tapText(each.point) === tapText(point));
  if (tap) return { ...tap, name, stack: tap.point.stack, perToken: true };
  const head = [...stacks].reverse().find(({ logits }) => logits !== undefined);
  if (name === 'logits' && head?.logits) return { tensor: head.logits.tensor, name, stack: head.stack, perToken: head.logits.perToken };
  for (const { stack, file } of folder.parts) {
    if (file.model.graph.outputs.some((output) => output.name === name))
      return { tensor: name, name: fileName(name), stack, perToken: false };
  }
  throw new InputError(
    'MODEL_TAP',
    { file: folder.path, flag: `--fetch ${shown(name, 80)}` },
    {
      found: name === 'logits' ? 'this model has no head that gives logits' : 'this model has no such tap or output',
      expected: `${head ? 'logits, ' : ''}a tap such as ${taps[0] ? tapText(taps[0].point) : 'L1.hidden'}, or an output: ${folder.parts
        .flatMap(({ file }) => file.model.graph.outputs.map((output) => shown(output.name, 60)))
        .join(', ')}`,
      remedy: 'golgi model lists taps and outputs',
    },
  );
}

function fileName(output: string): string {
  return output.replaceAll(/[^\w.-]/g, '_');
}

/** Writes a tensor as [texts, tokens, units], or [texts, units] where it has no token axis. */
async function write(
  folder: string,
  { name, perToken }: Named,
  value: Fetched | undefined,
  rows: PaddedRows,
): Promise<RunModelResult['files'][number]> {
  const data = value?.data ?? new Float32Array(0);
  const { size, length, mask } = rows;
  const dims = value?.dims ?? [];
  const tokens = perToken || (dims.length === 3 && dims[1] === length);
  const shape = tokens ? [size, length, data.length / (size * length)] : [size, data.length / size];
  if (tokens) {
    const width = shape[2] ?? 0;
    mask.forEach((real, cell) => {
      if (!real) data.fill(Number.NaN, cell * width, (cell + 1) * width);
    });
  }
  const file = join(folder, `${name}.npy`);
  await writeOut(file, npyBytes({ dtype: 'f4', shape, data }));
  return { name, file, shape };
}

/** Writes a file. Throws DISK_FULL or OUTPUT_FILE. */
async function writeOut(file: string, content: string | Uint8Array): Promise<void> {
  await writeFile(file, content).catch((error: unknown) => {
    throw writeFailure(error, file);
  });
}
