/**
 * About the inverse of a linear probe's second derivative, by which conjugate gradients need a fraction of their steps. The
 * derivative is near a product: covariance of the neurons ⊗ curvature of the outputs, plus the penalty. Of the covariance the
 * directions of largest variance are known, found by a random search (Halko, Martinsson and Tropp 2011); all others are taken
 * as alike.
 */
import { symmetricEigen } from '../statistics/eigen';
import { randomStream } from '../statistics/random';
import { dot } from './conjugate';
import type { Objective, Point } from './objective';

/** Directions of the neurons that are known. */
const mostDirections = 64;
/** Of more outputs the curvature is taken as independent of each other. */
const mostOutputs = 64;

/** What is known of the covariance of neurons. */
export interface Spectrum {
  /** Directions of length 1, one a row, and the variance along each. */
  readonly directions: Float64Array;
  readonly variances: Float64Array;
  /** Mean variance along all others. */
  readonly rest: number;
}

/** The directions of largest variance of the neurons as the design has them: four products of so many outputs. */
export async function spectrumOf(objective: Objective): Promise<Spectrum> {
  const { rows, neurons, variance } = objective.problem.design;
  const count = Math.min(mostDirections, neurons);
  const covariance = async (directions: Float64Array): Promise<Float64Array> =>
    (await objective.back(await objective.outputs(directions, false), false)).map((value) => value / rows);
  const next = randomStream(1);
  const random = Float64Array.from({ length: count * neurons }, () => next() / 2 ** 32 - 0.5);
  const basis = orthonormal(await covariance(orthonormal(random, neurons)), neurons);
  const image = await covariance(basis);
  const small = new Float64Array(count * count);
  for (let a = 0; a < count; a++)
    for (let b = 0; b <= a; b++) small[a * count + b] = small[b * count + a] = dot(row(basis, a, neurons), row(image, b, neurons));
  const { values, vectors } = symmetricEigen(small, count);
  const directions = new Float64Array(count * neurons);
  for (let a = 0; a < count; a++) {
    const to = row(directions, a, neurons);
    for (let b = 0; b < count; b++) add(to, row(basis, b, neurons), vectors[a * count + b] as number);
  }
  const all = variance.reduce((sum, value) => sum + value, 0);
  const known = values.reduce((sum, value) => sum + value, 0);
  return {
    directions,
    variances: values.map((value) => Math.max(0, value)),
    rest: Math.max(0, all - known) / Math.max(1, neurons - count),
  };
}

/** The approximate inverse at a point, as its product with weights and then biases. All weights must be free. */
export function preconditioner(
  { problem: { loss, penalty, design } }: Objective,
  { directions, variances, rest }: Spectrum,
  { outputs }: Point,
) {
  const { neurons } = design;
  const classes = loss.outputs;
  const diagonal = loss.meanCurvature(outputs);
  const curvature = classes <= mostOutputs ? symmetricEigen(loss.curvatureMatrix(outputs), classes) : independent(diagonal);
  const least = 1e-6 * Math.max(...diagonal);
  const inverse = (variance: number, bend: number): number => 1 / (variance * Math.max(bend, least) + 2 * penalty.l2 || 1);
  return (residual: Float64Array): Float64Array => {
    const solution = new Float64Array(residual.length);
    const turned = new Float64Array(neurons);
    curvature.values.forEach((bend, a) => {
      turned.fill(0);
      for (let k = 0; k < classes; k++) add(turned, row(residual, k, neurons), curvature.vectors[a * classes + k] as number);
      const others = inverse(rest, bend);
      const solved = turned.map((value) => value * others);
      variances.forEach((variance, d) => {
        const direction = row(directions, d, neurons);
        add(solved, direction, (inverse(variance, bend) - others) * dot(direction, turned));
      });
      for (let k = 0; k < classes; k++) add(row(solution, k, neurons), solved, curvature.vectors[a * classes + k] as number);
    });
    for (let k = 0; k < classes; k++)
      solution[classes * neurons + k] = (residual[classes * neurons + k] as number) / ((diagonal[k] as number) || 1);
    return solution;
  };
}

function independent(values: Float64Array): { readonly values: Float64Array; readonly vectors: Float64Array } {
  const vectors = new Float64Array(values.length ** 2);
  for (let k = 0; k < values.length; k++) vectors[k * values.length + k] = 1;
  return { values, vectors };
}

function row(matrix: Float64Array, index: number, columns: number): Float64Array {
  return matrix.subarray(index * columns, (index + 1) * columns);
}

function add(to: Float64Array, from: Float64Array, weight: number): void {
  if (weight === 0) return;
  for (let i = 0; i < to.length; i++) to[i] = (to[i] as number) + weight * (from[i] as number);
}

/** Rows made orthogonal and of length 1, one after the other, twice for the sake of rounding; one that has nothing new is 0. */
function orthonormal(matrix: Float64Array, columns: number): Float64Array {
  const count = matrix.length / columns;
  const basis = Float64Array.from(matrix);
  for (let a = 0; a < count; a++) {
    const own = row(basis, a, columns);
    const before = Math.sqrt(dot(own, own));
    for (let twice = 0; twice < 2; twice++) {
      for (let b = 0; b < a; b++) add(own, row(basis, b, columns), -dot(own, row(basis, b, columns)));
    }
    const length = Math.sqrt(dot(own, own));
    const scale = length > 1e-6 * before ? 1 / length : 0;
    for (let i = 0; i < columns; i++) own[i] = (own[i] as number) * scale;
  }
  return basis;
}
