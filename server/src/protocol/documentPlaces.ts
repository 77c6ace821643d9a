/** What is asked of some lines of a document, and of a neuron's places in it: paint, spans to jump to, words. Lines and characters from 0. */
import type { ExplainedNeuron } from './analyses';
import type { PaintScale } from './neuronView';
import type { Observed } from './observed';

export interface PaintNeuronParams extends Observed {
  readonly corpus: string;
  readonly neuron: string;
  readonly fromLine: number;
  readonly toLine: number;
}

/** Painted spans of a document, sorted; `step` is −9 to 9 without 0. Lines and characters from 0. */
export interface NeuronPaint {
  readonly neuron: string;
  readonly scale: PaintScale;
  readonly spans: readonly {
    readonly line: number;
    readonly start: number;
    readonly end: number;
    readonly value: number;
    readonly step: number;
  }[];
  /** The document has changed since the corpus was opened: spans are of unchanged sentences only. */
  readonly stale: boolean;
}

export interface PaintFormulaParams extends Observed {
  readonly corpus: string;
  readonly explained: ExplainedNeuron;
  readonly fromLine: number;
  readonly toLine: number;
}

/** Spans of a document on which neuron and formula disagree, sorted: 1 where the neuron alone says yes, −1 where the formula alone does. */
export interface FormulaPaint {
  readonly spans: readonly {
    readonly line: number;
    readonly start: number;
    readonly end: number;
    readonly value: number;
    readonly sign: number;
  }[];
}

export interface FindNeuronParams extends Observed {
  readonly corpus: string;
  readonly neuron: string;
  readonly side: 'high' | 'low';
}

/** At most 100 places, strongest first, one a sentence and none of a sentence that has changed. */
export interface NeuronPlaces {
  readonly places: readonly { readonly line: number; readonly start: number; readonly end: number; readonly value: number }[];
}

export interface WordsOnLinesParams {
  readonly corpus: string;
  readonly fromLine: number;
  readonly toLine: number;
}

export interface WordsOnLines {
  readonly words: readonly { readonly word: number; readonly line: number; readonly start: number; readonly end: number }[];
}
