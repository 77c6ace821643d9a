/**
 * The best probe that may look at few neurons only (Gurnee et al. 2023, "Finding Neurons in a Haystack"): logistic regression
 * on each neuron by itself, ranked by mean log loss. A neuron that does well alone is a candidate for being dedicated to the
 * concept; with `k` above 1, probes on 1, 2, 4, … neurons tell how much further ones add; methods.md P3.
 */
import { count, flag, real } from '../parameters';
import { defineSampleRanking } from '../sample';
import type { FitNumber, SampleRows } from '../sample';
import type { Direction } from '../method';
import type { Reason } from '../../protocol/reasons';
import { fitOneNeuron, oneNeuronScores } from './oneNeuron';
import type { OneNeuronFit } from './oneNeuron';
import { sparseCurve } from './sparseCurve';
import type { CurvePoint } from './sparseCurve';

/** Neurons between two reports of progress; their columns are read together, since rows lie far apart. */
const neuronsAStep = 64;

export const sparseProbe = defineSampleRanking({
  id: 'sparse',
  title: 'Sparse probe',
  family: 'probing',
  citation: 'Gurnee et al. 2023, Finding Neurons in a Haystack: Case Studies with Sparse Probing, TMLR',
  formula: 'min over w, b of the mean log loss of σ(w · x + b) + l2 · w², one neuron at a time',
  sees: 'how well a logistic regression on one neuron alone predicts the concept, whatever its scale',
  blindTo: 'concepts spread over several neurons, and neurons that mark a concept by values in between',
  parameters: {
    k: count({
      default: 1,
      min: 1,
      max: 256,
      unit: 'neurons',
      help: 'above 1: also probes on 1, 2, 4, … k neurons; neurons are ranked one by one all the same',
    }),
    l2: real({ default: 0.001, min: 0, help: 'penalty on the squared weight of the standardised neuron' }),
    balanced: flag({ default: false, help: 'weigh rows so that both classes count alike' }),
  },
  labels: 'binary',
  best: 'smallest',
  end: 0,
  beside: {
    weight: 'weight of the standardised neuron',
    bias: 'bias of the probe',
    f1: 'F1 of the concept on rows that were held out',
    smallest_set: 'with k: the smallest of the sets of 1, 2, 4, … k neurons in which it was kept',
    set_weight: 'with k: its weight in the probe on k neurons',
  },
  fit: {
    k: 'neurons that each probe looks at',
    loss: 'mean log loss of each over the fitted rows, without the penalty',
    f1: 'F1 of each on the rows held out',
    mcc: 'Matthews correlation of each on the rows held out',
    pr_auc: 'area under the precision-recall curve of each on the rows held out',
  },
  chance: ({ positive, negative }, { balanced }) => {
    const share = balanced ? 0.5 : positive / (positive + negative);
    return share > 0 && share < 1 ? -share * Math.log(share) - (1 - share) * Math.log(1 - share) : null;
  },
  async rank(sample, { k, l2, balanced }, tools) {
    const { train, held, focus } = sample;
    const score: (number | null)[] = [];
    const direction: Direction[] = [];
    const reasons: Record<number, Reason> = {};
    const nulls = (): (number | null)[] => new Array<number | null>(train.neurons).fill(null);
    const beside = { weight: nulls(), bias: nulls(), f1: nulls(), smallest_set: nulls(), set_weight: nulls() };
    const apart: number[] = [];
    const target = train.labels.map((label) => Number(label === focus));
    const heldTarget = held.labels.map((label) => Number(label === focus));
    for (let from = 0; from < train.neurons; from += neuronsAStep) {
      await tools.step('probes', from, train.neurons, 'neurons');
      const to = Math.min(train.neurons, from + neuronsAStep);
      const heldColumns = columnsOf(held, from, to);
      columnsOf(train, from, to).forEach((column, i) => {
        const neuron = from + i;
        const fit = fitOneNeuron(column, target, { l2, balanced });
        if (typeof fit === 'string') reasons[neuron] = fit;
        const found: OneNeuronFit | null = typeof fit === 'string' ? null : fit;
        score.push(found?.loss ?? null);
        direction.push(found && found.weight < 0 ? -1 : 1);
        beside.weight[neuron] = found?.weight ?? null;
        beside.bias[neuron] = found?.bias ?? null;
        beside.f1[neuron] = found && oneNeuronScores(found, heldColumns[i] as Float64Array, heldTarget).f1;
        apart.push(found ? distanceOf(found, column, target) : -Infinity);
      });
    }
    const defined = Array.from(score.keys()).filter((neuron) => score[neuron] !== null);
    if (k === 1 || defined.length === 0) return { score, direction, reasons, beside, fit: {}, warnings: [] };
    const candidates = defined.sort((a, b) => (apart[b] as number) - (apart[a] as number) || a - b);
    const best = candidates.reduce((first, neuron) => {
      const gain = (score[first] as number) - (score[neuron] as number);
      return gain > 0 || (gain === 0 && neuron < first) ? neuron : first;
    });
    const curve = await sparseCurve(sample, { candidates, best, most: k, settings: { l2, balanced } }, tools);
    markSets(curve, beside);
    const { withoutWord = null } = curve.at(-1) ?? {};
    return { score, direction, reasons, beside, fit: fitOf(curve), ...(withoutWord && { withoutWord }), warnings: [] };
  },
  scoreAlone(values, target, { l2, balanced }) {
    const fit = fitOneNeuron(values, target, { l2, balanced });
    return typeof fit === 'string' ? null : fit.loss;
  },
});

/** Distance of the class means in standard deviations: by it the paper chooses what a larger probe may begin with. */
function distanceOf({ deviation }: OneNeuronFit, column: Float64Array, target: Int32Array): number {
  const sums = [0, 0];
  const counts = [0, 0];
  target.forEach((side, row) => {
    sums[side] = (sums[side] as number) + (column[row] as number);
    counts[side] = (counts[side] as number) + 1;
  });
  return Math.abs((sums[1] as number) / (counts[1] as number) - (sums[0] as number) / (counts[0] as number)) / deviation;
}

/** Smallest sets come first, so the first in which a neuron is found is the smallest. */
function markSets(curve: readonly CurvePoint[], beside: Record<'smallest_set' | 'set_weight', (number | null)[]>): void {
  for (const { neurons } of curve) for (const neuron of neurons) beside.smallest_set[neuron] ??= neurons.length;
  const last = curve.at(-1);
  last?.neurons.forEach((neuron, i) => (beside.set_weight[neuron] = last.weights[i] ?? null));
}

function fitOf(curve: readonly CurvePoint[]): Record<string, FitNumber> {
  return {
    k: curve.map(({ neurons }) => neurons.length),
    loss: curve.map(({ loss }) => loss),
    f1: curve.map(({ f1 }) => f1),
    mcc: curve.map(({ mcc }) => mcc),
    pr_auc: curve.map(({ prAuc }) => prAuc),
  };
}

/** Columns `from` to `to`, each by itself. */
function columnsOf({ rows, neurons, values }: SampleRows, from: number, to: number): Float64Array[] {
  const columns = Array.from({ length: to - from }, () => new Float64Array(rows));
  for (let row = 0; row < rows; row++) {
    for (let i = 0, at = row * neurons + from; i < columns.length; i++, at++) (columns[i] as Float64Array)[row] = values[at] as number;
  }
  return columns;
}
