/** A model that is run forwards and back: a scalar of its scores, and the derivatives of that by neurons, for batches of rows. */
import { Defect } from '../protocol/errors';
import type { Stack } from '../protocol/neurons';
import { scalarKinds } from '../protocol/gradient';
import type { ScalarKind } from '../protocol/gradient';
import { scalarTensors } from '../onnx/gradient';
import type { Neurons, Scores } from '../onnx/gradient';
import type { EditSite, TapEdit } from '../onnx/intervention';
import { encoderStates } from '../onnx/modelFolder';
import type { ModelFolder, ModelPart } from '../onnx/modelFolder';
import type { TapTensor } from '../onnx/taps/tap';
import { gradientFeeds } from './gradientFeeds';
import type { ScalarAt } from './gradientFeeds';
import { openGradientPass } from './gradientPass';
import type { GradientPass, PassResult } from './gradientPass';
import { planInputs } from './inputRoles';
import type { TokenBatch } from './rows';
import type { Fetched, SessionOptions } from './session';

export type { ScalarAt } from './gradientFeeds';

/** Scores of a graph and which function of them is differentiated. */
export interface ScalarOf extends Scores {
  readonly stack: Stack;
  /** A row of scores for every token, not for a text. */
  readonly perToken: boolean;
  readonly kind: ScalarKind;
}

export interface GradientOptions extends SessionOptions {
  /** Taps that edits may change. */
  readonly sites?: readonly EditSite[];
  /** Derivatives and values of one token a row, that of `ScalarAt.tapPosition`. */
  readonly oneToken?: boolean;
  /** Only the scalar and the neurons, for models that cannot be differentiated. */
  readonly forwardOnly?: boolean;
}

export interface Differentiated {
  /** One number a row. */
  readonly scalars: Readonly<Record<ScalarKind, Float32Array>>;
  /**
   * Tap by tap [rows, tokens or 1, neurons], what holds at the neurons as edits left them; zeros where the scalar does not
   * depend on the tap. Empty where the model is only run forwards.
   */
  readonly gradients: readonly Float32Array[];
  readonly values: readonly Float32Array[];
}

export interface GradientRun {
  /** Operators whose rounding was passed over. */
  readonly rounded: readonly string[];
  /** `at` has one entry a row. Throws InputError as `ModelRun.run` does. */
  run(batch: TokenBatch, at: readonly ScalarAt[], edits?: readonly TapEdit[]): Promise<Differentiated>;
  release(): Promise<void>;
}

/**
 * Opens the sessions for derivatives of a scalar by any taps, all in one run. An encoder in a file of its own takes a second
 * run: what the decoder's derivatives by its states are, its own go on from. Throws InputError MODEL_GRADIENT, and what
 * `openModelRun` throws.
 */
export async function openGradientRun(
  folder: Pick<ModelFolder, 'parts' | 'config'>,
  of: ScalarOf,
  taps: readonly TapTensor[],
  { sites = [], oneToken = false, forwardOnly = false, ...options }: GradientOptions = {},
): Promise<GradientRun> {
  const { parts } = folder;
  const head = partOf(parts, of.stack);
  const near = taps.filter(({ point }) => partOf(parts, point.stack) === head);
  const far = taps.filter((tap) => !near.includes(tap));
  const rear = far[0] && partOf(parts, far[0].point.stack);
  const states = rear && !forwardOnly ? [statesInput(head, folder)] : [];
  const sitesIn = (part: ModelPart) => sites.filter(({ tap }) => partOf(parts, tap.point.stack) === part);
  const shared = { oneToken, forwardOnly };
  const opened = { ...options, sites };
  const passes: GradientPass[] = [];
  const open = async (...args: Parameters<typeof openGradientPass>): Promise<GradientPass> => {
    const pass = await openGradientPass(...args);
    passes.push(pass);
    return pass;
  };
  const release = async () => {
    await Promise.all(passes.map((pass) => pass.release()));
  };
  try {
    const scalars = scalarKinds.map((kind) => scalarTensors[kind]);
    const first = await open(folder, head, { ...shared, of, by: [...near, ...states], sites: sitesIn(head) }, scalars, opened);
    const second =
      rear &&
      (await open(
        { ...folder, parts: [rear] },
        rear,
        { ...shared, of: { weighted: encoderStates(rear) }, by: far, sites: sitesIn(rear) },
        [],
        opened,
      ));
    return {
      rounded: [...new Set(passes.flatMap(({ rounded }) => rounded))],
      async run(batch, at, edits = []) {
        const told = { at, perToken: of.perToken, scoreStack: of.stack, tapStack: taps[0]?.point.stack ?? of.stack };
        const front = await first.run(batch, edits, gradientFeeds({ ...told, ownStack: head.stack }));
        const weights = front.gradients[near.length] ?? { dims: [batch.size, batch.length, 0], data: new Float32Array(0) };
        const back = await second?.run(batch, edits, gradientFeeds({ ...told, ownStack: rear?.stack ?? '', weights }));
        const find = (tap: TapTensor): { gradient: Fetched | undefined; value: Fetched } => {
          const [list, result] = near.includes(tap) ? [near, front] : [far, back];
          return found(list.indexOf(tap), result);
        };
        const results = taps.map(find);
        return {
          scalars: {
            logit: scalarOf(front, 'logit'),
            prob: scalarOf(front, 'prob'),
            logprob: scalarOf(front, 'logprob'),
          },
          gradients: forwardOnly ? [] : results.map(({ gradient, value }) => gradient?.data ?? new Float32Array(value.data.length)),
          values: results.map(({ value }) => value.data),
        };
      },
      release,
    };
  } catch (error) {
    await release();
    throw error;
  }
}

function found(place: number, result: PassResult | undefined): { gradient: Fetched | undefined; value: Fetched } {
  const value = result?.values[place];
  if (!value) throw new Defect('a pass delivered fewer taps than asked for');
  return { gradient: result.gradients[place], value };
}

function scalarOf({ scalars }: PassResult, kind: ScalarKind): Float32Array {
  return scalars[scalarKinds.indexOf(kind)]?.data ?? new Float32Array(0);
}

function partOf(parts: readonly ModelPart[], stack: Stack): ModelPart {
  const part = parts.find((each) => each.stack === stack) ?? parts[0];
  if (!part) throw new Defect('a model without a graph');
  return part;
}

/** The states of the encoder as the decoder's graph reads them. */
function statesInput({ file }: ModelPart, { config }: Pick<ModelFolder, 'config'>): Neurons {
  const plan = planInputs(file.model.graph.inputs, config, file.path);
  const input = plan.inputs.find(({ role }) => role.kind === 'encoder states');
  return { tensor: input?.name ?? '', layout: 'BTN', width: 0, whole: true };
}
