/**
 * Linguistic Correlation Analysis (Dalvi et al. 2019): neurons by the share of a class's weight at which a linear probe needs
 * them, smallest first over the classes; methods.md P1.
 */
import type { Reason } from '../../protocol/reasons';
import { defineSampleRanking } from '../sample';
import { flag, real } from '../parameters';
import { directionOf } from './linearProbe';
import { minimalSet } from './minimalSet';
import { probeNumbers, unfitted, unvaryingReason } from './probeNumbers';
import { probeParameters } from './probeParameters';
import { probeReport } from './probeReport';
import { massRanking } from './weightMass';
import { massByClass } from './weightScores';

const besides = {
  class: 'number of the class in which it enters first',
  weight: 'its largest weight in size over the classes, with its sign',
} as const;

export const linguisticCorrelation = defineSampleRanking({
  id: 'lca',
  title: 'Linguistic Correlation Analysis',
  family: 'probing',
  citation: 'Dalvi et al. 2019, What Is One Grain of Sand in the Desert? Analyzing Individual Neurons in Deep NLP Models, AAAI',
  formula: 'min over classes of the share of Σ |w| that larger weights of the class hold, in the linear probe',
  sees: 'the few neurons that hold most of a class’s weight in a linear probe, class by class',
  blindTo: 'whether the model uses them; and of neurons that say the same, l1 keeps one and l2 shares the weight',
  parameters: {
    ...probeParameters,
    'minimal-set': flag({
      default: false,
      help: 'search the fewest first neurons on which a probe of their own is as good, but for the tolerance',
    }),
    tolerance: real({ default: 0.01, min: 0, max: 1, help: 'share of the accuracy on rows held out that the minimal set may lose' }),
  },
  labels: 'either',
  best: 'smallest',
  beside: besides,
  fit: {
    ...probeNumbers,
    minimal_size: 'with minimal-set: neurons of the smallest set that was accurate enough',
    minimal_accuracy: 'accuracy on the rows held out of the probe on it',
    minimal_sizes: 'sizes that were tried',
    minimal_accuracies: 'accuracy on the rows held out of the probe on each',
  },
  chance: () => null,
  async rank(sample, settings, tools) {
    const report = await probeReport(sample, settings, tools);
    if (typeof report === 'string') return unfitted(sample, report, Object.keys(besides));
    const { probe, fit, withoutWord, warnings } = report;
    const { neurons } = sample.train;
    const names = probe.classes.map((k) => sample.classes[k] ?? String(k));
    const weights = { outputs: probe.classes.length, neurons, values: probe.optimum.weights, names };
    const { entry, output, weight, order } = massRanking(weights);
    const whole = fit['eval_accuracy'];
    const searched = settings['minimal-set'] && typeof whole === 'number' && order.length > 0;
    const minimal = searched ? await minimalSet(report.sample, order, { whole, tolerance: settings.tolerance, settings }, tools) : null;
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
      ...massByClass(weights),
      withoutWord,
      fit: {
        ...fit,
        ...(minimal && {
          minimal_size: minimal.size,
          minimal_accuracy: minimal.size === null ? null : (minimal.accuracies[minimal.sizes.indexOf(minimal.size)] ?? null),
          minimal_sizes: minimal.sizes,
          minimal_accuracies: minimal.accuracies,
        }),
      },
      warnings: [
        ...warnings,
        ...(settings['minimal-set'] && !searched ? ['no minimal set, since no rows are held out or no neuron has weight'] : []),
      ],
    };
  },
});
