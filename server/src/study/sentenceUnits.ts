/** Sentences in place of words as what is ranked on (Suau, Zappella and Apostoloff 2022, section 3). */
import { largestOfGroups } from '../activations/largestOfGroups';
import type { LabelSet } from '../methods';
import { problem, refuseAll, shown } from '../protocol/errors';
import type { RankingRequest } from './ranking';

/** What a person must know of such a ranking. */
export const sentenceNote =
  'rows are sentences: a neuron’s value is its largest over the words of a sentence, which carries a concept when a word of it does';

/** A group for each sentence that has a row which takes part; −1 for rows that take none. */
interface Grouped {
  readonly ofRow: Int32Array;
  readonly count: number;
}

/**
 * The same question about sentences: values are the largest over the words that take part, and a sentence carries a concept
 * when one of these words does. What is known of single words is left out, as no word stands for a sentence. Throws USAGE
 * where sentences are not known, and for what only a word has: one of several values, or a number.
 */
export function sentenceUnits(request: RankingRequest): RankingRequest {
  const { parts, concepts, groups: sentences } = request;
  refuseAll([
    ...(sentences ? [] : [refused('rows whose sentences are not known', 'give --groups g.npy, the sentence of each row')]),
    ...concepts
      .filter(({ set }) => set.kind !== 'binary')
      .map(({ set }) => refused(`${shown(set.name, 80)}, of which a sentence has many`, 'name one value, such as upos=NOUN')),
  ]);
  const grouped = groupsOf(sentences ?? new Int32Array(0), takesPart(request));
  const { words: _, types: __, ...rest } = request;
  return {
    ...rest,
    groups: Int32Array.from({ length: grouped.count }, (___, sentence) => sentence),
    parts: parts.map((part) => ({ ...part, matrix: largestOfGroups(part.matrix, grouped.ofRow, grouped.count) })),
    concepts: concepts.map(({ set, source }) => ({ set: setOfSentences(set, grouped), source })),
  };
}

function refused(found: string, remedy: string): ReturnType<typeof problem> {
  return problem('USAGE', { flag: '--unit sentence' }, { found, expected: 'a concept that a sentence carries or does not', remedy });
}

/** Words that are left out of statistics have no form; where no words are known, what no concept labels is left out. */
function takesPart({ words, concepts }: RankingRequest): (row: number) => boolean {
  if (words) return (row) => words[row]! >= 0;
  return (row) => concepts.some(({ set }) => set.labels[row]! >= 0);
}

function groupsOf(sentences: Int32Array, isIn: (row: number) => boolean): Grouped {
  let count = 0;
  let last = -1;
  const ofRow = sentences.map((sentence, row) => {
    if (!isIn(row)) return -1;
    if (count === 0 || sentence !== last) count++;
    last = sentence;
    return count - 1;
  });
  return { ofRow, count };
}

function setOfSentences({ name, kind, classNames, labels, against }: LabelSet, grouped: Grouped): LabelSet {
  return { name, kind, classNames, labels: anyOf(labels, grouped), ...(against && { against: anyOf(against, grouped) }) };
}

/** 1 where a word carries the concept, 0 where none does and one stands against it, −1 where no word is asked about. */
function anyOf(labels: Int32Array, { ofRow, count }: Grouped): Int32Array {
  const of = new Int32Array(count).fill(-1);
  ofRow.forEach((group, row) => {
    if (group >= 0) of[group] = Math.max(of[group]!, labels[row]!);
  });
  return of;
}
