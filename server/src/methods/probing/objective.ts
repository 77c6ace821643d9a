/** What a linear probe minimises, mean loss + penalty with free biases, at a point; and how it changes there. */
import { conjugateGradients, dot } from './conjugate';
import type { Design } from './design';
import type { Loss } from './losses';
import { penaltyCurvature, penaltyOf, steepest } from './penalty';
import type { Penalty } from './penalty';
import { preconditioner } from './preconditioner';
import type { Spectrum } from './preconditioner';

export interface Problem {
  readonly design: Design;
  readonly loss: Loss;
  readonly penalty: Penalty;
}

export interface Point {
  /** outputs × neurons. */
  readonly weights: Float64Array;
  readonly biases: Float64Array;
  /** rows × outputs. */
  readonly outputs: Float64Array;
  readonly objective: number;
  readonly loss: number;
}

/** Slopes at a point: of the loss by the weights and biases, and the way up that the penalty leaves. */
export interface Slopes {
  readonly weights: Float64Array;
  readonly biases: Float64Array;
  readonly up: Float64Array;
  /** Largest violation of the conditions of optimality; 0 at the optimum. */
  readonly violation: number;
}

/** A second-order step needs the problem's curvature in one direction after the other; more of them are not worth it. */
const mostProductsAStep = 250;
const mostHalvings = 12;
const coarseSlack = 1e-6;
const fineSlack = 1e-13;

/** A problem while it is being solved. */
export class Objective {
  readonly problem: Problem;
  /** Whether products are made in float64. Off, slopes are known to about 1e-6, which is enough to come near. */
  exact: boolean;
  /** Products with the rows so far, which is what the time goes into. */
  products = 0;
  /** Directions of largest variance, where they were looked for. */
  spectrum: Spectrum | null = null;
  readonly #onProduct: () => Promise<void>;

  /** `onProduct` is awaited after every product of a large problem. */
  constructor(problem: Problem, onProduct: () => Promise<void> = async () => undefined) {
    this.problem = problem;
    this.exact = problem.design.small;
    this.#onProduct = problem.design.small ? async () => undefined : onProduct;
  }

  /** By how much sums may differ by rounding alone. */
  slack(objective: number): number {
    return (this.exact ? fineSlack : coarseSlack) * Math.max(1e-3, Math.abs(objective));
  }

  async outputs(weights: Float64Array, exact = this.exact): Promise<Float64Array> {
    const { design, loss } = this.problem;
    if (weights.every((weight) => weight === 0)) return new Float64Array(loss.rows * loss.outputs);
    this.products++;
    const outputs = await design.outputs(weights, exact);
    await this.#onProduct();
    return outputs;
  }

  async back(slopes: Float64Array, exact = this.exact): Promise<Float64Array> {
    this.products++;
    const sums = await this.problem.design.slopes(slopes, exact);
    await this.#onProduct();
    return sums;
  }

  async at(weights: Float64Array, biases: Float64Array): Promise<Point> {
    const { loss, penalty } = this.problem;
    const outputs = await this.outputs(weights);
    for (let i = 0; i < outputs.length; i++) outputs[i] = (outputs[i] as number) + (biases[i % loss.outputs] as number);
    const value = loss.value(outputs);
    return { weights, biases, outputs, loss: value, objective: value + penaltyOf(penalty, weights) };
  }

  async slopesAt({ weights, outputs }: Pick<Point, 'weights' | 'outputs'>): Promise<Slopes> {
    const { loss, penalty } = this.problem;
    const rows = loss.slopes(outputs);
    const slope = await this.back(rows);
    const biases = columnSums(rows, loss.outputs);
    const up = steepest(penalty, weights, slope);
    return { weights: slope, biases, up, violation: Math.max(largest(up), largest(biases)) };
  }

