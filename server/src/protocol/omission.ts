/** What `golgi omission` is asked and gives. */
import type { CorpusRef, ModelRef } from './sources';

export interface OmissionParams {
  readonly model: ModelRef;
  /** Texts as they are, or a corpus. */
  readonly texts: readonly string[];
  readonly corpus?: CorpusRef;
  /** Sentences of the corpus, from its beginning. */
  readonly limit: number;
  /** The tap whose neurons are a sentence's vector; undefined: that of the neurons, or the last hidden state. */
  readonly at?: string;
  /** Neurons of one tap that are looked at by themselves. */
  readonly neurons: string;
  /** As written in `--set name=value`. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly seed: number;
}

/** A word, what the sentence's vector loses with it, and what every neuron asked for loses, in standard deviations. */
export interface OmittedWord {
  readonly text: string;
  /** 1 − cosine; null where the word has no token of its own, or is the only word. */
  readonly score: number | null;
  readonly neurons: readonly (number | null)[];
}

export interface OmissionResult {
  readonly at: string;
  readonly pool: 'mean' | 'last';
  readonly neurons: readonly string[];
  readonly texts: readonly { readonly text: string; readonly line: number | null; readonly words: readonly OmittedWord[] }[];
  /** Share of the variance of scores that words and positions explain in held-out sentences; null with fewer than 30 sentences. */
  readonly explained:
    readonly { readonly by: 'word' | 'position' | 'word and position'; readonly share: number | null; readonly alpha: number }[] | null;
  readonly notes: readonly string[];
}
