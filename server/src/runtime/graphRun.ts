/** One graph of a model that computes chosen tensors for batches of token rows. */
import { Defect, InputError } from '../protocol/errors';
import type { Stack } from '../protocol/neurons';
import type { ModelConfig } from '../onnx/config';
import { embeddingRows } from '../onnx/embedding';
import { inputsOf } from '../onnx/intervention';
import type { EditSite, TapEdit } from '../onnx/intervention';
import type { ModelPart } from '../onnx/modelFolder';
import type { Fetch } from '../onnx/outputs';
import { skeletonOf } from '../onnx/skeleton';
import { makeEditFeeds } from './editFeeds';
import { makeFeeds } from './feeds';
import type { EncoderSide, Past, TokenRows } from './feeds';
import { planInputs } from './inputRoles';
import type { InputPlan } from './inputRoles';
import { checkIds, filled, trimmed } from './rows';
import type { Tensor } from './onnxruntime';
import { openSession } from './session';
import type { Fetched, SessionOptions } from './session';

/** A tensor of one of the model's graphs. */
export interface Wanted extends Fetch {
  readonly stack: Stack;
}

export interface GraphOptions extends SessionOptions {
  /** Taps that edits may change. */
  readonly sites?: readonly EditSite[];
  /** Inputs that are no part of the text: `Given` fills them. */
  readonly given?: readonly string[];
  /** Every run goes on a text of runs before and is given its past. */
  readonly goesOn?: boolean;
}

/** Rows as they are run: filled up to the sizes that the graph takes. `from` is the place of the first in the whole batch. */
export interface FilledRows extends GraphRows {
  readonly from: number;
}

/** Fills the inputs named in `GraphOptions.given`. */
export type Given = (rows: FilledRows) => Readonly<Record<string, Tensor>>;

/** The rows that a graph computes, those of the encoder that it looks at, and what it remembers of tokens before. */
export interface GraphRows {
  readonly own: TokenRows;
  readonly other?: EncoderSide;
  readonly past?: Past;
}

export interface GraphRun {
  readonly file: string;
  readonly stack: Stack;
  readonly fixedBatch: number | undefined;
  readonly fixedLength: number | undefined;
  /** Some input is about the other side's tokens. */
  readonly looksAtOthers: boolean;
  readonly readsStates: boolean;
  /** The wanted tensors in their order, as `ModelRun.run` gives them. */
  run(rows: GraphRows, edits?: readonly TapEdit[], given?: (rows: GraphRows) => Readonly<Record<string, Tensor>>): Promise<Fetched[]>;
  release(): Promise<void>;
}

/** What a run needs to know of its graph. */
interface OpenGraph {
  readonly file: string;
  readonly plan: InputPlan;
  readonly knownIds: ReadonlyMap<string, number>;
}

/** Opens a session for the wanted tensors of one graph. Throws InputError MODEL_INPUTS, MODEL_TAP, MODEL_OP, MODEL_RUNTIME. */
export async function openGraphRun(
  { stack, file }: ModelPart,
  config: ModelConfig,
  wanted: readonly Wanted[],
  { sites = [], given: givenNames = [], goesOn = false, ...options }: GraphOptions = {},
): Promise<GraphRun> {
  // A graph that holds both halves has the taps of either; a half only its own.
  const ownSites = stack === '' ? sites : sites.filter(({ tap }) => tap.point.stack === stack);
  // A graph that was made for edits has its sites already.
  const declared = new Set(file.model.graph.inputs.map(({ name }) => name));
  const skeleton = skeletonOf(file.model, wanted, ownSites.filter((site) => !declared.has(inputsOf(site).scale))); // prettier-ignore
  const notText = new Set([...givenNames, ...ownSites.flatMap((site) => Object.values<string>(inputsOf(site)))]);
  const plan = planInputs(skeleton.graph.inputs.filter(({ name }) => !notText.has(name)), config, file.path, goesOn); // prettier-ignore
  const inputs = new Set(skeleton.graph.inputs.map(({ name }) => name));
  const session = await openSession(skeleton, file.path, options);
  const knownIds = new Map<string, number>();
  for (const { name, role } of plan.inputs) {
    const rows = role.kind === 'ids' ? embeddingRows(file.index, name) : undefined;
    if (rows !== undefined) knownIds.set(name, rows);
  }
  const graph: OpenGraph = { file: file.path, plan, knownIds };
  return {
    file: file.path,
    stack,
    fixedBatch: plan.fixedBatch,
    fixedLength: plan.fixedLength.own,
    looksAtOthers: plan.inputs.some(({ role }) => 'side' in role && role.side === 'other'),
    readsStates: plan.inputs.some(({ role }) => role.kind === 'encoder states'),
    async run({ own, other, past }, edits = [], given) {
      checkRows(graph, own, other);
      const { fixedBatch = own.size, fixedLength } = plan;
      const rows = filled(own, fixedBatch, fixedLength.own ?? own.length);
      const around = other && filledSide(other, fixedBatch, fixedLength.other ?? other.length);
      const isAround = ({ tap }: EditSite) => stack === '' && tap.point.stack === 'enc' && around !== undefined;
      const changes = makeEditFeeds(ownSites, edits, (site) => (isAround(site) && around) || { ...rows, past: past?.length ?? 0 }, inputs);
      const others = Object.entries(given?.({ own: rows, ...(around && { other: around }) }) ?? {}).filter(([name]) => inputs.has(name));
      const fetched = await session.run({ ...makeFeeds(plan, rows, around, past), ...changes, ...Object.fromEntries(others) });
      return wanted.map((tensor, i) => {
        const raw = fetched[i];
        if (!raw) throw new Defect('the runtime gave fewer outputs than asked for');
        const [asked, run] = tensor.stack === 'enc' && other && around ? [other, around] : [own, rows];
        return trimmed(tensor.layout ? asTokens(raw, run, tensor.tensor, file.path) : raw, run, asked);
      });
    },
    release: () => session.release(),
  };
}

/** Refuses rows that are too long for the graph, and ids that its tables do not have. */
function checkRows({ file, plan, knownIds }: OpenGraph, own: TokenRows, other: TokenRows | undefined): void {
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
