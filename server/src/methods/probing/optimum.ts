/**
 * The optimum of a linear probe: mean loss + penalty, biases free. Newton's method on the weights that are not held at zero
 * by the penalty (Byrd, Chin, Nocedal and Oztoprak 2016), its equations solved by conjugate gradients, each step cut back
 * where a weight would change its sign; where that gains nothing, a proximal step.
 */
import { conjugateGradients, dot } from './conjugate';
import type { Design } from './design';
import type { Loss } from './losses';
import { penaltyCurvature, penaltyOf, proximal, steepest } from './penalty';
import type { Penalty } from './penalty';

export interface Problem {
  readonly design: Design;
  readonly loss: Loss;
  readonly penalty: Penalty;
}

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
  readonly onStep?: (violation: number, steps: number) => Promise<void>;
}

/** A violation below this changes an objective by less than 1e-12 at the smallest penalties in use. */
const defaultTolerance = 1e-9;
/** While products are single precision, slopes are known to about this much; from there on they are made in float64. */
const coarseViolation = 1e-5;
const coarseSlack = 1e-6;
const fineSlack = 1e-13;
const mostHalvings = 12;
const mostProductsAStep = 250;
/** Steps without progress after which rounding is all that is left. */
const patience = 6;

interface Point {
  readonly weights: Float64Array;
  readonly biases: Float64Array;
  readonly outputs: Float64Array;
  readonly objective: number;
  readonly loss: number;
}

/** Slopes at a point: of the loss by the weights and biases, and the way up that the penalty leaves. */
interface Slopes {
  readonly weights: Float64Array;
  readonly biases: Float64Array;
  readonly up: Float64Array;
  readonly violation: number;
}

