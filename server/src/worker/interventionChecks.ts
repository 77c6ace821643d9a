/** Whether edits do what they say on this model: run with edits that must change nothing, and compare. */
import type { EditSite, TapEdit } from '../onnx/intervention';
import type { TapTensor } from '../onnx/taps';
import { counted } from '../protocol/counted';
import type { ModelCheck } from '../protocol/modelCard';
import { taps as tapNames } from '../protocol/neurons';
import { openModelRun } from '../runtime/modelRun';
import type { Wanted } from '../runtime/modelRun';
import type { TokenBatch } from '../runtime/rows';
import type { OpenModel } from './openModel';
import { comparableOptimisation, sameOutputs } from './sameOutputs';
import type { ComparedRun } from './sameOutputs';

/**
 * `identity`: every tap scaled by 1 with nothing added gives the same output. `clamp`: every neuron set to what it is anyway,
 * one kind of tap after the other, gives the same output. The same bit by bit, save where operators had to be taken apart.
 */
export async function interventionChecks(
  model: OpenModel,
  outputs: readonly Wanted[],
  batch: TokenBatch,
): Promise<{ identity: ModelCheck; clamp: ModelCheck }> {
  const { taps } = model;
  const plain = await valuesOf(model, [...outputs, ...taps.map((tap) => ({ ...tap, stack: tap.point.stack }))], [], batch, []);
  const expected = plain.slice(0, outputs.length);
  const unchanged = await valuesOf(model, outputs, taps, batch, []);
  const identity = sameOutputs(model, expected, [{ values: unchanged, taps }], `scaling ${counted(taps.length, 'tap')} by 1`);

  const kinds = tapNames.map((name) => taps.filter(({ point }) => point.tap === name)).filter((own) => own.length > 0);
  const clamped: ComparedRun[] = [];
  for (const own of kinds) {
    const edits = own.map((tap) => recorded(tap, plain[outputs.length + taps.indexOf(tap)] ?? new Float32Array(0), batch));
    clamped.push({ values: await valuesOf(model, outputs, own, batch, edits), taps: own });
  }
  return {
    identity,
    clamp: sameOutputs(
      model,
      expected,
      clamped,
      `every neuron set to its own value, ${kinds.map((own) => own[0]?.point.tap).join(', ')} in turn,`,
    ),
  };
}

async function valuesOf(
  model: OpenModel,
  wanted: readonly Wanted[],
  taps: readonly TapTensor[],
  batch: TokenBatch,
  edits: readonly TapEdit[],
): Promise<Float32Array[]> {
  const sites = taps.map((tap): EditSite => ({ tap, form: 'dense' }));
  // Fusions across a tap would be others with and without the edit.
  const run = await openModelRun(model.folder, wanted, { sites, prepack: false, optimisation: comparableOptimisation(model) });
  try {
    return (await run.run(batch, edits)).map(({ data }) => data);
  } finally {
    await run.release();
  }
}

/** Sets every neuron of a tap, at every token of the one row, to the values given. */
function recorded({ point, width }: TapTensor, values: Float32Array, batch: TokenBatch): TapEdit {
  const { length } = point.stack === 'dec' && batch.decoder ? batch.decoder : batch;
  return {
    point,
    units: Array.from({ length: width }, (_, unit) => unit),
    operation: 'set',
    values,
    places: Array.from({ length }, (_, position) => ({ row: 0, position })),
  };
}
