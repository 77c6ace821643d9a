/**
 * Labels shuffled so that everything but the link to the words is kept: within sentences, so that each sentence keeps its
 * number of rows of the concept; or, where whole sentences carry one label, between sentences.
 */
import type { Labelling } from '../statistics/cells';
import { integerBelow, randomStream } from '../statistics/random';

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

/** How the labels of this labelling can be exchanged. */
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
  const one: Sentences = { ofRow: new Int32Array(labelling.labels.length), count: 1, known: true };
  const lists = rowsOfSentences(labelling, exchange === 'all rows' ? one : sentences);
  return Array.from({ length: options.rounds }, (_, round) => {
    const next = randomStream(options.seed, round);
    const drawn =
      exchange === 'whole sentences' ? exchangeSentences(labelling, lists, next) : exchangeRows(labelling, lists, tracked, next);
    return listByClass(drawn, tracked);
  });
}

type Draw = readonly { readonly row: number; readonly label: number }[];

/** In each list, every label of a tracked class goes to a row drawn without replacement. */
function exchangeRows({ labels }: Labelling, lists: readonly Int32Array[], tracked: readonly number[], next: () => number): Draw {
  const wanted = new Set(tracked);
  const drawn: { row: number; label: number }[] = [];
  for (const list of lists) {
    const moving = list.filter((row) => wanted.has(labels[row]!)).map((row) => labels[row]!);
    if (moving.length === 0) continue;
    const rows = list.slice();
    moving.forEach((label, i) => {
      const j = i + integerBelow(next, rows.length - i);
      const row = rows[j]!;
      rows[j] = rows[i]!;
      rows[i] = row;
      drawn.push({ row, label });
    });
  }
  return drawn;
}

/** Every sentence gets the label of another one. */
function exchangeSentences({ labels }: Labelling, lists: readonly Int32Array[], next: () => number): Draw {
  const order = lists.map((_, i) => i);
  for (let i = 0; i < order.length; i++) {
    const j = i + integerBelow(next, order.length - i);
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return lists.flatMap((list, i) => {
    const label = labels[lists[order[i]!]![0]!]!;
    return Array.from(list, (row) => ({ row, label }));
  });
}

function listByClass(drawn: Draw, tracked: readonly number[]): Shuffle {
  const lists = tracked.map((label) => Int32Array.from(drawn.filter((entry) => entry.label === label).map(({ row }) => row)).sort());
  const starts = new Int32Array(tracked.length + 1);
  lists.forEach((list, k) => (starts[k + 1] = starts[k]! + list.length));
  const rows = new Int32Array(starts[tracked.length]!);
  lists.forEach((list, k) => rows.set(list, starts[k]));
  return { rows, starts };
}

/** Rows with a label, sentence by sentence; sentences without any are left out. */
function rowsOfSentences({ labels }: Labelling, { ofRow, count }: Sentences): Int32Array[] {
  const sizes = new Int32Array(count);
  labels.forEach((label, row) => {
    if (label >= 0) sizes[ofRow[row]!] = sizes[ofRow[row]!]! + 1;
  });
  const lists = Array.from(sizes, (size) => new Int32Array(size));
  const filled = new Int32Array(count);
  labels.forEach((label, row) => {
    if (label < 0) return;
    const sentence = ofRow[row]!;
    const at = filled[sentence]!;
    lists[sentence]![at] = row;
    filled[sentence] = at + 1;
  });
  return lists.filter(({ length }) => length > 0);
}
