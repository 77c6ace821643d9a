/**
 * About how well each neuron would tell the classes apart if it were chosen next, in float32 and four rows at a time: exact
 * numbers are then made only of those neurons that can be the best.
 */
import type { SampleRows } from '../sample';
import type { GaussianClasses } from './gaussianClasses';
import type { JudgedRows } from './gaussianRows';
import { lanes, posteriorProgram, stateBytes, states } from './posteriorProgram';

export interface Screen {
  /**
   * The mean log posterior (nats) if this neuron were taken, off by `slack` at most; null where float32 cannot say. `left` is
   * its variance in each class.
   */
  about(neuron: number, left: Float64Array): number | null;
  /** Takes a neuron: its standardised deviations (classes × rows) explain part of all others', by the factors. */
  take(scores: Float64Array, factors: readonly Float64Array[]): void;
}

/** Sums of exponentials outside this range may have lost what matters. */
const [smallestSum, largestSum] = [1e-30, 1e30];

/** Bytes of deviations: one float32 for every candidate, class and row. */
export const screenBytes = (rows: number, classes: number, neurons: number): number => 4 * rows * classes * neurons;

/**
 * By how much `about` may be off, in nats. Rounded densities and exponentials move a mean over rows by far less than 1e-5.
 * A deviation gathers one rounding (2⁻²⁴) a neuron taken, relative to what it was before them; `kept` is the smallest share
 * of the neuron's variance in any class that is left.
 */
export function slack(taken: number, kept: number): number {
  return 1e-5 + (2 ** -22 * (taken + 1)) / Math.sqrt(kept);
}

/**
 * A screen of all neurons of the model on judged rows. Deviations are kept in units of the neuron's own within classes, so
 * that no unit of the values is too large or too small. `judged.joint` must be up to date before `take`.
 */
