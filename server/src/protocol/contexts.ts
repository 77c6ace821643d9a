/** What `golgi contexts` is asked and gives: neurons that tell which context a word stands in. */
import type { Provenance } from './results';
import type { ActivationSpec, CorpusRef, LabelledMatrixRef, ModelRef } from './sources';

export interface ContextsParams {
  readonly source:
    | {
        readonly kind: 'model';
        readonly model: ModelRef;
        readonly corpus: CorpusRef;
        readonly activations: ActivationSpec;
        readonly cache: string;
        readonly firstPosition?: 'keep' | 'skip';
        /** Undefined: all neurons of the taps and layers. */
        readonly neurons?: string;
        /** Of what contexts are made: `word`, or attributes of the corpus. */
        readonly of: readonly string[];
      }
    | { readonly kind: 'matrix'; readonly matrix: LabelledMatrixRef; readonly cache: string };
  /** As written in `--set name=value`. */
  readonly parameters: Readonly<Record<string, string>>;
  /** Shuffles of the contexts for the null of the best neuron. */
  readonly rounds: number;
  readonly seed: number;
  /** Neurons, the best first, of which contexts and rows are listed. */
  readonly detail: number;
}

/** A context and what it adds to a neuron's score. */
export interface ContextOfNeuron {
  readonly context: string;
  readonly count: number;
  /** Part of the information beyond chance that comes from this context. */
  readonly share: number;
  /** Mean of the neuron on it, in standard deviations over all rows. */
  readonly mean_z: number;
}

export interface ContextNeuron {
  readonly id: string;
  readonly layer: number | null;
  readonly tap: string | null;
  readonly unit: number;
  /** Plug-in estimate in nats. */
  readonly score: number;
  readonly corrected: number;
  readonly expected: number;
  readonly adjusted: number | null;
  readonly entropy: number;
  readonly bins: number;
  /** Share of the shuffles whose best neuron scores as well, (k + 1)/(B + 1); null without shuffles. */
  readonly p: number | null;
  /** The contexts that tell most, and the rows where the neuron is highest; of the best neurons only. */
  readonly contexts?: readonly ContextOfNeuron[];
  readonly highest?: readonly { readonly row: number; readonly value: number; readonly context: string; readonly sentence?: string }[];
}

export interface ContextRanking {
  readonly kind: 'contexts';
  readonly method: string;
  readonly parameters: Readonly<Record<string, string | number | boolean>>;
  /** Of what the contexts are made; `label` for a matrix. */
  readonly of: string;
  readonly rows: number;
  /** Different contexts, those frequent enough to stand for themselves, and the rows of all others. */
  readonly contexts: { readonly distinct: number; readonly kept: number; readonly rare_rows: number };
  readonly neurons: readonly ContextNeuron[];
  readonly undefined: readonly { readonly id: string; readonly reason: string }[];
  readonly null: { readonly rounds: number; readonly median: number; readonly q95: number; readonly max: number } | null;
  /** Medians over the neurons of each tap, which say how much of a layer is tied to these contexts. */
  readonly taps: readonly {
    readonly tap: string;
    readonly neurons: number;
    readonly median: number;
    readonly median_adjusted: number | null;
  }[];
  readonly warnings: readonly string[];
  readonly provenance: Provenance;
}
