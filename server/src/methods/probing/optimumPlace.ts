/** A solution on its way as numbers, from which the solver goes on exactly as it would have gone. */
import type { Point } from './objective';
import type { StepLength } from './proximalSteps';

/** What of the way up to a point decides how it goes on. */
export interface Walk {
  readonly length: StepLength;
  /** The smallest violation so far, and the steps since it fell by a tenth. */
  best: number;
  stuck: number;
}

type Weights = Pick<Point, 'weights' | 'biases'>;

interface OnTheWay extends Weights {
  readonly walk: Walk;
  readonly steps: number;
  /** Whether products were exact when the point was reached. */
  readonly exact: boolean;
}

/** Numbers before the weights. */
const head = 5;

/** All of it in a row. */
export function asNumbers({ walk: { length, best, stuck }, steps, exact, weights, biases }: OnTheWay): Float64Array {
  const numbers = new Float64Array(head + weights.length + biases.length);
  numbers.set([steps, Number(exact), length.length, best, stuck]);
  numbers.set(weights, head);
  numbers.set(biases, head + weights.length);
  return numbers;
}

/** The reverse; null where nothing is given, or something of another problem. */
export function fromNumbers(numbers: Float64Array | null, { weights, biases }: Weights): OnTheWay | null {
  if (numbers?.length !== head + weights.length + biases.length) return null;
  const [steps = 0, exact, length = 1, best = Infinity, stuck = 0] = numbers;
  return {
    walk: { length: { length }, best, stuck },
    ...{ steps, exact: exact === 1 },
    weights: numbers.slice(head, head + weights.length),
    biases: numbers.slice(head + weights.length),
  };
}
