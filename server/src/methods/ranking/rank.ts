/**
 * Ranks neurons for many concepts by many methods, reading each matrix once row by row (class moments of all concepts) and,
 * where a method needs order, once column by column (one sort a neuron for all concepts). Evidence follows for the
 * neurons that a reader will look at.
 */
import { usualEvidence } from '../../protocol/evidence';
import type { Progress } from '../../protocol/workerMessages';
import type { Direction, Reason } from '../method';
import type { Parameters } from '../parameters';
import { columnBins } from '../statistics/bins';
import type { ColumnBins } from '../statistics/bins';
import { detector } from '../statistics/detection';
import { momentGatherer } from '../statistics/moments';
import type { ClassMoments } from '../statistics/classMoments';
import type { TiedColumn } from '../statistics/ties';
import { gatherEvidence } from '../evidence/gather';
import type { Evidence, EvidenceRows, FocusNeuron, NullSummary } from '../evidence/gather';
import { eachColumn } from './columns';
import { classCounts } from './labels';
import type { LabelSet, Support } from './labels';
import { planRanking } from './plan';
import type { MethodChoice, NeuronPart, Plan } from './plan';
import { faintWarnings } from './faint';
import { directions, nullable, rankOrder, reasonsOf, scoreColumn, setScore } from './table';
import { stepper } from './step';
import type { Step } from './step';
import type { ScoreColumn } from './table';
import { loadBins, loadMoments, loadOrder, neuronView, scoreOf, setFocus, tiesByMask } from './view';

export interface RankRequest {
  readonly parts: readonly NeuronPart[];
  readonly labelSets: readonly LabelSet[];
  readonly methods: readonly MethodChoice[];
  /** Word type of each row; without it no words are named. */
  readonly words?: Int32Array;
  /** Sentence of each row: the unit of shuffles and of the bootstrap. Without it every row stands alone. */
  readonly groups?: Int32Array;
  readonly options?: Partial<RankOptions>;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
}

export interface RankOptions {
  /** Shuffles of the labels for the null of the best neuron; 0 leaves it out. */
  readonly nullRounds: number;
  /** Neurons of each ranking that get an interval. */
  readonly intervalsFor: number;
  readonly seed: number;
}

/** One method's view of one concept; arrays run over `Ranked.neurons`. */
export interface Ranking {
  readonly concept: string;
  readonly method: string;
  readonly title: string;
  readonly parameters: Parameters;
  readonly chance: number | null;
  readonly support: Support;
  readonly score: readonly (number | null)[];
  readonly direction: readonly Direction[];
  /** Neurons best first, ties by number, undefined ones last. */
  readonly order: readonly number[];
  /** Numbers beside the score, by the names that the method declares. */
  readonly extras: Readonly<Record<string, readonly (number | null)[]>>;
  /** Reason of every null score, by neuron. */
  readonly undefined: Readonly<Record<string, Reason>>;
  readonly against: { readonly chance: number | null; readonly support: Support; readonly score: readonly (number | null)[] } | null;
  readonly null: NullSummary | null;
  /** Share of false discoveries among the neurons that score at least as well; null where no labels were shuffled. */
  readonly q: readonly (number | null)[] | null;
  readonly focus: readonly FocusNeuron[];
  readonly warnings: readonly string[];
}

export interface Ranked {
  /** Names of the neurons: `L3.ffn.12`, or the column number of an outside matrix. */
  readonly neurons: readonly string[];
  readonly rankings: readonly Ranking[];
}

const { nullRounds, intervals, seed } = usualEvidence;
const defaults: RankOptions = { nullRounds, intervalsFor: intervals, seed };

/**
 * Rankings of every label set by every method, in that order; sets of classes give one ranking a class to methods that
 * take one concept. Throws `InputError` (LABEL_COUNT, MATRIX_SHAPE) and `CancelledError`.
 */
export async function rankNeurons(request: RankRequest): Promise<Ranked> {
  const plan = planRanking(request.parts, request.labelSets, request.methods);
  const options = { ...defaults, ...request.options };
  const step = stepper(request.signal, request.onProgress);
  const { scores, moments } = await scoreNeurons(plan, step);
  const faint = faintWarnings(plan, moments);
  const rankings = rankingsOf(plan, scores, faint);
  const nothingAsked = options.nullRounds === 0 && options.intervalsFor === 0 && !request.words;
  if (rankings.length === 0 || nothingAsked) return { neurons: plan.neurons, rankings };

  const rows: EvidenceRows = { words: request.words, groups: request.groups };
  const evidence = await gatherEvidence(plan, moments, rankings, rows, options, step);
  return { neurons: plan.neurons, rankings: rankings.map((ranking, index) => withEvidence(ranking, evidence[index]!)) };
}

function withEvidence(ranking: Ranking, { null: luck, q, focus, warnings }: Evidence): Ranking {
  return { ...ranking, null: luck, q, focus, warnings: [...ranking.warnings, ...warnings] };
}

