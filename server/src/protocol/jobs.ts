/**
 * What a worker can be asked to do. The server and the command line send the same jobs, so an analysis gives the same
 * numbers in the editor and in a terminal. Params and results are plain data; paths are absolute.
 */
import type { Alignments, AlignParams } from './alignment';
import type { AnalyseToFileParams } from './analyses';
import type { BenchmarkParams, BenchmarkResult } from './benchmark';
import type { ContextRanking, ContextsParams } from './contexts';
import type { Edit } from './edits';
import type { Problem } from './errors';
import type { ExplainParams, Explanations } from './explain';
import type { GradientParams, GradientReport } from './gradient';
import type { InteractiveJobs } from './interactive';
import type { RankingDigest } from './messages';
import type { ModelCard } from './modelCard';
import type { NeuronPortrait } from './portrait';
import type { OmissionParams, OmissionResult } from './omission';
import type { Proposals, ProposeParams } from './proposals';
import type { AnalysisResult } from './results';
import type { ActivationSpec, CorpusRef, CorpusSummary, MatrixRef, ModelRef, Shard, WeightsRef } from './sources';
import type { FillParams, FilledText, GenerateParams, GenerateResult } from './writing';
import type { CacheContents, CacheParams } from './cacheContents';

export interface ExtractParams {
  readonly model: ModelRef;
  readonly corpus: CorpusRef;
  readonly activations: ActivationSpec;
  readonly cache: string;
  readonly out?: string;
  readonly shard?: Shard;
}

export interface ExtractSummary {
  readonly rows: number;
  readonly words: number;
  readonly sentences: number | null;
  /** Words without a row, because the tokenizer gave them no token. */
  readonly dropped: number;
  readonly taps: readonly { readonly id: string; readonly width: number; readonly file?: string }[];
  /** Words computed now; the others were in the store already. */
  readonly computedWords: number;
  readonly elapsedMs: number;
  readonly notes: readonly string[];
  readonly warnings: readonly Problem[];
  readonly out?: string;
}

export interface MergeParams {
  readonly folders: readonly string[];
  readonly out: string;
}

export interface TokensParams {
  readonly model: ModelRef;
  readonly texts: readonly string[];
}

/** One text's tokens; `word` is null on special tokens. */
export interface TokenTable {
  readonly tokens: readonly {
    readonly id: number;
    readonly piece: string;
    readonly start: number;
    readonly end: number;
    readonly word: number | null;
    readonly special: boolean;
  }[];
  readonly approximate: boolean;
}

export interface ConceptsParams {
  readonly corpus: CorpusRef;
}

export interface ConceptRow {
  readonly concept: string;
  readonly attribute: string;
  readonly count: number;
  readonly words: number;
  readonly source: 'gold' | 'automatic' | 'rule';
  readonly tagger?: string;
  readonly reliability?: string;
  readonly note?: string;
}

export interface ConceptsResult {
  readonly corpus: CorpusSummary;
  readonly concepts: readonly ConceptRow[];
}

/** A method with its parameters as text, as a person writes `--set name=value`; the method's schema reads them. */
export interface MethodRequest {
  readonly id: string;
  readonly parameters: Readonly<Record<string, string>>;
}

/** How much evidence to gather beside the scores. */
export interface EvidenceOptions {
  /** Shuffles for the null of the best neuron; 0 leaves it out. */
  readonly nullRounds: number;
  /** Neurons per ranking that get a bootstrap interval. */
  readonly intervals: number;
  readonly seed: number;
}

export interface RankParams {
  readonly source:
    | {
        readonly kind: 'model';
        readonly model: ModelRef;
        readonly corpus: CorpusRef;
        readonly activations: ActivationSpec;
        readonly cache: string;
        /** Undefined: skipped in causal models, kept elsewhere. */
        readonly firstPosition?: 'keep' | 'skip';
      }
    | { readonly kind: 'matrix'; readonly matrix: MatrixRef; readonly cache: string }
    | { readonly kind: 'weights'; readonly weights: WeightsRef; readonly cache: string };
  readonly concepts: readonly string[];
  /** Numbers of the corpus’s words to predict, by name. */
  readonly targets?: readonly string[];
  /** Take as negatives only words that carry the attribute. */
  readonly againstAttribute: boolean;
  readonly methods: readonly MethodRequest[];
  readonly evidence: EvidenceOptions;
  /** Rank on whole sentences; undefined: on words, or the rows of a matrix. */
  readonly unit?: 'sentence';
  /** What probes hold out whole; undefined: sentences. */
  readonly split?: 'sentences' | 'words';
  /** Also rank the neurons of the same graph with shuffled weights. */
  readonly control: boolean;
}