  /**
   * To where the second-order model of the objective is least among the weights that are `free`, cut back where a weight
   * would change its sign. Null where that gains nothing.
   */
  async newtonStep(from: Point, { up, biases }: Slopes, free: Uint8Array): Promise<Point | null> {
    const { penalty } = this.problem;
    const count = up.length;
    const way = new Float64Array(count + biases.length);
    up.forEach((value, i) => (way[i] = free[i] ? -value : 0));
    biases.forEach((value, k) => (way[count + k] = -value));
    const { solution } = await conjugateGradients(way, {
      product: this.#curvature(from, free),
      inverse: this.#inverse(from, free),
      share: Math.min(0.1, Math.sqrt(Math.sqrt(dot(way, way)))),
      mostSteps: mostProductsAStep,
    });
    const slack = this.slack(from.objective);
    for (let cut = 1, tries = 0; tries < mostHalvings; tries++, cut /= 2) {
      const weights = from.weights.map((weight, i) => {
        if (!free[i]) return weight;
        const moved = weight + cut * (solution[i] as number);
        return penalty.l1 > 0 && moved * weight <= 0 ? 0 : moved;
      });
      const shifted = from.biases.map((bias, k) => bias + cut * (solution[count + k] as number));
      const next = await this.at(weights, shifted);
      const gain = weights.reduce((sum, weight, i) => sum + (up[i] as number) * (weight - (from.weights[i] as number)), 0);
      const biasGain = shifted.reduce((sum, bias, k) => sum + (biases[k] as number) * (bias - (from.biases[k] as number)), 0);
      if (next.objective <= from.objective + 1e-4 * Math.min(0, gain + biasGain) + slack) return next;
    }
    return null;
  }

  /** Products of the second derivative with a change of the free weights, then of the biases. */
  #curvature(from: Point, free: Uint8Array): (change: Float64Array) => Promise<Float64Array> {
    const { loss, penalty } = this.problem;
    const ofLoss = loss.curvature(from.outputs);
    const ofPenalty = penaltyCurvature(penalty, from.weights);
    const count = from.weights.length;
    return async (change) => {
      const weights = Float64Array.from(change.subarray(0, count));
      // Single precision is enough for a direction; only the slopes decide where the optimum is.
      const outputs = await this.outputs(weights, false);
      for (let i = 0; i < outputs.length; i++) outputs[i] = (outputs[i] as number) + (change[count + (i % loss.outputs)] as number);
      const curved = ofLoss(outputs);
      const image = await this.back(curved, false);
      const own = ofPenalty(weights);
      const all = new Float64Array(change.length);
      for (let i = 0; i < count; i++) all[i] = free[i] ? (image[i] as number) + (own[i] as number) : 0;
      all.set(columnSums(curved, loss.outputs), count);
      return all;
    };
  }

  /** About the inverse of the second derivative among the free weights. */
  #inverse(from: Point, free: Uint8Array): (residual: Float64Array) => Float64Array {
    if (this.spectrum && free.every((one) => one === 1)) return preconditioner(this, this.spectrum, from);
    const diagonal = this.#diagonal(from);
    return (residual) => residual.map((value, at) => value / (diagonal[at] as number));
  }

  /** About the diagonal of the second derivative: mean curvature times the neuron's variance, plus the penalty's own. */
  #diagonal({ outputs, weights }: Point): Float64Array {
    const { loss, penalty, design } = this.problem;
    const curvature = loss.meanCurvature(outputs);
    const norm = penalty.kind === 'norm' ? Math.sqrt(dot(weights, weights)) : 0;
    const own = penalty.kind === 'squared' ? 2 * penalty.l2 : norm > 0 ? penalty.l2 / norm : 0;
    const diagonal = new Float64Array(weights.length + loss.outputs);
    for (let i = 0; i < weights.length; i++) {
      const variance = design.variance[i % design.neurons] as number;
      diagonal[i] = (curvature[Math.floor(i / design.neurons)] as number) * variance + own || 1;
    }
    curvature.forEach((value, k) => (diagonal[weights.length + k] = value || 1));
    return diagonal;
  }
}

function columnSums(values: Float64Array, columns: number): Float64Array {
  const sums = new Float64Array(columns);
  for (let i = 0, k = 0; i < values.length; i++, k = k + 1 === columns ? 0 : k + 1) sums[k] = (sums[k] as number) + (values[i] as number);
  return sums;
}

export function largest(values: Float64Array): number {
  return values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}
