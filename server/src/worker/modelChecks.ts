/** What can only be known by running a model: that fetching taps changes nothing, and that its values are numbers. */
import { CancelledError, Defect } from '../protocol/errors';
import type { ModelCard, ModelCheck } from '../protocol/modelCard';
import { tapText } from '../protocol/neurons';
import { openModelRun } from '../runtime/modelRun';
import type { Wanted } from '../runtime/modelRun';
import { gradientCheck } from './gradient/check';
import { interventionChecks } from './interventionChecks';
import type { OpenModel } from './openModel';
import { comparableOptimisation, sameOutputs } from './sameOutputs';
import { sampleTokens } from './sampleTokens';
import type { JobContext } from './serve';

/** Tokens that the checks run. */
const length = 6;

/** Runs the model on a few ids: with and without its taps, under edits that change nothing, and for derivatives. */
export async function modelChecks(model: OpenModel, context: Pick<JobContext, 'signal' | 'onProgress'>): Promise<ModelCard['checks']> {
  const outputs = firstOutputs(model);
  const batch = sampleTokens(model, length);
  return {
    ...(await step(0, context, () => tapChecks(model, outputs))),
    ...(await step(1, context, () => interventionChecks(model, outputs, batch))),
    gradient: await step(2, context, () => gradientCheck(model, batch)),
  };
}

/** The first output of every graph of a model. */
function firstOutputs({ folder }: Pick<OpenModel, 'folder'>): Wanted[] {
  return folder.parts.flatMap(({ stack, file }) => {
    const [first] = file.model.graph.outputs;
    return first ? [{ tensor: first.name, stack }] : [];
  });
}

/**
 * Has the runtime take in the graphs without running them: only it knows which operators it has, and only a plan of all inputs
 * tells whether text can fill them. Throws InputError MODEL_OP, MODEL_INPUTS, MODEL_RUNTIME.
 */
export async function refuseUnrunnable(model: OpenModel): Promise<void> {
  const run = await openModelRun(model.folder, firstOutputs(model), { prepack: false, optimisation: 'disabled' });
  await run.release();
}

const steps = ['fetching taps', 'edits that change nothing', 'gradients against differences'] as const;

/** One of the checks: told before it begins, and not begun once nobody waits for it. */
async function step<T>(
  index: number,
  { signal, onProgress }: Pick<JobContext, 'signal' | 'onProgress'>,
  check: () => Promise<T>,
): Promise<T> {
  onProgress({ stage: 'self-check', done: index, total: steps.length, unit: `steps, now ${steps[index] ?? ''}` });
  // A run holds the thread: only between two of them is a cancel heard.
  await new Promise((resolve) => setImmediate(resolve));
  if (signal.aborted) throw new CancelledError();
  return check();
}

async function tapChecks(model: OpenModel, outputs: readonly Wanted[]): Promise<{ taps: ModelCheck; finite: ModelCheck }> {
  const taps = model.taps.map((tap): Wanted => ({ ...tap, stack: tap.point.stack }));
  const plain = await outputsOf(model, outputs);
  const tapped = await outputsOf(model, [...outputs, ...taps]);
  const broken = model.taps.filter((_, i) => tapped[outputs.length + i]?.some((value) => !Number.isFinite(value)));
  const first = broken[0];
  return {
    taps: sameOutputs(model, plain, [{ values: tapped.slice(0, outputs.length), taps: [] }], `fetching all ${taps.length} taps`),
    finite: {
      held: first === undefined,
      detail: first ? `values stop being numbers at ${tapText(first.point)} (${first.tensor})` : 'all taps hold finite numbers',
    },
  };
}

async function outputsOf(model: OpenModel, wanted: readonly Wanted[]): Promise<Float32Array[]> {
  // Taps that are fetched stop the runtime from fusing across them, so both runs go without fusions.
  const run = await openModelRun(model.folder, wanted, { prepack: false, optimisation: comparableOptimisation(model) });
  try {
    const values = await run.run(sampleTokens(model, length));
    if (values.length !== wanted.length) throw new Defect('the run delivered another number of outputs');
    return values.map(({ data }) => data);
  } finally {
    await run.release();
  }
}
