/** Whether derivatives computed back through the graph are what small changes of the neurons do to the scores. */
import type { TapEdit } from '../../onnx/intervention';
import type { TapTensor } from '../../onnx/taps';
import { InputError, problemLine } from '../../protocol/errors';
import type { ModelCheck } from '../../protocol/modelCard';
import { tapText } from '../../protocol/neurons';
import type { GradientRun, ScalarAt } from '../../runtime/gradientRun';
import type { TokenBatch } from '../../runtime/rows';
import type { OpenModel } from '../openModel';
import { sessions } from '../sessions';
import { scoresOf } from './scores';
import { repeated } from './slopes';

/**
 * How far neurons are moved, as a share of their mean size, and what is allowed between the two, relative to the length of the
 * gradient. Differences of float32 runs are good to some thousandths; scores of float16 models have three digits to begin with.
 * A layer that does not agree is tried with the next step: functions with corners, such as ReLU, have fewer of them within less.
 */
const float32 = { steps: [0.02, 0.0025], tolerance: 0.02 } as const;
const float16 = { steps: [0.1], tolerance: 0.1 } as const;
/**
 * A difference across a jump, as where a router chooses other experts, grows as the step shrinks; across a corner, or of a wrong
 * derivative, it does not. An eighth of the step makes it eight times as large at most.
 */
const growthAtJump = 4;

/**
 * For the FFN of every layer (where there is none, the block's output): all neurons of a token moved along one direction, to
 * either side, against the derivative along it. Null where there is nothing to compare.
 */
export async function gradientCheck(model: OpenModel, batch: TokenBatch): Promise<ModelCheck> {
  const scores = scoresOf(model, { of: 'logit' });
  const kind = model.taps.some(({ point }) => point.tap === 'ffn' && point.stack === scores.stack) ? 'ffn' : 'hidden';
  const taps = model.taps.filter(({ point }) => point.tap === kind && point.stack === scores.stack);
  if (taps.length === 0) return { held: null, detail: 'no neurons in the half of the model that scores' };
  const length = scores.stack === 'dec' ? (batch.decoder?.length ?? batch.length) : batch.length;
  const place = { target: Math.min(1, (scores.width ?? 1) - 1), position: length - 1, tapPosition: length - 1 };
  const sites = taps.map((tap) => ({ tap, form: 'sparse' as const }));
  try {
    return await sessions.useGradient(model, { of: scores, taps, sites }, (run) => compared(model, run, batch, place, taps));
  } catch (error) {
    if (error instanceof InputError && error.code === 'MODEL_GRADIENT') return { held: null, detail: problemLine(error.problems[0]) };
    throw error;
  }
}

async function compared(
  model: OpenModel,
  run: GradientRun,
  batch: TokenBatch,
  place: ScalarAt,
  taps: readonly TapTensor[],
): Promise<ModelCheck> {
  if (run.rounded.length > 0) {
    return { held: null, detail: `${run.rounded.join(', ')}: rounding has no derivative, gradients are those of the model without it` };
  }
  const { steps, tolerance } = model.precision.some((each) => each.float16) ? float16 : float32;
  const errors = await errorsOf(run, batch, place, taps, steps, tolerance);
  if (errors?.some((error) => Number.isNaN(error)))
    return { held: null, detail: 'the scores are no numbers, so there is no derivative to compare' };
  if (!errors) return { held: null, detail: 'the score compared does not depend on any of these neurons' };
  const kind = taps[0]?.point.tap ?? '';
  const jumps = taps.filter((_, i) => errors[i] === 'jump').map(({ point }) => tapText(point));
  const jumping = jumps.length > 0 ? `the score jumps beside ${jumps.join(', ')}, as where a router chooses, and has no slope there` : '';
  const smooth = taps.flatMap((tap, i) => (typeof errors[i] === 'number' ? [{ tap, error: errors[i] }] : []));
  const [worst] = smooth.sort((a, b) => b.error - a.error);
  if (!worst) return { held: null, detail: jumping };
  const held = worst.error <= tolerance;
  const size = worst.error.toPrecision(2);
  const found = held
    ? `gradient verified by finite differences at ${smooth.length} layers of ${kind}: at most ${size} apart`
    : `at ${tapText(worst.tap.point)} gradient and finite differences are ${size} apart, relative to the gradient`;
  return { held, detail: [found, jumping].filter(Boolean).join('; ') };
}

/** Tap by tap the difference between both, relative to the derivative, or that the score jumps; null where all derivatives are 0. */
async function errorsOf(
  run: GradientRun,
  batch: TokenBatch,
  place: ScalarAt,
  taps: readonly TapTensor[],
  steps: readonly number[],
  tolerance: number,
): Promise<(number | 'jump')[] | null> {
  const { gradients, values } = await run.run(batch, [place]);
  // Some heads look at another token: a layer whose neurons have no effect is compared with no derivative.
  const scale = Math.max(...gradients.map((gradient) => Math.hypot(...gradient)));
  if (scale === 0) return null;
  const errors: (number | 'jump')[] = [];
  for (const [i, tap] of taps.entries()) {
    const gradient = gradients[i] ?? new Float32Array(tap.width);
    const size = Math.hypot(...(values[i] ?? [])) / Math.sqrt(tap.width) || 1;
    // Signs by a fixed pattern without period, so that the check gives the same numbers every time.
    const direction = Float32Array.from({ length: tap.width }, (_, unit) => (Math.sin(unit * unit + 1) < 0 ? -1 : 1));
    const expected = gradient.reduce((sum, value, unit) => sum + value * (direction[unit] ?? 0), 0);
    const found: number[] = [];
    for (const step of steps) {
      const moved = await slopeAlong(run, batch, place, { tap, direction, by: step * size });
      found.push(Math.abs(moved - expected) / Math.max(Math.hypot(...gradient), scale * 1e-3));
      if (found.at(-1)! <= tolerance) break;
    }
    errors.push(judged(found, tolerance));
  }
  return errors;
}

/** What errors by ever smaller steps come to: the last of them, or that they grow as they do across a jump. */
export function judged(errors: readonly number[], tolerance: number): number | 'jump' {
  const [first = NaN] = errors;
  const last = errors.at(-1) ?? NaN;
  return last > tolerance && last > growthAtJump * first ? 'jump' : last;
}

/** How the score grows with a tap's neurons moved along a direction, by runs with them moved once and twice `by` to either side. */
async function slopeAlong(
  run: GradientRun,
  batch: TokenBatch,
  place: ScalarAt,
  { tap, direction, by }: { readonly tap: TapTensor; readonly direction: Float32Array; readonly by: number },
): Promise<number> {
  const moves = [1, -1, 2, -2].map((times) => times * by);
  const edits = moves.map((move, row): TapEdit => ({
    point: tap.point,
    units: Array.from(direction.keys()),
    operation: 'add',
    values: direction.map((sign) => sign * move),
    places: [{ row, position: place.tapPosition }],
  })); // prettier-ignore
  const { scalars } = await run.run(repeated(batch, moves.length), moves.map(() => place), edits); // prettier-ignore
  const [up = NaN, down = NaN, farUp = NaN, farDown = NaN] = scalars.logit;
  // Both widths together leave an error of the fourth order of the step (Richardson).
  return (8 * (up - down) - (farUp - farDown)) / (12 * by);
}
