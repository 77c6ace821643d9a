/**
 * What a worker can be asked to do. The server and the command line send the same jobs, so an analysis gives the same
 * numbers in the editor and in a terminal. Params and results are plain data; paths are absolute.
 */
import type { BenchmarkParams, BenchmarkResult } from './benchmark';
import type { Edit } from './edits';
import type { Problem } from './errors';
import type { ExplainParams, Explanations } from './explain';
import type { GradientParams, GradientReport } from './gradient';
import type { InteractiveJobs } from './interactive';
import type { RankingDigest } from './messages';
import type { ModelCard } from './modelCard';
import type { Tap } from './neurons';
import type { NeuronPortrait } from './portrait';
import type { OmissionParams, OmissionResult } from './omission';
import type { Range } from './ranges';
import type { AnalysisResult, Provenance } from './results';

export interface ModelRef {
  /** A Hugging Face folder, or an `.onnx` file. */
  readonly folder: string;
  /** Taps that a person put elsewhere than they were found; part of the identity of what is stored. */
  readonly chosenTaps?: readonly TapChoice[];
}

/** A tensor of the graph that is to stand for a tap such as `L3.ffn`. */
export interface TapChoice {
  readonly tap: string;
  readonly tensor: string;
}

export interface CorpusRef {
  readonly files: readonly string[];
  readonly format?: string;
  readonly labels?: readonly string[];
  readonly columns?: readonly string[];
  /** Go on without the lines that do not parse; they are counted. */
  readonly skipInvalid?: boolean;
}

/** Which activations: taps, layers (all when absent), how sub-words become words. */
export interface ActivationSpec {
  readonly taps: readonly Tap[];
  readonly layers?: readonly Range[];
  readonly words: 'first' | 'last' | 'average' | 'none';
  readonly dtype: 'f16' | 'f32';
}

/** One machine's part of a corpus: every `count`-th chunk of sentences, beginning with number `index` (from 1). */
export interface Shard {
  readonly index: number;
  readonly count: number;
}

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

export interface CorpusSummary {
  readonly files: readonly string[];
  readonly format: string;
  readonly guessed: boolean;
  readonly sentences: number;
  readonly words: number;
  readonly hash: string;
  readonly notes: readonly string[];
  readonly warnings: readonly Problem[];
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
    | { readonly kind: 'matrix'; readonly matrix: MatrixRef };
  readonly concepts: readonly string[];
  /** Take as negatives only words that carry the attribute. */
  readonly againstAttribute: boolean;
  readonly methods: readonly MethodRequest[];
  readonly evidence: EvidenceOptions;
  /** Also rank the neurons of the same graph with shuffled weights. */
  readonly control: boolean;
}

