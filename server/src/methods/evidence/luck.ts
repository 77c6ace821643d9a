/** What luck alone gives: the best score of each shuffle, summed up, and how often it reaches a given one. */

/** Scores of the best under shuffled labels. */
export interface LuckSummary {
  readonly rounds: number;
  readonly median: number;
  readonly q95: number;
  readonly max: number;
}

/** Of the best strength of each shuffle, ascending and at least one; `scoreAt` turns a strength into a score. */
export function luckSummary(strengths: ArrayLike<number>, scoreAt: (strength: number) => number = Number): LuckSummary {
  // A shuffle that has happened, never a value between two.
  const at = (share: number): number => scoreAt(strengths[Math.ceil(share * (strengths.length - 1))]!);
  return { rounds: strengths.length, median: at(0.5), q95: at(0.95), max: at(1) };
}

/** The share of shuffles whose best reaches the given strength, (k + 1)/(n + 1), so never 0. */
export function luckP(strengths: ArrayLike<number>, strength: number): number {
  let reached = 0;
  for (let round = 0; round < strengths.length; round++) reached += Number(strengths[round]! >= strength);
  return (reached + 1) / (strengths.length + 1);
}
