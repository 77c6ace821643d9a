/** Comparing outputs of runs that must not differ. */
import type { TapTensor } from '../onnx/taps';
import type { ModelCheck } from '../protocol/modelCard';
import type { OpenModel } from './openModel';

// Where an operator keeps a tap inside, an edit takes it apart, and sums of float32 are then rounded in another order.
const roundingApart = 1e-5;

// The runtime computes float16 in float32 and rounds where it sees fit; the tolerance is that of half precision.
const roundingOfHalves = 5e-3;

/**
 * Optimisation under which two graphs are compared. Without any, onnxruntime 1.30 refuses float16 models (it inserts casts of
 * the wrong type).
 */
export function comparableOptimisation({ precision }: Pick<OpenModel, 'precision'>): 'disabled' | 'basic' {
  return precision.some(({ float16 }) => float16) ? 'basic' : 'disabled';
}

/** Outputs of a run, and the taps that were fetched or edited in it. */
export interface ComparedRun {
  readonly values: readonly Float32Array[];
  readonly taps: readonly TapTensor[];
}

/** Says whether runs that must change nothing did: bit by bit, or within rounding where a reason for rounding is known. */
export function sameOutputs(
  { precision }: Pick<OpenModel, 'precision'>,
  expected: readonly Float32Array[],
  runs: readonly ComparedRun[],
  what: string,
): ModelCheck {
  const worst = runs
    .map(({ values, taps }) => ({ difference: differenceOf(expected, values), apart: taps.some(takenApart) }))
    .reduce((a, b) => (b.difference > a.difference || Number.isNaN(b.difference) ? b : a));
  const { difference, apart } = worst;
  if (difference === 0) return { held: true, detail: `${what} leaves the output as it is, bit by bit` };
  const size = difference.toExponential(1);
  if (precision.some(({ float16 }) => float16) && difference <= roundingOfHalves) {
    return { held: true, detail: `${what} moves the output by ${size} of its scale at most, as rounding to float16 does` };
  }
  if (apart && difference <= roundingApart) {
    return { held: true, detail: `${what} moves the output by ${size} of its scale at most: an operator was taken apart for it` };
  }
  return { held: false, detail: `${what} moves the output by ${size} of its scale` };
}

function takenApart({ plus, addOutput, op }: TapTensor): boolean {
  return plus !== undefined || addOutput !== undefined || op.startsWith('Skip');
}

/** 0 where all values are the same bit by bit, else the largest difference relative to the largest value; NaN is a difference. */
function differenceOf(expected: readonly Float32Array[], found: readonly Float32Array[]): number {
  let largest = 0;
  expected.forEach((values, i) => {
    const scale = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0) || 1;
    values.forEach((value, j) => {
      const other = found[i]?.[j];
      if (Object.is(value, other)) return;
      // Zeros of either sign are no difference that anybody could measure, but they are not the same bits.
      largest = Math.max(largest, Math.abs(value - (other ?? NaN)) / scale || Number.MIN_VALUE);
    });
  });
  return largest;
}
