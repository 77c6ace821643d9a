/**
 * What a method is: one object that says what a person must know before trusting its numbers, and one function that is the
 * formula. Command-line help, forms and documentation are derived from these objects.
 */
import type { ClassBins, CutRule } from './statistics/bins';
import type { Detection } from './statistics/detection';
import type { Reason } from '../protocol/reasons';
import type { ScoreScale } from '../protocol/results';
import { checkParameters } from './parameters';
import type { ParameterEntries, Parameters, ParameterValues } from './parameters';

export type { Reason } from '../protocol/reasons';

/** Which line of work a method comes from; each has a folder. */
export type Family = 'corpus-based' | 'probing' | 'visualisation';

/** What every method says of itself. */
export interface About<E extends ParameterEntries> {
  /** Its name in flags, files and studies. */
  readonly id: string;
  readonly title: string;
  readonly family: Family;
  readonly citation: string;
  /** What is computed, in a line that can be checked by hand: x is a neuron’s value; ⁺ and ⁻ are the rows with and without the concept. */
  readonly formula: string;
  /** What it can find, and what it cannot see: shown beside every result. */
  readonly sees: string;
  readonly blindTo: string;
  readonly parameters: E;
}

/** 1: high values mark the concept, −1: low values do. */
export type Direction = 1 | -1;

/** A neuron's score, with further numbers under the names that the method declares in `beside`. */
export interface Scored {
  readonly score: number;
  readonly direction: Direction;
  readonly beside?: Readonly<Record<string, number>>;
}

/** The rows of one class, seen by one neuron. `scatter` is Σ(x − mean)². */
export interface ClassStatistics {
  count: number;
  mean: number;
  scatter: number;
}

/** All that is known of one neuron for one question. The object is reused for the next neuron. */
export interface NeuronStatistics {
  /** Every class of the labelling; of two-way labels, [other rows, rows of the concept]. */
  readonly classes: readonly ClassStatistics[];
  /** The class asked for; −1 when all classes are compared. */
  readonly focus: number;
  /** Of two-way labels, the class asked for and the other rows; not set where there are more classes. */
  readonly positive: ClassStatistics;
  readonly negative: ClassStatistics;
  readonly all: ClassStatistics;
  readonly min: number;
  readonly max: number;
  /** Set when the method needs order. */
  readonly detection: Detection | null;
  /** Value below which a share of all rows lies; set when the method needs order. */
  readonly quantile: ((share: number) => number) | null;
  /** Rows of each class in bins; set when the method cuts values. */
  readonly binned: ((rule: CutRule) => ClassBins) | null;
}

/** The rows of a question: of several classes compared, all count as positive. `classes`: those that have rows. */
export interface Rows {
  readonly positive: number;
  readonly negative: number;
  readonly classes: number;
}

/** What a ranking method needs to be given. */
export interface RankNeeds {
  /**
   * binary: one class against all other rows. either: that, or all classes at once. values: the values of an attribute
   * compared with each other, with one value in focus if one is asked for.
   */
  readonly labels: 'binary' | 'either' | 'values';
  /** The rows in the order of the neuron's values, and not class moments alone. */
  readonly order: boolean;
  /**
   * Where to cut the values, for a method that sees classes by bins only. Shuffles then give it their counts and bins and no
   * means. Where rows weigh or are left out the cuts stay those of all rows: they are a property of the neuron.
   */
  readonly cuts?: CutRule;
  /** The scatter of all classes together, or of each by itself; absent when means are enough. */
  readonly scatter?: 'within' | 'each';
}

/** Scores one neuron. The caller has already dealt with constant neurons and missing classes. */
export type Scorer = (neuron: NeuronStatistics) => Scored | Reason;

/** A method that gives every neuron a score for a concept. */
export interface RankMethod extends About<ParameterEntries> {
  readonly kind: 'rank';
  needs(parameters: Parameters): RankNeeds;
  /** Names of the numbers beside the score, with their meaning. */
  readonly beside: Readonly<Record<string, string>>;
  /** How its scores are read beside each other: what bars, strips and colours show. */
  readonly scale: ScoreScale;
  /** What a score counts for in the ranking: larger is better. */
  strength(score: number): number;
  /** The score of that strength on the high side. */
  scoreAt(strength: number): number;
  /** Score of a neuron that knows nothing of the concept; null where there is no such number. */
  chance(rows: Rows, parameters: Parameters): number | null;
  /** Why drawing sentences with replacement gives no interval of this score; null where it does. */
  readonly noInterval: string | null;
  /** Scores from which a neuron counts as an expert, ascending; none where the method’s field does not speak of experts. */
  readonly expertLevels: readonly number[];
  /** What a reader must know of scores with these parameters; null where there is nothing to say. */
  caution(parameters: Parameters): string | null;
  scorer(parameters: Parameters): Scorer;
}

