/** How much a probe gains from each doubling of the neurons that it may look at: adaptive thresholding of Gurnee et al. 2023. */
import type { Sample, SampleRows, SampleTools, WithoutWord } from '../sample';
import { detector } from '../statistics/detection';
import { columnSorter } from '../statistics/order';
import { groupedRows } from '../statistics/ties';
import { outputsOn } from './design';
import { fitLinearProbe } from './linearProbe';
import { withoutWord } from './withoutWord';

/** The search begins with so many neurons for each that may stay, and with no fewer than `fewest`. */
const beginWith = 4;
const fewest = 64;

/** A probe on the neurons that were kept, and how it does on the rows held out; null where a number has no meaning there. */
export interface CurvePoint {
  readonly neurons: readonly number[];
  /** Of the standardised neurons, in that order. */
  readonly weights: readonly number[];
  /** Mean log loss over the fitted rows, without the penalty. */
  readonly loss: number;
  readonly f1: number | null;
  readonly mcc: number | null;
  readonly prAuc: number | null;
  readonly withoutWord: WithoutWord;
}

/** What is penalised, and whether both classes count alike. */
export interface SparseSettings {
  readonly l2: number;
  readonly balanced: boolean;
}

/**
 * Probes on 1, 2, 4, … `most` neurons. `candidates` come best first; from the first of them half is given up at a time, those of
 * smallest weight, and the rest is fitted anew. `best` is the neuron that is known to be the best by itself.
 */
export async function sparseCurve(
  sample: Sample,
  { candidates, best, most, settings }: { candidates: readonly number[]; best: number; most: number; settings: SparseSettings },
  tools: SampleTools,
): Promise<CurvePoint[]> {
  const points: CurvePoint[] = [];
  let kept = candidates.slice(0, Math.max(fewest, beginWith * most));
  for (const size of sizesFrom(kept.length, most)) {
    if (size === 1) kept = [best];
    kept = kept.slice(0, size);
    const point = await probeOn(sample, kept, settings, tools);
    if (!point) continue;
    if (size <= most) points.unshift(point);
    const strength = new Map(kept.map((neuron, i) => [neuron, Math.abs(point.weights[i] as number)]));
    kept = [...kept].sort((a, b) => (strength.get(b) as number) - (strength.get(a) as number) || a - b);
  }
  return points;
}

/** From all candidates down to 1: `most`, the powers of two below it, and doublings of them above it. */
function sizesFrom(all: number, most: number): number[] {
  const sizes = new Set([all, Math.min(all, most)]);
  for (let size = 1; size < all; size *= 2) sizes.add(size);
  return [...sizes].sort((a, b) => b - a);
}

async function probeOn(
  sample: Sample,
  neurons: readonly number[],
  { l2, balanced }: SparseSettings,
  tools: SampleTools,
): Promise<CurvePoint | null> {
  const train = columnsOf(sample.train, neurons);
  const settings = { l1: 0, l2, 'l2-kind': 'squared', standardise: true, logits: 'auto', balanced } as const;
  const probe = await fitLinearProbe({ train, classes: sample.classes, focus: sample.focus }, settings, tools);
  if (typeof probe === 'string') return null;
  const { weights, biases, loss } = probe.optimum;
  const logits = await outputsOn(columnsOf(sample.held, neurons), probe.design, tools.kernels, weights);
  const outputs = logits.map((logit) => logit + (biases[0] as number));
  const target = sample.held.labels.map((label) => Number(label === sample.focus));
  return {
    ...{ neurons, loss, weights: [...weights] },
    ...measuresOf(outputs, target),
    withoutWord: withoutWord(sample, (kept) => {
      const isKept = (_: number, row: number): boolean => kept(row);
      const { f1, mcc, prAuc } = measuresOf(outputs.filter(isKept), target.filter(isKept));
      return { f1, mcc, pr_auc: prAuc };
    }),
  };
}

/** F1 and Matthews correlation of "output above 0", and the area under the precision-recall curve. */
export function measuresOf(outputs: Float64Array, target: Int32Array): Pick<CurvePoint, 'f1' | 'mcc' | 'prAuc'> {
  const [right, wrong, missed, passed] = [0, 0, 0, 0].map((_, cell) =>
    outputs.reduce((sum, output, row) => sum + Number((target[row] === 1) === (cell === 0 || cell === 2) && output > 0 === cell < 2), 0),
  ) as [number, number, number, number];
  const margins = (right + wrong) * (right + missed) * (passed + wrong) * (passed + missed);
  const rows = Int32Array.from(target.keys()).filter((row) => target[row] === 1);
  const both = rows.length > 0 && rows.length < target.length;
  return {
    f1: right + wrong + missed === 0 ? null : (2 * right) / (2 * right + wrong + missed),
    mcc: margins === 0 ? null : (right * passed - wrong * missed) / Math.sqrt(margins),
    prAuc: both ? detector(target.length)(groupedRows(columnSorter(target.length)(outputs)), rows).apHigh : null,
  };
}

function columnsOf(sample: SampleRows, neurons: readonly number[]): SampleRows {
  const values = new Float64Array(sample.rows * neurons.length);
  for (let row = 0, at = 0; row < sample.rows; row++) {
    for (const neuron of neurons) values[at++] = sample.values[row * sample.neurons + neuron] as number;
  }
  return { ...sample, neurons: neurons.length, values };
}
