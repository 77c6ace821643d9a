/**
 * How much a neuron tells about the context of a word, without a concept being named first: which neurons are tied to words
 * or to roles in a sentence, and to which of them. Kádár, Chrupała and Alishahi 2017, section 5.3.
 */
import type { ExplainMethod } from '../compositional/explanation';
import { count, flag } from '../parameters';
import { quantile } from '../statistics/order';
import type { SortedColumn } from '../statistics/order';
import type { ExpectedCell } from '../statistics/expectedInformation';
import { mostMassBins } from '../statistics/bins';
import type { Contexts } from './contexts';

export const contextInformation: ExplainMethod = {
  kind: 'explain',
  id: 'context-information',
  title: 'Context mutual information',
  family: 'corpus-based',
  citation: 'Kádár, Chrupała and Alishahi 2017, Computational Linguistics 43(4); Miller 1955; Vinh, Epps and Bailey 2010',
  formula: 'I = Σ over bins a and contexts c of p(a, c) · ln(p(a, c) / (p(a) · p(c))), bins of equal mass',
  sees: 'neurons tied to words, to sequences of words or to roles in the sentence, whichever they are, by any of their values',
  blindTo:
    'contexts rarer than the least count, which become one; what lies behind the contexts: words of one topic and words of one class look alike. The plug-in estimate grows with the number of contexts, so only what exceeds chance may be compared between kinds of context',
  parameters: {
    n: count({ default: 1, min: 1, max: 5, unit: 'words', help: 'a context is that many words, the last of them the neuron’s own' }),
    bins: count({ default: 20, min: 2, max: mostMassBins, unit: 'bins', help: 'bins of equal mass; equal values share one' }),
    'min-count': count({ default: 5, min: 1, unit: 'rows', help: 'rarer contexts count as one' }),
    fold: flag({ default: true, help: 'words that differ by capitals only are one context' }),
  },
  beside: {
    corrected: 'the same with the correction of Miller and Madow; may lie below 0',
    expected: 'mean of the score over all permutations of the contexts, exactly',
    adjusted: 'share of what contexts could at most tell beyond that mean: 0 by chance, 1 where the context decides the bin',
    entropy: 'entropy of the neuron’s bins in nats',
    bins: 'bins that have rows',
  },
};

/** Rows of one neuron in bins of equal mass. */
export interface BinnedNeuron {
  /** Bin of each place of the sorted column’s rows; of rows that take no part it means nothing. */
  readonly ofRow: Uint8Array;
  /** Rows in each bin. */
  readonly sizes: Int32Array;
}

/** Bins with edges at the quantiles k/bins; the bin of a value is the number of edges that it reaches. */
export function binNeuron(sorted: SortedColumn, bins: number, ofRow: Uint8Array): BinnedNeuron {
  const edges = Array.from({ length: bins - 1 }, (_, k) => quantile(sorted, (k + 1) / bins));
  const sizes = new Int32Array(bins);
  let bin = 0;
  for (let i = 0; i < sorted.rows.length; i++) {
    while (bin < edges.length && edges[bin]! <= sorted.values[i]!) bin++;
    ofRow[sorted.rows[i]!] = bin;
    sizes[bin] = sizes[bin]! + 1;
  }
  return { ofRow, sizes };
}

/** Estimates in nats. */
export interface Information {
  readonly plugIn: number;
  readonly corrected: number;
  readonly expected: number;
  readonly adjusted: number | null;
  readonly entropy: number;
  readonly bins: number;
}

/** What one context adds to the information of a neuron, beyond what a context of its size adds by chance. */
export interface ContextShare {
  readonly context: number;
  readonly count: number;
  readonly excess: number;
}

/** Scores neurons against one set of contexts; its tables are made once. All rows with a context must be in the neuron’s bins. */
export class ContextScorer {
  readonly #contexts: Contexts;
  readonly #expected: ExpectedCell;
  readonly #rows: number;
  /** k · log k. */
  readonly #entropic: Float64Array;
  readonly #cells: Int32Array;
  readonly #ofContexts: number;
  /** Different numbers of rows that contexts have, with how many contexts have them. */
  readonly #sizes: ReadonlyMap<number, number>;
  readonly #expectedOfBin = new Map<number, number>();

