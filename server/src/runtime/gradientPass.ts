/** One graph of a model run forwards and back: a scalar or a weighted tensor, and its derivatives by neurons of that graph. */
import { derived, placeInput, scalarInputs, weightsInput } from '../onnx/gradient';
import type { Derivative } from '../onnx/gradient';
import type { TapEdit } from '../onnx/intervention';
import type { ModelFolder, ModelPart } from '../onnx/modelFolder';
import type { Given, GraphOptions } from './graphRun';
import { openModelRun } from './modelRun';
import type { Wanted } from './modelRun';
import type { TokenBatch } from './rows';
import type { Fetched } from './session';

export interface GradientPass {
  readonly rounded: readonly string[];
  run(batch: TokenBatch, edits: readonly TapEdit[], given: Given): Promise<PassResult>;
  release(): Promise<void>;
}

export interface PassResult {
  readonly scalars: readonly Fetched[];
  /** Of each tensor differentiated by, in their order; undefined where the scalar does not depend on it. */
  readonly gradients: readonly (Fetched | undefined)[];
  readonly values: readonly Fetched[];
}

/** Opens the sessions of a pass; other graphs of the model run as they are, with the sites of `options`. `scalars` are fetched beside the derivatives. */
export async function openGradientPass(
  folder: Pick<ModelFolder, 'parts' | 'config'>,
  part: ModelPart,
  derivative: Derivative,
  scalars: readonly string[],
  options: GraphOptions,
): Promise<GradientPass> {
  const { model, gradients, values, rounded } = derived(part.file.model, derivative, part.file.path);
  const parts = folder.parts.map((each) => (each === part ? { ...each, file: { ...each.file, model } } : each));
  const present = gradients.filter((fetch) => fetch !== undefined);
  const fetches = [...scalars.map((tensor) => ({ tensor })), ...present, ...values];
  const wanted = fetches.map((fetch): Wanted => ({ ...fetch, stack: part.stack }));
  const run = await openModelRun({ ...folder, parts }, wanted, {
    // Weights in the layout of kernels would be a copy of each, and derivatives read them the other way round as well.
    prepack: false,
    // A run back makes several tensors for each one of the model: a quarter of its time went into fetching their memory anew.
    arena: true,
    ...options,
    given: [scalarInputs.row, scalarInputs.target, placeInput, weightsInput],
  });
  return {
    rounded,
    async run(batch, edits, given) {
      const fetched = await run.run(batch, edits, given);
      const derivatives = fetched.slice(scalars.length, scalars.length + present.length);
      return {
        scalars: fetched.slice(0, scalars.length),
        gradients: gradients.map((fetch) => fetch && derivatives[present.indexOf(fetch)]),
        values: fetched.slice(scalars.length + present.length),
      };
    },
    release: () => run.release(),
  };
}
