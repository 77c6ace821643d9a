/** How far a Gaussian probe should distrust its covariances: as far as rows that were held out find likeliest. */
import type { SampleRows } from '../sample';
import type { GaussianClasses } from './gaussianClasses';
import { covariancesWith, rowsByClass, shrunkEstimates } from './gaussianCovariance';
import type { JudgedRows } from './gaussianRows';

/** Weights to choose from, in rows: 1 barely shrinks, the last leaves neurons of small classes nearly independent. */
const weights = [1, 3, 10, 30, 100, 300, 1000, 3000, 10_000];
/** Where no row is held out that could choose. */
export const leastShrinkage = weights[0] as number;
/** More neurons than this change the choice little and cost their cube. */
const mostNeurons = 64;

/** Rows to fit with their classes, rows of `held` to judge by, and how many neurons will be chosen. */
interface ShrinkageTask {
  readonly train: SampleRows;
  readonly trainLabels: Int32Array;
  readonly held: SampleRows;
  readonly judged: JudgedRows;
  readonly model: GaussianClasses;
  readonly steps: number;
}

/**
 * The weight (see `shrunkEstimates`) under which held-out rows are likeliest in their own classes, over as many neurons as
 * the search will choose: those whose class means differ most for their variance within classes.
 */
export function chooseShrinkage({ train, trainLabels, held, judged, model, steps }: ShrinkageTask): number {
  const neurons = mostDifferent(model, Math.min(steps, mostNeurons));
  const count = neurons.length;
  // classes × neurons × neurons
  const covariances = model.counts.map(() => new Float64Array(count * count));
  const few = {
    counts: model.counts,
    neurons: Int32Array.from(neurons, (neuron) => model.neurons[neuron] as number),
    means: Float64Array.from(
      model.counts.flatMap((_, k) => neurons.map((neuron) => model.means[k * model.neurons.length + neuron] as number)),
    ),
  };
  const rows = rowsByClass(trainLabels, model.counts.length);
  neurons.forEach((_, a) => {
    const column = covariancesWith(train, rows, few, a);
    covariances.forEach((matrix, k) => matrix.set(column.subarray(k * count, (k + 1) * count), a * count));
  });
  covariances.forEach((matrix, k) =>
    neurons.forEach((neuron, a) => (matrix[a * count + a] = model.variances[k * model.neurons.length + neuron] as number)),
  );
  const deviations = deviationsOf(held, judged, model, neurons);
  let best = { weight: leastShrinkage, likelihood: -Infinity };
  for (const weight of weights) {
    const factors = shrunkEstimates(model.counts, weight).map(({ covariance }, k) =>
      choleskyFactor(
        (covariances[k] as Float64Array).map((value, at) => (at % (count + 1) === 0 ? value : covariance * value)),
        count,
      ),
    );
    const likelihood = meanLogDensity(deviations, judged.labels, factors, count);
    if (likelihood > best.likelihood) best = { weight, likelihood };
  }
  return best.weight;
}

/** Neurons by the ratio of the variance of their class means to the variance within classes, largest first. */
function mostDifferent({ counts, means, variances, neurons }: GaussianClasses, most: number): number[] {
  const count = neurons.length;
  const rows = counts.reduce((sum, n) => sum + n, 0);
  const ratio = Array.from({ length: count }, (_, j) => {
    const average = (of: (k: number) => number): number => counts.reduce((sum, n, k) => sum + (n / rows) * of(k), 0);
    const mean = average((k) => means[k * count + j] as number);
    return average((k) => ((means[k * count + j] as number) - mean) ** 2) / average((k) => variances[k * count + j] as number);
  });
  return Array.from(ratio.keys())
    .sort((a, b) => (ratio[b] as number) - (ratio[a] as number) || a - b)
    .slice(0, most);
}

/** Rows × neurons: value minus the mean of the row's own class. */
function deviationsOf(
  { values, neurons: width }: SampleRows,
  { places, labels }: JudgedRows,
  model: GaussianClasses,
  chosen: readonly number[],
) {
  const deviations = new Float64Array(places.length * chosen.length);
  places.forEach((place, i) =>
    chosen.forEach((neuron, a) => {
      const mean = model.means[(labels[i] as number) * model.neurons.length + neuron] as number;
      deviations[i * chosen.length + a] = (values[place * width + (model.neurons[neuron] as number)] as number) - mean;
    }),
  );
  return deviations;
}

/** The lower Cholesky factor of a positive definite matrix; its upper half is not used. */
function choleskyFactor(matrix: Float64Array, size: number): Float64Array {
  for (let a = 0; a < size; a++) {
    for (let b = 0; b <= a; b++) {
      let sum = matrix[a * size + b] as number;
      for (let c = 0; c < b; c++) sum -= (matrix[a * size + c] as number) * (matrix[b * size + c] as number);
      matrix[a * size + b] = a === b ? Math.sqrt(sum) : sum / (matrix[b * size + b] as number);
    }
  }
  return matrix;
}

/** Mean log density of rows (rows × size) under the Gaussian of their class, up to a constant. NaN values never are the likeliest. */
function meanLogDensity(deviations: Float64Array, labels: Int32Array, factors: readonly Float64Array[], size: number): number {
  const scores = new Float64Array(size);
  let sum = 0;
  labels.forEach((k, i) => {
    const factor = factors[k] as Float64Array;
    for (let a = 0; a < size; a++) {
      let rest = deviations[i * size + a] as number;
      for (let b = 0; b < a; b++) rest -= (factor[a * size + b] as number) * (scores[b] as number);
      const root = factor[a * size + a] as number;
      scores[a] = rest / root;
      sum -= 0.5 * (scores[a] as number) ** 2 + Math.log(root);
    }
  });
  return sum / labels.length;
}
