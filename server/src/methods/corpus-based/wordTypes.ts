import { defineDescription } from '../method';
import { count } from '../parameters';
import { columnMoments } from '../statistics/columnMoments';

/** A word type and the neuron's standardised values z on it. */
export interface WordType {
  /** Number of the type in the caller's list. */
  readonly type: number;
  readonly count: number;
  /** Mean |z|, shrunken towards 1 as if the type had been seen `shrink` times more at |z| = 1. */
  readonly strength: number;
  /** The same without shrinking, divided by the largest of all types (the score of NeuroX). */
  readonly relative: number;
  /** Mean z, shrunken towards 0. */
  readonly signed: number;
}

/** Types by |z|, and by either sign; null where the neuron is constant. */
export interface WordTypes {
  readonly strongest: readonly WordType[];
  readonly high: readonly WordType[];
  readonly low: readonly WordType[];
}

/**
 * The word types on which a neuron is strongest: mean of |z| over the occurrences of a type (NeuroX, `corpus.py`), z by the
 * population standard deviation. Signed lists stand beside it because |z| mixes both ends, and means of rare types are
 * shrunken because single occurrences would otherwise fill the list. Ties by first occurrence.
 */
export const wordTypes = defineDescription({
  id: 'word-types',
  title: 'Word types',
  family: 'corpus-based',
  citation: 'Dalvi et al. 2019, NeuroX (arXiv 1812.09359)',
  formula: '(Σ |z| + shrink) / (n + shrink) over the n rows of a word type; z = (x − mean) / s over all rows',
  sees: 'neurons tied to words whatever their context',
  blindTo: 'anything that depends on context; types rarer than the least count',
  parameters: {
    'min-count': count({ default: 5, min: 1, unit: 'rows', help: 'types with fewer occurrences are left out of the lists' }),
    shrink: count({ default: 5, unit: 'rows', help: 'occurrences added to every type at its expected value; 0: plain means' }),
    top: count({ default: 15, min: 1, unit: 'types', help: 'types in each list' }),
  },

  describe({ values, included, words }, { 'min-count': minCount, shrink, top }): WordTypes | null {
    const { count: rows, mean, scatter, min, max } = columnMoments(values, included);
    if (!words || rows === 0 || min === max || !Number.isFinite(scatter)) return null;
    const deviation = Math.sqrt(scatter / rows);
    const sums = new Map<number, { rows: number; signed: number; absolute: number }>();
    words.forEach((type, row) => {
      if (type < 0 || included?.[row] === 0) return;
      const z = (values[row]! - mean) / deviation;
      const known = sums.get(type) ?? { rows: 0, signed: 0, absolute: 0 };
      sums.set(type, { rows: known.rows + 1, signed: known.signed + z, absolute: known.absolute + Math.abs(z) });
    });
    const largest = Math.max(...Array.from(sums.values(), (type) => type.absolute / type.rows));
    const types = Array.from(sums, ([type, found]): WordType => ({
      type,
      count: found.rows,
      strength: (found.absolute + shrink) / (found.rows + shrink),
      relative: found.absolute / found.rows / largest,
      signed: found.signed / (found.rows + shrink),
    })).filter((type) => type.count >= minCount);
    const best = (by: (type: WordType) => number) => [...types].sort((a, b) => by(b) - by(a)).slice(0, top);
    return {
      strongest: best(({ strength }) => strength),
      high: best(({ signed }) => signed).filter(({ signed }) => signed > 0),
      low: best(({ signed }) => -signed).filter(({ signed }) => signed < 0),
    };
  },
});