interface RankDefinition<E extends ParameterEntries> extends About<E> {
  readonly needs: RankNeeds | ((parameters: ParameterValues<E>) => RankNeeds);
  readonly beside?: Readonly<Record<string, string>>;
  /** Signed scores rank by absolute value; given as a number, by distance from it. */
  readonly signed?: boolean | number;
  /** The best score that there can be, of two the higher; none where scores have no end. */
  readonly end?: number;
  chance(rows: Rows, parameters: ParameterValues<E>): number | null;
  readonly noInterval?: string;
  readonly expertLevels?: readonly number[];
  caution?(parameters: ParameterValues<E>): string | null;
  /** `bins` are those of `needs.cuts`. */
  score(neuron: NeuronStatistics, parameters: ParameterValues<E>, bins: ClassBins | null): Scored | Reason;
}

/** Makes a ranking method of its definition. */
export function defineRanking<const E extends ParameterEntries>(definition: RankDefinition<E>): RankMethod {
  const {
    id,
    title,
    family,
    citation,
    formula,
    sees,
    blindTo,
    parameters,
    needs,
    signed = false,
    end = null,
    beside = {},
    noInterval = null,
    expertLevels = [],
  } = definition;
  // The schema has checked what it returns, so its output has the type that the entries say.
  const valuesOf = (given: Parameters) => checkParameters({ id, parameters }, given) as ParameterValues<E>;
  const needsOf = (values: ParameterValues<E>): RankNeeds => (typeof needs === 'function' ? needs(values) : needs);
  return {
    kind: 'rank',
    ...{ id, title, family, citation, formula, sees, blindTo, parameters, beside, noInterval, expertLevels },
    chance: (rows, given) => definition.chance(rows, valuesOf(given)),
    caution: (given) => definition.caution?.(valuesOf(given)) ?? null,
    needs: (given) => needsOf(valuesOf(given)),
    scale: { best: signed === false ? 'largest' : 'farthest', centre: Number(signed === true ? 0 : signed), end },
    strength: strengthOf(signed),
    scoreAt: (strength) => strength + Number(signed === true ? 0 : signed),
    scorer: (given) => {
      const values = valuesOf(given);
      const { cuts } = needsOf(values);
      return (neuron) => definition.score(neuron, values, cuts && neuron.binned ? neuron.binned(cuts) : null);
    },
  };
}

/**
 * Distances from a centre are taken to 12 digits. AUROC, the score that has one, is a multiple of 1/(2 n⁺ n⁻), so this only
 * undoes rounding, and a neuron and its negative stay equal.
 */
function strengthOf(signed: boolean | number): (score: number) => number {
  if (signed === false) return (score) => score;
  if (signed === true) return Math.abs;
  return (score) => Math.round(Math.abs(score - signed) * 1e12) / 1e12;
}

/** One neuron's values over all rows, and what is known of the rows. Absent columns are not known. */
export interface NeuronColumn {
  readonly values: Float32Array | Float64Array;
  /** Rows that count (1); all when absent. */
  readonly included?: Uint8Array;
  /** Word type of each row. */
  readonly words?: Int32Array;
  /** Sentence of each row, in order; sentences of equal text have equal `texts`, sentences of one document equal `documents`. */
  readonly sentences?: Int32Array;
  readonly texts?: Int32Array;
  readonly documents?: Int32Array;
  /** Class of each row (−1: none), and how many there are. */
  readonly labels?: Int32Array;
  readonly classes?: number;
}

/** A method that describes one neuron, without a concept or beside one. */
export interface DescribeMethod<Result = unknown> extends About<ParameterEntries> {
  readonly kind: 'describe';
  describe(neuron: NeuronColumn, parameters: Parameters): Result;
}

interface DescribeDefinition<E extends ParameterEntries, Result> extends About<E> {
  describe(neuron: NeuronColumn, parameters: ParameterValues<E>): Result;
}

/** Makes a describing method of its definition. */
export function defineDescription<const E extends ParameterEntries, Result>(
  definition: DescribeDefinition<E, Result>,
): DescribeMethod<Result> {
  const { id, parameters } = definition;
  return {
    kind: 'describe',
    ...definition,
    describe: (neuron, given) => definition.describe(neuron, checkParameters({ id, parameters }, given) as ParameterValues<E>),
  };
}

/** A method that runs the model on texts of its own making. Its function takes the model, so that each has a verb of its own. */
export interface ModelMethod extends About<ParameterEntries> {
  readonly kind: 'model';
}

/** Makes such a method of its definition. */
export function defineModelMethod<const E extends ParameterEntries>(definition: About<E>): About<E> & { readonly kind: 'model' } {
  return { kind: 'model', ...definition };
}
