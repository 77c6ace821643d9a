/** What the explorer shows of one neuron, and the fixed scale on which it is painted. */
import type { StackStrengths } from './reading';

/** A word in its sentence with its place in the document. Lines and characters count from 0, in UTF-16 units. */
export interface ExampleRow {
  readonly word: number;
  readonly line: number;
  readonly character: number;
  /** The sentence around the word, cut to a snippet: `text.slice(start, end)` is the word. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
  readonly value: number;
  /** Whether the word carries the concept; null without one. */
  readonly carries: boolean | null;
  /** Its annotation, in the concept's own attribute where it has one of it; null without any. */
  readonly tag: { readonly attribute: string; readonly value: string; readonly automatic: boolean } | null;
  /** Painted words of the snippet besides it, with their steps (−9 to 9 without 0); spans of `text`. */
  readonly others: readonly { readonly start: number; readonly end: number; readonly step: number }[];
}

export interface ConceptScore {
  readonly concept: string;
  readonly score: number | null;
  readonly chance: number | null;
  /** 95 % by drawing sentences with replacement; null where too few rounds gave a score, or the corpus is too large to wait for it. */
  readonly interval: readonly [number, number] | null;
  /** 95th percentile of the best of all neurons under shuffled labels; null where no ranking of the window has asked for it. */
  readonly luck: number | null;
  readonly direction: 1 | -1;
  readonly support: { readonly positive: number; readonly negative: number };
  /** Concepts carried by exactly the same words, which are not listed again. */
  readonly aliases: readonly string[];
}

/** The best score of every layer for a concept, of any neuron. */
export interface LayerStrip {
  readonly concept: string;
  readonly method: string;
  /** Where bars begin, and what a whole bar stands for: the best layer's score, which is the less where the smallest is best. */
  readonly chance: number;
  readonly end: number;
  /** Encoder and decoder have their own layers; most models have one stack. */
  readonly stacks: readonly StackStrengths[];
}

/** What the explorer shows. All of it over the whole corpus, first positions of causal models left out. */
export interface NeuronView {
  readonly neuron: string;
  readonly corpus: string;
  readonly words: number;
  readonly side: 'high' | 'low';
  readonly concept: string | null;
  /**
   * Share of words on which it fires: those at least half as far from the centre of `scale` as the 99.5th percentile of the
   * chosen side. 0 on a side that is not painted.
   */
  readonly firesOn: number;
  /** The value from which it fires on the chosen side; null on a side that is not painted. */
  readonly firesFrom: number | null;
  readonly scale: PaintScale;
  /** 40 bins from the least to the largest value; `carrying` is empty without a concept. */
  readonly histogram: { readonly edges: readonly number[]; readonly carrying: readonly number[]; readonly others: readonly number[] };
  /** Value of best F1 for the chosen side, with its precision and recall; null without a concept. */
  readonly threshold: { readonly value: number; readonly precision: number; readonly recall: number } | null;
  /** Top five for the chosen side, best gain first. */
  readonly concepts: readonly ConceptScore[];
  /** Of the chosen concept, or else of the best listed one; null where no ranking of the window was for it. */
  readonly strip: LayerStrip | null;
  /** Percentile bands, highest first. */
  readonly bands: readonly {
    readonly label: string;
    readonly words: number;
    readonly share: number | null;
    readonly examples: readonly ExampleRow[];
  }[];
  readonly top: readonly ExampleRow[];
  readonly random: readonly ExampleRow[];
  readonly lowest: readonly ExampleRow[];
  /** False alarms above the threshold and misses below it, worst first; empty without a concept. */
  readonly wrong: readonly ExampleRow[];
  /** Word types seen at least five times, by mean z-score on the chosen side. */
  readonly wordTypes: readonly { readonly text: string; readonly count: number; readonly meanZ: number }[];
  readonly source: { readonly model: string; readonly tap: string; readonly corpus: string; readonly labels: string | null };
  /** Why there is nothing to show: the neuron is constant. */
  readonly empty: string | null;
}

/**
 * Fixed for a neuron over a corpus: how far each side reaches from the centre, null for a side that is not painted.
 * step = ⌈9 · |x − centre| / q⌉ with q the farther reach of the two.
 */
export interface PaintScale {
  readonly centre: number;
  readonly high: number | null;
  readonly low: number | null;
}
