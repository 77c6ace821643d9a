/**
 * Accelerated proximal steps (FISTA: Beck and Teboulle 2009; restarts: O'Donoghue and Candès 2015): down the slope of the
 * loss, then to the least penalty nearby. They find which weights are zero, which steps of second order cannot.
 */
import { dot } from './conjugate';
import { largest } from './objective';
import type { Objective, Point } from './objective';
import { proximal } from './penalty';

/** How long steps are, in inverse curvatures of each output; carried from one call to the next. */
export interface StepLength {
  length: number;
}

/** Steps after which which weights are zero must have come to rest. */
const restAfter = 4;
const mostHalvings = 60;

/** At most `most` steps; fewer once no weight becomes zero or ceases to be, or where nothing more is gained. */
export async function proximalSteps(objective: Objective, from: Point, step: StepLength, most: number): Promise<Point> {
  const { loss, penalty, design } = objective.problem;
  // Outputs of different curvature take steps of different length; a penalty on all weights together wants the same for all.
  const curvature = loss.meanCurvature(from.outputs);
  const widest = largest(curvature);
  const unit = curvature.map((value) => 1 / (penalty.kind === 'squared' && value > 1e-3 * widest ? value : widest));
  const unitOf = (i: number): number => unit[Math.floor(i / design.neurons)] as number;
  step.length *= 2;
  let here = from;
  let ahead: Pick<Point, 'weights' | 'biases' | 'outputs'> = from;
  let theta = 1;
  let rest = 0;
  for (let count = 0; count < most; count++) {
    const slopes = await objective.slopesAt(ahead);
    const loose = loss.value(ahead.outputs);
    const reach = async (): Promise<Point | null> => {
      for (let tries = 0; tries < mostHalvings; tries++, step.length /= 2) {
        const moved = ahead.weights.map((weight, i) => weight - step.length * unitOf(i) * (slopes.weights[i] as number));
        const weights = proximal(
          penalty,
          moved,
          unit.map((value) => value * step.length),
        );
        const biases = ahead.biases.map((bias, k) => bias - step.length * (unit[k] as number) * (slopes.biases[k] as number));
        const next = await objective.at(weights, biases);
        const [change, shift] = [difference(weights, ahead.weights), difference(biases, ahead.biases)];
        const along = dot(slopes.weights, change) + dot(slopes.biases, shift);
        let distance = 0;
        change.forEach((value, i) => (distance += (value * value) / unitOf(i)));
        shift.forEach((value, k) => (distance += (value * value) / (unit[k] as number)));
        if (next.loss <= loose + along + distance / (2 * step.length) + objective.slack(loose)) return next;
      }
      return null;
    };
    const next = await reach();
    if (!next) break;
    if (next.objective > here.objective + objective.slack(here.objective)) {
      // Momentum led uphill: once more from the best point, without.
      if (ahead === here) break;
      [ahead, theta] = [here, 1];
      continue;
    }
    rest = sameZeros(here.weights, next.weights) ? rest + 1 : 0;
    const turned = dot(difference(ahead.weights, next.weights), difference(next.weights, here.weights)) > 0;
    const following = turned ? 1 : (1 + Math.sqrt(1 + 4 * theta * theta)) / 2;
    const momentum = turned ? 0 : (theta - 1) / following;
    const beyond = (a: Float64Array, b: Float64Array): Float64Array => a.map((value, i) => value + momentum * (value - (b[i] as number)));
    ahead =
      momentum === 0
        ? next
        : {
            weights: beyond(next.weights, here.weights),
            biases: beyond(next.biases, here.biases),
            outputs: beyond(next.outputs, here.outputs),
          };
    [here, theta] = [next, following];
    if (rest >= restAfter) break;
  }
  return here;
}

function sameZeros(a: Float64Array, b: Float64Array): boolean {
  return a.every((value, i) => (value === 0) === (b[i] === 0));
}

function difference(a: Float64Array, b: Float64Array): Float64Array {
  return a.map((value, i) => value - (b[i] as number));
}
