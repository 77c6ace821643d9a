/** An analysis from labelled rows to a result with its provenance. */
import { anyRankMethod, className, fittedWords, parseParameters, rankNeurons, rankSamples, stepper } from '../methods';
import type {
  FitIdentity,
  FitPlaces,
  FittedWeights,
  FocusNeuron,
  Kernels,
  LabelSet,
  LabelledParts,
  MethodChoice,
  NeuronPart,
  Ranking,
  SampleChoice,
  SampleRanking,
  Split,
  WithoutWord,
} from '../methods';
import { problem, readEach, refuseAll, shown } from '../protocol/errors';
import type { EvidenceOptions, MethodRequest } from '../protocol/jobs';
import type { Progress } from '../protocol/workerMessages';
import type { AnalysisResult, FocusEvidence, Provenance, RankingColumns } from '../protocol/results';
import { resultSchema } from '../protocol/results';
import type { ConceptRows } from './labels';

/** A fit as a whole: the classes in the order of its lists, and its weights where it could be made. */
export interface Fit {
  readonly concept: string;
  readonly classes: readonly string[];
  readonly weights: FittedWeights | null;
}

export interface RankingRequest {
  readonly parts: readonly NeuronPart[];
  readonly concepts: readonly { readonly set: LabelSet; readonly source: ConceptRows['source'] | { readonly kind: 'given' } }[];
  readonly methods: readonly (MethodChoice | SampleChoice)[];
  /** Rows to evaluate fits on, with the same neurons and concepts; without them sentences are held out. */
  readonly evaluation?: LabelledParts | undefined;
  /** Word form of each row for what holds out or relabels words; the same numbers in rows to evaluate on. */
  readonly types?: Int32Array | undefined;
  /** Products for methods that fit something. */
  readonly kernels: Kernels;
  /** Keeps how far fits are. */
  readonly keepFits: (identity: FitIdentity) => FitPlaces;
  /** Word form of each row, as a number into `forms`. */
  readonly words?: Int32Array;
  readonly forms: readonly string[];
  /** Sentence of each row. */
  readonly groups?: Int32Array;
  /** What fits hold out whole. */
  readonly split?: Split | undefined;
  readonly evidence: EvidenceOptions;
  readonly provenance: (elapsedMs: number) => Provenance;
  /** Hears of every fit that has weights. */
  readonly onFit?: ((fit: Fit) => void) | undefined;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
}

/** Methods and parameters as a person wrote them. Throws METHOD_UNKNOWN and METHOD_PARAMETER, for all of them at once. */
export function chooseMethods(requests: readonly MethodRequest[]): (MethodChoice | SampleChoice)[] {
  return readEach(requests, ({ id, parameters }) => {
    const method = anyRankMethod(id);
    return choiceOf(method, parseParameters(method, parameters));
  });
}

/**
 * Refuses methods that nothing is asked of, and what no method can be asked: concepts are for some methods, numbers for others.
 * Throws USAGE.
 */
export function checkQuestions(
  methods: readonly (MethodChoice | SampleChoice)[],
  { concepts, targets }: { readonly concepts: readonly string[]; readonly targets: readonly string[] },
): void {
  const predict = methods.filter(predictsNumbers).map(({ method }) => method.id);
  const others = methods.filter((choice) => !predictsNumbers(choice)).map(({ method }) => method.id);
  const refused = (flag: string, found: string, expected: string) =>
    problem('USAGE', { flag }, { found, expected, remedy: 'ask for both, or leave it out; see "golgi methods"' });
  refuseAll([
    ...(targets.length === 0 ? predict.map((id) => refused(`--method ${id}`, 'no number to predict', '--target with one')) : []),
    ...(concepts.length === 0 ? others.map((id) => refused(`--method ${id}`, 'no concept', '--concept with one')) : []),
    ...(predict.length === 0
      ? targets.map((target) => refused(`--target ${shown(target, 80)}`, 'no method that predicts numbers', '--method regression'))
      : []),
    ...(others.length === 0
      ? concepts.map((concept) =>
          refused(`--concept ${shown(concept, 80)}`, 'only methods that predict numbers', 'a method for concepts, such as ap'),
        )
      : []),
  ]);
}

function predictsNumbers({ method }: MethodChoice | SampleChoice): boolean {
  return method.kind === 'sample' && method.labels === 'numbers';
}

function choiceOf(method: ReturnType<typeof anyRankMethod>, parameters: MethodChoice['parameters']): MethodChoice | SampleChoice {
  return method.kind === 'sample' ? { method, parameters } : { method, parameters };
}

