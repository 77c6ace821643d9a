/**
 * Methods that look at many neurons of a row together: probes, greedy selections. They cannot work from sums alone and are
 * given rows in memory, a sample of them where the corpus is larger. Half of what a probe says is how well it does on rows
 * that it was not fitted to, so there are always two samples.
 */
import type { Reason } from '../protocol/reasons';
import type { ScoreScale } from '../protocol/results';
import type { FitPlace } from './fitPlace';
import type { Kernels } from './kernels';
import type { About, Direction } from './method';
import { checkParameters } from './parameters';
import type { ParameterEntries, Parameters, ParameterValues } from './parameters';

/** Rows of a sample, row-major: `values[r * neurons + j]`. All arrays but `values` have one entry a row. */
export interface SampleRows {
  readonly rows: number;
  readonly neurons: number;
  readonly values: Float32Array | Float64Array;
  /** An index into the sample's `classes`. */
  readonly labels: Int32Array;
  /** The number of each row, where numbers are to be predicted; then all rows have label 0. */
  readonly target?: Float64Array;
  /** Sentence of each row, where it is known. */
  readonly groups: Int32Array | null;
  /** Word form of each row, where it is known; numbers mean the same in all rows of a sample. */
  readonly types?: Int32Array;
}

export interface Sample {
  /** What methods fit. */
  readonly train: SampleRows;
  /** Sentences that no fit has seen: given with the matrix, or split off. */
  readonly held: SampleRows;
  /** Of a concept: the other rows, then those that carry it. */
  readonly classes: readonly string[];
  /** The class asked for; −1 when all are told apart. */
  readonly focus: number;
}

/** What a method may use besides its rows. */
export interface SampleTools {
  readonly kernels: Kernels;
  readonly seed: number;
  /** Where the next long fit is kept while it goes on; absent where nothing is. */
  readonly placeOfFit?: () => FitPlace;
  /** Reports progress and throws `CancelledError` when the person has stopped. */
  readonly step: (stage: string, done: number, total: number, unit: string) => Promise<void>;
}

/** A number of the fit as a whole, or one a step: objective, accuracy, optimality violation. */
export type FitNumber = number | null | readonly (number | null)[];

/**
 * How a fit does without the commonest word: the word type that stands most often in the rows held out that carry the concept
 * (where no class is asked for, in all of them), its share of these, and the numbers of the fit on the held rows of other
 * words. Without these numbers there is a reason.
 */
export interface WithoutWord {
  readonly word: { readonly type: number; readonly share: number } | null;
  /** Held rows of other words. */
  readonly rows: number;
  readonly numbers: Readonly<Record<string, number | null>>;
  readonly reason: Reason | null;
}

/** Weights of a fit, for whoever goes on with them: outputs × (neurons, then the bias), row-major. */
export interface FittedWeights {
  /** The class of each output. */
  readonly outputs: readonly string[];
  readonly values: Float64Array;
}

/** Scores of all neurons for one class of several. */
export interface ClassScores {
  readonly name: string;
  readonly score: readonly (number | null)[];
}

/** What a method found; arrays run over the neurons of the sample. */
export interface SampleScores {
  /** Null where undefined, with the reason in `reasons`. */
  readonly score: readonly (number | null)[];
  readonly direction: readonly Direction[];
  readonly reasons: Readonly<Record<number, Reason>>;
  /** Neurons best first, where the method has an order of its own; undefined ones are added behind it. */
  readonly order?: readonly number[];
  /** Numbers beside the score, under the names that the method declares. */
  readonly beside: Readonly<Record<string, readonly (number | null)[]>>;
  /** Scores for one class each, where there are several. */
  readonly perClass?: readonly ClassScores[];
  readonly fit: Readonly<Record<string, FitNumber>>;
  /** Absent where nothing was fitted to all neurons together. */
  readonly withoutWord?: WithoutWord;
  readonly weights?: FittedWeights;
  readonly warnings: readonly string[];
}

/** A method that ranks neurons from a sample of rows. */
export interface SampleMethod extends About<ParameterEntries> {
  readonly kind: 'sample';
  /** binary: one class against the rest. either: that, or all classes at once. numbers: no classes, but a number a row. */
  readonly labels: 'binary' | 'either' | 'numbers';
  readonly beside: Readonly<Record<string, string>>;
  /** Names of the numbers of the fit, with their meaning. */
  readonly fit: Readonly<Record<string, string>>;
  /** Whether the smallest score is the best. */
  readonly best: 'largest' | 'smallest';
  /** How its scores are read beside each other: what bars, strips and colours show. */
  readonly scale: ScoreScale;
  /** Score of a neuron that knows nothing; null where there is no such number. */
  chance(support: { readonly positive: number; readonly negative: number }, parameters: Parameters): number | null;
  rank(sample: Sample, parameters: Parameters, tools: SampleTools): Promise<SampleScores>;
  /** The score of one neuron for a concept, 1 in `target`, where it does not depend on other neurons; null where undefined. */
  readonly scoreAlone?: (values: Float64Array, target: Int32Array, parameters: Parameters) => number | null;
}

interface SampleDefinition<E extends ParameterEntries> extends About<E>, Pick<SampleMethod, 'labels' | 'beside' | 'fit' | 'best'> {
  /** The best score that there can be; none where scores have no end. */
  readonly end?: number;
  chance(support: { readonly positive: number; readonly negative: number }, parameters: ParameterValues<E>): number | null;
  rank(sample: Sample, parameters: ParameterValues<E>, tools: SampleTools): Promise<SampleScores>;
  scoreAlone?(values: Float64Array, target: Int32Array, parameters: ParameterValues<E>): number | null;
}

/** Makes a method of its definition. */
export function defineSampleRanking<const E extends ParameterEntries>(definition: SampleDefinition<E>): SampleMethod {
  const { id, parameters, best, end = null, scoreAlone, ...described } = definition;
  const valuesOf = (given: Parameters) => checkParameters({ id, parameters }, given) as ParameterValues<E>;
  return {
    ...described,
    ...{ id, parameters, best },
    kind: 'sample',
    scale: { best, centre: 0, end },
    chance: (support, given) => definition.chance(support, valuesOf(given)),
    rank: (sample, given, tools) => definition.rank(sample, valuesOf(given), tools),
    ...(scoreAlone && { scoreAlone: (values, target, given) => scoreAlone(values, target, valuesOf(given)) }),
  };
}

/** Neurons best first by score, ties in their own order, undefined ones last. */
export function sampleOrder({ best }: Pick<SampleMethod, 'best'>, { score, order }: Pick<SampleScores, 'score' | 'order'>): number[] {
  const strength = (neuron: number): number => {
    const value = score[neuron];
    if (value === null || value === undefined) return -Infinity;
    return best === 'smallest' ? -value : value;
  };
  const own = order ?? Array.from(score.keys()).sort((a, b) => strength(b) - strength(a) || a - b);
  if (own.length === score.length) return [...own];
  const placed = new Set(own);
  return [...own, ...Array.from(score.keys()).filter((neuron) => !placed.has(neuron))];
}
