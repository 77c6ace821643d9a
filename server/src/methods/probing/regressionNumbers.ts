/** What is said of a probe of numbers beside its scores: how much it explains, and how much of that luck and memory would. */
import type { FitNumber, Sample, SampleRows, SampleTools, WithoutWord } from '../sample';
import { integerBelow, randomStream } from '../statistics/random';
import { agreementOf } from './agreement';
import { withoutWords } from './controlTask';
import type { Design } from './design';
import { fitRegression, predictedNumbers } from './regressionProbe';
import type { RegressionProbe } from './regressionProbe';
import type { RegressionSettings } from './regressionParameters';
import { spreadOf } from './spread';
import { withoutWord } from './withoutWord';

/** Names of the numbers, with their meaning. */
export const regressionNumbers = {
  objective: 'mean square of what the probe is off by, and penalty, at the optimum',
  squared_error: 'mean square of what it is off by on the fitted rows, in squared units of the number',
  violation: 'largest violation of the conditions of optimality',
  steps: 'steps of the solver',
  weights: 'weights that are not zero',
  l1_max: 'the smallest l1 that leaves every weight at zero',
  target_mean: 'mean of the number over the fitted rows',
  target_deviation: 'its standard deviation there',
  train_r2: 'share of the variance of the number that the probe explains on the fitted rows',
  eval_r2: 'the same on the rows that were held out: 0 for who always says their mean, below 0 where that does better',
  eval_squared_error: 'mean square of what it is off by there',
  train_correlation: 'correlation of the number and what the probe says, on the fitted rows',
  eval_correlation: 'the same on the rows that were held out',
  eval_rank_correlation: 'the same of their ranks (Spearman)',
  train_rows: 'rows that were fitted',
  eval_rows: 'rows that were held out',
  control_eval_r2: 'with permutations: mean of what probes of the numbers in random order explain of the rows held out',
  control_best_eval_r2: 'the most that one of them explains',
  control_fits: 'how many they are',
  word_control_eval_r2: 'with control-task: what the probe of a random number a word form explains of the rows held out',
  selectivity: 'what the probe explains of the rows held out less what that of the control task does',
} as const;

/** The numbers of a probe on its sample. */
export async function numbersOf(
  probe: RegressionProbe,
  { train, held }: Sample,
  { kernels }: Pick<SampleTools, 'kernels'>,
): Promise<Record<string, FitNumber>> {
  const { objective, loss, violation, steps, weights, l1Max } = probe.optimum;
  const ofRows = async (rows: SampleRows) => agreementOf(await predictedNumbers(probe, rows, kernels), targetOf(rows));
  const [fitted, other] = [await ofRows(train), await ofRows(held)];
  const { mean, deviation } = spreadOf(targetOf(train));
  return {
    ...{ objective, squared_error: loss, violation, steps, l1_max: l1Max, target_mean: mean, target_deviation: deviation },
    weights: weights.reduce((count, weight) => count + Number(weight !== 0), 0),
    ...{ train_r2: fitted.r2, eval_r2: other.r2, eval_squared_error: other.squaredError },
    ...{ train_correlation: fitted.correlation, eval_correlation: other.correlation, eval_rank_correlation: other.rankCorrelation },
    ...{ train_rows: train.rows, eval_rows: held.rows },
  };
}

/** What it explains of the rows held out without the commonest word there. */
export async function judgedWithoutWord(
  probe: RegressionProbe,
  sample: Sample,
  { kernels }: Pick<SampleTools, 'kernels'>,
): Promise<WithoutWord> {
  const predicted = await predictedNumbers(probe, sample.held, kernels);
  return withoutWord(sample, (kept) => {
    const isKept = (_: number, row: number): boolean => kept(row);
    const { r2, correlation } = agreementOf(predicted.filter(isKept), targetOf(sample.held).filter(isKept));
    return { r2, correlation };
  });
}

/** What the same probe explains where there is nothing to explain: of numbers in random order, and of a random one a word form. */
export async function controlsOf(
  { train, held }: Sample,
  design: Design,
  real: number | null,
  settings: RegressionSettings,
  tools: SampleTools,
): Promise<Record<string, FitNumber>> {
  const r2Of = async (fitted: Float64Array, asked: Float64Array): Promise<number | null> => {
    const probe = await fitRegression(fitted, design, settings, tools);
    return typeof probe === 'string' ? null : agreementOf(await predictedNumbers(probe, held, tools.kernels), asked).r2;
  };
  const byLuck: number[] = [];
  for (let round = 0; round < settings.permutations; round++) {
    await tools.step('numbers in random order', round, settings.permutations, 'fits');
    const found = await r2Of(inRandomOrder(targetOf(train), tools.seed, round), targetOf(held));
    if (found !== null) byLuck.push(found);
  }
  const drawn = settings['control-task'] ? await drawnByForm(train, held, tools.seed, r2Of) : null;
  return {
    ...(settings.permutations > 0 && {
      control_eval_r2: byLuck.length > 0 ? byLuck.reduce((sum, value) => sum + value, 0) / byLuck.length : null,
      control_best_eval_r2: byLuck.length > 0 ? Math.max(...byLuck) : null,
      control_fits: byLuck.length,
    }),
    ...(settings['control-task'] && {
      word_control_eval_r2: drawn,
      selectivity: real === null || drawn === null ? null : real - drawn,
    }),
  };
}

/** The numbers that rows of a probe of numbers have. */
export function targetOf({ target = new Float64Array(0) }: SampleRows): Float64Array {
  return target;
}

/** The control task of Hewitt and Liang 2019 for numbers: each word form has that of a fitted row drawn at random. */
async function drawnByForm(
  train: SampleRows,
  held: SampleRows,
  seed: number,
  r2Of: (fitted: Float64Array, asked: Float64Array) => Promise<number | null>,
): Promise<number | null> {
  if (!train.types || !held.types) throw withoutWords();
  const real = targetOf(train);
  const drawn = (types: Int32Array): Float64Array =>
    Float64Array.from(types, (type) => real[integerBelow(randomStream(seed, 4, type), real.length)] as number);
  return r2Of(drawn(train.types), drawn(held.types));
}

/** The numbers in an order that follows from the seed (Fisher and Yates). */
function inRandomOrder(values: Float64Array, seed: number, round: number): Float64Array {
  const next = randomStream(seed, 6, round);
  const shuffled = Float64Array.from(values);
  for (let last = shuffled.length - 1; last > 0; last--) {
    const other = integerBelow(next, last + 1);
    [shuffled[last], shuffled[other]] = [shuffled[other] as number, shuffled[last] as number];
  }
  return shuffled;
}
