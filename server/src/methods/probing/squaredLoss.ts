/** The loss of a linear probe of numbers: the mean square of what it is off by. */
import type { Loss } from './losses';

/** Of one output a row. `target` has mean 0 for the start without a bias to be the best one. Sums are made in float64. */
export function squaredLoss(target: Float64Array): Loss {
  const rows = target.length;
  const off = (outputs: Float64Array, row: number): number => (outputs[row] as number) - (target[row] as number);
  return {
    rows,
    outputs: 1,
    startBiases: Float64Array.of(target.reduce((sum, value) => sum + value, 0) / rows),
    value: (outputs) => outputs.reduce((sum, _, row) => sum + off(outputs, row) ** 2, 0) / rows,
    slopes: (outputs) => outputs.map((_, row) => (2 * off(outputs, row)) / rows),
    curvature: () => (change) => change.map((value) => (2 * value) / rows),
    meanCurvature: () => Float64Array.of(2),
    curvatureMatrix: () => Float64Array.of(2),
  };
}
