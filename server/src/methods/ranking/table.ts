/** Scores of one ranking while they are made, and the ranking that is made of them. */
import type { Direction, Reason, RankMethod, Scored } from '../method';
import { columnSorter } from '../statistics/order';

/** Scores over all neurons; NaN where undefined, with the reason beside it. Stays inside this room. */
export interface ScoreColumn {
  readonly score: Float64Array;
  readonly direction: Int8Array;
  readonly beside: Readonly<Record<string, Float64Array>>;
  readonly reasons: Map<number, Reason>;
}

export function scoreColumn(method: RankMethod, neurons: number): ScoreColumn {
  return {
    score: new Float64Array(neurons).fill(Number.NaN),
    direction: new Int8Array(neurons).fill(1),
    beside: Object.fromEntries(Object.keys(method.beside).map((name) => [name, new Float64Array(neurons).fill(Number.NaN)])),
    reasons: new Map(),
  };
}

/** Writes down a neuron's score, or why it has none. */
export function setScore(column: ScoreColumn, neuron: number, scored: Scored | Reason): void {
  if (typeof scored === 'string') {
    column.reasons.set(neuron, scored);
    return;
  }
  column.score[neuron] = scored.score;
  column.direction[neuron] = scored.direction;
  if (!scored.beside) return;
  for (const [name, value] of Object.entries(scored.beside)) {
    const target = column.beside[name];
    if (target) target[neuron] = value;
  }
}

/** Neurons best first, ties in their own order, undefined ones last. */
export function rankOrder(method: RankMethod, { score }: ScoreColumn): number[] {
  const weakness = score.map((value) => (Number.isNaN(value) ? Infinity : -method.strength(value)));
  return Array.from(columnSorter(weakness.length)(weakness).rows);
}

/** Numbers as a result holds them: null in place of NaN. */
export function nullable(values: Float64Array): (number | null)[] {
  const numbers = new Array<number | null>(values.length);
  for (let i = 0; i < values.length; i++) numbers[i] = Number.isNaN(values[i]!) ? null : values[i]!;
  return numbers;
}

/** Directions as a result holds them. */
export function directions(values: Int8Array): Direction[] {
  const sides = new Array<Direction>(values.length);
  for (let i = 0; i < values.length; i++) sides[i] = values[i]! < 0 ? -1 : 1;
  return sides;
}

/** Why each undefined neuron has no score, by its number. */
export function reasonsOf({ reasons }: ScoreColumn): Record<string, Reason> {
  return Object.fromEntries(Array.from(reasons, ([neuron, reason]) => [neuron, reason]));
}
