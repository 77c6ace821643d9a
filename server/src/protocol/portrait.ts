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

/** A word or n-gram, and the mean z of the neuron on its last word, shrunken towards 0. */
export interface FiringText {
  readonly text: string;
  readonly count: number;
  readonly meanZ: number;
}

/** Sentences with the neuron's value of them, highest first and lowest first. */
interface FiringSentences {
  readonly high: readonly FiringSentence[];
  readonly low: readonly FiringSentence[];
}

export interface FiringSentence {
  readonly text: string;
  readonly value: number;
  readonly words: number;
  /** Line of the corpus file on which it begins, from 1. */
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
  readonly words: { readonly high: readonly FiringText[]; readonly low: readonly FiringText[] } | null;
  /** Of two to five words, where they fire it more than their own ending does. */
  readonly ngrams: { readonly high: readonly FiringText[]; readonly low: readonly FiringText[] } | null;
  /** By the mean over the words of a sentence, and by its outermost word. */
  readonly sentences: { readonly mean: FiringSentences; readonly peak: FiringSentences } | null;
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
