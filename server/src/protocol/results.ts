/**
 * The content of a `*.golgi-result.json`: what was asked, what was measured, on what, by which version. Columnar: neuron
 * ids stand once, every score is one array over them. Undefined is null with a reason, never NaN.
 */

/** Schema name and version stand first in every file, so that a reader of another version can say so. */
export const resultSchema = 'golgi-result/1';

/** What a result came from. Everything needed to repeat it. */
export interface Provenance {
  readonly golgi: string;
  readonly created: string;
  readonly elapsedMs: number;
  readonly model: { readonly name: string; readonly graph: string; readonly weights: string; readonly tokenizer: string } | null;
  readonly corpus: {
    readonly files: readonly string[];
    readonly format: string;
    readonly hash: string;
    readonly sentences: number;
    readonly words: number;
  } | null;
  /** Set instead of model and corpus when an outside matrix was analysed. */
  readonly matrix: { readonly file: string; readonly sha256: string; readonly labels: string } | null;
  readonly activations: {
    readonly words: string;
    /** Set where a row is a whole sentence and holds each neuron’s largest value over its words. */
    readonly unit?: 'sentence';
    readonly dtype: string;
    readonly rows: number;
    /** Rows left out of the statistics, by reason. */
    readonly excluded: Readonly<Record<string, number>>;
  };
  readonly seed: number;
  readonly runtime: Readonly<Record<string, string>>;
  readonly notes: readonly string[];
}

/** How the scores of a method are read. */
export interface ScoreScale {
  /** Which score is best: the largest, the smallest, or the farthest from `centre` on either side. */
  readonly best: 'largest' | 'smallest' | 'farthest';
  readonly centre: number;
  /** The best score that there can be, of two the higher; null where there is no such end. */
  readonly end: number | null;
}

/** One method's view of one concept. All arrays run over `AnalysisResult.neurons`. */
export interface RankingColumns {
  readonly method: string;
  readonly title: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly concept: string;
  /** Where the labels come from: gold, automatic (with tagger and reliability), rule, or given with a matrix. */
  readonly labels: { readonly source: string; readonly tagger?: string; readonly reliability?: string };
  /** Absent in files of the first builds: the farthest from 0 is best, without an end. */
  readonly scale?: ScoreScale;
  readonly chance: number | null;
  readonly support: { readonly positive: number; readonly negative: number };
  readonly score: readonly (number | null)[];
  readonly direction: readonly (1 | -1)[];
  /** Indices into `neurons`, best first; undefined scores last. */
  readonly order: readonly number[];
  /** Further numbers a neuron (`auroc`, `ap_low`, …). */
  readonly extras: Readonly<Record<string, readonly (number | null)[]>>;
  /** Reason by neuron index (as text) of every null score. */
  readonly undefined: Readonly<Record<string, string>>;
  /** The same with only words that carry the attribute as negatives; null where the concept has no attribute. */
  readonly against: {
    readonly chance: number | null;
    readonly support: { readonly positive: number; readonly negative: number };
    readonly score: readonly (number | null)[];
  } | null;
  /** Best of all neurons under shuffled labels. Null where it was not asked for or has no meaning. */
  readonly null: { readonly rounds: number; readonly median: number; readonly q95: number; readonly max: number } | null;
  /**
   * Share of false discoveries among the neurons that score at least as well (Benjamini and Hochberg 1995, from pooled shuffles).
   * Absent in files of the first builds, null where no labels were shuffled.
   */
  readonly q?: readonly (number | null)[] | null;
  /** Best score of the same graph with shuffled weights: what wiring and tokens give without training. Null where it was not asked for. */
  readonly control: { readonly seed: number; readonly best: number | null } | null;
  /** Evidence of the neurons in focus, best first. */
  readonly focus: readonly FocusEvidence[];
  /** How many neurons reach each level from which they count as experts, levels ascending. Absent where the method has none. */
  readonly experts?: readonly { readonly level: number; readonly neurons: number }[];
  /** Of a ranking over several classes, scores for one class each. Absent where a method has none. */
  readonly perClass?: readonly { readonly name: string; readonly score: readonly (number | null)[] }[];
  /** Numbers of a fit as a whole (objective, accuracies; lists have one entry a step). Absent where nothing was fitted. */
  readonly fit?: Readonly<Record<string, number | null | readonly (number | null)[]>>;
  /**
   * Of a fit to all neurons together: the word that stands most often in the held rows that carry the concept (all of them where
   * no class is asked for), its share of these, and the numbers of the fit on the `rows` held that have other words. A reason
   * where there are none. Absent where nothing was fitted so, and in files of the first builds.
   */
  readonly withoutWord?: {
    readonly word: { readonly text: string; readonly share: number } | null;
    readonly rows: number;
    readonly numbers: Readonly<Record<string, number | null>>;
    readonly reason: string | null;
  };
  /** Names of the classes, in the order of those lists that have one entry a class. Absent where nothing was fitted. */
  readonly classes?: readonly string[];
  /**
   * Where rows were held in memory: how many were fitted and held out of those that were asked for, and the bytes of their
   * values. Absent where everything streamed.
   */
  readonly sample?: { readonly fitted: number; readonly held: number; readonly of: number; readonly bytes: number };
  readonly warnings: readonly string[];
}

/** What is known beyond the score about a neuron that a reader will look at. */
export interface FocusEvidence {
  readonly neuron: number;
  /** Bootstrap over sentences, 95 %. */
  readonly interval: readonly [number, number] | null;
  /** Share of null rounds whose best neuron scores at least as well, (k + 1)/(B + 1). */
  readonly p: number | null;
  /**
   * The commonest word type among the hits, its share, and the score without that type; where the neuron was fitted by itself, also
   * what is chance on the rows that are left.
   */
  readonly word: {
    readonly text: string;
    readonly share: number;
    readonly scoreWithout: number | null;
    readonly chanceWithout?: number | null;
  } | null;
  /** Words on which it is strongest in its direction, with counts among the top rows. */
  readonly topWords: readonly { readonly text: string; readonly count: number }[];
}

export interface AnalysisResult {
  readonly schema: typeof resultSchema;
  readonly kind: 'ranking';
  readonly provenance: Provenance;
  /** Neuron ids, once. With an outside matrix: column numbers as text. */
  readonly neurons: readonly string[];
  readonly rankings: readonly RankingColumns[];
}