export function screenOf(judged: JudgedRows, { values, neurons: width }: SampleRows, model: GaussianClasses): Screen {
  const { rows, labels, joint, places } = judged;
  const classes = model.counts.length;
  const count = model.neurons.length;
  const { order, classOf, begins } = byClass(labels, classes);
  const all = order.length;
  const rowBytes = 4 * all;
  const constantsAt = stateBytes;
  const baseAt = constantsAt + 16 * Math.ceil(classes / 2);
  const scoresAt = baseAt + classes * rowBytes;
  const leftAt = scoresAt + classes * rowBytes;
  const { memory, routines } = posteriorProgram(leftAt + count * classes * rowBytes);
  const numbers = (at: number, length: number): Float32Array => new Float32Array(memory, at, length);
  const state = numbers(0, lanes * states.length);
  const exponents = new Int32Array(memory, 0, lanes * states.length);
  const constants = numbers(constantsAt, 2 * classes);
  const base = numbers(baseAt, classes * all);
  const scores = numbers(scoresAt, classes * all);
  const unit = unitsOf(model);

  for (let j = 0; j < count; j++) {
    const scale = 1 / (unit[j] as number);
    const left = numbers(leftAt + j * classes * rowBytes, classes * all);
    for (let i = 0; i < all; i++) {
      if ((order[i] as number) < 0) continue;
      const value = values[(places[order[i] as number] as number) * width + (model.neurons[j] as number)] as number;
      for (let k = 0; k < classes; k++) left[k * all + i] = (value - (model.means[k * count + j] as number)) * scale;
    }
  }

  /** The logarithms, together, of what the rows' sums are divided by so that float32 holds them. */
  let shifts = 0;
  const setBase = (): void => {
    shifts = 0;
    for (let i = 0; i < all; i++) {
      const [row, own] = [order[i] as number, classOf[i] as number];
      const term = (k: number): number => {
        if (k === own) return 0;
        return row < 0 ? -Infinity : (joint[k * rows + row] as number) - (joint[own * rows + row] as number);
      };
      let shift = 0;
      for (let k = 0; k < classes; k++) shift = Math.max(shift, term(k));
      shifts += shift;
      for (let k = 0; k < classes; k++) base[k * all + i] = (term(k) - shift) * Math.LOG2E;
    }
  };
  setBase();

  /** Of every neuron taken: its scores in the order of the memory, and its row of every class's factor. */
  const taken: { readonly scores: Float32Array; readonly factors: readonly Float64Array[] }[] = [];
  const explained = new Int32Array(count);
  const bringUpToDate = (neuron: number): void => {
    for (let next = explained[neuron] as number; next < taken.length; next++) {
      const one = taken[next] as (typeof taken)[number];
      if (taken.length - (explained[neuron] as number) > 1) scores.set(one.scores);
      for (let k = 0; k < classes; k++) {
        constants[0] = ((one.factors[k] as Float64Array)[neuron] as number) / (unit[neuron] as number);
        const from = leftAt + (neuron * classes + k) * rowBytes;
        routines.explain(from, from + rowBytes, scoresAt + k * rowBytes, constantsAt);
      }
    }
    explained[neuron] = taken.length;
  };

  return {
    about(neuron, variances) {
      bringUpToDate(neuron);
      for (let k = 0; k < classes; k++) {
        const share = (variances[k] as number) / (unit[neuron] as number) ** 2;
        constants[2 * k] = (-0.5 / share) * Math.LOG2E;
        constants[2 * k + 1] = -0.5 * Math.log2(share);
      }
      state.fill(0);
      state.fill(1, 0, lanes);
      state.fill(Infinity, 2 * lanes, 3 * lanes);
      const first = leftAt + neuron * classes * rowBytes;
      const constantsEnd = constantsAt + 8 * classes;
      for (let k = 0; k < classes; k++) {
        const [from, to] = [first + 4 * (begins[k] as number), first + 4 * (begins[k + 1] as number)];
        if (from === to) continue;
        routines.judge(from, to, k * rowBytes, baseAt - first, rowBytes, constantsAt + 8 * k, constantsAt, constantsEnd);
      }
      let logarithm = -127 * all;
      for (let lane = 0; lane < lanes; lane++) {
        // A sum that is no number makes the total none, which is not below the bound.
        if (!((state[2 * lanes + lane] as number) > smallestSum && (state[3 * lanes + lane] as number) < largestSum)) return null;
        logarithm += (exponents[lanes + lane] as number) + Math.log2(state[lane] as number);
      }
      return -(logarithm * Math.LN2 + shifts) / rows;
    },
    take(exact, factors) {
      for (let k = 0; k < classes; k++) {
        for (let i = 0; i < all; i++) if ((order[i] as number) >= 0) scores[k * all + i] = exact[k * rows + (order[i] as number)] as number;
      }
      taken.push({ scores: Float32Array.from(scores), factors });
      setBase();
    },
  };
}

/**
 * Rows in the order of the memory: those of one class together, each class filled up to a multiple of four by rows −1, which
 * belong to their class for certain and so change nothing. Class k runs from `begins[k]` to `begins[k + 1]`.
 */
function byClass(labels: Int32Array, classes: number): { readonly [K in 'order' | 'classOf' | 'begins']: Int32Array } {
  const groups = Array.from({ length: classes }, (_, k) => {
    const own = Array.from(labels.keys()).filter((i) => labels[i] === k);
    return [...own, ...new Array<number>(-own.length & (lanes - 1)).fill(-1)];
  });
  const begins = new Int32Array(classes + 1);
  groups.forEach(({ length }, k) => (begins[k + 1] = (begins[k] as number) + length));
  return {
    order: Int32Array.from(groups.flat()),
    classOf: Int32Array.from(groups.flatMap((group, k) => group.map(() => k))),
    begins,
  };
}

/** Deviation of each neuron within the classes. */
function unitsOf({ counts, variances, neurons }: GaussianClasses): Float64Array {
  const rows = counts.reduce((sum, n) => sum + n, 0);
  return Float64Array.from(neurons, (_, j) =>
    Math.sqrt(counts.reduce((sum, n, k) => sum + (n / rows) * (variances[k * neurons.length + j] as number), 0)),
  );
}
