/** What a job works on: models, corpora, which activations of them, and matrices of somebody else. Paths are absolute. */
import type { Problem } from './errors';
import type { Tap } from './neurons';
import type { Range } from './ranges';

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

/** Somebody's matrix: rows × neurons with labels; a `.npy` file, or activations that NeuroX wrote (`.json`, `.hdf5`). */
export interface MatrixRef {
  readonly activations: string;
  /** Labels of the rows, or the corpus whose words they are: then its concepts are asked for, not labels. */
  readonly labels: string | CorpusRef;
  /** The labels are numbers to predict. */
  readonly numbers?: true;
  readonly labelNames?: string;
  readonly groups?: string;
  /** Word of each row: what is the same text or number is the same word. */
  readonly types?: string;
  readonly columns?: string;
  readonly rows?: string;
  /** Rows to evaluate fits on, with the same columns. */
  readonly evaluation?: { readonly activations: string; readonly labels: string; readonly types?: string };
}

/** Weights of a probe that somebody has fitted: classes × neurons, perhaps with the bias last. */
export interface WeightsRef {
  readonly weights: string;
  /** The matrix that was probed, whose columns the neurons are, and its labels, whose classes the rows are. */
  readonly activations?: string;
  readonly labels?: string;
  readonly labelNames?: string;
  readonly columns?: string;
}

/** A matrix whose labels are a file of their own. */
export interface LabelledMatrixRef extends MatrixRef {
  readonly labels: string;
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
