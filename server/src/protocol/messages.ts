/**
 * Every message of ours between the editor's host and the analysis server, and what the two say when they meet. Both
 * sides import these objects; nothing else spells a method's name. Params and results are readonly plain data that
 * survive JSON: numbers are finite or null, lists come in pages, ids stand for objects.
 */
import type { AnalysisForm, RunAnalysesParams } from './analyses';
import type {
  FindNeuronParams,
  FormulaPaint,
  NeuronPaint,
  NeuronPlaces,
  PaintFormulaParams,
  PaintNeuronParams,
  WordsOnLines,
  WordsOnLinesParams,
} from './documentPlaces';
import type { ConceptRow } from './jobs';
import type { CorpusSummary, ModelRef } from './sources';
import type { Progress } from './workerMessages';
import type { MethodCard } from './methodCard';
import type { ModelCard } from './modelCard';
import type { NeuronView } from './neuronView';
import type { Observed } from './observed';
import type { Tap } from './neurons';
import type { Provider } from './providers';

export type {
  FindNeuronParams,
  FormulaPaint,
  NeuronPaint,
  NeuronPlaces,
  PaintFormulaParams,
  PaintNeuronParams,
  WordsOnLines,
  WordsOnLinesParams,
} from './documentPlaces';
export type { Observed } from './observed';
export type { ConceptScore, ExampleRow, LayerStrip, NeuronView, PaintScale } from './neuronView';

/** A request with its params, its result, and the snapshots sent while it runs (`never`: none). The types are not there at run time. */
export interface Request<Params, Result, Snapshot = never> {
  readonly method: `golgi/${string}`;
  readonly types?: { readonly params: Params; readonly result: Result; readonly snapshot: Snapshot };
}

function request<Params, Result, Snapshot = never>(method: `golgi/${string}`): Request<Params, Result, Snapshot> {
  return { method };
}

/** Counts up when a message changes its meaning or shape. A server refuses a host of another number (VERSION_MISMATCH). */
export const protocolVersion = 1;

/** Host → server, in `initializationOptions`: who is calling, and whether the person trusts this workspace. */
export interface ClientHello {
  readonly protocol: number;
  readonly version: string;
  readonly trusted: boolean;
  /** The extension's own folder on disk: activations are kept below it. */
  readonly storage: string;
  /** What models are to be run on, if it works; a change of it takes another server. */
  readonly provider: Provider;
}

/** Whether analyses can run here: `idle` until one is asked for, `restricted` in a workspace without trust. */
export type RuntimeState = { readonly state: 'idle' } | { readonly state: 'restricted' | 'unsupported'; readonly reason: string };

export interface ServerStatus {
  readonly version: string;
  readonly protocol: number;
  /** The server's process id, for bug reports and for attaching a debugger. */
  readonly pid: number;
  readonly uptimeSeconds: number;
  readonly runtime: RuntimeState;
}

/** Host → server, answered at once. What the server is and whether it could run a model: for the status item and bug reports. */
export const serverStatus = request<Record<string, never>, ServerStatus>('golgi/status');

/** Host → server. Opens a model by its structure (nothing is run); the server keeps it as the model of this window. */
export const openModel = request<ModelRef, ModelCard>('golgi/model/open');

/** Host → server, cancellable. The card of any model, which stays or becomes nobody's; with `check` it is run, with snapshots of progress. */
export const readModelCard = request<ReadModelCardParams, ModelCard, Progress>('golgi/model/card');

/** Host → server, cancellable, with snapshots of progress where it takes long. Registers a corpus: words get places in its document. */
export const openCorpus = request<OpenCorpusParams, CorpusInfo, Progress>('golgi/corpus/open');

/** Host → server. What can be asked of an open corpus, for quick picks. */
export const listConcepts = request<{ readonly corpus: string }, readonly ConceptRow[]>('golgi/corpus/concepts');

/** Host → server, answered at once. The cards of all methods: for forms, which follow from their parameters, and to be read. */
export const listMethods = request<Record<string, never>, readonly MethodCard[]>('golgi/methods/list');

