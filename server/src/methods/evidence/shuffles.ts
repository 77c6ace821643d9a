/**
 * Labels shuffled so that everything but the link to the words is kept: within sentences, so that each sentence keeps its
 * number of rows of the concept; or, where whole sentences carry one label, between sentences.
 */
import type { Labelling } from '../statistics/cells';
import { integerBelow, randomStream } from '../statistics/random';
import type { RandomStream } from '../statistics/random';

/** What is exchanged with what. */
export type Exchange = 'rows within sentences' | 'whole sentences' | 'all rows';

/** One shuffle: rows that get class `tracked[k]` are `rows[starts[k] … starts[k + 1])`, ascending. */
export interface Shuffle {
  readonly rows: Int32Array;
  readonly starts: Int32Array;
}

/** The sentence of every row, numbered from 0. */
export interface Sentences {
  readonly ofRow: Int32Array;
  readonly count: number;
  /** False when no sentences are known and every row stands alone. */
  readonly known: boolean;
}

/** Numbers the groups from 0 in order of first occurrence; without groups every row is one. */
export function sentencesOf(groups: Int32Array | undefined, rows: number): Sentences {
  if (!groups) return { ofRow: Int32Array.from({ length: rows }, (_, row) => row), count: rows, known: false };
  const numbers = new Map<number, number>();
  const ofRow = groups.map((group) => {
    const number = numbers.get(group) ?? numbers.size;
    numbers.set(group, number);
    return number;
  });
  return { ofRow, count: numbers.size, known: true };
}

/** How the labels of this labelling can be exchanged: between sentences only if no sentence has two labels. */
export function exchangeFor({ labels }: Labelling, { ofRow, count, known }: Sentences): Exchange {
  if (!known) return 'all rows';
  const first = new Int32Array(count).fill(-1);
  for (let row = 0; row < labels.length; row++) {
    const label = labels[row]!;
    const sentence = ofRow[row]!;
    if (label < 0) continue;
    if (first[sentence]! < 0) first[sentence] = label;
    else if (first[sentence] !== label) return 'rows within sentences';
  }
  return 'whole sentences';
}

/**
 * `rounds` shuffles of the labelling, of which only rows of the classes `tracked` are listed. Rows without a label stay
 * without. The same seed gives the same shuffles.
 */
export function shuffles(
  labelling: Labelling,
  sentences: Sentences,
  tracked: readonly number[],
  options: { readonly rounds: number; readonly seed: number },
): Shuffle[] {
  const exchange = exchangeFor(labelling, sentences);
  const everything: Sentences = { ofRow: new Int32Array(labelling.labels.length), count: 1, known: true };
  const lists = rowsOfSentences(labelling, exchange === 'all rows' ? everything : sentences);
  const shuffled = new Int32Array(labelling.labels.length);
  const shuffle = exchange === 'whole sentences' ? sentenceExchanger(labelling, lists) : rowExchanger(labelling, lists, tracked);
  return Array.from({ length: options.rounds }, (_, round) => {
    shuffle(shuffled.fill(-1), randomStream(options.seed, round));
    return listByClass(shuffled, labelling.classes, tracked);
  });
}

/** Writes shuffled labels over an array of −1. */
type Shuffler = (shuffled: Int32Array, next: RandomStream) => void;

/** In each list, every label of a tracked class goes to a row drawn without replacement. */
function rowExchanger({ labels }: Labelling, lists: readonly Int32Array[], tracked: readonly number[]): Shuffler {
  const moving = lists
    .map((rows) => ({ rows: rows.slice(), labels: rows.map((row) => labels[row]!).filter((label) => tracked.includes(label)) }))
    .filter((list) => list.labels.length > 0);
  return (shuffled, next) => {
    // The lists stay in the order of the last round: any order is as good a start for drawing.
    for (const list of moving) {
      const { rows } = list;
      for (let i = 0; i < list.labels.length; i++) {
        const j = i + integerBelow(next, rows.length - i);
        const row = rows[j]!;
        rows[j] = rows[i]!;
        rows[i] = row;
        shuffled[row] = list.labels[i]!;
      }
    }
  };
}

/** Every sentence gets the label of another one. */
function sentenceExchanger({ labels }: Labelling, lists: readonly Int32Array[]): Shuffler {
  const given = Int32Array.from(lists, (rows) => labels[rows[0]!]!);
  return (shuffled, next) => {
    lists.forEach((rows, i) => {
      const j = i + integerBelow(next, lists.length - i);
      const label = given[j]!;
      given[j] = given[i]!;
      given[i] = label;
      for (const row of rows) shuffled[row] = label;
    });
  };
}

function listByClass(shuffled: Int32Array, classes: number, tracked: readonly number[]): Shuffle {
  const place = new Int32Array(classes).fill(-1);
  tracked.forEach((label, k) => (place[label] = k));
  const starts = new Int32Array(tracked.length + 1);
  for (const label of shuffled) {
    const k = label < 0 ? -1 : place[label]!;
    if (k >= 0) starts[k + 1] = starts[k + 1]! + 1;
  }
  for (let k = 0; k < tracked.length; k++) starts[k + 1] = starts[k + 1]! + starts[k]!;
  const next = starts.slice();
  const rows = new Int32Array(starts[tracked.length]!);
  for (let row = 0; row < shuffled.length; row++) {
    const label = shuffled[row]!;
    const k = label < 0 ? -1 : place[label]!;
    if (k < 0) continue;
    const at = next[k]!;
    rows[at] = row;
    next[k] = at + 1;
  }
  return { rows, starts };
}

/** Rows with a label, sentence by sentence; sentences without any are left out. */
function rowsOfSentences({ labels }: Labelling, { ofRow, count }: Sentences): Int32Array[] {
  const lists: number[][] = Array.from({ length: count }, () => []);
  labels.forEach((label, row) => {
    if (label >= 0) lists[ofRow[row]!]!.push(row);
  });
  return lists.filter(({ length }) => length > 0).map((rows) => Int32Array.from(rows));
}
