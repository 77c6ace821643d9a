/** What can only be known by running a model: that fetching taps changes nothing, and that its values are numbers. */
import { Defect } from '../protocol/errors';
import type { ModelCard } from '../protocol/modelCard';
import { tapText } from '../protocol/neurons';
import { openModelRun } from '../runtime/modelRun';
import type { Wanted } from '../runtime/modelRun';
import type { TokenBatch } from '../runtime/rows';
import { gradientCheck } from './gradient/check';
import { interventionChecks } from './interventionChecks';
import type { OpenModel } from './openModel';
import { comparableOptimisation, sameOutputs } from './sameOutputs';

/** Runs the model on a few ids, with and without its taps. */
export async function modelChecks(model: OpenModel): Promise<ModelCard['checks']> {
  const outputs = model.folder.parts.flatMap(({ stack, file }): Wanted[] => {
    const [first] = file.model.graph.outputs;
    return first ? [{ tensor: first.name, stack }] : [];
  });
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
    ...(await interventionChecks(model, outputs, sample(model))),
    gradient: await gradientCheck(model, sample(model)),
  };
}

async function outputsOf(model: OpenModel, wanted: readonly Wanted[]): Promise<Float32Array[]> {
  // Taps that are fetched stop the runtime from fusing across them, so both runs go without fusions.
  const run = await openModelRun(model.folder, wanted, { prepack: false, optimisation: comparableOptimisation(model) });
  try {
    const values = await run.run(sample(model));
    if (values.length !== wanted.length) throw new Defect('the run delivered another number of outputs');
    return values.map(({ data }) => data);
  } finally {
    await run.release();
  }
}

/** Six tokens, for the decoder too where there is one. */
function sample({ embeddingRows = 2, stacks }: OpenModel): TokenBatch {
  const length = 6;
  const ids = Int32Array.from({ length }, (_, i) => (7 * i + 1) % embeddingRows);
  const rows = { length, ids, mask: new Uint8Array(length).fill(1) };
  return { size: 1, ...rows, ...(stacks.length > 1 ? { decoder: rows } : {}) };
}
