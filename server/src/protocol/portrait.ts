/** What is known about one neuron over one corpus, as `golgi neuron` gives it. */
import type { Provenance } from './results';

/** A word in its context, and the neuron's value there. */
export interface NeuronContext {
  readonly before: string;
  readonly word: string;
  readonly after: string;
  readonly value: number;
  /** Line of the corpus file, from 1. */
  readonly line: number;
}

/** Everything known about one neuron over one corpus. Null sections: the neuron is constant. */
export interface NeuronPortrait {
  readonly id: string;
  readonly provenance: Provenance;
  readonly contexts: {
    readonly high: readonly NeuronContext[];
    readonly low: readonly NeuronContext[];
    readonly deciles: readonly {
      readonly low: number;
      readonly high: number;
      readonly rows: number;
      readonly sample: readonly NeuronContext[];
    }[];
  };
  readonly words: {
    readonly high: readonly { readonly text: string; readonly count: number; readonly meanZ: number }[];
    readonly low: readonly { readonly text: string; readonly count: number; readonly meanZ: number }[];
  } | null;
  readonly distribution: {
    readonly edges: readonly number[];
    readonly counts: readonly number[];
    readonly mean: number | null;
    readonly deviation: number | null;
  } | null;
  /** Best first. */
  readonly concepts: readonly {
    readonly concept: string;
    readonly score: number | null;
    readonly reason: string | null;
    readonly direction: 1 | -1;
    readonly chance: number | null;
    readonly support: { readonly positive: number; readonly negative: number };
    readonly interval: readonly [number, number] | null;
    readonly word: { readonly text: string; readonly share: number; readonly scoreWithout: number | null } | null;
  }[];
}