/** Somebody's matrix: rows × neurons with labels. */
export interface MatrixRef {
  readonly activations: string;
  readonly labels: string;
  readonly labelNames?: string;
  readonly groups?: string;
  readonly columns?: string;
  readonly rows?: string;
  /** Rows to evaluate fits on, with the same columns. */
  readonly evaluation?: { readonly activations: string; readonly labels: string };
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

export interface RunModelResult {
  readonly files: readonly { readonly name: string; readonly file: string; readonly shape: readonly number[] }[];
  readonly notes: readonly string[];
}

export interface GenerateParams {
  readonly model: ModelRef;
  /** What the text goes on from; of encoder-decoder models what the encoder reads. */
  readonly prompt: string | readonly number[];
  /** Encoder-decoder models: what the decoder has written already. */
  readonly decoderText?: string;
  readonly edits: readonly Edit[];
  readonly meanOver?: CorpusRef;
  /** Most tokens to write. */
  readonly max: number;
  /** 0: always the most likely token. */
  readonly temperature: number;
  readonly topK?: number;
  readonly topP?: number;
  readonly seed: number;
  /** False: read the whole text again for every token, even where the export remembers. */
  readonly useCache: boolean;
}

export interface GenerateResult {
  /** Ids that were read before the first token was written, of the decoder where there is one. */
  readonly promptIds: readonly number[];
  /** What was written; `probability` is the model's own, whatever the temperature. */
  readonly tokens: readonly { readonly id: number; readonly piece: string; readonly probability: number }[];
  readonly text: string;
  readonly stopped: 'end of text' | 'max' | 'longest text of the model';
  readonly cached: boolean;
  readonly notes: readonly string[];
}

export interface FillParams {
  readonly model: ModelRef;
  readonly texts: readonly string[];
  readonly edits: readonly Edit[];
  readonly meanOver?: CorpusRef;
  /** Candidates for each mask. */
  readonly top: number;
}

/** The masks of one text, in order. */
export interface FilledText {
  readonly text: string;
  readonly masks: readonly {
    /** Position among the tokens of the text, special ones included. */
    readonly position: number;
    readonly candidates: readonly { readonly id: number; readonly piece: string; readonly probability: number; readonly logit: number }[];
  }[];
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
  probe: { params: ProbeParams; result: ProbeReport };
  neuron: { params: NeuronParams; result: readonly NeuronPortrait[] };
  omission: { params: OmissionParams; result: OmissionResult };
  'run-model': { params: RunModelParams; result: RunModelResult };
  /** Formulas over concepts that say where neurons are active. */
  explain: { params: ExplainParams; result: Explanations };
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

/** What to do with a cache besides looking at it. */
export interface CacheParams {
  readonly cache: string;
  /** Names of models, or keys of single runs, whose activations go. */
  readonly remove: readonly string[];
  /** Bytes that may stay; what was used longest ago goes first. Null: as many as there are. */
  readonly limit: number | null;
}

/** Something that was kept in a cache: a run’s activations, or the shuffled weights of a control. */
export interface CacheEntry {
  readonly kind: 'activations' | 'control';
  readonly key: string;
  /** Null where the manifest is damaged or of another version. */
  readonly model: string | null;
  readonly taps: readonly string[];
  readonly words: string | null;
  readonly bytes: number;
  /** When it was last used, ISO 8601. */
  readonly used: string;
  /** `in use`: a process that runs now has opened it, so that it stays whatever was asked. */
  readonly state: 'kept' | 'in use' | 'removed';
}

export interface CacheContents {
  readonly folder: string;
  /** What is left. */
  readonly bytes: number;
  readonly freed: number;
  /** Used last first. */
  readonly entries: readonly CacheEntry[];
}

/** Work done so far, in the job's own unit. Never goes backwards within a stage. */
export interface Progress {
  readonly stage: string;
  readonly done: number;
  readonly total: number;
  readonly unit: string;
}

/** A failure as it crosses a process border. */
export type Failure =
  | { readonly kind: 'input'; readonly problems: readonly [Problem, ...Problem[]] }
  | { readonly kind: 'cancelled'; readonly message: string }
  | { readonly kind: 'defect'; readonly message: string; readonly stack: string };

/** What a ranking will come from, said as soon as it is known: seconds before the scores are. */
export interface Origin {
  readonly provenance: Provenance;
  readonly neurons: number;
}

/** Host → worker. */
export type ToWorker =
  | { readonly type: 'run'; readonly id: number; readonly attempt: number; readonly job: JobName; readonly params: Jobs[JobName]['params'] }
  | { readonly type: 'cancel'; readonly id: number };

/** Worker → host. `ready` comes first and once. */
export type FromWorker =
  | { readonly type: 'ready'; readonly protocol: number }
  | { readonly type: 'progress'; readonly id: number; readonly progress: Progress }
  | { readonly type: 'note'; readonly id: number; readonly text: string }
  | { readonly type: 'text'; readonly id: number; readonly text: string }
  | { readonly type: 'begun'; readonly id: number; readonly origin: Origin }
  | { readonly type: 'done'; readonly id: number; readonly result: Jobs[JobName]['result'] }
  | { readonly type: 'failed'; readonly id: number; readonly failure: Failure };

/** Raised whenever the messages above change their meaning. */
export const workerProtocol = 1;
