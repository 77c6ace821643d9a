/** The eight rows that a person can check by eye: rows 1–4 carry the concept, neuron c marks them by being low. */
import { checkParameters, rankMethod, rankNeurons } from '../../../server/src/methods';
import type { LabelSet, Ranked, Ranking, RankRequest } from '../../../server/src/methods';
import { matrixOfNeurons } from '../../helpers/matrices';

export const toy = {
  a: [4, 3, 2, 1, 0, 0, 1, 0],
  b: [1, 0, 2, 0, 2, 0, 1, 1],
  c: [-1, -2, -1, -3, 2, 1, 1, 3],
} as const;

/** A concept that the rows with a 1 carry. */
export function concept(labels: readonly number[], more: Partial<LabelSet> = {}): LabelSet {
  return { name: 'y', kind: 'binary', classNames: ['other', 'y'], labels: Int32Array.from(labels), ...more };
}

/** An attribute whose values are compared. */
export function attribute(labels: readonly number[], classNames = ['x', 'y', 'z']): LabelSet {
  return { name: 'attribute', kind: 'classes', classNames, labels: Int32Array.from(labels) };
}

export const firstFour = concept([1, 1, 1, 1, 0, 0, 0, 0]);

type Options = Partial<Pick<RankRequest, 'words' | 'groups' | 'options' | 'signal' | 'onProgress'>>;

/** Ranks neurons written down as columns; without evidence unless asked for. */
export function rankToy(
  neurons: readonly (readonly number[])[],
  labelSets: readonly LabelSet[],
  asked: readonly (readonly [id: string, parameters?: Record<string, string | number | boolean>])[],
  more: Options & { readonly blockRows?: number } = {},
): Promise<Ranked> {
  const methods = asked.map(([id, parameters = {}]) => ({
    method: rankMethod(id),
    parameters: checkParameters(rankMethod(id), parameters),
  }));
  return rankNeurons({
    parts: [{ point: null, matrix: matrixOfNeurons(neurons, more.blockRows) }],
    labelSets,
    methods,
    options: { nullRounds: 0, intervalsFor: 0 },
    ...more,
  });
}

/** One ranking by one method. */
export async function rankOne(
  id: string,
  neurons: readonly (readonly number[])[],
  labelSet: LabelSet,
  parameters: Record<string, string | number | boolean> = {},
): Promise<Ranking> {
  const { rankings } = await rankToy(neurons, [labelSet], [[id, parameters]]);
  return rankings[0]!;
}
