/** Rows that a Gaussian probe says something about: log densities of chosen neurons, and what one more neuron would add. */
import type { SampleRows } from '../sample';
import { randomStream } from '../statistics/random';
import type { GaussianClasses } from './gaussianClasses';

/** How well classes are told apart: the mean log posterior (nats) of the true class, and rows whose class is most probable. */
export interface Judgement {
  readonly logPosterior: number;
  readonly correct: number;
}

/** Rows whose class is known, classes × rows where not said otherwise. */
export interface JudgedRows {
  readonly rows: number;
  /** Class of each row. */
  readonly labels: Int32Array;
  /** Log of the class's share and of the density of the neurons taken, up to a constant a row. */
  readonly joint: Float64Array;
  /** Row numbers in the sample. */
  readonly places: Int32Array;
}

/** A difference of logs below this adds nothing to a sum of exponentials in float64. */
const negligible = -37;
/** Sums of exponentials are multiplied with each other up to here; one factor more does not overflow. */
const largestProduct = 1e150;

/** Rows of the classes that take part, with the classes' shares of the fitted rows as what is believed before any neuron. */
export function judgedRows(places: Int32Array, placed: Int32Array, { counts }: GaussianClasses): JudgedRows {
  const all = counts.reduce((sum, n) => sum + n, 0);
  const joint = new Float64Array(counts.length * places.length);
  counts.forEach((n, k) => joint.fill(Math.log(n / all), k * places.length, (k + 1) * places.length));
  return { rows: places.length, labels: Int32Array.from(places, (place) => placed[place] as number), joint, places };
}

/**
 * At most `most` of the rows that have a class, each class in its share and with one row at least; which follows from the
 * seed. All of them where they are no more.
 */
export function stratified(placed: Int32Array, classes: number, most: number, seed: number): Int32Array {
  const byClass = Array.from({ length: classes }, () => [] as number[]);
  placed.forEach((k, row) => byClass[k]?.push(row));
  const all = byClass.reduce((sum, rows) => sum + rows.length, 0);
  if (all <= most) return Int32Array.from(byClass.flat()).sort();
  const purpose = 3;
  return Int32Array.from(
    byClass.flatMap((rows) => {
      const wanted = Math.min(rows.length, Math.max(1, Math.floor((rows.length * most) / all)));
      const drawn = rows.map((row) => ({ row, key: randomStream(seed, purpose, row)() }));
      return drawn
        .sort((a, b) => a.key - b.key || a.row - b.row)
        .slice(0, wanted)
        .map(({ row }) => row);
    }),
  ).sort();
}

/**
 * Judges rows by their joint log densities: −log Σₖ e^(joint of k − joint of the true class), in float64. The sums lie above 1
 * and mostly near it, so products of many rows are far from overflow, and one logarithm serves them all.
 */
export function judge({ rows, labels, joint }: JudgedRows, classes: number): Judgement {
  let sum = 0;
  let product = 1;
  let correct = 0;
  for (let i = 0; i < rows; i++) {
    const label = labels[i] as number;
    const own = joint[label * rows + i] as number;
    if (!Number.isFinite(own)) return { logPosterior: Number.NaN, correct: 0 };
    let odds = 1;
    let right = 1;
    for (let k = 0, at = i; k < classes; k++, at += rows) {
      if (k === label) continue;
      const difference = (joint[at] as number) - own;
      if (difference <= negligible) continue;
      // A tie goes to the class that comes first.
      if (difference > 0 || (difference === 0 && k < label)) right = 0;
      odds += Math.exp(difference);
    }
    correct += right;
    if (odds < largestProduct) product *= odds;
    else sum -= logOdds(joint, own, i, rows);
    if (product > largestProduct) {
      sum -= Math.log(product);
      product = 1;
    }
  }
  return { logPosterior: (sum - Math.log(product)) / rows, correct };
}

/** The logarithm of a sum that would overflow, its largest term taken out. */
function logOdds(joint: Float64Array, own: number, row: number, rows: number): number {
  let largest = own;
  for (let at = row; at < joint.length; at += rows) largest = Math.max(largest, joint[at] as number);
  let share = 0;
  for (let at = row; at < joint.length; at += rows) share += Math.exp((joint[at] as number) - largest);
  return largest - own + Math.log(share);
}

/** What is known of rows beside the neurons that were taken: deviations that these do not explain. */
export interface Candidates {
  /** Mean log posterior and correct rows if this neuron were taken as well; `left` is its variance in each class. */
  tryOne(neuron: number, left: Float64Array): Judgement;
  /** Takes a neuron: its row of every class's factor explains part of all others. Returns its standardised deviations (classes × rows). */
  take(neuron: number, factors: readonly Float64Array[]): Float64Array;
}

