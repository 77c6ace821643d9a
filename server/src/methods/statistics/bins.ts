/**
 * A neuron's values cut into bins, and the rows of each class counted in them: what overlap of masks and mutual information
 * are made of. A method says where to cut as a rule on quantiles; bins of a column are made once for each rule.
 */
import { tiedQuantile } from './order';
import type { Ties } from './order';
import type { TiedColumn } from './ties';

/** Quantiles of a column by linear interpolation; those from above are what the negated column has from below, negated. */
export interface Quantiles {
  below(share: number): number;
  above(share: number): number;
}

/** Where a column is cut. Bins ascend with the values; there are at most `mostBins`. */
export interface Cuts {
  readonly bins: number;
  readonly edges: readonly number[];
  binOf(value: number): number;
}

/** How a method cuts a column, given its quantiles. The same object stands for the same cuts. */
export type CutRule = (quantiles: Quantiles) => Cuts;

/** Rows by bin and class, `counts[bin * classes + class]`; weights where rows weigh. */
export interface ClassBins {
  readonly edges: readonly number[];
  readonly bins: number;
  readonly classes: number;
  readonly counts: Float64Array;
}

/** Bins of equal mass for information: more of them are emptier than the estimate can bear. */
export const mostMassBins = 255;

/** Bins of rows are kept as two bytes; more than this tells nothing that the values themselves do not. */
export const mostBins = 4096;

/** A column's rows in bins; what rows that take no part have means nothing. */
export interface RowBins {
  readonly cuts: Cuts;
  readonly ofRow: Uint16Array;
}

/** Bins of a column by rule, made when first asked for. */
export type ColumnBins = (rule: CutRule) => RowBins;

/** Bins of the rows that take part (1 in `included`): those that the column was grouped from. */
export function columnBins(column: TiedColumn, included: Uint8Array): ColumnBins {
  const made = new Map<CutRule, RowBins>();
  return (rule) => {
    const known = made.get(rule);
    if (known) return known;
    const bins = binRows(column, included, rule(quantilesOf(column)));
    made.set(rule, bins);
    return bins;
  };
}

function quantilesOf(ties: Ties): Quantiles {
  return { below: (share) => tiedQuantile(ties, share), above: (share) => tiedQuantile(ties, share, 'from above') };
}

function binRows({ keyOfRow, tieOfKey, tieValues }: TiedColumn, included: Uint8Array, cuts: Cuts): RowBins {
  const ofTie = new Uint16Array(tieValues.length);
  for (let tie = 0; tie < ofTie.length; tie++) ofTie[tie] = cuts.binOf(tieValues[tie]!);
  const ofRow = new Uint16Array(included.length);
  for (let row = 0; row < ofRow.length; row++) if (included[row] === 1) ofRow[row] = ofTie[tieOfKey[keyOfRow[row]!]!]!;
  return { cuts, ofRow };
}

/** Rows of every class in every bin; rows without a label do not count. */
export function countBins({ cuts, ofRow }: RowBins, labels: Int32Array, classes: number): ClassBins {
  const { bins, edges } = cuts;
  const counts = new Float64Array(bins * classes);
  for (let row = 0; row < labels.length; row++) {
    const label = labels[row]!;
    if (label < 0) continue;
    const at = ofRow[row]! * classes + label;
    counts[at] = counts[at]! + 1;
  }
  return { edges, bins, classes, counts };
}
