/**
 * The optimum of a linear probe. Weights that the penalty holds at zero are found by accelerated proximal steps, all others
 * by Newton's method, its equations solved by conjugate gradients (Byrd, Chin, Nocedal and Oztoprak 2016; Chen, Curtis and
 * Robinson 2017). With l1 and many neurons only those are looked at that are or may become different from zero (Johnson and
 * Guestrin 2015), so that most products are over few columns.
 */
import type { FitPlace } from '../fitPlace';
import { Objective, largest } from './objective';
import type { Point, Problem, Slopes } from './objective';
import { asNumbers, fromNumbers } from './optimumPlace';
import type { Walk } from './optimumPlace';
import { spectrumOf } from './preconditioner';
import { proximalSteps } from './proximalSteps';

export type { Problem } from './objective';

export interface Optimum {
  /** outputs × neurons, of the neurons as the design has them. */
  readonly weights: Float64Array;
  readonly biases: Float64Array;
  readonly objective: number;
  /** Mean loss without the penalty. */
  readonly loss: number;
  /** Largest violation of the conditions of optimality; 0 at the optimum. */
  readonly violation: number;
  /** The smallest `l1` that leaves every weight at zero. */
  readonly l1Max: number;
  readonly steps: number;
  /** Products with the rows, which is what the time goes into. */
  readonly products: number;
  readonly converged: boolean;
}

export interface SolverOptions {
  /** Largest violation that counts as none. */
  readonly tolerance?: number;
  readonly mostSteps?: number;
  readonly start?: Pick<Optimum, 'weights' | 'biases'>;
  /** Asked after every step whether to stop short of the optimum, since there is none. */
  readonly hopeless?: (outputs: Float64Array) => boolean;
  /** Where it is kept while it goes on. From what is kept it goes the way that it would have gone. */
  readonly place?: FitPlace | undefined;
  readonly onStep?: (violation: number, steps: number) => Promise<void>;
}

/** A violation below this changes an objective by less than 1e-12 at the smallest penalties in use. */
const defaultTolerance = 1e-9;
/** And by less than 1e-9 below this, which is enough where each further step takes a fifth of a minute. */
const largeTolerance = 1e-7;
/** While products are single precision, slopes are known to about this much; from there on they are made in float64. */
const coarseViolation = 1e-5;
/** Steps without progress after which rounding is all that is left. */
const patience = 6;
/** Proximal steps before weights that are not zero are brought to their best by Newton's method. */
const proximalAtOnce = 30;
/** Newton's steps before which weights are zero is looked at again. */
const newtonAtOnce = 4;
/** So few neurons are solved for all at once. */
const fewNeurons = 128;
/** Of neurons at zero that violate the conditions the worst are taken in, at least so many. */
const leastTaken = 64;

/** Where a solution is, and how far it is from the optimum. */
interface State {
  readonly point: Point;
  readonly slopes: Slopes;
}

/** Solves the problem to `tolerance`, or says that it did not. Without any way down at zero, zero is the optimum. */
export async function optimum(problem: Problem, options: SolverOptions = {}): Promise<Optimum> {
  const { design, loss, penalty } = problem;
  const { tolerance = design.small ? defaultTolerance : largeTolerance, mostSteps = 200, onStep } = options;
  let steps = 0;
  let violation = Infinity;
  let products = 0;
  const hear = async (): Promise<void> => onStep?.(violation, steps);
  const whole = new Objective(problem, hear);
  const zero = await stateAt(whole, new Float64Array(loss.outputs * design.neurons), loss.startBiases);
  const l1Max = largest(zero.slopes.weights);
  let state = zero;
  if (options.start && zero.slopes.violation > tolerance) {
    const warm = await stateAt(whole, options.start.weights, options.start.biases);
    if (warm.point.objective < zero.point.objective) state = warm;
  }
  violation = state.slopes.violation;
  let walk: Walk = { length: { length: 1 }, best: Infinity, stuck: 0 };
  const kept = fromNumbers(options.place?.kept ?? null, zero.point);
  if (kept) {
    ({ walk, steps } = kept);
    whole.exact = kept.exact;
    state = await stateAt(whole, kept.weights, kept.biases);
    violation = state.slopes.violation;
  }
  const keep = ({ point }: State, done: number): void =>
    options.place?.keep(() => asNumbers({ ...point, walk, steps: done, exact: whole.exact }));
  const onInnerStep = async (state: State): Promise<boolean> => {
    violation = state.slopes.violation;
    await hear();
    return ++steps < mostSteps && !options.hopeless?.(state.point.outputs);
  };
  await hear();

  if (penalty.l1 === 0 || design.neurons <= fewNeurons) {
    // Where every weight is free, knowing the main directions of the neurons saves most of the products.
    const smooth = penalty.l1 === 0 && penalty.kind === 'squared';
    if (smooth && design.neurons > fewNeurons && violation > tolerance) whole.spectrum = await spectrumOf(whole);
    if (steps < mostSteps && !options.hopeless?.(state.point.outputs)) {
      const onStep = (state: State): Promise<boolean> => {
        // Before anything that may end the job.
        keep(state, steps + 1);
        return onInnerStep(state);
      };
      state = await descend(whole, state, tolerance, onStep, walk);
    }
  } else {
    while (state.slopes.violation > tolerance && steps < mostSteps && walk.stuck < patience) {
      comeOn(walk, state);
      if (!whole.exact && state.slopes.violation < coarseViolation) whole.exact = true;
      const neurons = workingSet(state, design.neurons, tolerance);
      const part = new Objective({ ...problem, design: design.columns(neurons) }, hear);
      const start = await stateAt(part, narrowed(state.point.weights, neurons, design.neurons), state.point.biases);
      const target = Math.max(0.5 * tolerance, 0.1 * state.slopes.violation);
      const { point } = await descend(part, start, target, onInnerStep, { length: walk.length, best: Infinity, stuck: 0 });
      products += part.products;
      state = await stateAt(whole, widened(point.weights, neurons, design.neurons), point.biases);
      violation = state.slopes.violation;
      keep(state, steps);
    }
  }
  const { weights, biases, objective } = state.point;
  return {
    ...{ weights, biases, objective, loss: state.point.loss, violation: state.slopes.violation, l1Max, steps },
    products: products + whole.products,
    converged: state.slopes.violation <= tolerance,
  };
}

