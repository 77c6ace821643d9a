/** A linear probe of classes: fitted to its optimum, and what it says of rows that it was not fitted to. */
import type { Reason } from '../../protocol/reasons';
import type { Kernels } from '../kernels';
import type { Direction } from '../method';
import type { Sample, SampleRows, SampleTools } from '../sample';
import { designOf, outputsOn } from './design';
import type { Design } from './design';
import { centred, logisticLoss, softmaxLoss } from './losses';
import { optimum } from './optimum';
import type { Optimum } from './optimum';
import type { FitSettings } from './probeParameters';

export interface LinearProbe {
  /** Classes that have an output, as indices into the sample's: those with rows to fit; of a single logit, the class asked for. */
  readonly classes: readonly number[];
  /** The class that a single logit speaks against; −1 for a softmax. */
  readonly other: number;
  readonly optimum: Optimum;
  readonly design: Pick<Design, 'mean' | 'scale' | 'neurons'>;
  /** The classes can be told apart without a mistake and nothing is penalised: there is no optimum. */
  readonly separated: boolean;
}

/** Fits the probe. One class alone cannot be told from anything: then a reason. */
export async function fitLinearProbe(
  { train, classes, focus }: Pick<Sample, 'train' | 'classes' | 'focus'>,
  settings: FitSettings,
  { kernels, step, placeOfFit }: Pick<SampleTools, 'kernels' | 'step' | 'placeOfFit'>,
): Promise<LinearProbe | Reason> {
  const counts = new Array<number>(classes.length).fill(0);
  for (const label of train.labels) counts[label] = (counts[label] ?? 0) + 1;
  const present = [...counts.keys()].filter((k) => counts[k]);
  if (present.length < 2) return 'one-class';
  const single = focus >= 0 && settings.logits === 'auto';
  const number = new Map(present.map((k, output) => [k, output]));
  const output = train.labels.map((label) => (single ? Number(label === focus) : (number.get(label) ?? 0)));
  const weights = rowWeights(output, settings.balanced);
  const loss = single ? logisticLoss(output, weights) : softmaxLoss(output, present.length, weights);
  const design = designOf(train, kernels, settings.standardise);
  const free = settings.l1 === 0 && settings.l2 === 0;
  let separated = false;
  const found = await optimum(
    { design, loss, penalty: { l1: settings.l1, l2: settings.l2, kind: settings['l2-kind'] } },
    {
      // Without a penalty, weights that make no mistake only grow; with one, there is always an optimum.
      hopeless: (outputs) => free && (separated = output.every((right, row) => says(outputs, row, loss.outputs) === right)),
      place: placeOfFit?.(),
      onStep: (violation, steps) => step(`optimum, off by ${violation.toPrecision(1)}`, steps, steps + 1, 'steps'),
    },
  );
  const other = single ? classes.findIndex((_, k) => k !== focus) : -1;
  const { mean, scale, neurons } = design;
  return { classes: single ? [focus] : present, other, optimum: found, design: { mean, scale, neurons }, separated };
}

/** The class that the probe gives each row: the one with the largest output; a tie goes to the first. */
export async function predictedClasses(probe: LinearProbe, sample: SampleRows, kernels: Kernels): Promise<Int32Array> {
  const { classes, other, optimum: found, design } = probe;
  const outputs = await outputsOn(sample, design, kernels, found.weights);
  const width = classes.length;
  for (let at = 0; at < outputs.length; at++) outputs[at] = (outputs[at] as number) + (found.biases[at % width] as number);
  return Int32Array.from({ length: sample.rows }, (_, row) => {
    const said = says(outputs, row, width);
    if (other >= 0) return said === 1 ? (classes[0] as number) : other;
    return classes[said] as number;
  });
}

/** Whether high values of a neuron speak for the class asked for (−1: against it); without such a class nothing is said. */
export function directionOf({ classes, optimum: { weights }, design: { neurons } }: LinearProbe, focus: number, neuron: number): Direction {
  const output = classes.indexOf(focus);
  return output >= 0 && (weights[output * neurons + neuron] as number) < 0 ? -1 : 1;
}

/** Weights of whatever probe, with the neurons that they are of. */
interface WeightedProbe extends Pick<LinearProbe, 'design'> {
  readonly optimum: Pick<Optimum, 'weights' | 'biases'>;
}

/**
 * Weights with their bias last, a row an output: of standardised neurons where the probe standardises, else of the values
 * as they are. Biases of a softmax are moved so that their sum is 0.
 */
export function weightsWithBias(
  { optimum: { weights, biases }, design: { mean, neurons } }: WeightedProbe,
  standardise: boolean,
): Float64Array {
  const own = biases.map((bias, k) => {
    if (standardise) return bias;
    const row = weights.subarray(k * neurons, (k + 1) * neurons);
    return row.reduce((sum, weight, j) => (weight === 0 ? sum : sum - weight * (mean[j] as number)), bias);
  });
  const shown = own.length > 1 ? centred(own) : own;
  const all = new Float64Array(biases.length * (neurons + 1));
  for (let k = 0; k < biases.length; k++) {
    all.set(weights.subarray(k * neurons, (k + 1) * neurons), k * (neurons + 1));
    all[(k + 1) * (neurons + 1) - 1] = shown[k] as number;
  }
  return all;
}

/** 1 for every row, or what makes classes count alike: n / (classes · rows of the class). */
function rowWeights(labels: Int32Array, balanced: boolean): Float64Array {
  const weights = new Float64Array(labels.length).fill(1);
  if (!balanced) return weights;
  const counts = new Map<number, number>();
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  return weights.map((_, row) => labels.length / (counts.size * (counts.get(labels[row] as number) ?? 1)));
}

/** The output that is largest in a row; of a single one, 1 where it is above 0. */
function says(outputs: Float64Array, row: number, width: number): number {
  if (width === 1) return Number((outputs[row] as number) > 0);
  let best = 0;
  for (let k = 1; k < width; k++) if ((outputs[row * width + k] as number) > (outputs[row * width + best] as number)) best = k;
  return best;
}
