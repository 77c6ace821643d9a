/** Which classes and neurons a Gaussian probe is made of, and their means and variances. */
import type { Reason } from '../../protocol/reasons';
import { classCounts, leastRows } from '../ranking/labels';
import type { Sample, SampleRows } from '../sample';

/** Means and variances need two rows. */
const fewestRows = 2;
/** A variance below this share of the one within all classes is rounding: the neuron is constant in that class. */
const constantShare = 1e-10;
/** What such a class is given in place of it, as a share of the variance within all classes. */
const floorShare = 1e-6;

/** Classes × neurons unless said otherwise; classes and neurons count among those that take part. */
export interface GaussianClasses {
  /** Classes that take part, as numbers of the sample's. */
  readonly classes: readonly number[];
  /** Neurons that take part, as numbers of the sample's. */
  readonly neurons: Int32Array;
  /** Rows of each class that are fitted. */
  readonly counts: readonly number[];
  readonly means: Float64Array;
  /** Population variances. */
  readonly variances: Float64Array;
  /** Why other neurons take no part. */
  readonly reasons: Readonly<Record<number, Reason>>;
  readonly warnings: readonly string[];
}

/** Class of every row among those that take part, −1 where its class does not. */
export function placedLabels({ labels }: Pick<SampleRows, 'labels'>, classes: readonly number[]): Int32Array {
  return labels.map((label) => classes.indexOf(label));
}

/**
 * The classes that have enough rows, and the neurons that vary within them. Of several classes those with fewer than
 * `minRows` are left out, as both published programs do, unless that would leave fewer than two.
 */
export function gaussianClasses({ train, classes: names, focus }: Sample, minRows: number): GaussianClasses {
  const all = classCounts({ labels: train.labels, classes: names.length });
  const { classes, warnings } = chosenClasses(all, names, focus >= 0 ? fewestRows : minRows);
  const counts = classes.map((k) => all[k] as number);
  if (classes.length < 2) {
    const reason: Reason = classes.length === 1 && all.filter((n) => n > 0).length > 1 ? 'few-rows' : 'one-class';
    const reasons = Object.fromEntries(Array.from({ length: train.neurons }, (_, neuron) => [neuron, reason]));
    const none = new Float64Array(0);
    return { classes, neurons: new Int32Array(0), counts, means: none, variances: none, reasons, warnings };
  }
  return { classes, counts, ...varyingNeurons(train, placedLabels(train, classes), counts, warnings) };
}

function chosenClasses(counts: readonly number[], names: readonly string[], minRows: number): { classes: number[]; warnings: string[] } {
  const having = (least: number): number[] => Array.from(counts.keys()).filter((k) => (counts[k] as number) >= Math.max(fewestRows, least));
  const asked = having(minRows);
  const classes = asked.length >= 2 ? asked : having(fewestRows);
  const least = asked.length >= 2 ? Math.max(fewestRows, minRows) : fewestRows;
  const left = Array.from(counts.keys()).filter((k) => (counts[k] as number) > 0 && !classes.includes(k));
  const few = classes.filter((k) => (counts[k] as number) < leastRows).length;
  return {
    classes,
    warnings: [
      ...(left.length > 0
        ? [`left out, with fewer than ${least} rows to fit: ${left.map((k) => `${names[k] ?? k} (${counts[k]})`).join(', ')}`]
        : []),
      ...(asked.length < 2 && classes.length >= 2 && few > 0
        ? [`no two classes have ${minRows} rows to fit; all with ${fewestRows} or more take part, and ${few} have fewer than ${leastRows}`]
        : []),
    ],
  };
}

function varyingNeurons(
  train: SampleRows,
  labels: Int32Array,
  counts: readonly number[],
  notes: readonly string[],
): Pick<GaussianClasses, 'neurons' | 'means' | 'variances' | 'reasons' | 'warnings'> {
  const { neurons: width, reasons: found, means, variances } = momentsOf(train, labels, counts);
  const rows = counts.reduce((sum, n) => sum + n, 0);
  const reasons: Record<number, Reason> = { ...found };
  const kept: number[] = [];
  let floored = 0;
  for (let neuron = 0; neuron < width; neuron++) {
    if (reasons[neuron]) continue;
    const ofClass = (values: Float64Array, k: number): number => values[k * width + neuron] as number;
    const within = counts.reduce((sum, n, k) => sum + n * ofClass(variances, k), 0) / rows;
    const mean = counts.reduce((sum, n, k) => sum + n * ofClass(means, k), 0) / rows;
    const between = counts.reduce((sum, n, k) => sum + n * (ofClass(means, k) - mean) ** 2, 0) / rows;
    if (!(within > constantShare * constantShare * between)) {
      reasons[neuron] = 'no-variance';
      continue;
    }
    const constant = counts.flatMap((_, k) => (ofClass(variances, k) > constantShare * within ? [] : [k]));
    for (const k of constant) variances[k * width + neuron] = floorShare * within;
    floored += Number(constant.length > 0);
    kept.push(neuron);
  }
  return {
    neurons: Int32Array.from(kept),
    ...{ means: narrowed(means, width, kept), variances: narrowed(variances, width, kept), reasons },
    warnings: [
      ...notes,
      ...(floored > 0
        ? [`constant within a class: ${floored} neurons; their variance there is taken as ${floorShare} of that within all classes`]
        : []),
    ],
  };
}

/** Two passes in float64 over rows in order: exact enough at any offset. */
function momentsOf({ rows, neurons, values }: SampleRows, labels: Int32Array, counts: readonly number[]) {
  const means = new Float64Array(counts.length * neurons);
  const variances = new Float64Array(counts.length * neurons);
  const low = new Float64Array(neurons).fill(Infinity);
  const high = new Float64Array(neurons).fill(-Infinity);
  for (let row = 0; row < rows; row++) {
    const k = labels[row] as number;
    if (k < 0) continue;
    const share = 1 / (counts[k] as number);
    for (let j = 0, at = row * neurons, to = k * neurons; j < neurons; j++, at++, to++) {
      const value = values[at] as number;
      means[to] = (means[to] as number) + value * share;
      if (value < (low[j] as number)) low[j] = value;
      if (value > (high[j] as number)) high[j] = value;
    }
  }
  for (let row = 0; row < rows; row++) {
    const k = labels[row] as number;
    if (k < 0) continue;
    const share = 1 / (counts[k] as number);
    for (let j = 0, at = row * neurons, to = k * neurons; j < neurons; j++, at++, to++) {
      variances[to] = (variances[to] as number) + ((values[at] as number) - (means[to] as number)) ** 2 * share;
    }
  }
  const reasons: Record<number, Reason> = {};
  for (let j = 0; j < neurons; j++) {
    if (!counts.every((_, k) => Number.isFinite(variances[k * neurons + j]))) reasons[j] = 'not-finite';
    else if (low[j] === high[j]) reasons[j] = 'constant';
  }
  return { neurons, means, variances, reasons };
}

/** Classes × width, cut down to some columns. */
function narrowed(values: Float64Array, width: number, columns: readonly number[]): Float64Array {
  if (columns.length === width) return values;
  const kept = new Float64Array((values.length / width) * columns.length);
  for (let i = 0; i < kept.length; i++) {
    kept[i] = values[Math.floor(i / columns.length) * width + (columns[i % columns.length] as number)] as number;
  }
  return kept;
}
