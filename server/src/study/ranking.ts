/** An analysis from labelled rows to a result with its provenance. */
import { className, parseParameters, rankMethod, rankNeurons } from '../methods';
import type { LabelSet, MethodChoice, NeuronPart, Ranking } from '../methods';
import { readEach } from '../protocol/errors';
import type { EvidenceOptions, MethodRequest, Progress } from '../protocol/jobs';
import type { AnalysisResult, Provenance, RankingColumns } from '../protocol/results';
import { resultSchema } from '../protocol/results';
import type { ConceptRows } from './labels';

export interface RankingRequest {
  readonly parts: readonly NeuronPart[];
  readonly concepts: readonly { readonly set: LabelSet; readonly source: ConceptRows['source'] | { readonly kind: 'given' } }[];
  readonly methods: readonly MethodChoice[];
  /** Word form of each row, as a number into `forms`. */
  readonly words?: Int32Array;
  readonly forms: readonly string[];
  /** Sentence of each row. */
  readonly groups?: Int32Array;
  readonly evidence: EvidenceOptions;
  readonly provenance: (elapsedMs: number) => Provenance;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
}

/** Methods and parameters as a person wrote them. Throws METHOD_UNKNOWN and METHOD_PARAMETER, for all of them at once. */
export function chooseMethods(requests: readonly MethodRequest[]): MethodChoice[] {
  return readEach(requests, ({ id, parameters }) => {
    const method = rankMethod(id);
    return { method, parameters: parseParameters(method, parameters) };
  });
}

/** The result with the best scores of its control, which was ranked in the same way. */
export function withControl(result: AnalysisResult, control: AnalysisResult, seed: number): AnalysisResult {
  const best = control.rankings.map(({ order, score }) => score[order[0] ?? -1] ?? null);
  return { ...result, rankings: result.rankings.map((ranking, i) => ({ ...ranking, control: { seed, best: best[i] ?? null } })) };
}

/** Ranks, and writes down what was found as a result. */
export async function rank(request: RankingRequest): Promise<AnalysisResult> {
  const began = performance.now();
  const { nullRounds, intervals, seed } = request.evidence;
  const { neurons, rankings } = await rankNeurons({
    parts: request.parts,
    labelSets: request.concepts.map(({ set }) => set),
    methods: request.methods,
    ...(request.words ? { words: request.words } : {}),
    ...(request.groups ? { groups: request.groups } : {}),
    options: { nullRounds, intervalsFor: intervals, seed },
    signal: request.signal,
    onProgress: request.onProgress,
  });
  return {
    schema: resultSchema,
    kind: 'ranking',
    provenance: request.provenance(performance.now() - began),
    neurons,
    rankings: rankings.map((ranking) => columns(ranking, request)),
  };
}

function columns(ranking: Ranking, { concepts, forms }: RankingRequest): RankingColumns {
  const { focus, null: luck, ...rest } = ranking;
  const formOf = (type: number): string => forms[type] ?? '';
  // A method that ranks for one class at a time gives each a ranking of its own.
  const concept =
    concepts.find(({ set }) => set.name === ranking.concept) ??
    concepts.find(({ set }) => set.classNames.some((name) => className(set.name, name) === ranking.concept));
  return {
    ...rest,
    labels: labelsSource(concept?.source),
    control: null,
    null: luck && { rounds: luck.rounds, median: luck.median, q95: luck.q95, max: luck.max },
    focus: focus.map(({ neuron, interval, p, word, topWords }) => ({
      neuron,
      interval,
      p,
      word: word && { text: formOf(word.type), share: word.share, scoreWithout: word.scoreWithout },
      topWords: topWords.map(({ type, count }) => ({ text: formOf(type), count })),
    })),
  };
}

function labelsSource(source: RankingRequest['concepts'][number]['source'] | undefined): RankingColumns['labels'] {
  if (!source) return { source: 'given' };
  if (source.kind !== 'automatic') return { source: source.kind };
  return { source: 'automatic', tagger: source.tagger, reliability: source.reliability };
}