/** Takes note of where the way has come to. */
function comeOn(walk: Walk, { slopes }: State): void {
  walk.stuck = slopes.violation < 0.9 * walk.best ? 0 : walk.stuck + 1;
  walk.best = Math.min(walk.best, slopes.violation);
}

async function stateAt(objective: Objective, weights: Float64Array, biases: Float64Array): Promise<State> {
  const point = await objective.at(weights, biases);
  return { point, slopes: await objective.slopesAt(point) };
}

/** Goes down until the violation is at most `target`, nothing is gained any more, or `onStep` says to stop. */
async function descend(
  objective: Objective,
  from: State,
  target: number,
  onStep: (state: State) => Promise<boolean>,
  walk: Walk,
): Promise<State> {
  const { penalty } = objective.problem;
  let state = from;
  walk.best = Math.min(walk.best, state.slopes.violation);
  while (state.slopes.violation > target) {
    if (!objective.exact && (state.slopes.violation < coarseViolation || walk.stuck >= patience)) {
      objective.exact = true;
      walk.stuck = 0;
      state = await stateAt(objective, state.point.weights, state.point.biases);
      walk.best = state.slopes.violation;
      if (walk.best <= target) break;
    }
    if (walk.stuck >= patience) break;
    const from = state.point;
    // Where all weights are zero a norm of them has a kink, over which no step of second order goes.
    if (penalty.l1 > 0 || (penalty.kind === 'norm' && state.point.weights.every((weight) => weight === 0))) {
      const point = await proximalSteps(objective, state.point, walk.length, proximalAtOnce);
      state = { point, slopes: await objective.slopesAt(point) };
    }
    for (let tries = 0; tries < (penalty.l1 > 0 ? newtonAtOnce : 1) && state.slopes.violation > target; tries++) {
      const free = Uint8Array.from(state.point.weights, (weight) => Number(penalty.l1 === 0 || weight !== 0));
      const before = heldBack(state, free);
      const next = before > 0 ? await objective.newtonStep(state.point, state.slopes, free) : null;
      if (!next) break;
      state = { point: next, slopes: await objective.slopesAt(next) };
      // What is left lies with weights at zero.
      if (heldBack(state, free) < 0.1 * state.slopes.violation) break;
    }
    if (state.point === from) {
      const point = await proximalSteps(objective, state.point, walk.length, proximalAtOnce);
      if (point === from) walk.stuck = patience;
      else state = { point, slopes: await objective.slopesAt(point) };
    }
    comeOn(walk, state);
    if (!(await onStep(state))) break;
  }
  return state;
}

/** The violation among the biases and the weights that are free. */
function heldBack({ slopes: { up, biases } }: State, free: Uint8Array): number {
  return up.reduce((most, value, i) => (free[i] ? Math.max(most, Math.abs(value)) : most), largest(biases));
}

/** Neurons with a weight, and of the others those that violate the conditions most: as many again, or a few; ascending. */
function workingSet({ point, slopes }: State, neurons: number, tolerance: number): Int32Array {
  const worst = new Float64Array(neurons);
  const has = new Uint8Array(neurons);
  point.weights.forEach((weight, i) => {
    const j = i % neurons;
    if (weight !== 0) has[j] = 1;
    worst[j] = Math.max(worst[j] as number, Math.abs(slopes.up[i] as number));
  });
  const kept = Array.from(has.keys()).filter((j) => has[j]);
  const room = Math.max(leastTaken, kept.length);
  const taken = Array.from(has.keys()).filter((j) => !has[j] && (worst[j] as number) > 0.1 * tolerance);
  taken.sort((a, b) => (worst[b] as number) - (worst[a] as number) || a - b);
  return Int32Array.from([...kept, ...taken.slice(0, room)]).sort();
}

/** Weights (outputs × neurons) of some neurons alone. */
function narrowed(weights: Float64Array, neurons: Int32Array, width: number): Float64Array {
  const outputs = weights.length / width;
  return Float64Array.from(
    { length: outputs * neurons.length },
    (_, i) => weights[Math.floor(i / neurons.length) * width + (neurons[i % neurons.length] as number)] as number,
  );
}

/** The reverse: all other neurons have weight 0. */
function widened(weights: Float64Array, neurons: Int32Array, width: number): Float64Array {
  const all = new Float64Array((weights.length / neurons.length) * width);
  weights.forEach((weight, i) => (all[Math.floor(i / neurons.length) * width + (neurons[i % neurons.length] as number)] = weight));
  return all;
}
