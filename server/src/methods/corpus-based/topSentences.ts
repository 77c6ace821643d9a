import { defineDescription } from '../method';
import { count, flag } from '../parameters';

/** A sentence and the neuron's value of it. */
export interface SentenceHit {
  readonly sentence: number;
  readonly value: number;
  /** Rows that the value is made of. */
  readonly rows: number;
}

/** Sentences by the mean over their rows, and by their outermost row. */
export interface TopSentences {
  readonly mean: { readonly high: readonly SentenceHit[]; readonly low: readonly SentenceHit[] };
  /** By the largest value of a row, and by the smallest. */
  readonly peak: { readonly high: readonly SentenceHit[]; readonly low: readonly SentenceHit[] };
}

/**
 * The sentences on which a neuron is highest and lowest as a whole. Means are the sentence's value in Na et al. 2019, section
 * 3.2, maxima in Suau, Zappella and Apostoloff 2022. Sentences of equal text count once; equal values by sentence. Null where
 * sentences are not known.
 */
export const topSentences = defineDescription({
  id: 'top-sentences',
  title: 'Top sentences',
  family: 'corpus-based',
  citation: 'Na et al. 2019; Suau, Zappella and Apostoloff 2022',
  formula: 'mean, or strongest value, of x over the words of a sentence',
  sees: 'neurons of what a sentence as a whole is about or how it is built',
  blindTo: 'which word of the sentence it is; means favour short sentences, peaks long ones',
  parameters: {
    top: count({ default: 10, min: 1, max: 1000, unit: 'sentences', help: 'sentences in each list' }),
    'min-rows': count({ default: 3, min: 1, unit: 'rows', help: 'shorter sentences are left out: their means are those of single words' }),
    distinct: flag({ default: true, help: 'of sentences with the same text show one' }),
  },

  describe({ values, included, sentences, texts }, { top, 'min-rows': minRows, distinct }): TopSentences | null {
    if (!sentences) return null;
    const found = new Map<number, { sentence: number; rows: number; sum: number; min: number; max: number }>();
    const shown = new Map<number, number>();
    sentences.forEach((sentence, row) => {
      const value = values[row]!;
      if (included?.[row] === 0 || !Number.isFinite(value)) return;
      const text = texts?.[row];
      if (distinct && text !== undefined) {
        const first = shown.get(text) ?? sentence;
        shown.set(text, first);
        if (first !== sentence) return;
      }
      const known = found.get(sentence) ?? { sentence, rows: 0, sum: 0, min: Infinity, max: -Infinity };
      known.rows++;
      known.sum += value;
      known.min = Math.min(known.min, value);
      known.max = Math.max(known.max, value);
      found.set(sentence, known);
    });
    const long = [...found.values()].filter(({ rows }) => rows >= minRows).sort((a, b) => a.sentence - b.sentence);
    const best = (valueOf: (sentence: (typeof long)[number]) => number, side: 1 | -1): SentenceHit[] =>
      long
        .map((each) => ({ sentence: each.sentence, value: valueOf(each), rows: each.rows }))
        .sort((a, b) => side * (b.value - a.value))
        .slice(0, top);
    const mean = ({ sum, rows }: (typeof long)[number]): number => sum / rows;
    return {
      mean: { high: best(mean, 1), low: best(mean, -1) },
      peak: { high: best(({ max }) => max, 1), low: best(({ min }) => min, -1) },
    };
  },
});
