/** Pinned neurons on one axis and in one table. */
import type { NeuronView } from '../../../server/src/protocol/messages';
import type { ComparedNeuron } from '../../../server/src/protocol/views';

const bins = 40;

/** The least and the largest value of any of them. */
export function comparedRange(compared: readonly ComparedNeuron[]): readonly [number, number] {
  const ends = compared.flatMap(({ histogram: { edges } }) => [edges[0] ?? 0, edges.at(-1) ?? 0]);
  return [Math.min(...ends), Math.max(...ends)];
}

/** A histogram in bins of a wider range: each bin's words are where its middle lies. */
export function rebinned(
  { edges, carrying, others }: NeuronView['histogram'],
  [least, most]: readonly [number, number],
): { readonly carrying: readonly number[]; readonly others: readonly number[] } {
  const place = (i: number): number => {
    const middle = ((edges[i] ?? 0) + (edges[i + 1] ?? 0)) / 2;
    return Math.max(0, Math.min(bins - 1, Math.floor((bins * (middle - least)) / (most - least || 1))));
  };
  const moved = (counts: readonly number[]): number[] => {
    const sums = Array<number>(bins).fill(0);
    counts.forEach((count, i) => (sums[place(i)] = (sums[place(i)] ?? 0) + count));
    return sums;
  };
  return { carrying: moved(carrying), others: moved(others) };
}

/** Every concept that one of them marks best, with the score of each, null where it is not among its best; shared ones first, then by score. */
export function comparedConcepts(
  compared: readonly ComparedNeuron[],
): { readonly concept: string; readonly scores: readonly (number | null)[] }[] {
  const names = [...new Set(compared.flatMap(({ concepts }) => concepts.map(({ concept }) => concept)))];
  const rows = names.map((concept) => ({
    concept,
    scores: compared.map(({ concepts }) => concepts.find((one) => one.concept === concept)?.score ?? null),
  }));
  const shared = (scores: readonly (number | null)[]): number => scores.filter((score) => score !== null).length;
  const best = (scores: readonly (number | null)[]): number => Math.max(...scores.map((score) => score ?? 0));
  return rows.sort((a, b) => shared(b.scores) - shared(a.scores) || best(b.scores) - best(a.scores));
}
