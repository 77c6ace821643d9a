/**
 * A linear probe of a number that every word has: its place in the sentence, its depth in the tree, how often it occurs. Least
 * squares with l1 and l2 penalties, solved to its optimum; methods.md P1. Depth and place were asked of probes in this way by
 * Lakretz et al. 2019 (The Emergence of Number and Syntax Units in LSTM Language Models, NAACL, section 4.3).
 */
import type { Reason } from '../../protocol/reasons';
import type { Direction } from '../method';
import { defineSampleRanking } from '../sample';
import type { SampleRows, SampleScores } from '../sample';
import { correlationOf } from './agreement';
import { weightsWithBias } from './linearProbe';
import { unvaryingReason } from './probeNumbers';
import { controlsOf, judgedWithoutWord, numbersOf, regressionNumbers, targetOf } from './regressionNumbers';
import { regressionParameters } from './regressionParameters';
import type { RegressionSettings } from './regressionParameters';
import { fitRegression, regressionDesign } from './regressionProbe';
import type { RegressionProbe } from './regressionProbe';
import { entryThresholds } from './weightMass';

const besides = {
  weight: 'its weight, in units of the number for each standard deviation of the neuron (for each unit without standardise)',
  mass: 'share of Σ |w| that larger weights hold',
  correlation: 'Pearson’s correlation of the neuron by itself with the number, over the fitted rows',
} as const;

/** Neurons whose columns are read together, since rows lie far apart. */
const neuronsAStep = 64;

export const regressionProbe = defineSampleRanking({
  id: 'regression',
  title: 'Regression probe',
  family: 'probing',
  citation:
    'Lakretz et al. 2019, The Emergence of Number and Syntax Units in LSTM Language Models, NAACL; Zou and Hastie 2005 for both penalties',
  formula: '|w|, at the minimum of the mean of (y − w · x − b)² + l1 · Σ |w| + l2 · Σ w²; y is the number of a row',
  sees: 'neurons that together predict a number linearly: place in the sentence, depth in the tree, length, frequency',
  blindTo:
    'relations that are not linear; whether the model uses them; and of neurons that say the same, l1 keeps one and l2 shares the weight',
  parameters: regressionParameters,
  labels: 'numbers',
  best: 'largest',
  beside: besides,
  fit: regressionNumbers,
  chance: () => null,
  async rank(sample, settings, tools) {
    const { train } = sample;
    const design = regressionDesign(train, settings, tools.kernels);
    const probe = await fitRegression(targetOf(train), design, settings, tools);
    if (typeof probe === 'string') return unfitted(train, probe);
    const fit = await numbersOf(probe, sample, tools);
    const real = fit['eval_r2'];
    const controls = await controlsOf(sample, design, typeof real === 'number' ? real : null, settings, tools);
    return {
      ...scoresOf(probe, train),
      fit: { ...fit, ...controls },
      withoutWord: await judgedWithoutWord(probe, sample, tools),
      weights: { outputs: sample.classes, values: weightsWithBias(probe, settings.standardise) },
      warnings: warningsOf(probe, sample.train, settings),
    };
  },
});

function scoresOf(probe: RegressionProbe, train: SampleRows): Pick<SampleScores, 'score' | 'direction' | 'reasons' | 'beside'> {
  const { weights } = probe.optimum;
  const { neurons } = train;
  const empty = weights.every((weight) => weight === 0);
  const entries = entryThresholds({ outputs: 1, neurons, values: weights });
  const reasons: Record<number, Reason> = {};
  weights.forEach((_, j) => {
    const reason = unvaryingReason(probe, j) ?? (empty ? 'no-weight' : null);
    if (reason) reasons[j] = reason;
  });
  const known = <T>(values: ArrayLike<T>): (T | null)[] => Array.from(values, (value, j) => (reasons[j] ? null : value));
  return {
    score: known(weights.map(Math.abs)),
    direction: Array.from(weights, (weight): Direction => (weight < 0 ? -1 : 1)),
    reasons,
    beside: {
      weight: known(weights),
      mass: known(entries).map((entry) => (entry === null || entry < 0 ? null : entry)),
      correlation: known(correlations(train)),
    },
  };
}

/** Correlation of every neuron by itself with the number. */
function correlations(train: SampleRows): (number | null)[] {
  const { rows, neurons, values } = train;
  const found: (number | null)[] = [];
  for (let from = 0; from < neurons; from += neuronsAStep) {
    const columns = Array.from({ length: Math.min(neuronsAStep, neurons - from) }, () => new Float64Array(rows));
    for (let row = 0; row < rows; row++) columns.forEach((column, i) => (column[row] = values[row * neurons + from + i] as number));
    found.push(...columns.map((column) => correlationOf(column, targetOf(train))));
  }
  return found;
}

/** What a reader must know before trusting the numbers. */
function warningsOf(
  { optimum: { converged, violation, steps, l1Max, weights } }: RegressionProbe,
  train: SampleRows,
  { l1, l2 }: RegressionSettings,
): string[] {
  const empty = weights.every((weight) => weight === 0);
  return [
    ...(l1 === 0 && l2 === 0 && train.rows <= train.neurons
      ? ['there are no more rows to fit than neurons and nothing is penalised, so that many other weights fit as well. Set l2']
      : []),
    ...(converged ? [] : [`not at the optimum after ${steps} steps: its conditions are violated by up to ${violation.toExponential(1)}`]),
    ...(empty && l1 > 0 ? [`the penalty leaves every weight at zero; with l1 below ${l1Max.toPrecision(3)} some are not`] : []),
  ];
}

/** Scores of a sample that cannot be fitted. */
function unfitted({ neurons }: SampleRows, reason: Reason): SampleScores {
  const none = new Array<null>(neurons).fill(null);
  return {
    score: none,
    direction: none.map(() => 1),
    reasons: Object.fromEntries(none.map((_, j) => [j, reason])),
    beside: Object.fromEntries(Object.keys(besides).map((name) => [name, none])),
    fit: Object.fromEntries(Object.keys(regressionNumbers).map((name) => [name, null])),
    warnings: [],
  };
}
