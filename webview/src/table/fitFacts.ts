/** Numbers of a fit in words, and its classes line by line. */
import { countText } from '../../../server/src/protocol/counted';
import { scoreText } from '../../../server/src/protocol/reading';
import { shareText } from '../shared/numbers';
import type { TableRanking } from './tableRanking';

export interface Fact {
  readonly name: string;
  readonly value: string;
}

/** What is read first, by the names of numbers: how it is called, and how it is written. */
const first: Readonly<Record<string, readonly [name: string, write: (value: number) => string]>> = {
  eval_accuracy: ['right on words held out', shareText],
  eval_balanced_accuracy: ['the same, all classes alike', shareText],
  eval_majority: ['who always says the commonest', shareText],
  eval_chance: ['who draws by frequency', shareText],
  train_accuracy: ['right on words fitted', shareText],
  control_eval_accuracy: ['control task, right on words held out', shareText],
  control_chance: ['control task, who draws by frequency', shareText],
  eval_r2: ['variance explained on words held out', shareText],
  train_r2: ['variance explained on words fitted', shareText],
  control_eval_r2: ['numbers in random order explain', shareText],
  word_control_eval_r2: ['control task explains', shareText],
  selectivity: ['selectivity: less what the control task gets', scoreText],
  eval_rows: ['words held out', countText],
  train_rows: ['words fitted', countText],
};

/** Single numbers of the fit: those that say how good it is, then the others under their own names. */
export function factsOf({ fit = {} }: TableRanking): { readonly main: Fact[]; readonly others: Fact[] } {
  const single = Object.entries(fit).flatMap(([name, value]) => (typeof value === 'number' ? [{ name, value }] : []));
  const main = Object.entries(first).flatMap(([key, [name, write]]) =>
    single.filter((each) => each.name === key).map(({ value }) => ({ name, value: write(value) })),
  );
  const others = single.filter(({ name }) => !(name in first));
  return { main, others: others.map(({ name, value }) => ({ name: name.replaceAll('_', ' '), value: scoreText(value, 3) })) };
}

/** A class of the fit. */
export interface ClassFact {
  readonly name: string;
  readonly fitted: number | null;
  readonly held: number | null;
  /** Neurons in which half of its weight lies; null where weights are not told by class. */
  readonly half: number | null;
}

export function classesOf({ fit = {}, classes = [], perClass = [] }: TableRanking): ClassFact[] {
  const at = (name: string, k: number): number | null => {
    const value = fit[name];
    return Array.isArray(value) ? ((value[k] as number | null | undefined) ?? null) : null;
  };
  const halves = new Map(perClass.map(({ name, score }) => [name, score.filter((each) => each !== null && each < 0.5).length]));
  return classes
    .map((name, k) => ({ name, fitted: at('train_class_accuracy', k), held: at('eval_class_accuracy', k), half: halves.get(name) ?? null }))
    .filter(({ fitted, held, half }) => fitted !== null || held !== null || half !== null);
}
