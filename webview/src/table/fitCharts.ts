/** Curves of a fit, by the names of its numbers: what is reached with more neurons, step by step, and layer by layer. */
import { counted } from '../../../server/src/protocol/counted';
import { isBetter, scaleOf, scoreText, strength } from '../../../server/src/protocol/reading';
import type { ChartData, ChartLine } from '../shared/chart';
import type { MethodColumns } from './columns';
import type { TableRanking } from './tableRanking';
import { numberAt } from './tableRanking';

type Fit = NonNullable<TableRanking['fit']>;

/** Everything that can be drawn of a ranking. */
export function chartsOf(ranking: TableRanking, columns: MethodColumns): ChartData[] {
  const { fit = {} } = ranking;
  return [sizesChart(fit), minimalChart(fit), informationChart(fit), accuracyChart(fit), layerChart(ranking, columns)].flatMap(
    (chart) => chart ?? [],
  );
}

const list = (fit: Fit, name: string): readonly (number | null)[] => {
  const value = fit[name];
  return Array.isArray(value) ? (value as readonly (number | null)[]) : [];
};

const one = (fit: Fit, name: string): number | null => {
  const value = fit[name];
  return typeof value === 'number' ? value : null;
};

/** The lines there are numbers for. */
const linesOf = (fit: Fit, ...names: readonly (readonly [key: string, name: string, quiet?: boolean])[]): ChartLine[] =>
  names.flatMap(([key, name, quiet = false]) => {
    const values = list(fit, key);
    return values.length > 0 ? [{ name, values, quiet }] : [];
  });

const steps = (values: readonly (number | null)[]): string[] => values.map((value) => (value === null ? '–' : String(value)));

/** Probes on 1, 2, 4 … neurons. */
function sizesChart(fit: Fit): ChartData | undefined {
  const [sizes, f1] = [list(fit, 'k'), list(fit, 'f1')];
  const last = f1.at(-1) ?? null;
  if (sizes.length === 0 || last === null) return undefined;
  const share = last > 0 && f1[0] !== null && f1[0] !== undefined ? `; one alone ${scoreText(f1[0])}` : '';
  return {
    title: 'Probes on few neurons',
    conclusion: `${counted(sizes.at(-1) ?? 0, 'neuron')} reach F1 ${scoreText(last)} on words held out${share}.`,
    x: { name: 'neurons', steps: steps(sizes) },
    y: { name: 'on words held out', from: 0, to: 1 },
    lines: linesOf(fit, ['f1', 'F1'], ['mcc', 'MCC', true], ['pr_auc', 'PR-AUC', true]),
    chance: null,
  };
}

/**
 * Where an axis of shares begins: close below the least of them, so that what lies above the commonest class of a rare concept
 * can be told apart, and at a fifth, so that its quarters are round.
 */
const foot = (shares: readonly (number | null)[]): number => {
  const least = Math.min(...shares.map((share) => share ?? 1));
  return Math.max(0, Math.min(4, Math.floor(least * 5))) / 5;
};

/** Probes on the first neurons of a ranking. */
function minimalChart(fit: Fit): ChartData | undefined {
  const [sizes, size] = [list(fit, 'minimal_sizes'), one(fit, 'minimal_size')];
  if (sizes.length === 0) return undefined;
  const enough = size === null ? 'No set that was tried is accurate enough' : `${counted(size, 'neuron')} are accurate enough`;
  const majority = one(fit, 'eval_majority');
  return {
    title: 'Accuracy by number of neurons',
    conclusion: `${enough}${size === null ? '' : `: ${scoreText(one(fit, 'minimal_accuracy'))}`}; all together ${scoreText(one(fit, 'eval_accuracy'))}.`,
    x: { name: 'neurons, from the top of the ranking', steps: steps(sizes) },
    y: { name: 'accuracy on words held out', from: foot([...list(fit, 'minimal_accuracies'), majority ?? 0]), to: 1 },
    lines: linesOf(fit, ['minimal_accuracies', 'accuracy']),
    chance: majority === null ? null : { name: 'commonest', value: majority },
  };
}

/** What a greedy selection knows of the classes after every step. */
function informationChart(fit: Fit): ChartData | undefined {
  const [mi, entropy] = [list(fit, 'mi'), one(fit, 'entropy')];
  if (mi.length === 0) return undefined;
  const most = Math.max(...mi.map((value) => value ?? -Infinity));
  return {
    title: 'Information by step',
    conclusion: `${counted(mi.length, 'step')} reach ${scoreText(mi.at(-1) ?? null)} bits, the most on the way ${scoreText(most)}, of ${scoreText(entropy)} there are.`,
    x: { name: 'neurons chosen', steps: mi.map((_, i) => String(i + 1)) },
    y: { name: 'bits', from: 0, to: entropy },
    lines: linesOf(fit, ['mi', 'chosen on'], ['held_mi', 'held out'], ['mi_running_max', 'largest so far', true]),
    chance: null,
  };
}

/** The share told right after every step of the same. */
function accuracyChart(fit: Fit): ChartData | undefined {
  const accuracy = list(fit, 'accuracy');
  if (accuracy.length === 0) return undefined;
  return {
    title: 'Accuracy by step',
    conclusion: `After ${counted(accuracy.length, 'step')} ${scoreText(accuracy.at(-1) ?? null)} of the words that neurons were chosen on are told right.`,
    x: { name: 'neurons chosen', steps: accuracy.map((_, i) => String(i + 1)) },
    y: { name: 'share told right', from: foot([...accuracy, ...list(fit, 'held_accuracy')]), to: 1 },
    lines: linesOf(fit, ['accuracy', 'chosen on'], ['held_accuracy', 'held out']),
    chance: null,
  };
}

/** The best neuron of every layer, tap by tap. */
function layerChart(ranking: TableRanking, { layer, tap, taps }: MethodColumns): ChartData | undefined {
  const layers = layer.reduce((most, at) => Math.max(most, at), -1) + 1;
  if (layers < 2) return undefined;
  const best = taps.map(() => new Array<number | null>(layers).fill(null));
  ranking.score.forEach((_, neuron) => {
    const size = strength(ranking, numberAt(ranking.score, neuron));
    const [line, at] = [best[tap[neuron] ?? 0], layer[neuron] ?? -1];
    if (line && at >= 0 && isBetter(ranking, size, line[at] ?? null)) line[at] = size;
  });
  const peaks = best.flatMap((values, t) => values.flatMap((value, at) => (value === null ? [] : [{ name: `L${at}.${taps[t]}`, value }])));
  const peak = peaks.reduce<(typeof peaks)[number] | undefined>(
    (top, each) => (isBetter(ranking, each.value, top?.value ?? null) ? each : top),
    undefined,
  );
  if (!peak) return undefined;
  const [name, isDown] = [ranking.title.toLowerCase(), ranking.scale?.best === 'smallest'];
  return {
    title: 'Best neuron of each layer',
    conclusion: `The best lies in ${peak.name}: ${scoreText(peak.value)}.`,
    x: { name: 'layer', steps: Array.from({ length: layers }, (_, at) => String(at)) },
    y: {
      name: isDown ? `${name}, less is better` : name,
      from: Math.min(0, ranking.chance ?? 0),
      // Where the smallest score is best, the scale ends at the foot of the picture.
      to: isDown ? null : (ranking.scale?.end ?? null),
    },
    lines: taps.map((name, t) => ({ name, values: best[t] ?? [] })),
    chance: ranking.chance === null ? null : { name: 'chance', value: scaleOf(ranking).chance },
  };
}
