/**
 * One Gaussian for every class, fitted to all neurons at once, from which any subset can be read off (Torroba Hennigen,
 * Williams and Cotterell 2020, "Intrinsic Probing through Dimension Selection"). Neurons are chosen one after the other by
 * how well the posterior of the classes fits rows that were not fitted; methods.md P2.
 */
import type { Reason } from '../../protocol/reasons';
import type { Direction } from '../method';
import { choice, count, flag } from '../parameters';
import { leastRows } from '../ranking/labels';
import { defineSampleRanking } from '../sample';
import type { FitNumber, Sample, SampleScores } from '../sample';
import type { GaussianClasses } from './gaussianClasses';
import { runGaussian } from './gaussianRun';
import type { GaussianRun } from './gaussianRun';

/** A fourth moment so far above a Gaussian's 3 means tails that a Gaussian fits badly. */
const highKurtosis = 10;

export const gaussianProbe = defineSampleRanking({
  id: 'gaussian',
  title: 'Gaussian probe, greedy selection',
  family: 'probing',
  citation: 'Torroba Hennigen, Williams and Cotterell 2020, Intrinsic Probing through Dimension Selection, EMNLP',
  formula: 'greedy argmax over neurons d of the mean of ln p(class | x of the chosen and d), one Gaussian N(μₖ, Σₖ) a class',
  sees: 'small sets of neurons that tell classes apart together, each for what it adds to those before it',
  blindTo: 'neurons that repeat what is already chosen, and activations far from normal, such as those after a ReLU',
  parameters: {
    steps: count({ default: 50, min: 1, unit: 'neurons', help: 'how many neurons are chosen' }),
    objective: choice({
      default: 'log-posterior',
      of: ['log-posterior', 'mi', 'accuracy'],
      help: 'what each step makes as large as it can: mean log posterior of the true class, mutual information (the same choice), accuracy',
    }),
    'score-on': choice({
      default: 'eval',
      of: ['eval', 'train'],
      help: 'rows that choose: those held out, or those fitted, on which noise seems to help',
    }),
    prior: choice({
      default: 'heldout',
      of: ['heldout', 'map', 'unbiased', 'mle'],
      help: 'covariances: shrunk as rows held out find likeliest; the published prior; that with scatter/(n − 1); those of the sample, scatter/(n − 1)',
    }),
    'min-rows': count({ default: leastRows, min: 2, unit: 'rows', help: 'of several classes, those with fewer rows to fit are left out' }),
    'worst-first': flag({ default: false, help: 'choose the worst neuron at every step, for comparison' }),
  },
  labels: 'either',
  best: 'largest',
  beside: {
    place: 'place in the order of choice, from 1',
    log_posterior: 'mean log posterior of the true class once it is chosen, nats',
    accuracy: 'share of rows told right once it is chosen',
    mi: 'lower bound of the mutual information once it is chosen, bits',
    mi_alone: 'the same bound by this neuron alone',
  },
  fit: {
    log_posterior: 'mean log posterior of the true class after every step, nats, on the rows that choose',
    accuracy: 'share of those rows told right after every step',
    mi: 'lower bound of the mutual information of classes and neurons after every step, bits',
    mi_running_max: 'the largest bound so far; 0 before the first step',
    held_log_posterior: 'where fitted rows choose: mean log posterior on the rows held out',
    held_accuracy: 'where fitted rows choose: accuracy on the rows held out',
    held_mi: 'where fitted rows choose: bound on the rows held out, bits',
    entropy: 'entropy of the classes among the rows that choose, bits: the most that mutual information can be',
    rows: 'rows that choose',
    shrinkage: 'with prior=heldout: rows without covariance that are added to every class',
  },
  chance: ({ positive, negative }, { objective }) => {
    if (objective === 'mi') return 0;
    const share = positive / (positive + negative);
    if (!(share > 0 && share < 1)) return null;
    return objective === 'accuracy' ? Math.max(share, 1 - share) : share * Math.log(share) + (1 - share) * Math.log(1 - share);
  },
  async rank(sample, options, tools) {
    const run = await runGaussian(sample, options, tools);
    return {
      ...scoresOf(sample, run),
      fit: fitOf(run),
      ...(run.search && { withoutWord: run.search.withoutWord }),
      warnings: [...run.warnings, ...boundWarnings(run), ...tailWarnings(sample, run)],
    };
  },
});

