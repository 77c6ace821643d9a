/** Which words stand behind a neuron's strongest rows. */
import type { Direction, Scorer } from '../method';
import type { SortedColumn } from '../statistics/order';
import type { Question, Reweighted } from './reweighted';

/** Strongest rows that are looked at for the words of a neuron, and how many words are named. */
const topRows = 50;
const namedWords = 5;

/** A word type and how often it stands among some rows. */
export interface CountedWord {
  readonly type: number;
  readonly count: number;
}

/** What the words of a neuron say about one of its scores. */
export interface WordEvidence {
  /** The commonest word type among the hits, its share, and the score without its rows; null without hits. */
  readonly word: {
    readonly type: number;
    readonly share: number;
    readonly scoreWithout: number | null;
    /** Chance on the rows that are left, where the neuron was fitted to them anew. */
    readonly chanceWithout?: number | null;
  } | null;
  /** Word types of the strongest rows, commonest first. */
  readonly topWords: readonly CountedWord[];
}

/** Words behind one neuron, for each of its scores. They depend on its side only, so scores that agree on it share them. */
export function wordEvidence(
  { sorted, labels, focus }: Pick<Question, 'sorted' | 'labels' | 'focus'>,
  rows: Reweighted,
  scored: readonly { readonly scorer: Scorer; readonly direction: Direction }[],
  words: Int32Array,
): WordEvidence[] {
  const found = new Array<WordEvidence>(scored.length);
  for (const side of [1, -1] as const) {
    const agreed = [...scored.keys()].filter((s) => scored[s]!.direction === side);
    if (agreed.length === 0) continue;
    const { topWords: top, hit } = wordsBehind(sorted, { labels, focus }, side, words);
    const without = hit ? rows.without(words, hit.type, agreed.map((s) => scored[s]!.scorer)) : []; // prettier-ignore
    agreed.forEach((s, i) => (found[s] = { topWords: top, word: hit && { ...hit, scoreWithout: without[i]! } }));
  }
  return found;
}

/** The words of a neuron's strongest rows, and the commonest among its hits; null without hits, and where no class is asked for. */
export function wordsBehind(
  sorted: SortedColumn,
  { labels, focus }: Pick<Question, 'labels' | 'focus'>,
  side: Direction,
  words: Int32Array,
): { readonly topWords: readonly CountedWord[]; readonly hit: { readonly type: number; readonly share: number } | null } {
  return { topWords: topWords(sorted, side, words), hit: focus >= 0 ? hitWords(sorted, { labels, focus }, side, words) : null };
}

/**
 * The commonest word type among the hits, and its share of them. Hits are those of the strongest rows in the neuron's
 * direction, as many as carry the concept, that do carry it. Null without hits.
 */
function hitWords(
  column: SortedColumn,
  { labels, focus }: { readonly labels: Int32Array; readonly focus: number },
  direction: Direction,
  words: Int32Array,
): { readonly type: number; readonly share: number } | null {
  let carriers = 0;
  for (const row of column.rows) carriers += Number(labels[row] === focus);
  const hits = strongest(column, carriers, direction).filter((row) => labels[row] === focus);
  const [commonest] = countWords(hits, words);
  return commonest ? { type: commonest.type, share: commonest.count / hits.length } : null;
}

/** The commonest word types of the strongest rows. */
function topWords(column: SortedColumn, direction: Direction, words: Int32Array): CountedWord[] {
  return countWords(strongest(column, topRows, direction), words).slice(0, namedWords);
}

/** Rows from the strong end inwards; rows of equal value by number. */
function strongest({ rows, values }: SortedColumn, count: number, direction: Direction): number[] {
  const n = Math.min(count, rows.length);
  if (direction < 0) return Array.from(rows.subarray(0, n));
  const found: number[] = [];
  for (let end = rows.length; end > 0 && found.length < n;) {
    let start = end - 1;
    while (start > 0 && values[start - 1] === values[start]) start--;
    for (let i = start; i < end && found.length < n; i++) found.push(rows[i]!);
    end = start;
  }
  return found;
}

/** Commonest first, of equals the one that stands first. Rows without a word type (−1) do not count. */
function countWords(rows: readonly number[], words: Int32Array): CountedWord[] {
  const counts = new Map<number, number>();
  for (const row of rows) {
    const type = words[row]!;
    if (type >= 0) counts.set(type, (counts.get(type) ?? 0) + 1);
  }
  return Array.from(counts, ([type, count]) => ({ type, count })).sort((a, b) => b.count - a.count);
}
