/** Explanations of neurons by formulas over concepts: what is asked, and what comes back. */
import type { ActivationSpec, CorpusRef, ModelRef } from './sources';
import type { Provenance } from './results';

export interface ExplainParams {
  readonly source:
    | {
        readonly kind: 'model';
        readonly model: ModelRef;
        readonly corpus: CorpusRef;
        readonly words: ActivationSpec['words'];
        readonly dtype: ActivationSpec['dtype'];
        readonly cache: string;
        readonly firstPosition?: 'keep' | 'skip';
        readonly neurons: string;
        /** The atoms; without any, all concepts of the corpus and its frequent words. */
        readonly concepts: readonly string[];
      }
    | {
        readonly kind: 'matrix';
        readonly matrix: AtomMatrixRef;
        readonly cache: string;
        /** Of the corpus whose words the rows are, as above. */
        readonly concepts: readonly string[];
      };
  /** A file of word vectors, which say what words are near each other; without it the model's own input embeddings do. */
  readonly vectors?: string;
  /** Parameters of the method as a person writes them. */
  readonly parameters: Readonly<Record<string, string>>;
  /** Rows that an atom must hold on. */
  readonly leastRows: number;
  /** Rows of disagreement listed on either side. */
  readonly examples: number;
  readonly seed: number;
}

/** Somebody's matrix, with what the atoms on its rows are made of: any of these, or several. */
export interface AtomMatrixRef {
  readonly activations: string;
  /** A matrix of 0 and 1 that says which atoms hold on a row. */
  readonly atoms?: string;
  readonly atomNames?: string;
  /** The label of each row: every label is an atom. */
  readonly labels?: string;
  readonly labelNames?: string;
  /** The word of each row: every word is an atom. */
  readonly types?: string;
  /** The corpus whose words the rows are: its concepts and words are atoms. */
  readonly corpus?: CorpusRef;
  readonly groups?: string;
  readonly columns?: string;
}

/** A word of a corpus: its number, and the line of the file on which its sentence begins, from 0. */
export interface WordPlace {
  readonly word: number;
  readonly line: number;
}

/** A row on which formula and neuron disagree. */
export interface DisagreeingRow {
  readonly row: number;
  readonly value: number;
  readonly at?: WordPlace;
  /** The sentence with the word in it; of an outside matrix nothing is known but the row. */
  readonly context?: { readonly before: string; readonly word: string; readonly after: string };
}

/** A formula as nested lists: an atom's number, or `["or", a, b]`, `["and", a, ["not", b]]`. */
export type FormulaTree = number | readonly ['or' | 'and', FormulaTree, FormulaTree] | readonly ['not', FormulaTree];

/** An overlap of a formula's rows with those where a neuron is active: rows in both (`both`) over rows in either. */
export interface Overlap {
  readonly score: number;
  readonly holds: number;
  readonly active: number;
  readonly both: number;
}

export interface NeuronExplanation extends Overlap {
  readonly id: string;
  readonly layer: number | null;
  readonly tap: string | null;
  readonly unit: number;
  readonly direction: 1 | -1;
  readonly formula: string;
  readonly tree: FormulaTree;
  /** Atoms of the formula. */
  readonly length: number;
  readonly threshold: number;
  /** Overlap of as many rows each, chosen at random: pq/(p + q − pq) for shares p and q of the rows. */
  readonly chance: number;
  /** Overlap in sentences left out, of the formula found without them. */
  readonly held_out: number | null;
  readonly held_out_formula: string | null;
  readonly best_atom: { readonly name: string; readonly score: number };
  readonly by_length: readonly { readonly formula: string; readonly score: number }[];
  /** Active rows that the formula misses, strongest first, and rows where it holds without the neuron, weakest first. */
  readonly missed: { readonly count: number; readonly rows: readonly DisagreeingRow[] };
  readonly unmatched: { readonly count: number; readonly rows: readonly DisagreeingRow[] };
}

export interface Explanations {
  readonly kind: 'explanations';
  readonly method: string;
  readonly parameters: Readonly<Record<string, string | number | boolean>>;
  readonly atoms: readonly { readonly name: string; readonly rows: number }[];
  /** What NEIGHBORS stands for where a formula has it: a word and those nearest to it, as numbers of atoms. */
  readonly neighbors: readonly { readonly name: string; readonly atoms: readonly number[] }[];
  readonly rows: number;
  /** Best explained first. */
  readonly neurons: readonly NeuronExplanation[];
  readonly undefined: readonly { readonly id: string; readonly reason: string }[];
  readonly warnings: readonly string[];
  readonly provenance: Provenance;
}
