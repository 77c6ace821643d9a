/** A whole model, of one graph or two, that computes chosen tensors for batches of token rows. */
import { InputError } from '../protocol/errors';
import { editsOfRows } from '../onnx/intervention';
import type { TapEdit } from '../onnx/intervention';
import { encoderStates } from '../onnx/modelFolder';
import type { ModelFolder, ModelPart } from '../onnx/modelFolder';
import type { EncoderSide } from './feeds';
import { openGraphRun } from './graphRun';
import type { Given, GraphOptions, GraphRows, GraphRun, Wanted } from './graphRun';
import { joinedRows, slicedRows } from './rows';
import type { TokenBatch } from './rows';
import type { Fetched } from './session';

export type { Wanted } from './graphRun';

export interface ModelRun {
  /** The only length of rows that the graph takes, where it was exported so; shorter rows are filled up. */
  readonly fixedLength: number | undefined;
  /**
   * The wanted tensors in their order, for real rows and tokens only where sizes were filled up. Tensors with a layout
   * come as [size, length, width], others with the axes they have. Edits change the taps of the sites that the run was
   * opened with, in their order; without edits the model computes what it always does. `given` fills inputs that are no part
   * of the text. Throws InputError MODEL_TOKEN,
   * MODEL_INPUTS, MODEL_OP, MODEL_RUNTIME, OUT_OF_MEMORY.
   */
  run(batch: TokenBatch, edits?: readonly TapEdit[], given?: Given): Promise<Fetched[]>;
  release(): Promise<void>;
}

/** `slots[i]` is the place of a graph's i-th output among the wanted tensors; −1 for the encoder's states. */
interface OpenPart {
  readonly graph: GraphRun;
  readonly slots: readonly number[];
}

/**
 * Opens the sessions that the wanted tensors need: of an encoder-decoder model the encoder too whenever the decoder reads
 * its states. Throws InputError MODEL_INPUTS, MODEL_TAP, MODEL_OP, MODEL_RUNTIME.
 */
export async function openModelRun(
  folder: Pick<ModelFolder, 'parts' | 'config'>,
  wanted: readonly Wanted[],
  options: GraphOptions = {},
): Promise<ModelRun> {
  const parts: OpenPart[] = [];
  try {
    // The decoder first: only then is it known whether the encoder's states are needed.
    for (const part of [...folder.parts].reverse()) {
      const slots = wanted.flatMap((each, i) => (partOf(folder.parts, each.stack) === part ? [i] : []));
      const states = part.stack === 'enc' && parts.some(({ graph }) => graph.readsStates);
      if (slots.length === 0 && !states) continue;
      const all = states ? [...slots, -1] : slots;
      const graph = await openGraphRun(part, folder.config, all.map((slot) => wanted[slot] ?? { stack: part.stack, tensor: encoderStates(part) }), options); // prettier-ignore
      parts.unshift({ graph, slots: all });
    }
  } catch (error) {
    await Promise.all(parts.map(({ graph }) => graph.release()));
    throw error;
  }
  return {
    fixedLength: parts.map(({ graph }) => graph.fixedLength).find((length) => length !== undefined),
    async run(batch, edits = [], given) {
      const group = parts.find(({ graph }) => graph.fixedBatch !== undefined)?.graph.fixedBatch ?? batch.size;
      const results: Fetched[][] = [];
      for (let from = 0; from < batch.size; from += group) {
        const rows = slicedRows(batch, from, group);
        results.push(await runGroup(parts, rows, editsOfRows(edits, from, rows.size), given && ((each) => given({ ...each, from }))));
      }
      return wanted.map((_, i) => joinedRows(results.map((each) => each[i]).filter((each) => each !== undefined)));
    },
    async release() {
      await Promise.all(parts.map(({ graph }) => graph.release()));
    },
  };
}

function partOf(parts: readonly ModelPart[], stack: Wanted['stack']): ModelPart | undefined {
  return parts.find((part) => part.stack === stack) ?? (parts.length === 1 ? parts[0] : undefined);
}

/** Runs the encoder, then the decoder on its states. */
async function runGroup(
  parts: readonly OpenPart[],
  batch: TokenBatch,
  edits: readonly TapEdit[],
  given: ((rows: GraphRows) => ReturnType<Given>) | undefined,
): Promise<Fetched[]> {
  const results: Fetched[] = [];
  let encoder: EncoderSide | undefined;
  for (const { graph, slots } of parts) {
    const rows = sidesOf(graph, batch, encoder);
    const values = await graph.run(rows, edits, given);
    values.forEach((value, i) => {
      const slot = slots[i] ?? -1;
      if (slot >= 0) results[slot] = value;
      else encoder = { ...rows.own, states: { data: value.data, width: value.dims[2] ?? 0 } };
    });
  }
  return results;
}

/** The rows that a graph computes, and those it looks at. */
function sidesOf({ stack, file, looksAtOthers }: GraphRun, batch: TokenBatch, encoder: EncoderSide | undefined): GraphRows {
  if (stack !== 'dec' && !looksAtOthers) return { own: batch };
  if (!batch.decoder) {
    throw new InputError(
      'MODEL_INPUTS',
      { file },
      {
        found: 'no text for the decoder',
        expected: 'what the decoder has written so far, for each text',
        remedy: 'give it with --decoder-text, --decoder-texts or --decoder-ids',
      },
    );
  }
  return { own: { size: batch.size, ...batch.decoder }, other: encoder ?? batch };
}