export interface ProbeParams {
  /** What is probed, by the method `linear`. */
  readonly rank: RankParams;
  /** A `.npy` file for the weights of the one probe. */
  readonly out?: string;
}

export interface ProbeReport {
  readonly result: AnalysisResult;
  /** A probe each; its rankings and numbers stand in the result. */
  readonly fits: readonly {
    readonly concept: string;
    /** In the order of numbers that stand for a class each. */
    readonly classes: readonly string[];
    /** The class of each row of weights; empty where nothing could be fitted. */
    readonly outputs: readonly string[];
  }[];
  /** Where the weights are; null where they were not asked for, or there are none. */
  readonly file: string | null;
}

export interface NeuronParams {
  readonly neurons: string;
  readonly model: ModelRef;
  readonly corpus: CorpusRef;
  readonly words: ActivationSpec['words'];
  readonly dtype: ActivationSpec['dtype'];
  readonly cache: string;
  readonly firstPosition?: 'keep' | 'skip';
  readonly concepts: readonly string[];
  readonly count: number;
}

export interface RunModelParams {
  readonly model: ModelRef;
  readonly texts?: readonly string[];
  readonly ids?: readonly (readonly number[])[];
  readonly decoderTexts?: readonly string[];
  readonly decoderIds?: readonly (readonly number[])[];
  /** Applied in their order. */
  readonly edits: readonly Edit[];
  /** What `ID=mean` is the mean of; undefined: the texts themselves. */
  readonly meanOver?: CorpusRef;
  readonly fetch: readonly string[];
  readonly out: string;
}

/** NaN and infinities among the values of real tokens: how many, and the place of the first on every axis, from 0. */
export interface NotFinite {
  readonly count: number;
  readonly first: readonly number[];
}

export interface RunModelResult {
  readonly files: readonly {
    readonly name: string;
    readonly file: string;
    readonly shape: readonly number[];
    /** Null where all values of real tokens are numbers. */
    readonly notFinite: NotFinite | null;
  }[];
  readonly notes: readonly string[];
}

export interface ModelCardParams {
  readonly model: ModelRef;
  /** Also run the self-checks that need a session. */
  readonly check: boolean;
  readonly cache: string;
}

/** Every job: what it takes and gives. */
export interface Jobs extends InteractiveJobs {
  model: { params: ModelCardParams; result: ModelCard };
  tokens: { params: TokensParams; result: readonly TokenTable[] };
  extract: { params: ExtractParams; result: ExtractSummary };
  merge: { params: MergeParams; result: ExtractSummary };
  concepts: { params: ConceptsParams; result: ConceptsResult };
  rank: { params: RankParams; result: AnalysisResult };
  /** The same into a result file, which may be large; its digest comes back. */
  'rank-to-file': { params: RankParams & { readonly file: string }; result: readonly RankingDigest[] };
  /** Several analyses in one pass, into one file of the editor's storage. */
  'analyse-to-file': { params: AnalyseToFileParams; result: null };
  probe: { params: ProbeParams; result: ProbeReport };
  neuron: { params: NeuronParams; result: readonly NeuronPortrait[] };
  omission: { params: OmissionParams; result: OmissionResult };
  'run-model': { params: RunModelParams; result: RunModelResult };
  /** Formulas over concepts that say where neurons are active. */
  explain: { params: ExplainParams; result: Explanations };
  /** Neurons by what they tell about contexts, a ranking for each kind of context. */
  contexts: { params: ContextsParams; result: readonly ContextRanking[] };
  /** Words, phrases and sub-words that drive neurons by themselves. */
  align: { params: AlignParams; result: Alignments };
  /** Concepts that neurons propose, tried on sentences left out. */
  propose: { params: ProposeParams; result: Proposals };
  gradient: { params: GradientParams; result: GradientReport };
  /** What is written comes piece by piece as text before the result. */
  generate: { params: GenerateParams; result: GenerateResult };
  fill: { params: FillParams; result: readonly FilledText[] };
  benchmark: { params: BenchmarkParams; result: BenchmarkResult };
  cache: { params: CacheParams; result: CacheContents };
  doctor: { params: { readonly cache: string }; result: readonly DoctorFinding[] };
}

export type JobName = keyof Jobs;

export interface DoctorFinding {
  readonly subject: string;
  readonly ok: boolean;
  readonly detail: string;
  readonly remedy?: string;
}
