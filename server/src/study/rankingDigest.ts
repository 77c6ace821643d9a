/** A ranking cut to what a tree shows. */
import type { RankingDigest } from '../protocol/messages';
import { isBetter, strength } from '../protocol/reading';
import type { AnalysisResult, RankingColumns } from '../protocol/results';

const listed = 50;

/** One digest a ranking, in their order. */
export function rankingDigests(result: AnalysisResult): RankingDigest[] {
  return result.rankings.map((ranking) => digest(result, ranking));
}

function digest(result: AnalysisResult, ranking: RankingColumns): RankingDigest {
  const luck = ranking.null && strength(ranking, ranking.null.q95);
  const isAbove = (score: number | null): boolean => luck !== null && isBetter(ranking, strength(ranking, score), luck);
  const focus = new Map(ranking.focus.map((evidence) => [evidence.neuron, evidence]));
  const defined = ranking.order.filter((neuron) => ranking.score[neuron] !== null);
  return {
    concept: ranking.concept,
    method: ranking.method,
    title: ranking.title,
    chance: ranking.chance,
    support: ranking.support,
    luck: ranking.null?.q95 ?? null,
    standing: ranking.score.reduce<number>((count, score) => count + Number(isAbove(score)), 0),
    labels: [ranking.labels.tagger ?? ranking.labels.source, ranking.labels.reliability].filter(Boolean).join(', '),
    neurons: defined.slice(0, listed).map((neuron) => ({
      id: result.neurons[neuron] ?? '',
      score: ranking.score[neuron] ?? 0,
      direction: ranking.direction[neuron] ?? 1,
      interval: focus.get(neuron)?.interval ?? null,
      p: focus.get(neuron)?.p ?? null,
      beatsLuck: isAbove(ranking.score[neuron] ?? null),
    })),
  };
}
