/**
 * Jobs that answer while somebody looks: places of words, what fires at a word, values for painting, the view of a neuron.
 * They read what analyses have stored and never extract a corpus; what is not stored they say.
 */
import type { ExplainedNeuron } from './analyses';
import type { CorpusRef, CorpusSummary, ModelRef } from './sources';
import type { LayerStrip, NeuronsOfWord, NeuronView, PaintScale } from './messages';

/** A model on a corpus, with the store of the editor. Activations are those of the last sub-word, as float16. */
export interface StudyRef extends OpenedCorpus {
  readonly model: ModelRef;
  readonly cache: string;
}

/** A corpus as it was when it was opened: after its file has changed, places and values stay those of the opened text. */
export interface OpenedCorpus {
  readonly corpus: CorpusRef;
  /** `CorpusPlaces.opened` of the opening that is meant. */
  readonly opened: string;
}

export interface CorpusPlaces {
  /** The state of the file that was read. */
  readonly opened: string;
  readonly corpus: CorpusSummary;
  /** A hash of every line of the file as it was read, by which a document tells which of its lines are still the same. */
  readonly lineHashes: Int32Array;
}

/** Lines `from..to` (to excluded, from 0) of the corpus file that its document still has. */
export interface LineRange {
  readonly from: number;
  readonly to: number;
}

/** Lines asked for, and the lines that are unchanged: words of a sentence that lies on other lines too are left out. */
export interface LinesAsked extends LineRange {
  readonly unchanged: readonly LineRange[];
}

/** Words by place, sorted; columns of equal length. Lines and UTF-16 columns count from 0. A word may stand at two places. */
export interface PlacedWords {
  readonly word: Int32Array;
  readonly line: Int32Array;
  readonly start: Int32Array;
  readonly end: Int32Array;
}

export interface HoverParams extends StudyRef {
  readonly line: number;
  readonly character: number;
  readonly unchanged: readonly LineRange[];
  readonly pins: readonly string[];
  /** The concept whose best scores by layer are shown; the first of the last ranking when null. */
  readonly concept: string | null;
  /** The result file of the last ranking, from which linked concepts come. */
  readonly result: string | null;
}

/** A neuron at a word. */
export interface NeuronAtWord {
  readonly neuron: string;
  readonly value: number;
  /** Share of the words compared with that lie below it, in percent, ties counted half. */
  readonly percentile: number;
  /** Its place from the nearer end of the order, from 1. */
  readonly place: number;
  /** The concept that it marks best by the last ranking; null where none beats chance there, or shuffled labels if these were asked for. */
  readonly concept: {
    readonly concept: string;
    readonly method: string;
    readonly score: number;
    readonly chance: number | null;
    readonly direction: 1 | -1;
  } | null;
}

/** The model's own words for a place, most probable first. */
export interface Prediction {
  /** What stands behind the word in a causal model; what stands at the word, itself masked, in a masked one. */
  readonly of: 'next' | 'masked';
  readonly pieces: readonly { readonly text: string; readonly p: number }[];
}

export interface WordFacts {
  readonly word: number;
  readonly text: string;
  readonly line: number;
  readonly start: number;
  readonly end: number;
  /** Sub-words as the tokenizer writes them. */
  readonly pieces: readonly string[];
  /** The word's annotation, `upos` before others, or else a tagger's word for it; null without either. */
  readonly tag: { readonly attribute: string; readonly value: string; readonly automatic: boolean } | null;
  /** What the model puts there; null where it has no head for it, where it was not made to, and where it would take too long. */
  readonly prediction: Prediction | null;
  /** Pinned neurons first, then those whose percentile is farthest from 50. */
  readonly neurons: readonly NeuronAtWord[];
  /** Words that percentiles compare with: the whole corpus, or a sample of it while nothing is stored. */
  readonly comparedWith: { readonly words: number; readonly sample: boolean };
  /** A word at the first position of a causal model's input: its values are outliers and are left out of statistics. */
  readonly firstPosition: boolean;
  readonly strip: LayerStrip | null;
  readonly model: string;
  readonly corpus: string;
}

/** What was asked is not in the store: these taps must be extracted first. */
export interface NotStored {
  readonly kind: 'not stored';
  readonly taps: readonly string[];
}

export interface PaintParams extends StudyRef {
  readonly neuron: string;
  readonly lines: LinesAsked;
}

export interface PaintedWords extends PlacedWords {
  readonly kind: 'painted';
  readonly value: Float32Array;
  /** −9 to 9 without 0. */
  readonly step: Int8Array;
  readonly scale: PaintScale;
}

export interface DisagreeParams extends StudyRef {
  readonly explained: ExplainedNeuron;
  readonly lines: LinesAsked;
}

/** Words on which a neuron and its formula disagree. */
export interface DisagreeingWords extends PlacedWords {
  readonly kind: 'disagreeing';
  readonly value: Float32Array;
  /** 1 where the neuron alone says yes, −1 where the formula alone does. */
  readonly sign: Int8Array;
}

export interface ViewParams extends StudyRef {
  readonly neuron: string;
  readonly concept: string | null;
  readonly side: 'high' | 'low';
  /** The result file of the last ranking, from which luck and best layers come. */
  readonly result: string | null;
}

/** The view without what only the server knows. */
export type WorkerView = { readonly kind: 'view'; readonly view: Omit<NeuronView, 'corpus'> };

export interface FindParams extends StudyRef {
  readonly neuron: string;
  readonly side: 'high' | 'low';
}

/** The strongest words, one a sentence, strongest first. */
export interface FoundWords extends PlacedWords {
  readonly kind: 'found';
  readonly value: Float32Array;
}

export interface WarmParams extends StudyRef {
  readonly pins: readonly string[];
  readonly result: string | null;
}

export interface WordNeuronsParams extends StudyRef {
  /** A word as it is written, whatever its capitals. */
  readonly text: string;
  /** The result file of the last ranking, from which linked concepts come. */
  readonly result: string | null;
}

/** Every interactive job: what it takes and gives. */
export interface InteractiveJobs {
  places: { params: { readonly corpus: CorpusRef }; result: CorpusPlaces };
  words: { params: OpenedCorpus & { readonly lines: LinesAsked }; result: PlacedWords };
  hover: { params: HoverParams; result: WordFacts | null };
  paint: { params: PaintParams; result: PaintedWords | NotStored };
  disagree: { params: DisagreeParams; result: DisagreeingWords | NotStored };
  view: { params: ViewParams; result: WorkerView | NotStored };
  find: { params: FindParams; result: FoundWords | NotStored };
  'word-neurons': { params: WordNeuronsParams; result: NeuronsOfWord };
  /** Opens whatever the first hover, paint and view would have to open. */
  warm: { params: WarmParams; result: null };
}
