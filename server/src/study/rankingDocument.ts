/** Views of an analysis result that others rely on: the ranking document of `--json`, and flat rows for tables. */
import { classOrder, neuronParts } from '../protocol/reading';
import type { AnalysisResult, RankingColumns } from '../protocol/results';

/** One neuron of a ranking, as `golgi rank --json` gives it. */
export interface RankedNeuron {
  readonly id: string;
  readonly layer: number | null;
  readonly tap: string | null;
  readonly unit: number;
  readonly score: number | null;
  readonly direction: 1 | -1;
  readonly [extra: string]: unknown;
}

/** The ranking document: neurons in rank order, the best `top` of them or all; undefined ones apart with their reason. */
function rankingDocument(result: AnalysisResult, ranking: RankingColumns, top?: number): Record<string, unknown> {
  const defined = ranking.order.filter((neuron) => ranking.score[neuron] !== null);
  const focus = new Map(ranking.focus.map((evidence) => [evidence.neuron, evidence]));
  return {
    kind: 'ranking',
    method: ranking.method,
    parameters: ranking.parameters,
    concept: ranking.concept,
    labels: ranking.labels,
    chance: ranking.chance,
    support: ranking.support,
    null: ranking.null,
    control: ranking.control,
    ...(ranking.experts ? { experts: ranking.experts } : {}),
    against: ranking.against ? { chance: ranking.against.chance, support: ranking.against.support } : null,
    neurons: defined.slice(0, top ?? defined.length).map((neuron): RankedNeuron => {
      const evidence = focus.get(neuron);
      return {
        ...neuronParts(result.neurons[neuron] ?? ''),
        score: ranking.score[neuron] ?? null,
        direction: ranking.direction[neuron] ?? 1,
        ...Object.fromEntries(Object.entries(ranking.extras).map(([name, column]) => [name, column[neuron] ?? null])),
        ...(ranking.q ? { q: ranking.q[neuron] ?? null } : {}),
        ...(ranking.against ? { against: ranking.against.score[neuron] ?? null } : {}),
        ...(evidence ? { interval: evidence.interval, p: evidence.p, word: evidence.word, topWords: evidence.topWords } : {}),
      };
    }),
    undefined: Object.entries(ranking.undefined).map(([neuron, reason]) => ({ id: result.neurons[Number(neuron)] ?? neuron, reason })),
    ...(ranking.perClass ? { per_class: ranking.perClass.map((each) => classDocument(result, each, top)) } : {}),
    ...(ranking.fit ? { fit: ranking.fit } : {}),
    ...(ranking.withoutWord ? { without_word: ranking.withoutWord } : {}),
    ...(ranking.sample ? { sample: ranking.sample } : {}),
    warnings: ranking.warnings,
    provenance: result.provenance,
  };
}

/** Neurons of one class by its weight mass, first to enter first. */
function classDocument(
  { neurons }: AnalysisResult,
  { name, score }: NonNullable<RankingColumns['perClass']>[number],
  top?: number,
): Record<string, unknown> {
  const order = classOrder(score);
  return {
    class: name,
    neurons: order.slice(0, top ?? order.length).map((neuron) => ({ id: neurons[neuron] ?? '', score: score[neuron] ?? null })),
  };
}

/** What `--json` gives: one ranking document, or several under `results`. */
export function rankingDocuments(result: AnalysisResult, top?: number): Record<string, unknown> {
  const [first, ...others] = result.rankings.map((ranking) => rankingDocument(result, ranking, top));
  return first && others.length === 0 ? first : { results: first ? [first, ...others] : [] };
}

/** Rows of a flat table, one a neuron and ranking, as CSV and Parquet hold them. */
export function flatRows(result: AnalysisResult, top?: number): Record<string, string | number | null>[] {
  return result.rankings.flatMap((ranking) =>
    ranking.order.slice(0, top ?? ranking.order.length).map((neuron, place) => {
      const { id, layer, tap, unit } = neuronParts(result.neurons[neuron] ?? '');
      const score = ranking.score[neuron] ?? null;
      return {
        concept: ranking.concept,
        method: ranking.method,
        rank: score === null ? null : place + 1,
        neuron: id,
        layer,
        tap,
        unit,
        score,
        direction: ranking.direction[neuron] ?? 1,
        chance: ranking.chance,
        positive: ranking.support.positive,
        negative: ranking.support.negative,
        q: ranking.q?.[neuron] ?? null,
        reason: ranking.undefined[String(neuron)] ?? null,
      };
    }),
  );
}
