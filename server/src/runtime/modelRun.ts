/** A whole model, of one graph or two, that computes chosen tensors for batches of token rows. */
import { Defect, InputError } from '../protocol/errors';
import type { Stack } from '../protocol/neurons';
import { embeddingRows } from '../onnx/embedding';
import type { ModelFolder, ModelPart } from '../onnx/modelFolder';
import type { Fetch } from '../onnx/outputs';
import { skeletonOf } from '../onnx/skeleton';
import { makeFeeds } from './feeds';
import type { EncoderSide, TokenRows } from './feeds';
import { planInputs } from './inputRoles';
import type { InputPlan } from './inputRoles';
import { checkIds, filled, joinedRows, slicedRows, trimmed } from './rows';
import type { TokenBatch } from './rows';
import { openSession } from './session';
import type { Fetched, Session, SessionOptions } from './session';

/** A tensor of one of the model's graphs. */
export interface Wanted extends Fetch {
  readonly stack: Stack;
}

export interface ModelRun {
  /** The only length of rows that the graph takes, where it was exported so; shorter rows are filled up. */
  readonly fixedLength: number | undefined;
  /**
   * The wanted tensors in their order, for real rows and tokens only where sizes were filled up. Tensors with a layout
   * come as [size, length, width], others with the axes they have. Throws InputError MODEL_TOKEN, MODEL_INPUTS,
   * MODEL_OP, MODEL_RUNTIME, OUT_OF_MEMORY.
   */
  run(batch: TokenBatch): Promise<Fetched[]>;
  release(): Promise<void>;
}

/** One opened graph. `slots[i]` is the place of its i-th output among the wanted tensors; −1 for the encoder's states. */
interface OpenPart {
  readonly file: string;
  readonly stack: Stack;
  readonly session: Session;
  readonly plan: InputPlan;
  readonly slots: readonly number[];
  readonly knownIds: ReadonlyMap<string, number>;
}

/**
 * Opens the sessions that the wanted tensors need: of an encoder-decoder model the encoder too whenever the decoder reads
 * its states. Throws InputError MODEL_INPUTS, MODEL_TAP, MODEL_OP, MODEL_RUNTIME.
 */
export async function openModelRun(
  folder: Pick<ModelFolder, 'parts' | 'config'>,
  wanted: readonly Wanted[],
  options: SessionOptions = {},
): Promise<ModelRun> {
  const parts: OpenPart[] = [];
  const needStates = () => parts.some(({ plan }) => plan.inputs.some(({ role }) => role.kind === 'encoder states'));
  try {
    // The decoder first: only then is it known whether the encoder's states are needed.
    for (const part of [...folder.parts].reverse()) {
      const slots = wanted.flatMap((each, i) => (partOf(folder.parts, each.stack) === part ? [i] : []));
      const states = part.stack === 'enc' && needStates();
      if (slots.length === 0 && !states) continue;
      parts.unshift(await openPart(part, folder, wanted, states ? [...slots, -1] : slots, options));
    }
  } catch (error) {
    await Promise.all(parts.map(({ session }) => session.release()));
    throw error;
  }
  return {
    fixedLength: parts.map(({ plan }) => plan.fixedLength.own).find((length) => length !== undefined),
    async run(batch) {
      const group = parts.find(({ plan }) => plan.fixedBatch !== undefined)?.plan.fixedBatch ?? batch.size;
      const results: Fetched[][] = [];
      for (let from = 0; from < batch.size; from += group) {
        results.push(await runGroup(parts, wanted, slicedRows(batch, from, group)));
      }
      return wanted.map((_, i) => joinedRows(results.map((each) => each[i]).filter((each) => each !== undefined)));
    },
    async release() {
      await Promise.all(parts.map(({ session }) => session.release()));
    },
  };
}

function partOf(parts: readonly ModelPart[], stack: Stack): ModelPart | undefined {
  return parts.find((part) => part.stack === stack) ?? (parts.length === 1 ? parts[0] : undefined);
}

