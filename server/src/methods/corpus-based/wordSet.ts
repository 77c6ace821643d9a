import { defineDescription } from '../method';
import { count, choice } from '../parameters';
import { columnMoments } from '../statistics/columnMoments';

/** A set of word types that a neuron tells from all other words. */
export interface WordSet {
  /** The most telling first. */
  readonly types: readonly { readonly type: number; readonly count: number; readonly signed: number }[];
  /** 1: high on these words; −1: low. */
  readonly direction: 1 | -1;
  /** Correlation of the neuron with "is one of these words", positive in its direction. */
  readonly correlation: number;
}

/**
 * The concept that a neuron itself proposes: the word types at one end of its values that explain most of its variance. Types
 * are put in order by their mean z, shrunken towards 0 as in the list of word types, and the set is the beginning of that order
 * whose indicator correlates most with the neuron: with z̄ the sum of z over the n rows of the set among N, r = z̄ / √(n (N − n)).
 * Lists of top words are Dalvi et al. 2019 (NeuroX); where to cut them is Fisher 1958, on grouping for maximum homogeneity.
 * Null where the neuron is constant or no type is frequent enough.
 */
export const wordSet = defineDescription({
  id: 'word-set',
  title: 'Proposed word sets',
  family: 'corpus-based',
  citation: 'Dalvi et al. 2019, NeuroX (arXiv 1812.09359); Fisher 1958',
  formula: 'argmax over beginnings of the list of word types of Σ z / √(n (N − n)), over the n rows of the set among N; z = (x − mean) / s',
  sees: 'concepts that nobody labelled, where a list of words can name them',
  blindTo: 'concepts of words in context; the words of a set need have nothing in common but the neuron, so read them before you keep it',
  parameters: {
    least: count({ default: 2, min: 1, unit: 'types', help: 'fewest types of a set; 1: neurons of a single word propose it too' }),
    most: count({ default: 30, min: 1, max: 1000, unit: 'types', help: 'most types of a set' }),
    'min-count': count({ default: 5, min: 1, unit: 'rows', help: 'types with fewer occurrences are no part of a set' }),
    shrink: count({ default: 5, unit: 'rows', help: 'occurrences at z = 0 added to every type; 0: plain means' }),
    side: choice({ default: 'either', of: ['either', 'high', 'low'], help: 'which end of the values' }),
  },

  describe({ values, included, words }, { least, most, 'min-count': minCount, shrink, side }): WordSet | null {
    const { count: rows, mean, scatter, min, max } = columnMoments(values, included);
    if (!words || rows === 0 || min === max || !Number.isFinite(scatter)) return null;
    const deviation = Math.sqrt(scatter / rows);
    const sums = new Map<number, { rows: number; z: number }>();
    words.forEach((type, row) => {
      if (type < 0 || included?.[row] === 0) return;
      const known = sums.get(type) ?? { rows: 0, z: 0 };
      known.rows++;
      known.z += (values[row]! - mean) / deviation;
      sums.set(type, known);
    });
    const types = Array.from(sums, ([type, found]) => ({ type, ...found, signed: found.z / (found.rows + shrink) }))
      .filter((type) => type.rows >= minCount)
      .sort((a, b) => b.signed - a.signed);
    const high = side === 'low' ? null : bestStart(types, rows, { least, most }, 1);
    const low = side === 'high' ? null : bestStart(types.reverse(), rows, { least, most }, -1);
    // Of a set and all other types, which correlate alike but for rounding, the high one is told.
    return high && low ? (low.correlation > high.correlation + 1e-9 ? low : high) : (high ?? low);
  },
});

interface TypeSum {
  readonly type: number;
  readonly rows: number;
  readonly z: number;
  readonly signed: number;
}

/** The beginning of a list whose indicator correlates most with the neuron; null where none does in that direction, or it is too short. */
function bestStart(
  types: readonly TypeSum[],
  all: number,
  { least, most }: { readonly least: number; readonly most: number },
  direction: 1 | -1,
): WordSet | null {
  let [rows, z, correlation, length] = [0, 0, 0, 0];
  for (const [i, type] of types.slice(0, most).entries()) {
    rows += type.rows;
    z += direction * type.z;
    const found = rows < all ? z / Math.sqrt(rows * (all - rows)) : 0;
    if (found > correlation) [correlation, length] = [found, i + 1];
  }
  if (length === 0 || length < least) return null;
  return { types: types.slice(0, length).map(({ type, rows: times, signed }) => ({ type, count: times, signed })), direction, correlation };
}
