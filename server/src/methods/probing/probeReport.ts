/**
 * A linear probe with all that is said of it, made once for all methods that ask about the same rows with the same settings:
 * rankings by weight and by weight mass read the same fit.
 */
import type { Reason } from '../../protocol/reasons';
import { shown } from '../../protocol/errors';
import type { FitNumber, Sample, SampleRows, SampleTools, WithoutWord } from '../sample';
import { accuracyOf, commonestLabel } from './accuracy';
import { controlTaskOf } from './controlTask';
import { fitLinearProbe, predictedClasses } from './linearProbe';
import type { LinearProbe } from './linearProbe';
import { probeParameters } from './probeParameters';
import type { ProbeSettings } from './probeParameters';
import { meanOf, numbersOf, probeWarnings } from './probeNumbers';
import { withoutRareClasses } from './support';
import { withoutWord } from './withoutWord';

export interface ProbeReport {
  readonly probe: LinearProbe;
  /** The rows that it was fitted to and judged on: those of classes with enough of them. */
  readonly sample: Sample;
  readonly fit: Readonly<Record<string, FitNumber>>;
  readonly withoutWord: WithoutWord;
  readonly warnings: readonly string[];
}

/** Reports by the rows that were fitted; they go when the rows do. */
const known = new WeakMap<SampleRows, Map<string, Promise<ProbeReport | Reason>>>();

/** The probe of a sample, fitted when it is first asked for. Throws METHOD_PARAMETER (a control task without words). */
export async function probeReport(sample: Sample, settings: ProbeSettings, tools: SampleTools): Promise<ProbeReport | Reason> {
  const ofRows = known.get(sample.train) ?? new Map<string, Promise<ProbeReport | Reason>>();
  known.set(sample.train, ofRows);
  const names = Object.keys(probeParameters) as (keyof ProbeSettings)[];
  const key = JSON.stringify([sample.focus, sample.classes, tools.seed, names.map((name) => settings[name])]);
  const found = ofRows.get(key);
  if (found) return found;
  const made = makeReport(sample, settings, tools);
  ofRows.set(key, made);
  // Whoever stops it takes nothing from the next who asks.
  made.catch(() => ofRows.delete(key));
  return made;
}

async function makeReport(given: Sample, settings: ProbeSettings, tools: SampleTools): Promise<ProbeReport | Reason> {
  const { sample, left } = withoutRareClasses(given, settings['min-rows']);
  if (left === 'few-rows') return left;
  const probe = await fitLinearProbe(sample, settings, tools);
  if (typeof probe === 'string') return probe;
  const fit = await numbersOf(probe, sample, tools.kernels);
  const control = settings['control-task'] ? await controlNumbers(sample, probe, fit, settings, tools) : {};
  const rare = left.map((name) => shown(name, 40)).join(', ');
  return {
    ...{ probe, sample },
    fit: { ...fit, ...control },
    withoutWord: await judgedWithoutWord(probe, sample, tools),
    warnings: [
      ...(left.length > 0 ? [`left out with their rows, since fewer than ${settings['min-rows']} of them are fitted: ${rare}`] : []),
      ...probeWarnings(probe, sample, settings, left),
    ],
  };
}

async function judgedWithoutWord(probe: LinearProbe, sample: Sample, { kernels }: SampleTools): Promise<WithoutWord> {
  const { train, held, classes } = sample;
  const predicted = await predictedClasses(probe, held, kernels);
  return withoutWord(sample, (kept) => {
    const isKept = (_: number, row: number): boolean => kept(row);
    const always = commonestLabel(train.labels, classes.length);
    const { share, majority, perClass } = accuracyOf(predicted.filter(isKept), held.labels.filter(isKept), classes.length, always);
    return { accuracy: share, majority, balanced_accuracy: meanOf(perClass) };
  });
}

/** Neurons at the top of probe and control that are compared. */
const compared = 50;

/** The same probe on the control task, and how far the real one is above it. */
async function controlNumbers(
  sample: Sample,
  real: LinearProbe,
  fit: Readonly<Record<string, FitNumber>>,
  settings: ProbeSettings,
  tools: SampleTools,
): Promise<Record<string, FitNumber>> {
  const task = controlTaskOf(sample, tools.seed);
  const probe = await fitLinearProbe(task, settings, tools);
  if (typeof probe === 'string') return {};
  const classes = sample.classes.length;
  const commonest = commonestLabel(task.train.labels, classes);
  const [train, held] = [await predictedClasses(probe, task.train, tools.kernels), await predictedClasses(probe, task.held, tools.kernels)];
  const isSeen = (_: number, row: number): boolean => task.seen[row] === 1;
  const all = accuracyOf(held, task.held.labels, classes, commonest);
  const seen = accuracyOf(held.filter(isSeen), task.held.labels.filter(isSeen), classes, commonest);
  const [own, learnt] = [strongest(real), new Set(strongest(probe))];
  const accuracy = fit['eval_accuracy'];
  return {
    control_train_accuracy: accuracyOf(train, task.train.labels, classes, commonest).share,
    control_eval_accuracy: all.share,
    control_seen_accuracy: seen.share,
    control_seen_rows: seen.of,
    control_chance: task.chance,
    control_shared: own.filter((neuron) => learnt.has(neuron)).length,
    selectivity: typeof accuracy === 'number' && all.share !== null ? accuracy - all.share : null,
  };
}

/** The neurons with the largest weights by mean size over the outputs. */
function strongest({ optimum: { weights }, design: { neurons } }: LinearProbe): number[] {
  const size = new Float64Array(neurons);
  weights.forEach((weight, at) => (size[at % neurons] = (size[at % neurons] as number) + Math.abs(weight)));
  const order = Array.from(size.keys()).sort((a, b) => (size[b] as number) - (size[a] as number) || a - b);
  return order.slice(0, compared);
}