/** Bytes of deviations: one float64 for every candidate, class and row. */
export const candidateBytes = (rows: number, classes: number, neurons: number): number => 8 * rows * classes * neurons;
/** Bytes that are kept of them; what no longer fits is made again when it is asked for. */
export const mostBytes = 1 << 29;

/**
 * Keeps for every candidate that is looked at again, by class and row, what is left of value − mean once the neurons taken
 * are known. Trying a candidate costs classes × rows, taking one is a subtraction of rank one, made when a candidate is next
 * looked at.
 */
export function candidates(judged: JudgedRows, { values, neurons: width }: SampleRows, model: GaussianClasses): Candidates {
  const { rows, labels, joint, places } = judged;
  const classes = model.counts.length;
  const count = model.neurons.length;
  const kept = new Map<number, { readonly own: Float64Array; explained: number }>();
  /** Of every neuron taken: its standardised deviations (classes × rows) and its row of every class's factor. */
  const taken: { readonly scores: Float64Array; readonly factors: readonly Float64Array[] }[] = [];

  const deviations = (neuron: number, into: Float64Array): Float64Array => {
    for (let i = 0; i < rows; i++) {
      const value = values[(places[i] as number) * width + (model.neurons[neuron] as number)] as number;
      for (let k = 0; k < classes; k++) into[k * rows + i] = value - (model.means[k * count + neuron] as number);
    }
    return into;
  };
  const bringUpToDate = (neuron: number): Float64Array => {
    let entry = kept.get(neuron);
    if (!entry) {
      for (const oldest of kept.keys()) if (candidateBytes(rows, classes, kept.size + 1) > mostBytes) kept.delete(oldest);
      kept.set(neuron, (entry = { own: deviations(neuron, new Float64Array(classes * rows)), explained: 0 }));
    }
    const { own } = entry;
    for (; entry.explained < taken.length; entry.explained++) {
      const { scores, factors } = taken[entry.explained] as (typeof taken)[number];
      factors.forEach((factor, k) => {
        const weight = factor[neuron] as number;
        for (let at = k * rows; at < (k + 1) * rows; at++) own[at] = (own[at] as number) - weight * (scores[at] as number);
      });
    }
    return own;
  };

  const trial: JudgedRows = { rows, labels, places, joint: new Float64Array(classes * rows) };
  return {
    tryOne(neuron, variances) {
      // By themselves all neurons are tried; later some of them, which are then kept.
      const own = taken.length === 0 ? deviations(neuron, trial.joint) : bringUpToDate(neuron);
      for (let k = 0; k < classes; k++) {
        const variance = variances[k] as number;
        const half = -0.5 / variance;
        const constant = -0.5 * Math.log(variance);
        for (let at = k * rows; at < (k + 1) * rows; at++) {
          const deviation = own[at] as number;
          trial.joint[at] = (joint[at] as number) + half * deviation * deviation + constant;
        }
      }
      return judge(trial, classes);
    },
    take(neuron, factors) {
      const scores = Float64Array.from(bringUpToDate(neuron));
      kept.delete(neuron);
      addDensity(
        judged,
        scores,
        factors.map((factor) => factor[neuron] as number),
      );
      taken.push({ scores, factors });
      return scores;
    },
  };
}

/** Divides deviations (classes × rows) by each class's deviation, in place, and adds the log densities to the rows'. */
function addDensity({ rows, joint }: JudgedRows, deviations: Float64Array, roots: readonly number[]): void {
  roots.forEach((root, k) => {
    const constant = Math.log(root);
    for (let at = k * rows; at < (k + 1) * rows; at++) {
      const score = (deviations[at] as number) / root;
      deviations[at] = score;
      joint[at] = (joint[at] as number) - 0.5 * score * score - constant;
    }
  });
}

/** Rows on which chosen neurons are measured only: each neuron in its turn, by the neurons that came before it. */
export function follower(judged: JudgedRows, { values, neurons: width }: SampleRows, model: GaussianClasses) {
  const { rows, places } = judged;
  const classes = model.counts.length;
  const count = model.neurons.length;
  const taken: { readonly scores: Float64Array; readonly factors: readonly Float64Array[] }[] = [];
  return (neuron: number, factors: readonly Float64Array[]): Judgement => {
    const scores = new Float64Array(classes * rows);
    for (let k = 0; k < classes; k++) {
      const mean = model.means[k * count + neuron] as number;
      for (let i = 0; i < rows; i++) {
        let deviation = (values[(places[i] as number) * width + (model.neurons[neuron] as number)] as number) - mean;
        for (const before of taken)
          deviation -= ((before.factors[k] as Float64Array)[neuron] as number) * (before.scores[k * rows + i] as number);
        scores[k * rows + i] = deviation;
      }
    }
    addDensity(
      judged,
      scores,
      factors.map((factor) => factor[neuron] as number),
    );
    taken.push({ scores, factors });
    return judge(judged, classes);
  };
}
