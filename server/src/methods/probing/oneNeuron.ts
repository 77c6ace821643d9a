/** Logistic regression on one neuron, to its optimum: two numbers, found by Newton's method with halved steps. */
import type { Reason } from '../../protocol/reasons';

export interface OneNeuronFit {
  /** Of the standardised neuron. */
  readonly weight: number;
  readonly bias: number;
  /** Mean log loss over the fitted rows, weighted as asked, without the penalty. */
  readonly loss: number;
  /** Mean and population standard deviation of the fitted rows. */
  readonly mean: number;
  readonly deviation: number;
}

const mostSteps = 100;
const smallestGradient = 1e-10;
/** Near the optimum losses differ by the rounding of their sums only, and a full step is right. */
const rounding = 1e-13;

/**
 * Minimises the (weighted) mean log loss + `l2` · weight², bias free, over a standardised neuron. `target` is 1 on rows of the
 * concept. With `balanced` a row weighs n / (2 · rows of its class).
 */
export function fitOneNeuron(
  values: Float64Array,
  target: Int32Array,
  { l2, balanced }: { readonly l2: number; readonly balanced: boolean },
): OneNeuronFit | Reason {
  const n = values.length;
  const positive = target.reduce((sum, one) => sum + one, 0);
  if (positive === 0 || positive === n) return 'one-class';
  const standard = standardised(values);
  if (typeof standard === 'string') return standard;
  const { mean, deviation, z } = standard;
  const [negativeWeight, positiveWeight] = balanced ? [n / (2 * (n - positive)), n / (2 * positive)] : [1, 1];
  const weights = Float64Array.from(target, (one) => (one ? positiveWeight : negativeWeight));

  let w = 0;
  let b = balanced ? 0 : Math.log(positive / (n - positive));
  let here = derivatives(z, target, weights, w, b);
  for (let step = 0; step < mostSteps; step++) {
    const gw = here.gw + 2 * l2 * w;
    const { gb, hwb, hbb } = here;
    if (Math.max(Math.abs(gw), Math.abs(gb)) < smallestGradient) break;
    const hww = here.hww + 2 * l2;
    const determinant = hww * hbb - hwb * hwb;
    if (!(determinant > 0)) break;
    const dw = (hbb * gw - hwb * gb) / determinant;
    const db = (hww * gb - hwb * gw) / determinant;
    const value = here.loss + l2 * w * w;
    const worse = (length: number): boolean => here.loss + l2 * (w - length * dw) ** 2 > value * (1 + rounding);
    let length = 1;
    here = derivatives(z, target, weights, w - dw, b - db);
    while (worse(length) && length > 1e-10) here = derivatives(z, target, weights, w - (length /= 2) * dw, b - length * db);
    if (worse(length)) {
      here = derivatives(z, target, weights, w, b);
      break;
    }
    w -= length * dw;
    b -= length * db;
  }
  return { weight: w, bias: b, loss: here.loss, mean, deviation };
}

/** How a fitted probe does on other rows; F1 is null where it predicts no row and there is none to find. */
export function oneNeuronScores(
  { weight, bias, mean, deviation }: OneNeuronFit,
  values: Float64Array,
  target: Int32Array,
): { readonly f1: number | null } {
  let found = 0;
  let wrong = 0;
  let missed = 0;
  values.forEach((value, i) => {
    const says = (weight * (value - mean)) / deviation + bias > 0;
    if (says && target[i]) found++;
    else if (says) wrong++;
    else if (target[i]) missed++;
  });
  return { f1: found + wrong + missed === 0 ? null : (2 * found) / (2 * found + wrong + missed) };
}

function standardised(values: Float64Array): { mean: number; deviation: number; z: Float64Array } | Reason {
  if (values.some((value) => !Number.isFinite(value))) return 'not-finite';
  if (values.every((value) => value === values[0])) return 'constant';
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
  return deviation > 0 ? { mean, deviation, z: values.map((value) => (value - mean) / deviation) } : 'no-variance';
}

/** Weighted mean log loss at `w` and `b`, with its first and second derivatives: one exponential a row serves them all. */
function derivatives(z: Float64Array, target: Int32Array, weights: Float64Array, w: number, b: number) {
  const n = z.length;
  let [loss, gw, gb, hww, hwb, hbb] = [0, 0, 0, 0, 0, 0];
  for (let i = 0; i < n; i++) {
    const x = z[i] as number;
    const logit = w * x + b;
    // e^−|logit| overflows for neither sign.
    const small = Math.exp(-Math.abs(logit));
    const p = (logit > 0 ? 1 : small) / (1 + small);
    const weight = (weights[i] as number) / n;
    const one = target[i] as number;
    loss += weight * (Math.max(0, one ? -logit : logit) + Math.log1p(small));
    const error = weight * (p - one);
    const curvature = (weight * small) / ((1 + small) * (1 + small));
    gw += error * x;
    gb += error;
    hww += curvature * x * x;
    hwb += curvature * x;
    hbb += curvature;
  }
  return { loss, gw, gb, hww, hwb, hbb };
}
