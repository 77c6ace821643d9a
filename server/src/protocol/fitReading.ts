/** What is known of a fit as a whole, in sentences: of tables in a terminal, and of pages. Which there are depends on the method. */
import { counted, countText } from './counted';
import { shown } from './errors';
import { scoreText } from './reading';
import { reasonTexts } from './reasons';
import type { RankingColumns } from './results';

/** Sentences about accuracy or what is explained, control tasks, minimal set and steps; none where nothing was fitted. */
export function fitSentences({ fit, withoutWord }: Pick<RankingColumns, 'fit' | 'withoutWord'>): string[] {
  const numbers = fitNumbers(fit);
  return [
    ...accuracyLines(numbers),
    ...explainedLines(numbers),
    ...stepLines(numbers),
    ...withoutWordLines(withoutWord),
    ...controlLines(numbers),
    ...minimalLines(numbers),
  ];
}

/** How a number without the commonest word is written, by its name. */
const withoutWordTexts: Readonly<Record<string, (value: number | null) => string>> = {
  accuracy: (value) => `${shareText(value)} right`,
  majority: (value) => `always the commonest class ${shareText(value)}`,
  balanced_accuracy: (value) => `all classes alike ${shareText(value)}`,
  r2: (value) => `${shareText(value)} of the variance explained`,
  correlation: (value) => `correlation ${scoreText(value)}`,
  mi: (value) => `mutual information ${scoreText(value)} bits`,
  log_posterior: (value) => `mean log posterior ${scoreText(value)}`,
  f1: (value) => `F1 ${scoreText(value)}`,
  mcc: (value) => `Matthews correlation ${scoreText(value)}`,
  pr_auc: (value) => `area under precision and recall ${scoreText(value)}`,
};

/** The fit on held rows without their commonest word, or why that is not known; nothing where no fit says so. */
export function withoutWordLines(withoutWord: RankingColumns['withoutWord']): string[] {
  if (!withoutWord) return [];
  const { word, rows, numbers, reason } = withoutWord;
  const which = word ? `“${shown(word.text, 40)}”, ${shareText(word.share)} of the held rows in question` : 'the commonest word';
  if (reason !== null) return [`without ${which}: not known, since ${reasonTexts[reason] ?? shown(reason)}`];
  const facts = Object.entries(numbers).map(([name, value]) => withoutWordTexts[name]?.(value) ?? `${shown(name)} ${scoreText(value)}`);
  return [`without ${which}: ${facts.join(', ')}, of ${countText(rows)} others`];
}

/** `93.1 %`, a dash for what is not known. */
export function shareText(value: number | null | undefined): string {
  return value === null || value === undefined ? '–' : `${(100 * value).toFixed(1)} %`;
}

/** The numbers of a fit by name. */
export interface FitNumbers {
  /** A single number; null where there is none of that name. */
  one(name: string): number | null;
  /** A list of numbers, empty where there is none of that name. */
  list(name: string): readonly (number | null)[];
  /** A number that counts something, as text. */
  count(name: string): string;
}

/** Reads the fit of a ranking, or of none. */
export function fitNumbers(fit: RankingColumns['fit'] = {}): FitNumbers {
  const one = (name: string): number | null => {
    const value = fit[name];
    return typeof value === 'number' ? value : null;
  };
  return {
    one,
    list: (name) => {
      const value = fit[name];
      return Array.isArray(value) ? value : [];
    },
    count: (name) => {
      const value = one(name);
      return value === null ? '–' : countText(value);
    },
  };
}

function accuracyLines(numbers: FitNumbers): string[] {
  if (numbers.one('train_accuracy') === null) return [];
  const facts = [
    `always the commonest ${shareText(numbers.one('eval_majority'))}`,
    `by chance ${shareText(numbers.one('eval_chance'))}`,
    `all classes alike ${shareText(numbers.one('eval_balanced_accuracy'))}`,
  ];
  return [
    `held out: ${shareText(numbers.one('eval_accuracy'))} of ${numbers.count('eval_rows')} right (${facts.join(', ')}); fitted: ${shareText(numbers.one('train_accuracy'))} of ${numbers.count('train_rows')}`,
  ];
}

/** Of a probe of numbers: what it explains, beside what probes of random ones do. */
function explainedLines(numbers: FitNumbers): string[] {
  if (numbers.one('train_r2') === null) return [];
  const fits = numbers.one('control_fits') ?? 0;
  const byLuck = `in random order ${shareText(numbers.one('control_eval_r2'))}, at most ${shareText(numbers.one('control_best_eval_r2'))} in ${counted(fits, 'fit')}`;
  const byHeart = `a random number a word form ${shareText(numbers.one('word_control_eval_r2'))}; selectivity ${shareText(numbers.one('selectivity'))}`;
  return [
    `held out: ${shareText(numbers.one('eval_r2'))} of the variance explained on ${counted(numbers.one('eval_rows') ?? 0, 'row')}, correlation ${scoreText(numbers.one('eval_correlation'))}, of ranks ${scoreText(numbers.one('eval_rank_correlation'))}; fitted: ${shareText(numbers.one('train_r2'))} of ${numbers.count('train_rows')}`,
    ...(fits > 0 ? [`control: ${byLuck}`] : []),
    ...(numbers.one('word_control_eval_r2') === null ? [] : [`control task: ${byHeart}`]),
  ];
}

function controlLines(numbers: FitNumbers): string[] {
  const accuracy = numbers.one('control_eval_accuracy');
  if (accuracy === null) return [];
  return [
    `control task: ${shareText(accuracy)} right (by chance ${shareText(numbers.one('control_chance'))}, on words that were fitted ${shareText(numbers.one('control_seen_accuracy'))}); selectivity ${shareText(numbers.one('selectivity'))}; ${numbers.count('control_shared')} of the 50 neurons with most weight have much of it there too`,
  ];
}

function minimalLines(numbers: FitNumbers): string[] {
  const sizes = numbers.list('minimal_sizes');
  if (sizes.length === 0) return [];
  const size = numbers.one('minimal_size');
  if (size === null) return [`minimal set: none of the sets tried was accurate enough, up to ${counted(sizes.at(-1) ?? 0, 'neuron')}`];
  return [`minimal set: a probe on ${counted(size, 'neuron')} from the top gets ${shareText(numbers.one('minimal_accuracy'))} right`];
}

/** Greedy selections and probes on 1, 2, 4 … neurons: where they end. */
function stepLines(numbers: FitNumbers): string[] {
  const information = numbers.list('mi');
  const f1 = numbers.list('f1');
  const sizes = numbers.list('k');
  if (information.length > 0) {
    const best = Math.max(...information.map((value) => value ?? -Infinity));
    const last = numbers.list('accuracy').at(-1);
    return [
      `after ${counted(information.length, 'step')}: ${shareText(last)} of ${numbers.count('rows')} right, mutual information ${scoreText(information.at(-1) ?? null)} bits (the most on the way ${scoreText(best)}) of ${scoreText(numbers.one('entropy'))}`,
    ];
  }
  return f1.length === 0 ? [] : [`F1 held out by neurons: ${sizes.map((k, i) => `${k}: ${scoreText(f1[i] ?? null)}`).join(', ')}`];
}
