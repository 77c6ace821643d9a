/**
 * Derivatives from runs alone, for models through which none can be computed: each neuron is moved a little to either side, two
 * rows of a batch a neuron (methods of last resort: error of the second order of the step, and of the rounding of the model).
 */
import type { ScalarKind } from '../../protocol/gradient';
import type { Differentiated, GradientRun } from '../../runtime/gradientRun';
import { repeated, rowsOfRun, scaled, scaledScalar } from './slopes';
import type { Question, Slopes } from './slopes';

/** How far a neuron is moved, as a share of the largest of its tap at that token. Rounding to 8 bits needs a larger one. */
export const differenceSteps = { float: 0.01, quantised: 0.1 } as const;

export interface DifferenceOptions {
  readonly kind: ScalarKind;
  readonly step: number;
  /** Called after every run with the neurons that it was about. */
  readonly onDone: (neurons: number) => void;
}

/** Slopes by differences; `plain` is the run without edits, whose derivatives are replaced. */
export async function differenceSlopes(
  run: GradientRun,
  question: Question,
  plain: Differentiated,
  { kind, step, onDone }: DifferenceOptions,
): Promise<Slopes> {
  const { batch, at, taps } = question;
  const slope = async (tap: number, share: number): Promise<Float64Array> => {
    const tensor = taps[tap];
    const values = plain.values[tap];
    if (!tensor || !values) return new Float64Array(0);
    const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    const move = step * (largest || 1);
    const found = new Float64Array(tensor.width);
    const units = Math.max(1, Math.floor(rowsOfRun(batch) / 2));
    for (let from = 0; from < tensor.width; from += units) {
      const count = Math.min(units, tensor.width - from);
      const rows = Array.from({ length: 2 * count }, (_, row) => row);
      const edits = rows.flatMap((row) => [
        ...(share === 1 ? [] : [scaled(tensor, row, at.tapPosition, share)]),
        {
          point: tensor.point,
          units: [from + (row >> 1)],
          operation: 'add' as const,
          values: [row % 2 === 0 ? move : -move],
          places: [{ row, position: at.tapPosition }],
        },
      ]);
      const { scalars } = await run.run(repeated(batch, rows.length), rows.map(() => at), edits); // prettier-ignore
      for (let i = 0; i < count; i++) {
        found[from + i] = ((scalars[kind][2 * i] ?? NaN) - (scalars[kind][2 * i + 1] ?? NaN)) / (2 * move);
      }
      onDone(count);
    }
    return found;
  };

  const gradients: Float32Array[] = [];
  for (const tap of taps.keys()) gradients.push(Float32Array.from(await slope(tap, 1)));
  return {
    plain: { ...plain, gradients },
    async along(tap, shares) {
      const sum = new Float64Array(taps[tap]?.width ?? 0);
      for (const share of shares) {
        (await slope(tap, share)).forEach((value, unit) => (sum[unit] = (sum[unit] ?? 0) + value));
      }
      return sum;
    },
    scalarAt: (tap, share) => scaledScalar(run, question, tap, share, kind),
  };
}