  constructor(contexts: Contexts, bins: number, expected: ExpectedCell) {
    this.#contexts = contexts;
    this.#expected = expected;
    this.#rows = contexts.counts.reduce((sum, rows) => sum + rows, 0);
    this.#entropic = Float64Array.from({ length: this.#rows + 1 }, (_, k) => (k < 2 ? 0 : k * Math.log(k)));
    this.#cells = new Int32Array(bins * contexts.counts.length);
    this.#ofContexts = this.#sum(contexts.counts);
    const sizes = new Map<number, number>();
    for (const size of contexts.counts) sizes.set(size, (sizes.get(size) ?? 0) + 1);
    this.#sizes = sizes;
  }

  /** Plug-in estimate with any contexts of the same counts: those of the rows, or the same shuffled. At least 0. */
  plugIn(neuron: BinnedNeuron, ofRow: Int32Array = this.#contexts.ofRow): number {
    this.#count(neuron, ofRow);
    return Math.max(0, (this.#sum(this.#cells) - this.#sum(neuron.sizes) - this.#ofContexts) / this.#rows + Math.log(this.#rows));
  }

  /** Σ p(a, c) log(p(a, c) / (p(a) p(c))) and what stands beside it. */
  score(neuron: BinnedNeuron): Information {
    const plugIn = this.plugIn(neuron);
    const { counts } = this.#contexts;
    const cells = this.#cells.reduce((found, rows) => found + Number(rows > 0), 0);
    const bins = neuron.sizes.reduce((found, rows) => found + Number(rows > 0), 0);
    const entropy = Math.log(this.#rows) - this.#sum(neuron.sizes) / this.#rows;
    const expected = neuron.sizes.reduce((sum, size) => sum + this.#ofBin(size), 0);
    const most = Math.min(entropy, Math.log(this.#rows) - this.#ofContexts / this.#rows) - expected;
    return {
      plugIn,
      corrected: plugIn + (bins + counts.length - cells - 1) / (2 * this.#rows),
      expected,
      // Where every context has one row chance tells all, and nothing can be told beyond it.
      adjusted: most > 1e-9 ? (plugIn - expected) / most : null,
      entropy,
      bins,
    };
  }

  /** Contexts by what they add, most first; that of the rare ones is not among them. */
  shares(neuron: BinnedNeuron): ContextShare[] {
    const { counts, ofRow, rare } = this.#contexts;
    this.#count(neuron, ofRow);
    return Array.from(counts, (size, context): ContextShare => {
      let excess = 0;
      neuron.sizes.forEach((inBin, bin) => {
        const both = this.#cells[bin * counts.length + context]!;
        if (both > 0) excess += (both / this.#rows) * Math.log((both * this.#rows) / (inBin * size));
        excess -= this.#expected(inBin, size);
      });
      return { context, count: size, excess };
    })
      .filter(({ context }) => context !== rare)
      .sort((a, b) => b.excess - a.excess);
  }

  /** What a bin of that many rows adds by chance. */
  #ofBin(rows: number): number {
    let sum = this.#expectedOfBin.get(rows);
    if (sum === undefined) {
      sum = 0;
      for (const [size, contexts] of this.#sizes) sum += contexts * this.#expected(rows, size);
      this.#expectedOfBin.set(rows, sum);
    }
    return sum;
  }

  #count({ ofRow: binOf }: BinnedNeuron, ofRow: Int32Array): void {
    const width = this.#contexts.counts.length;
    const cells = this.#cells.fill(0);
    for (let row = 0; row < ofRow.length; row++) {
      const context = ofRow[row]!;
      if (context < 0) continue;
      const cell = binOf[row]! * width + context;
      cells[cell] = cells[cell]! + 1;
    }
  }

  #sum(counts: Int32Array): number {
    let sum = 0;
    for (let i = 0; i < counts.length; i++) sum += this.#entropic[counts[i]!]!;
    return sum;
  }
}