async function openPart(
  { stack, file }: ModelPart,
  { config }: Pick<ModelFolder, 'config'>,
  wanted: readonly Wanted[],
  slots: readonly number[],
  options: SessionOptions,
): Promise<OpenPart> {
  const states: Fetch = { tensor: file.model.graph.outputs[0]?.name ?? '' };
  const skeleton = skeletonOf(file.model, slots.map((slot) => wanted[slot] ?? states)); // prettier-ignore
  const plan = planInputs(skeleton.graph.inputs, config, file.path);
  const session = await openSession(skeleton, file.path, options);
  const knownIds = new Map<string, number>();
  for (const { name, role } of plan.inputs) {
    const rows = role.kind === 'ids' ? embeddingRows(file.index, name) : undefined;
    if (rows !== undefined) knownIds.set(name, rows);
  }
  return { file: file.path, stack, session, plan, slots, knownIds };
}

/** Runs the encoder, then the decoder on its states. */
async function runGroup(parts: readonly OpenPart[], wanted: readonly Wanted[], batch: TokenBatch): Promise<Fetched[]> {
  const results: Fetched[] = [];
  let encoder: EncoderSide | undefined;
  for (const part of parts) {
    const { own, other } = sidesOf(part, batch, encoder);
    checkRows(part, own, other);
    const { fixedBatch = own.size, fixedLength } = part.plan;
    const rows = filled(own, fixedBatch, fixedLength.own ?? own.length);
    const around = other && filledSide(other, fixedBatch, fixedLength.other ?? other.length);
    const fetched = await part.session.run(makeFeeds(part.plan, rows, around));
    part.slots.forEach((slot, i) => {
      const raw = fetched[i];
      if (!raw) throw new Defect('the runtime gave fewer outputs than asked for');
      const tensor = wanted[slot];
      // A graph that holds both halves has taps on either side.
      const [asked, run] = tensor?.stack === 'enc' && other && around ? [other, around] : [own, rows];
      const shaped = tensor?.layout ? asTokens(raw, run, tensor.tensor, part.file) : raw;
      const value = trimmed(shaped, run, asked);
      if (slot >= 0) results[slot] = value;
      else encoder = { ...own, states: { data: value.data, width: value.dims[2] ?? 0 } };
    });
  }
  return results;
}

/** The rows that a graph computes, and those it looks at. */
function sidesOf(
  { stack, plan, file }: OpenPart,
  batch: TokenBatch,
  encoder: EncoderSide | undefined,
): { own: TokenRows; other?: EncoderSide } {
  const looksAtOthers = plan.inputs.some(({ role }) => 'side' in role && role.side === 'other');
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

/** Refuses rows that are too long for the graph, and ids that its tables do not have. */
function checkRows({ file, plan, knownIds }: OpenPart, own: TokenRows, other: TokenRows | undefined): void {
  for (const [rows, fixed] of [[own, plan.fixedLength.own], [other, plan.fixedLength.other]] as const) {
    if (rows && fixed !== undefined && rows.length > fixed) throw tooLong(file, rows.length, fixed);
  } // prettier-ignore
  for (const { name, role } of plan.inputs) {
    const known = knownIds.get(name);
    const rows = role.kind === 'ids' && role.side === 'other' ? other : own;
    if (known !== undefined && rows) checkIds(rows, known, file);
  }
}

function filledSide(side: EncoderSide, size: number, length: number): EncoderSide {
  const rows = filled(side, size, length);
  if (!side.states || rows === side) return side;
  const { data, width } = side.states;
  const states = new Float32Array(size * length * width);
  for (let row = 0; row < size; row++) {
    const from = (row < side.size ? row : 0) * side.length * width;
    states.set(data.subarray(from, from + side.length * width), row * length * width);
  }
  return { ...rows, states: { data: states, width } };
}

/** A tap in any layout has batch, token, neuron in memory by now; only its axes are still named otherwise. */
function asTokens({ data }: Fetched, { size, length }: TokenRows, tensor: string, file: string): Fetched {
  const width = data.length / (size * length);
  if (Number.isInteger(width)) return { dims: [size, length, width], data };
  throw new InputError(
    'MODEL_TAP',
    { file, tensor },
    {
      found: `${data.length} values for ${size} texts of ${length} tokens`,
      expected: 'a whole number of neurons for each token',
      remedy: 'this tensor is no tap of that layout: choose another one',
    },
  );
}

function tooLong(file: string, length: number, fixed: number): InputError {
  return new InputError(
    'MODEL_INPUTS',
    { file },
    {
      found: `a text of ${length} tokens`,
      expected: `at most ${fixed}: the model was exported for that length alone`,
      remedy: 'export the model with a dynamic sequence axis, or use shorter texts',
    },
  );
}