/** Host → server, cancellable. Ranks neurons for concepts; progress comes as snapshots, the result as a file in the editor's storage. */
export const rankNeurons = request<RankNeuronsParams, RankNeuronsResult, Progress>('golgi/neurons/rank');

/** Host → server, answered at once. Analyses beside rankings, with what a form asks for each. */
export const listAnalyses = request<Record<string, never>, readonly AnalysisForm[]>('golgi/analyses/list');

/** Host → server, cancellable. Runs one or several analyses in one pass; progress comes as snapshots, the results as a file in the editor's storage. */
export const runAnalyses = request<RunAnalysesParams, RunAnalysesResult, Progress>('golgi/analyses/run');

/** Host → server, cancellable. Everything the explorer shows of one neuron; what is not stored is extracted first, with snapshots. */
export const viewNeuron = request<ViewNeuronParams, NeuronView, Progress>('golgi/neuron/view');

/** Host → server, cancellable. Values of a neuron on a run of lines, for painting; the scale is of the whole corpus. Extracts as `viewNeuron`. */
export const paintNeuron = request<PaintNeuronParams, NeuronPaint, Progress>('golgi/neuron/paint');

/** Host → server, cancellable. On which words of some lines a neuron and the formula that explains it disagree, for painting. Extracts as `viewNeuron`. */
export const paintFormula = request<PaintFormulaParams, FormulaPaint, Progress>('golgi/formula/paint');

/** Host → server, cancellable. Where in the corpus a neuron is strongest, for a peek at those places. Extracts as `viewNeuron`. */
export const findNeuron = request<FindNeuronParams, NeuronPlaces, Progress>('golgi/neuron/find');

/** Host → server. The words of an open corpus on some lines of its document. */
export const wordsOnLines = request<WordsOnLinesParams, WordsOnLines>('golgi/corpus/words');

export interface ReadModelCardParams extends Observed {
  readonly model: ModelRef;
  /** Also run the self-checks and measure speed and memory. */
  readonly check: boolean;
}

export interface OpenCorpusParams {
  readonly uri: string;
  readonly path: string;
  readonly format?: string;
  readonly skipInvalid?: boolean;
}

export interface CorpusInfo extends CorpusSummary {
  /** The corpus in later messages. */
  readonly id: string;
  readonly uri: string;
  /** False where the file is so large that editors do not hand its text to extensions: no hovers there, and no paint. */
  readonly isShared: boolean;
}

export interface RankNeuronsParams extends Observed {
  readonly corpus: string;
  readonly concepts: readonly string[];
  /** Numbers of words, for methods that predict one. */
  readonly targets?: readonly string[];
  readonly methods: readonly string[];
  /** By method and name, as a person writes them; what is not named has its default. */
  readonly parameters?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly taps: readonly Tap[];
  /** Where the result file goes; a folder of the extension's own storage. */
  readonly resultFolder: string;
}

/** One concept by one method, cut to what a tree shows. */
export interface RankingDigest {
  readonly concept: string;
  readonly method: string;
  readonly title: string;
  readonly chance: number | null;
  readonly support: { readonly positive: number; readonly negative: number };
  /** 95th percentile of the best neuron under shuffled labels. */
  readonly luck: number | null;
  /** Neurons better than luck, however many are listed. */
  readonly standing: number;
  readonly labels: string;
  /** Best first, at most 50. */
  readonly neurons: readonly {
    readonly id: string;
    readonly score: number;
    readonly direction: 1 | -1;
    readonly interval: readonly [number, number] | null;
    readonly p: number | null;
    readonly beatsLuck: boolean;
  }[];
}

export interface RankNeuronsResult {
  /** The result file. */
  readonly file: string;
  /** The corpus as its file was read for this ranking, which may be another text than was opened before. */
  readonly corpus: CorpusInfo;
  readonly rankings: readonly RankingDigest[];
}

export interface RunAnalysesResult {
  readonly file: string;
  /** The corpus as its file was read for this run. */
  readonly corpus: CorpusInfo;
}

export interface ViewNeuronParams extends Observed {
  readonly corpus: string;
  readonly neuron: string;
  /** Splits distribution, bands and examples; none: examples without hits and misses. */
  readonly concept: string | null;
  readonly side: 'high' | 'low';
}

