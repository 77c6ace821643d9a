/** What `golgi propose` is asked and gives: concepts that neurons propose. */
import type { Provenance } from './results';
import type { ActivationSpec, CorpusRef, ModelRef } from './sources';

export interface ProposeParams {
  readonly model: ModelRef;
  readonly corpus: CorpusRef;
  readonly activations: ActivationSpec;
  readonly cache: string;
  readonly firstPosition?: 'keep' | 'skip';
  /** Undefined: all neurons of the taps and layers. */
  readonly neurons?: string;
  /** As written in `--set name=value`. */
  readonly parameters: Readonly<Record<string, string>>;
  /** Proposals that are kept, the best first. */
  readonly top: number;
  /** Also propose what a label of the corpus covers by half. */
  readonly labelled: boolean;
  /** Shuffles of the words left out, for the best proposal by luck. */
  readonly rounds: number;
  readonly seed: number;
}

export interface Proposal {
  /** Its name, made of its words, and the whole concept as `--concept` takes it. */
  readonly name: string;
  readonly concept: string;
  readonly neuron: string;
  readonly direction: 1 | -1;
  readonly words: readonly { readonly text: string; readonly count: number; readonly mean_z: number }[];
  /** Correlation of neuron and concept in the sentences left out, and in those that the words were chosen from. */
  readonly score: number;
  readonly fitted: number;
  /** Share of the shuffles whose best neuron correlates as well, (k + 1)/(B + 1); null without shuffles. */
  readonly p: number | null;
  /** Average precision in the sentences left out, and its chance level. */
  readonly ap: number;
  readonly chance: number;
  /** In the sentences left out. */
  readonly support: { readonly positive: number; readonly negative: number };
  /** Other neurons that propose much the same, the best first. */
  readonly also: readonly string[];
  /** The labelled concept that shares most words with it: rows of both over rows of either. */
  readonly nearest: { readonly concept: string; readonly overlap: number } | null;
}

export interface Proposals {
  readonly kind: 'proposals';
  readonly method: string;
  readonly parameters: Readonly<Record<string, string | number | boolean>>;
  /** Neurons that were asked, and those that proposed nothing that held. */
  readonly neurons: { readonly asked: number; readonly silent: number };
  readonly rows: { readonly chosen_from: number; readonly left_out: number };
  /** Correlation of the best neuron where the words of each sentence left out are shuffled. */
  readonly null: { readonly rounds: number; readonly median: number; readonly q95: number; readonly max: number } | null;
  readonly proposals: readonly Proposal[];
  /** Better proposals that are not listed, because a label covers them by half. */
  readonly labelled: number;
  readonly provenance: Provenance;
}
