/** A linear probe of numbers: least squares with the penalties of the probes of classes, and what it says of other rows. */
import type { Reason } from '../../protocol/reasons';
import type { Kernels } from '../kernels';
import type { SampleRows, SampleTools } from '../sample';
import { designOf, outputsOn } from './design';
import type { Design } from './design';
import { optimum } from './optimum';
import type { Optimum } from './optimum';
import type { RegressionSettings } from './regressionParameters';
import { spreadOf } from './spread';
import { squaredLoss } from './squaredLoss';

export interface RegressionProbe {
  /** In units of the target. */
  readonly optimum: Optimum;
  readonly design: Pick<Design, 'mean' | 'scale' | 'neurons'>;
}

/** What of the settings a single fit is told. */
type Penalised = Pick<RegressionSettings, 'l1' | 'l2' | 'l2-kind' | 'standardise'>;

/** Rows as the probe sees them; made once for all fits to the same rows. */
export function regressionDesign(train: SampleRows, { standardise }: Penalised, kernels: Kernels): Design {
  return designOf(train, kernels, standardise);
}

/**
 * The minimum of mean (y − w · x − b)² + penalty. It is searched for targets of mean 0 and deviation 1, so that how exact it is does not
 * depend on their unit, and given in their own: l1 and the norm weigh less the larger the unit, as they would there.
 */
export async function fitRegression(
  target: Float64Array,
  design: Design,
  { l1, l2, 'l2-kind': kind }: Penalised,
  { step, placeOfFit }: Pick<SampleTools, 'step' | 'placeOfFit'>,
): Promise<RegressionProbe | Reason> {
  const { mean, deviation } = spreadOf(target);
  if (target.length < 2) return 'few-rows';
  if (deviation === 0) return 'constant-target';
  const penalty = { l1: l1 / deviation, l2: kind === 'norm' ? l2 / deviation : l2, kind };
  const found = await optimum(
    { design, loss: squaredLoss(target.map((value) => (value - mean) / deviation)), penalty },
    {
      place: placeOfFit?.(),
      onStep: (violation, steps) => step(`optimum, off by ${violation.toPrecision(1)}`, steps, steps + 1, 'steps'),
    },
  );
  const { weights, biases, objective, loss, violation, l1Max } = found;
  return {
    optimum: {
      ...found,
      weights: weights.map((weight) => weight * deviation),
      biases: biases.map((bias) => bias * deviation + mean),
      ...{ objective: objective * deviation ** 2, loss: loss * deviation ** 2 },
      ...{ violation: violation * deviation, l1Max: l1Max * deviation },
    },
    design: { mean: design.mean, scale: design.scale, neurons: design.neurons },
  };
}

/** What the probe says of rows, in units of the target. */
export async function predictedNumbers(
  { optimum: found, design }: RegressionProbe,
  rows: SampleRows,
  kernels: Kernels,
): Promise<Float64Array> {
  const outputs = await outputsOn(rows, design, kernels, found.weights);
  return outputs.map((output) => output + (found.biases[0] as number));
}
