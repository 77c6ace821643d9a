/** What `golgi align` is asked and gives: words, phrases and sub-words that drive neurons by themselves. */
import type { Provenance } from './results';
import type { ActivationSpec, CorpusRef, ModelRef } from './sources';

export interface AlignParams {
  readonly model: ModelRef;
  readonly corpus: CorpusRef;
  readonly words: ActivationSpec['words'];
  readonly dtype: ActivationSpec['dtype'];
  readonly cache: string;
  readonly firstPosition?: 'keep' | 'skip';
  readonly neurons: string;
  /** As written in `--set name=value`. */
  readonly parameters: Readonly<Record<string, string>>;
  /** Candidates listed of each neuron. */
  readonly top: number;
  readonly seed: number;
}

export interface AlignedCandidate {
  readonly text: string;
  readonly kind: 'word' | 'n-gram' | 'phrase' | 'sub-word';
  /** Of the sentences that candidates come from, those that hold it. */
  readonly sentences: number;
  /** Mean of the neuron over the text that repeats it. */
  readonly score: number;
  /** Beyond repeated frequent words, in their standard deviations; and the share of those that do as much. */
  readonly z: number | null;
  readonly controls_reached: number;
  /** In sentences that candidates do not come from; null where none or all hold it. */
  readonly selectivity: { readonly score: number; readonly difference: number; readonly sentences: number } | null;
}

export interface NeuronAlignment {
  readonly id: string;
  readonly layer: number | null;
  readonly tap: string | null;
  readonly unit: number;
  readonly direction: 1 | -1;
  readonly sentences: readonly { readonly text: string; readonly value: number; readonly line: number }[];
  /** How many candidates there were; the best are listed. */
  readonly tried: number;
  readonly candidates: readonly AlignedCandidate[];
  /** What the best candidates make up, as `--concept` takes it: one concept for each kind; none where controls do as well. */
  readonly concepts: readonly string[];
}

export interface Alignments {
  readonly kind: 'alignment';
  readonly method: string;
  readonly parameters: Readonly<Record<string, string | number | boolean>>;
  /** Where phrases come from. */
  readonly phrases: 'trees' | 'n-grams';
  readonly neurons: readonly NeuronAlignment[];
  readonly undefined: readonly { readonly id: string; readonly reason: string }[];
  readonly provenance: Provenance;
}
