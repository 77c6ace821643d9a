/**
 * The best probe that may look at one neuron only (Gurnee et al. 2023, "Finding Neurons in a Haystack"): logistic regression
 * on each neuron by itself, ranked by mean log loss. A neuron that does well alone is a candidate for being dedicated to the
 * concept; methods.md P3.
 */
import { flag, real } from '../parameters';
import { defineSampleRanking } from '../sample';
import type { SampleRows } from '../sample';
import type { Direction } from '../method';
import type { Reason } from '../../protocol/reasons';
import { fitOneNeuron, oneNeuronScores } from './oneNeuron';
import type { OneNeuronFit } from './oneNeuron';

/** Neurons between two reports of progress. */
const neuronsAStep = 64;

export const sparseProbe = defineSampleRanking({
  id: 'sparse',
  title: 'Sparse probe, one neuron',
  family: 'probing',
  citation: 'Gurnee et al. 2023, Finding Neurons in a Haystack: Case Studies with Sparse Probing, TMLR',
  sees: 'how well a logistic regression on one neuron alone predicts the concept, whatever its scale',
  blindTo: 'concepts spread over several neurons, and neurons that mark a concept by values in between',
  parameters: {
    l2: real({ default: 0.001, min: 0, help: 'penalty on the squared weight of the standardised neuron' }),
    balanced: flag({ default: false, help: 'weigh rows so that both classes count alike' }),
  },
  labels: 'binary',
  best: 'smallest',
  beside: {
    weight: 'weight of the standardised neuron',
    bias: 'bias of the probe',
    f1: 'F1 of the concept on rows that were held out',
  },
  fit: {},
  chance: ({ positive, negative }, { balanced }) => {
    const share = balanced ? 0.5 : positive / (positive + negative);
    return share > 0 && share < 1 ? -share * Math.log(share) - (1 - share) * Math.log(1 - share) : null;
  },
  async rank({ train, held, focus }, { l2, balanced }, { step }) {
    const score: (number | null)[] = [];
    const direction: Direction[] = [];
    const reasons: Record<number, Reason> = {};
    const beside = { weight: [] as (number | null)[], bias: [] as (number | null)[], f1: [] as (number | null)[] };
    const target = train.labels.map((label) => Number(label === focus));
    const heldTarget = held.labels.map((label) => Number(label === focus));
    for (let neuron = 0; neuron < train.neurons; neuron++) {
      if (neuron % neuronsAStep === 0) await step('probes', neuron, train.neurons, 'neurons');
      const fit = fitOneNeuron(columnOf(train, neuron), target, { l2, balanced });
      if (typeof fit === 'string') reasons[neuron] = fit;
      const found: OneNeuronFit | null = typeof fit === 'string' ? null : fit;
      score.push(found?.loss ?? null);
      direction.push(found && found.weight < 0 ? -1 : 1);
      beside.weight.push(found?.weight ?? null);
      beside.bias.push(found?.bias ?? null);
      beside.f1.push(found && oneNeuronScores(found, columnOf(held, neuron), heldTarget).f1);
    }
    return { score, direction, reasons, beside, fit: {}, warnings: [] };
  },
});

function columnOf({ rows, neurons, values }: SampleRows, neuron: number): Float64Array {
  const column = new Float64Array(rows);
  for (let row = 0, at = neuron; row < rows; row++, at += neurons) column[row] = values[at] as number;
  return column;
}
