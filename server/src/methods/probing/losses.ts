/**
 * Losses of linear probes as functions of their outputs (rows × outputs, row-major): value, slopes and curvature, which is
 * all that a solver asks for. Sums are made in float64.
 */

export interface Loss {
  readonly rows: number;
  /** Outputs a row: one for a concept against the rest or a real label, one a class for a softmax. */
  readonly outputs: number;
  /** Biases that are best when all weights are zero. */
  readonly startBiases: Float64Array;
  /** Mean over the rows, weighted as asked. */
  value(outputs: Float64Array): number;
  /** Derivative of the mean by every output. */
  slopes(outputs: Float64Array): Float64Array;
  /** Second derivative at `outputs`, as its product with a change of the outputs. */
  curvature(outputs: Float64Array): (change: Float64Array) => Float64Array;
  /** Mean diagonal of the second derivative over the rows, one number an output: the scale of the problem. */
  meanCurvature(outputs: Float64Array): Float64Array;
  /** Mean second derivative over the rows, outputs × outputs. */
  curvatureMatrix(outputs: Float64Array): Float64Array;
}

/** Logistic loss of one output; `target` is 1 on rows of the concept. `weights` have mean 1; both classes have rows. */
export function logisticLoss(target: Int32Array, weights: Float64Array): Loss {
  const rows = target.length;
  const share = (row: number): number => (weights[row] as number) / rows;
  const positive = target.reduce((sum, one, row) => sum + (one ? share(row) : 0), 0);
  const spread = (output: number): number => {
    const p = 1 / (1 + Math.exp(-output));
    return p * (1 - p);
  };
  const meanCurvature = (outputs: Float64Array): Float64Array =>
    Float64Array.of(outputs.reduce((sum, output, row) => sum + share(row) * spread(output), 0));
  return {
    rows,
    outputs: 1,
    startBiases: Float64Array.of(Math.log(positive / (1 - positive))),
    value: (outputs) =>
      target.reduce((sum, one, row) => {
        const margin = (one ? -1 : 1) * (outputs[row] as number);
        // log(1 + e^margin), which overflows for neither sign.
        return sum + share(row) * (Math.max(0, margin) + Math.log1p(Math.exp(-Math.abs(margin))));
      }, 0),
    slopes: (outputs) => outputs.map((output, row) => share(row) * (1 / (1 + Math.exp(-output)) - (target[row] as number))),
    curvature: (outputs) => {
      const diagonal = outputs.map((output, row) => share(row) * spread(output));
      return (change) => change.map((value, row) => value * (diagonal[row] as number));
    },
    meanCurvature,
    curvatureMatrix: meanCurvature,
  };
}

/** Cross-entropy of a softmax over `classes` outputs, all of which have rows. `weights` have mean 1. */
export function softmaxLoss(labels: Int32Array, classes: number, weights: Float64Array): Loss {
  const rows = labels.length;
  const share = (row: number): number => (weights[row] as number) / rows;
  const mass = new Float64Array(classes);
  labels.forEach((label, row) => (mass[label] = (mass[label] as number) + share(row)));
  return {
    rows,
    outputs: classes,
    startBiases: centred(mass.map(Math.log)),
    value: (outputs) => {
      let sum = 0;
      for (let row = 0, at = 0; row < rows; row++, at += classes) {
        const largest = largestOf(outputs, at, classes);
        let total = 0;
        for (let k = 0; k < classes; k++) total += Math.exp((outputs[at + k] as number) - largest);
        sum += share(row) * (Math.log(total) + largest - (outputs[at + (labels[row] as number)] as number));
      }
      return sum;
    },
    slopes: (outputs) => {
      const slopes = probabilities(outputs, classes);
      for (let row = 0, at = 0; row < rows; row++, at += classes) {
        const right = at + (labels[row] as number);
        slopes[right] = (slopes[right] as number) - 1;
        for (let k = 0; k < classes; k++) slopes[at + k] = (slopes[at + k] as number) * share(row);
      }
      return slopes;
    },
    curvature: (outputs) => {
      const p = probabilities(outputs, classes);
      return (change) => {
        const product = new Float64Array(change.length);
        for (let row = 0, at = 0; row < rows; row++, at += classes) {
          let mean = 0;
          for (let k = 0; k < classes; k++) mean += (p[at + k] as number) * (change[at + k] as number);
          for (let k = 0; k < classes; k++) product[at + k] = share(row) * (p[at + k] as number) * ((change[at + k] as number) - mean);
        }
        return product;
      };
    },
    meanCurvature: (outputs) => {
      const p = probabilities(outputs, classes);
      const mean = new Float64Array(classes);
      p.forEach((value, at) => {
        const k = at % classes;
        mean[k] = (mean[k] as number) + share((at - k) / classes) * value * (1 - value);
      });
      return mean;
    },
    curvatureMatrix: (outputs) => {
      const p = probabilities(outputs, classes);
      const mean = new Float64Array(classes * classes);
      for (let row = 0, at = 0; row < rows; row++, at += classes) {
        for (let a = 0; a < classes; a++) {
          const own = share(row) * (p[at + a] as number);
          mean[a * classes + a] = (mean[a * classes + a] as number) + own;
          for (let b = 0; b < classes; b++) mean[a * classes + b] = (mean[a * classes + b] as number) - own * (p[at + b] as number);
        }
      }
      return mean;
    },
  };
}

/** Softmax of every row of outputs. */
function probabilities(outputs: Float64Array, classes: number): Float64Array {
  const p = new Float64Array(outputs.length);
  for (let at = 0; at < outputs.length; at += classes) {
    const largest = largestOf(outputs, at, classes);
    let total = 0;
    for (let k = 0; k < classes; k++) total += p[at + k] = Math.exp((outputs[at + k] as number) - largest);
    for (let k = 0; k < classes; k++) p[at + k] = (p[at + k] as number) / total;
  }
  return p;
}

/** The same numbers with sum 0: a softmax does not change when all its biases do alike. */
export function centred(values: Float64Array): Float64Array {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.map((value) => value - mean);
}

function largestOf(values: Float64Array, from: number, count: number): number {
  let largest = -Infinity;
  for (let k = from; k < from + count; k++) largest = Math.max(largest, values[k] as number);
  return largest;
}
