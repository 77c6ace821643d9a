/** The result of ranking neurons by weights that somebody has fitted. */
import type { GivenWeights, Parameters, SampleMethod, WeightScores } from '../methods';
import { sampleOrder } from '../methods';
import { resultSchema } from '../protocol/results';
import type { AnalysisResult, Provenance } from '../protocol/results';

/** One ranking a method. No rows are known, so there is no chance and no support. */
export function weightsResult(
  { names, ids }: GivenWeights,
  rankings: readonly { readonly method: SampleMethod; readonly parameters: Parameters; readonly found: WeightScores }[],
  provenance: Provenance,
): AnalysisResult {
  return {
    ...{ schema: resultSchema, kind: 'ranking', provenance, neurons: ids },
    rankings: rankings.map(({ method, parameters, found }) => ({
      ...{ method: method.id, title: method.title, parameters, concept: names.length === 1 ? (names[0] ?? '') : 'weights' },
      ...{ labels: { source: 'given' }, scale: method.scale, chance: null, support: { positive: 0, negative: 0 } },
      ...{ score: found.score, direction: found.direction, order: sampleOrder(method, { score: found.score, order: found.order }) },
      ...{ extras: found.beside, undefined: found.reasons, against: null, null: null, control: null, focus: [], warnings: [] },
      ...(found.perClass && { perClass: found.perClass }),
    })),
  };
}