/** Host → server: what fires at a word, for the line "Here" and for *Explore Here*. A sentence that is not stored is run for it. */
export const lookAtWord = request<LookAtWordParams, WordLook | null>('golgi/word/look');
export interface LookAtWordParams {
  readonly corpus: string;
  readonly line: number;
  readonly character: number;
  /** A neuron that is asked for whatever it does; comes first. */
  readonly neuron: string | null;
}

/** A word of a document and its most unusual neurons. */
export interface WordLook {
  readonly text: string;
  /** It stands at the first position of a causal model's input, where values are outliers. */
  readonly firstPosition: boolean;
  readonly line: number;
  readonly start: number;
  readonly end: number;
  readonly neurons: readonly {
    readonly neuron: string;
    readonly value: number;
    /** Share of the words that lie below it, in percent, ties counted half. */
    readonly percentile: number;
    /** Its place from the nearer end of the order, from 1. */
    readonly place: number;
    /** The concept that it marks best by the last ranking. */
    readonly concept: string | null;
    /** The end of the order that the word is nearer to. */
    readonly side: 'high' | 'low';
  }[];
}

/** Host → server, cancellable. Which neurons are unusual wherever a word stands, for Go to Neuron. */
export const neuronsOfWord = request<NeuronsOfWordParams, NeuronsOfWord>('golgi/word/neurons');
export interface NeuronsOfWordParams {
  readonly corpus: string;
  readonly text: string;
}
export interface NeuronsOfWord {
  /** How often the word stands in the corpus, and at how many of these places it was looked at. */
  readonly places: number;
  readonly looked: number;
  /** Unusual at most of these places first, at most 10. */
  readonly neurons: readonly {
    readonly neuron: string;
    /** The end of the order that the word is nearer to. */
    readonly side: 'high' | 'low';
    /** At how many of the places it is among the most unusual. */
    readonly seen: number;
    /** The concept that it marks best by the last ranking. */
    readonly concept: string | null;
  }[];
}

/** Server → host, when a document of a corpus no longer is what was opened, or is again. */
export const corpusChanged = 'golgi/corpus/changed';
export interface CorpusChanged {
  readonly corpus: string;
  readonly uri: string;
  readonly stale: boolean;
}

/** The command behind every link of a hover; its one argument is a number that the server issued. */
export const hoverLinkCommand = 'golgi.hoverLink';

/** Host → server: what a hover's link stands for; undefined when it is too old to be known. */
export const hoverLink = request<{ readonly link: number }, HoverLink | null>('golgi/hover/link');
export interface HoverLink {
  readonly action: 'pin' | 'explore' | 'find';
  readonly neuron: string;
  readonly corpus: string;
  /** The side on which the neuron is unusual at the hovered word. */
  readonly side: 'high' | 'low';
  /** Where that word begins in the document. */
  readonly line: number;
  readonly character: number;
}

/** Host → server, cancellable. Answered when a hover that said it was being computed (one without a range) can be asked for again. */
export const hoverSettled = request<Record<string, never>, null>('golgi/hover/settled');

/** Host → server, after every change of pins, concept, ranking or theme: pinned neurons are always part of a hover, its strip is of the
 * concept, its concepts are of the ranking.
 */
export const setPins = request<SetPinsParams, null>('golgi/pins/set');
export interface SetPinsParams {
  readonly pins: readonly string[];
  /** The concept of the selection; the first of the last ranking when absent. */
  readonly concept?: string | null;
  /** The ranking that the window shows, null for none; as it was when absent. A server that has just started knows of none. */
  readonly ranking?: ShownRanking | null;
  /** The kind of the colour theme; dark when never said. */
  readonly theme?: ThemeKind;
}

/** A corpus and the result file that says what its neurons mark. */
export interface ShownRanking {
  readonly corpus: string;
  readonly file: string;
}

/** Pictures in a hover cannot see the theme, so the host says which kind it is. */
export type ThemeKind = 'dark' | 'light' | 'hcDark' | 'hcLight';