/** Solves the problem to `tolerance`, or says that it did not. Without any way down at zero, zero is the optimum. */
export async function optimum({ design, loss, penalty }: Problem, options: SolverOptions = {}): Promise<Optimum> {
  const { tolerance = defaultTolerance, mostSteps = 200, hopeless, onStep } = options;
  let exact = design.small;
  let products = 0;

  const at = async (weights: Float64Array, biases: Float64Array): Promise<Point> => {
    products++;
    const empty = weights.every((weight) => weight === 0);
    const outputs = empty ? new Float64Array(loss.rows * loss.outputs) : await design.outputs(weights, exact);
    for (let i = 0; i < outputs.length; i++) outputs[i] = (outputs[i] as number) + (biases[i % loss.outputs] as number);
    const value = loss.value(outputs);
    return { weights, biases, outputs, loss: value, objective: value + penaltyOf(penalty, weights) };
  };
  const slopesAt = async ({ weights, outputs }: Point): Promise<Slopes> => {
    products++;
    const rows = loss.slopes(outputs);
    const slope = await design.slopes(rows, exact);
    const biases = columnSums(rows, loss.outputs);
    const up = steepest(penalty, weights, slope);
    return { weights: slope, biases, up, violation: Math.max(largest(up), largest(biases)) };
  };

  const zero = new Float64Array(loss.outputs * design.neurons);
  let point = await at(zero, loss.startBiases);
  let slopes = await slopesAt(point);
  const l1Max = largest(slopes.weights);
  if (options.start && slopes.violation > tolerance) {
    const warm = await at(options.start.weights, options.start.biases);
    if (warm.objective < point.objective) slopes = await slopesAt((point = warm));
  }
  let length = 1;
  let steps = 0;
  let best = slopes.violation;
  let stuck = 0;
  for (; steps < mostSteps; steps++) {
    await onStep?.(slopes.violation, steps);
    if (!exact && (slopes.violation < coarseViolation || stuck >= patience)) {
      [exact, stuck] = [true, 0];
      point = await at(point.weights, point.biases);
      slopes = await slopesAt(point);
      best = slopes.violation;
    }
    if (slopes.violation <= tolerance || stuck >= patience || hopeless?.(point.outputs)) break;
    const slack = (exact ? fineSlack : coarseSlack) * Math.max(1e-3, Math.abs(point.objective));
    const smooth = penalty.kind === 'squared' || penalty.l2 === 0 || point.weights.some((weight) => weight !== 0);
    const next = (smooth && (await newtonStep(point, slopes, slack))) || (await proximalStep(point, slopes, slack));
    if (!next) break;
    point = next;
    slopes = await slopesAt(point);
    stuck = slopes.violation < 0.9 * best ? 0 : stuck + 1;
    best = Math.min(best, slopes.violation);
  }
  const { weights, biases, objective, violation } = { ...point, ...slopes, weights: point.weights, biases: point.biases };
  return { weights, biases, objective, loss: point.loss, violation, l1Max, steps, products, converged: violation <= tolerance };

  /** A step to where the second-order model of the objective is least, among weights that are free to move. */
  async function newtonStep(from: Point, { up, biases }: Slopes, slack: number): Promise<Point | null> {
    const free = up.map((way, i) => Number(way !== 0 || from.weights[i] !== 0));
    const lossCurvature = loss.curvature(from.outputs);
    const ownCurvature = penaltyCurvature(penalty, from.weights);
    const count = up.length;
    const product = async (change: Float64Array): Promise<Float64Array> => {
      const [weights, shift] = [change.subarray(0, count), change.subarray(count)];
      // Single precision is enough for a direction; only the slopes decide where the optimum is.
      const outputs = await design.outputs(Float64Array.from(weights), false);
      for (let i = 0; i < outputs.length; i++) outputs[i] = (outputs[i] as number) + (shift[i % loss.outputs] as number);
      const curved = lossCurvature(outputs);
      const image = await design.slopes(curved, false);
      products += 2;
      const own = ownCurvature(Float64Array.from(weights));
      const all = new Float64Array(change.length);
      for (let i = 0; i < count; i++) all[i] = free[i] ? (image[i] as number) + (own[i] as number) : 0;
      all.set(columnSums(curved, loss.outputs), count);
      return all;
    };
    const way = new Float64Array(count + biases.length);
    up.forEach((value, i) => (way[i] = free[i] ? -value : 0));
    biases.forEach((value, k) => (way[count + k] = -value));
    const size = Math.sqrt(dot(way, way));
    const { solution } = await conjugateGradients(way, {
      product,
      diagonal: diagonalOf(from, count),
      share: Math.min(0.1, Math.sqrt(size)),
      mostSteps: mostProductsAStep,
    });
    for (let cut = 1, tries = 0; tries < mostHalvings; tries++, cut /= 2) {
      const weights = from.weights.map((weight, i) => {
        if (!free[i]) return 0;
        const moved = weight + cut * (solution[i] as number);
        // Weights stay on their side of zero; those that start from it go down the slope or stay.
        const side = weight === 0 ? -Math.sign(up[i] as number) : Math.sign(weight);
        return penalty.l1 > 0 && moved * side <= 0 ? 0 : moved;
      });
      const shifted = from.biases.map((bias, k) => bias + cut * (solution[count + k] as number));
      const next = await at(weights, shifted);
      const gain = weights.reduce((sum, weight, i) => sum + (up[i] as number) * (weight - (from.weights[i] as number)), 0);
      const biasGain = shifted.reduce((sum, bias, k) => sum + (biases[k] as number) * (bias - (from.biases[k] as number)), 0);
      if (next.objective <= from.objective + 1e-4 * Math.min(0, gain + biasGain) + slack) return next;
    }
    return null;
  }

  /** Down the slope of the loss, then to the least penalty nearby: always gains where anything can be gained. */
  async function proximalStep(from: Point, { weights: slope, biases }: Slopes, slack: number): Promise<Point | null> {
    length *= 2;
    for (let tries = 0; tries < 60; tries++, length /= 2) {
      const moved = from.weights.map((weight, i) => weight - length * (slope[i] as number));
      const weights = proximal(penalty, moved, length);
      const shifted = from.biases.map((bias, k) => bias - length * (biases[k] as number));
      const next = await at(weights, shifted);
      const [change, shift] = [difference(weights, from.weights), difference(shifted, from.biases)];
      const bound = from.loss + dot(slope, change) + dot(biases, shift) + (dot(change, change) + dot(shift, shift)) / (2 * length);
      if (next.loss <= bound + slack) return next;
    }
    return null;
  }

  /** About the diagonal of the second derivative: mean curvature times the neuron's variance, plus the penalty's own. */
  function diagonalOf({ outputs, weights }: Point, count: number): Float64Array {
    const curvature = loss.meanCurvature(outputs);
    const norm = penalty.kind === 'norm' ? Math.sqrt(dot(weights, weights)) : 0;
    const own = penalty.kind === 'squared' ? 2 * penalty.l2 : norm > 0 ? penalty.l2 / norm : 0;
    const diagonal = new Float64Array(count + loss.outputs);
    for (let i = 0; i < count; i++) {
      const variance = design.variance[i % design.neurons] as number;
      diagonal[i] = (curvature[Math.floor(i / design.neurons)] as number) * variance + own || 1;
    }
    curvature.forEach((value, k) => (diagonal[count + k] = value || 1));
    return diagonal;
  }
}

function columnSums(values: Float64Array, columns: number): Float64Array {
  const sums = new Float64Array(columns);
  values.forEach((value, i) => (sums[i % columns] = (sums[i % columns] as number) + value));
  return sums;
}

function difference(a: Float64Array, b: Float64Array): Float64Array {
  return a.map((value, i) => value - (b[i] as number));
}

function largest(values: Float64Array): number {
  return values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}
