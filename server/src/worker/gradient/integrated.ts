/** Integrated gradients (Sundararajan, Taly and Yan 2017), with the path from zero to the neurons' values (Dai et al. 2022). */
import type { Completeness, StepRule } from '../../protocol/gradient';
import { tapText } from '../../protocol/neurons';
import type { TapTensor } from '../../onnx/taps';
import type { Slopes } from './slopes';

/** Shares of the way at which m steps take the derivative. */
export function sharesOf(steps: number, rule: StepRule): number[] {
  const offset = { left: 0, midpoint: 0.5, right: 1 }[rule];
  return Array.from({ length: steps }, (_, k) => (k + offset) / steps);
}

/**
 * For each neuron w/m · Σ of the derivatives along the way, one layer at a time: the other layers, and other tokens, follow
 * from the scaled values. Completeness compares the sum with what all neurons of the layer at that token change together.
 */
export async function integratedGradients(
  slopes: Slopes,
  tap: TapTensor,
  index: number,
  shares: readonly number[],
  value: number,
): Promise<{ attributions: Float32Array; completeness: Completeness }> {
  const sum = await slopes.along(index, shares);
  const values = slopes.plain.values[index];
  const exact = sum.map((total, unit) => ((values?.[unit] ?? NaN) * total) / shares.length);
  const whole = exact.reduce((total, each) => total + each, 0);
  const difference = value - (await slopes.scalarAt(index, 0));
  return {
    attributions: Float32Array.from(exact),
    completeness: { id: tapText(tap.point), sum: whole, difference, gap: whole - difference },
  };
}
