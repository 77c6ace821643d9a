/** What the methods that fit a linear probe say of it beside their scores. */
import type { Reason } from '../../protocol/reasons';
import { shown } from '../../protocol/errors';
import type { FitNumber, Sample, SampleRows, SampleScores } from '../sample';
import type { Kernels } from '../kernels';
import { accuracyOf, commonestLabel } from './accuracy';
import { predictedClasses } from './linearProbe';
import type { LinearProbe } from './linearProbe';
import type { ProbeSettings } from './probeParameters';

/** Names of the numbers, with their meaning. */
export const probeNumbers = {
  objective: 'mean cross-entropy and penalty at the optimum',
  cross_entropy: 'mean cross-entropy over the fitted rows, in nats',
  violation: 'largest violation of the conditions of optimality',
  steps: 'steps of the solver',
  weights: 'weights that are not zero',
  l1_max: 'the smallest l1 that leaves every weight at zero',
  train_accuracy: 'accuracy on the fitted rows',
  eval_accuracy: 'accuracy on the rows that were held out',
  train_correct: 'rows to fit that it gets right',
  eval_correct: 'held rows that it gets right',
  train_rows: 'rows that were fitted',
  eval_rows: 'rows that were held out',
  train_majority: 'accuracy on the fitted rows of who always says the commonest class',
  eval_majority: 'the same on the rows that were held out',
  eval_chance: 'accuracy there of who draws labels as often as they were fitted',
  eval_balanced_accuracy: 'mean of the accuracies of the classes on the rows that were held out, so that all count alike',
  train_class_accuracy: 'accuracy on the fitted rows of each class, class by class',
  eval_class_accuracy: 'accuracy on the held rows of each class, class by class',
  control_train_accuracy: 'with control-task: accuracy on the fitted rows of the same probe on random labels of word forms',
  control_eval_accuracy: 'the same on the rows that were held out',
  control_seen_accuracy: 'the same on those of them whose word form was fitted',
  control_seen_rows: 'rows of that kind',
  control_chance: 'accuracy there of who draws labels as often as they occur',
  control_shared: 'of the 50 neurons with the largest weights, those that have one of the 50 largest in the control task too',
  selectivity: 'accuracy on the rows held out less that of the control task',
} as const;

/** The numbers of a probe on its sample. */
export async function numbersOf(
  probe: LinearProbe,
  { train, held, classes }: Sample,
  kernels: Kernels,
): Promise<Record<string, FitNumber>> {
  const commonest = commonestLabel(train.labels, classes.length);
  const accuracy = async (rows: SampleRows) =>
    accuracyOf(await predictedClasses(probe, rows, kernels), rows.labels, classes.length, commonest);
  const [fitted, other] = [await accuracy(train), await accuracy(held)];
  const { objective, loss, violation, steps, weights, l1Max } = probe.optimum;
  return {
    ...{ objective, cross_entropy: loss, violation, steps, l1_max: l1Max },
    weights: weights.reduce((count, weight) => count + Number(weight !== 0), 0),
    ...{ train_accuracy: fitted.share, eval_accuracy: other.share },
    ...{ train_correct: fitted.correct, eval_correct: other.correct, train_rows: fitted.of, eval_rows: other.of },
    ...{ train_majority: fitted.majority, eval_majority: other.majority },
    eval_chance: chanceOf(train.labels, held.labels, classes.length),
    eval_balanced_accuracy: meanOf(other.perClass),
    train_class_accuracy: fitted.perClass,
    eval_class_accuracy: other.perClass,
  };
}

/** Σ over the classes of their share among fitted rows times that among held ones; null where there are none. */
function chanceOf(fitted: Int32Array, held: Int32Array, classes: number): number | null {
  if (held.length === 0) return null;
  const counts = new Array<number>(classes).fill(0);
  for (const label of fitted) counts[label] = (counts[label] ?? 0) + 1;
  return held.reduce((sum, label) => sum + (counts[label] ?? 0), 0) / (fitted.length * held.length);
}

/** Mean of the numbers there are; null where there are none. */
export function meanOf(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length > 0 ? known.reduce((sum, value) => sum + value, 0) / known.length : null;
}

/** What a reader must know before trusting the numbers; classes that are `known` to be left out are not named. */
export function probeWarnings(probe: LinearProbe, { classes, train }: Sample, { l1 }: ProbeSettings, known: readonly string[]): string[] {
  const { converged, violation, steps, l1Max, weights } = probe.optimum;
  const fitted = new Set(train.labels);
  const absent = probe.other < 0 ? classes.filter((name, k) => !fitted.has(k) && !known.includes(name)) : [];
  const empty = weights.every((weight) => weight === 0);
  return [
    ...(probe.separated
      ? [
          'the classes can be told apart without a mistake and nothing is penalised, so that weights would grow without end; these are where the first mistake-free probe was found. Set l2',
        ]
      : []),
    ...(!converged && !probe.separated
      ? [`not at the optimum after ${steps} steps: its conditions are violated by up to ${violation.toExponential(1)}`]
      : []),
    ...(empty && l1 > 0 ? [`the penalty leaves every weight at zero; with l1 below ${l1Max.toPrecision(3)} some are not`] : []),
    ...(absent.length > 0
      ? [`left out, since no row to fit has them: ${absent.map((name) => shown(name, 40)).join(', ')}; rows of theirs count as mistakes`]
      : []),
  ];
}

/** Scores of a sample that cannot be fitted. */
export function unfitted({ train }: Sample, reason: Reason, beside: readonly string[]): SampleScores {
  const none = new Array<null>(train.neurons).fill(null);
  return {
    score: none,
    direction: none.map(() => 1),
    reasons: Object.fromEntries(none.map((_, j) => [j, reason])),
    beside: Object.fromEntries(beside.map((name) => [name, none])),
    fit: Object.fromEntries(Object.keys(probeNumbers).map((name) => [name, null])),
    warnings: [],
  };
}

/** Why a neuron has no score: it does not vary over the fitted rows, or its values are not finite. */
export function unvaryingReason({ design }: Pick<LinearProbe, 'design'>, neuron: number): Reason | null {
  if ((design.scale[neuron] as number) > 0) return null;
  return Number.isFinite(design.mean[neuron]) ? 'constant' : 'not-finite';
}