/** Scores of one spec: the question itself, and the one against the same attribute. */
interface SpecScores {
  readonly main: ScoreColumn;
  readonly against: ScoreColumn | null;
}

/** Scores of every spec, and the class moments of every part that evidence starts from. */
async function scoreNeurons(plan: Plan, step: Step): Promise<{ scores: SpecScores[]; moments: ClassMoments[][] }> {
  const scores = plan.specs.map(({ method, against }) => ({
    main: scoreColumn(method, plan.neurons.length),
    against: against < 0 ? null : scoreColumn(method, plan.neurons.length),
  }));
  const total = plan.rows * plan.parts.length;
  const moments: ClassMoments[][] = [];
  const gather = momentGatherer(plan.labellings, plan.rows);
  for (const [index, part] of plan.parts.entries()) {
    const partMoments = await gather(part.matrix, (rows) => step('moments', index * plan.rows + rows, total, 'rows'));
    const scorePart = partScorer(plan, partMoments, scores);
    moments.push(partMoments);
    if (plan.contrasts.some(({ order, cut }) => order || cut)) {
      const ties = tiesByMask(plan.masks, plan.rows);
      const visit = (values: Float32Array | Float64Array, c: number) => scorePart(part.columns[c]!, part.firstNeuron + c, ties(values));
      await eachColumn(part.matrix, part.columns, visit, (done) => step('order', part.firstNeuron + done, plan.neurons.length, 'neurons'));
    } else {
      for (let c = 0; c < part.columns.length; c++) scorePart(part.columns[c]!, part.firstNeuron + c, null);
    }
  }
  return { scores, moments };
}

/** Scores one neuron for every question and method, given its moments and, where there is one, its order. */
function partScorer(
  plan: Plan,
  moments: readonly ClassMoments[],
  scores: readonly SpecScores[],
): (column: number, neuron: number, ties: ((mask: number) => TiedColumn) | null) => void {
  const view = neuronView();
  const detect = detector(plan.rows);
  // Questions about the same rows follow each other, and those about the same labelling, so that each is prepared once.
  const ordered = [...plan.contrasts.entries()].sort(([, a], [, b]) => a.mask - b.mask || a.labelling - b.labelling);
  const uses = plan.contrasts.map((_, contrast) =>
    plan.specs.flatMap(({ scorer, contrast: main, against }, spec) => {
      const { main: mainScores, against: againstScores } = scores[spec]!;
      return [
        ...(main === contrast ? [{ scorer, target: mainScores }] : []),
        ...(against === contrast && againstScores ? [{ scorer, target: againstScores }] : []),
      ];
    }),
  );
  return (column, neuron, ties) => {
    let loaded = -1;
    let binned = -1;
    let bins: ColumnBins | undefined;
    for (const [index, contrast] of ordered) {
      if (contrast.labelling !== loaded) loadMoments(view, moments[contrast.labelling]!, column);
      loaded = contrast.labelling;
      setFocus(view, contrast.focus);
      if (ties && view.min < view.max) {
        if (contrast.order) loadOrder(view, ties(contrast.mask), contrast.rows, detect);
        if (contrast.cut) {
          if (binned !== contrast.mask) bins = columnBins(ties(contrast.mask), plan.masks[contrast.mask]!);
          binned = contrast.mask;
          loadBins(view, bins!, plan.labellings[contrast.labelling]!);
        }
      }
      for (const { scorer, target } of uses[index]!) setScore(target, neuron, scoreOf(view, scorer));
    }
  };
}

/** Rankings without evidence. */
function rankingsOf({ specs, contrasts, labellings }: Plan, scores: readonly SpecScores[], faint: readonly string[]): Ranking[] {
  const classesOf = labellings.map((labelling) => classCounts(labelling).filter((rows) => rows > 0).length);
  return specs.map(({ concept, method, parameters, contrast, against, warnings }, index) => {
    const { main, against: other } = scores[index]!;
    const { support } = contrasts[contrast]!;
    const otherSupport = contrasts[against]?.support;
    const classes = classesOf[contrasts[contrast]!.labelling]!;
    const chance = (rows: Support) => (rows.positive + rows.negative > 0 ? method.chance({ ...rows, classes }, parameters) : null);
    return {
      concept,
      method: method.id,
      title: method.title,
      parameters,
      // No chance level where there are no rows.
      chance: chance(support),
      support,
      score: nullable(main.score),
      direction: directions(main.direction),
      order: rankOrder(method, main),
      extras: Object.fromEntries(Object.entries(main.beside).map(([name, values]) => [name, nullable(values)])),
      undefined: reasonsOf(main),
      against: other && otherSupport ? { chance: chance(otherSupport), support: otherSupport, score: nullable(other.score) } : null,
      ...{ null: null, q: null },
      focus: [],
      warnings: [...warnings, ...faint],
    };
  });
}