/** Scores of all neurons of the sample: what was reached when a neuron was chosen. */
function scoresOf({ train, focus }: Sample, { model, search }: GaussianRun): Omit<SampleScores, 'fit' | 'warnings'> {
  const nulls = (): (number | null)[] => new Array<number | null>(train.neurons).fill(null);
  const score = nulls();
  const beside = { place: nulls(), log_posterior: nulls(), accuracy: nulls(), mi: nulls(), mi_alone: nulls() };
  const direction = new Array<Direction>(train.neurons).fill(1);
  const reasons: Record<number, Reason> = { ...model.reasons };
  model.neurons.forEach((neuron, j) => {
    direction[neuron] = directionOf(model, j, focus);
    const reason = search?.result.reasons[j];
    if (!search || reason) reasons[neuron] = reason ?? 'few-rows';
    const alone = search?.result.alone[j];
    if (search && alone) beside.mi_alone[neuron] = search.measures(alone).mi;
  });
  search?.result.chosen.forEach(({ neuron: j, judgement }, place) => {
    const neuron = model.neurons[j] as number;
    const { logPosterior, accuracy, mi } = search.measures(judgement);
    score[neuron] = search.value(judgement);
    beside.place[neuron] = place + 1;
    beside.log_posterior[neuron] = logPosterior;
    beside.accuracy[neuron] = accuracy;
    beside.mi[neuron] = mi;
  });
  const order = search?.result.chosen.map(({ neuron }) => model.neurons[neuron] as number) ?? [];
  return { score, direction, reasons, order, beside };
}

/** Whether the class asked for lies above the other; of several classes no side is the concept's. */
function directionOf({ means, neurons }: GaussianClasses, neuron: number, focus: number): Direction {
  return focus < 0 || (means[focus * neurons.length + neuron] as number) >= (means[(1 - focus) * neurons.length + neuron] as number)
    ? 1
    : -1;
}

function fitOf({ search }: GaussianRun): Record<string, FitNumber> {
  if (!search) return {};
  const steps = search.result.chosen.map(({ judgement }) => search.measures(judgement));
  return {
    log_posterior: steps.map(({ logPosterior }) => logPosterior),
    accuracy: steps.map(({ accuracy }) => accuracy),
    mi: steps.map(({ mi }) => mi),
    mi_running_max: steps.map((_, i) => Math.max(0, ...steps.slice(0, i + 1).map(({ mi }) => mi))),
    ...(search.held && {
      held_log_posterior: search.held.map(({ logPosterior }) => logPosterior),
      held_accuracy: search.held.map(({ accuracy }) => accuracy),
      held_mi: search.held.map(({ mi }) => mi),
    }),
    entropy: search.entropy,
    rows: search.rows,
    ...(search.shrinkage !== null && { shrinkage: search.shrinkage }),
  };
}

function boundWarnings({ search }: GaussianRun): string[] {
  const bounds = search?.result.chosen.map(({ judgement }) => search.measures(judgement).mi) ?? [];
  const below = bounds.filter((mi) => mi < 0).length;
  return below > 0
    ? [`the bound of the mutual information is below 0 at ${below} of ${bounds.length} steps: the Gaussians fit these rows badly`]
    : [];
}

/** Chosen neurons whose values within the classes are far from normal. */
function tailWarnings({ train }: Sample, { model, trainLabels, search }: GaussianRun): string[] {
  const heavy = (search?.result.chosen ?? []).filter(({ neuron: j }) => {
    let square = 0;
    let fourth = 0;
    let rows = 0;
    trainLabels.forEach((k, row) => {
      if (k < 0) return;
      const value = train.values[row * train.neurons + (model.neurons[j] as number)] as number;
      const deviation = (value - (model.means[k * model.neurons.length + j] as number)) ** 2;
      square += deviation;
      fourth += deviation * deviation;
      rows++;
    });
    return (fourth * rows) / (square * square) > highKurtosis;
  }).length;
  if (heavy === 0) return [];
  return [
    `${heavy} of ${search?.result.chosen.length} chosen neurons have a kurtosis above ${highKurtosis} within the classes: Gaussians fit such tails badly`,
  ];
}
