/** A ranking as the table holds it: columns of numbers as such, so that tables of millions of scores neither fill nor hold up the page. */
import type { RankingColumns } from '../../../server/src/protocol/results';

/** Numbers by neuron; NaN where there is none. */
export type NumberColumn = Float64Array;

export interface TableRanking extends Omit<RankingColumns, 'score' | 'direction' | 'order' | 'extras' | 'against'> {
  readonly score: NumberColumn;
  /** By neuron: 1 or −1. */
  readonly direction: Int8Array;
  readonly extras: Readonly<Record<string, NumberColumn>>;
}

/** The columns of a ranking, given as lists or as numbers already. */
export function tableRanking({ order: _, against: __, ...ranking }: RankingColumns): TableRanking {
  return {
    ...ranking,
    score: numberColumn(ranking.score),
    direction: Int8Array.from(ranking.direction),
    extras: Object.fromEntries(Object.entries(ranking.extras).map(([name, values]) => [name, numberColumn(values)])),
  };
}

/** The number of a neuron; null where there is none. */
export function numberAt(column: NumberColumn | undefined, neuron: number | undefined): number | null {
  const value = column?.[neuron ?? -1];
  return value === undefined || Number.isNaN(value) ? null : value;
}

/** The same of a list as it was read: long ones have NaN where the file has null. */
export function numberIn(values: ArrayLike<number | null> | null | undefined, neuron: number | undefined): number | null {
  const value = values?.[neuron ?? -1] ?? null;
  return value === null || Number.isNaN(value) ? null : value;
}

/** On which side of its values a neuron marks the concept. */
export function directionAt({ direction }: TableRanking, neuron: number): 1 | -1 {
  return direction[neuron] === -1 ? -1 : 1;
}

function numberColumn(values: NumberColumn | readonly (number | null)[]): NumberColumn {
  return values instanceof Float64Array ? values : Float64Array.from(values, (value) => value ?? NaN);
}