function fitsSamples(choice: MethodChoice | SampleChoice): choice is SampleChoice {
  return choice.method.kind === 'sample';
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
  const labelSets = request.concepts.map(({ set }) => set);
  const common = { parts: request.parts, labelSets, signal: request.signal, onProgress: request.onProgress };
  const fitting = request.methods.filter(fitsSamples);
  const counting = request.methods.filter((choice): choice is MethodChoice => !fitsSamples(choice));
  const counted =
    counting.length > 0 &&
    (await rankNeurons({
      ...common,
      labelSets: labelSets.filter(({ kind }) => kind !== 'numbers'),
      methods: counting,
      ...(request.words ? { words: request.words } : {}),
      ...(request.groups ? { groups: request.groups } : {}),
      options: { nullRounds, intervalsFor: intervals, seed },
    }));
  const { groups, types, split, evaluation, kernels, keepFits } = request;
  const sampled = { groups, types, split, evaluation, kernels, keepFits, seed };
  const fitted = fitting.length > 0 && (await rankSamples({ ...common, ...sampled, methods: fitting }));
  const rankings = [...(counted ? counted.rankings : []), ...(fitted ? await withWords(fitted.rankings, request, labelSets) : [])];
  if (fitted) fitted.rankings.forEach(({ concept, classes, weights }) => request.onFit?.({ concept, classes, weights }));
  return {
    schema: resultSchema,
    kind: 'ranking',
    provenance: request.provenance(performance.now() - began),
    neurons: (counted || fitted || { neurons: [] }).neurons,
    rankings: inOrderOfAsking(rankings, request).map((ranking) => columns(ranking, request)),
  };
}

/** Fitted rankings with the words behind their best neurons, where words are known. */
async function withWords(
  rankings: readonly SampleRanking[],
  { parts, words, signal, onProgress }: RankingRequest,
  labelSets: readonly LabelSet[],
): Promise<readonly SampleRanking[]> {
  if (!words) return rankings;
  const found = await fittedWords(rankings, { parts, labelSets, words, step: stepper(signal, onProgress) });
  return rankings.map((ranking, r) => ({ ...ranking, focus: found[r] ?? [] }));
}

/** Concepts as they were asked for, and the methods of each. */
function inOrderOfAsking(
  rankings: readonly (Ranking | SampleRanking)[],
  { concepts, methods }: RankingRequest,
): (Ranking | SampleRanking)[] {
  const placeOf = ({ concept, method }: Ranking): [number, number] => [
    concepts.findIndex(({ set }) => asksFor(set, concept)),
    methods.findIndex((choice) => choice.method.id === method),
  ];
  const placed = rankings.map((ranking) => ({ ranking, place: placeOf(ranking) }));
  placed.sort((a, b) => a.place[0] - b.place[0] || a.place[1] - b.place[1]);
  return placed.map(({ ranking }) => ranking);
}

/** Whether a ranking of that name was made for a set: a method that ranks for one class at a time gives each a ranking of its own. */
function asksFor(set: LabelSet, concept: string): boolean {
  return set.name === concept || set.classNames.some((name) => className(set.name, name) === concept);
}

function columns(ranking: Ranking | SampleRanking, { concepts, forms }: RankingRequest): RankingColumns {
  const { focus, null: luck, ...rest } = withoutWeights(ranking);
  const formOf = (type: number): string => forms[type] ?? '';
  const concept = concepts.find(({ set }) => set.name === ranking.concept) ?? concepts.find(({ set }) => asksFor(set, ranking.concept));
  const method = anyRankMethod(ranking.method);
  const levels = method.kind === 'rank' ? method.expertLevels : [];
  return {
    ...rest,
    scale: method.scale,
    ...(levels.length > 0 && { experts: levels.map((level) => ({ level, neurons: reaching(ranking.score, level) })) }),
    ...('withoutWord' in ranking && ranking.withoutWord && { withoutWord: named(ranking.withoutWord, formOf) }),
    labels: labelsSource(concept?.source),
    control: null,
    null: luck && { rounds: luck.rounds, median: luck.median, q95: luck.q95, max: luck.max },
    focus: focus.map(({ neuron, interval, p, word, topWords }) => ({
      neuron,
      interval,
      p,
      word: word && withText(word, formOf),
      topWords: topWords.map(({ type, count }) => ({ text: formOf(type), count })),
    })),
  };
}

/** Neurons whose score is at least `level`. */
function reaching(score: readonly (number | null)[], level: number): number {
  return score.reduce<number>((count, value) => count + Number(value !== null && value >= level), 0);
}

/** A word of evidence with its letters. */
function withText({ type, ...known }: NonNullable<FocusNeuron['word']>, formOf: (type: number) => string): FocusEvidence['word'] {
  return { text: formOf(type), ...known };
}

/** With the word in letters. */
function named({ word, ...judged }: WithoutWord, formOf: (type: number) => string): NonNullable<RankingColumns['withoutWord']> {
  return { ...judged, word: word && { text: formOf(word.type), share: word.share } };
}

/** What a fitted ranking has beyond its columns, or in another form. */
type OfFit = 'weights' | 'fitted' | 'scoreAlone' | 'withoutWord' | 'perClass' | 'classes';

/** Weights stay with whoever fitted them; a result holds what is said of neurons. */
function withoutWeights(
  ranking: Ranking | SampleRanking,
): Ranking | (Omit<SampleRanking, OfFit> & Pick<RankingColumns, 'perClass' | 'classes'>) {
  if (!('weights' in ranking)) return ranking;
  const { weights: _, fitted: __, scoreAlone: ___, withoutWord: ____, classes, perClass, ...rest } = ranking;
  return { ...rest, ...(perClass.length > 0 && { perClass }), ...(classes.length > 0 && { classes }) };
}

function labelsSource(source: RankingRequest['concepts'][number]['source'] | undefined): RankingColumns['labels'] {
  if (!source) return { source: 'given' };
  if (source.kind !== 'automatic') return { source: source.kind };
  return { source: 'automatic', tagger: source.tagger, reliability: source.reliability };
}
