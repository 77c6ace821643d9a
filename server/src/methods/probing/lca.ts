/**
 * Linguistic Correlation Analysis (Dalvi et al. 2019): neurons by the share of a class's weight at which a linear probe needs
 * them, smallest first over the classes; methods.md P1.
 */
import type { Reason } from '../../protocol/reasons';
import { defineSampleRanking } from '../sample';
import { directionOf, fitLinearProbe } from './linearProbe';
import { numbersOf, probeNumbers, probeWarnings, unfitted, unvaryingReason } from './probeNumbers';
import { probeParameters } from './probeParameters';
import { massRanking } from './weightMass';

const besides = {
  class: 'number of the class in which it enters first',
  weight: 'its largest weight in size over the classes, with its sign',
} as const;

export const linguisticCorrelation = defineSampleRanking({
  id: 'lca',
  title: 'Linguistic Correlation Analysis',
  family: 'probing',
  citation: 'Dalvi et al. 2019, What Is One Grain of Sand in the Desert? Analyzing Individual Neurons in Deep NLP Models, AAAI',
  sees: 'the few neurons that hold most of a class’s weight in a linear probe, class by class',
  blindTo: 'whether the model uses them; and of neurons that say the same, l1 keeps one and l2 shares the weight',
  parameters: probeParameters,
  labels: 'either',
  best: 'smallest',
  beside: besides,
  fit: probeNumbers,
  chance: () => null,
  async rank(sample, settings, tools) {
    const probe = await fitLinearProbe(sample, settings, tools);
    if (typeof probe === 'string') return unfitted(sample, probe, Object.keys(besides));
    const { neurons } = sample.train;
    const { entry, output, weight, order } = massRanking({ outputs: probe.classes.length, neurons, values: probe.optimum.weights });
    const reasons: Record<number, Reason> = {};
    entry.forEach((threshold, j) => {
      if (threshold === null) reasons[j] = unvaryingReason(probe, j) ?? 'no-weight';
    });
    return {
      score: entry,
      direction: Array.from({ length: neurons }, (_, j) => directionOf(probe, sample.focus, j)),
      reasons,
      order,
      beside: {
        class: output.map((k) => (k === null ? null : (probe.classes[k] ?? null))),
        weight: weight.map((value, j) => (entry[j] === null ? null : value)),
      },
      fit: await numbersOf(probe, sample, tools.kernels),
      warnings: probeWarnings(probe, sample, settings),
    };
  },
});
