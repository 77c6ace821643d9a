import { defineDescription } from '../method';
import type { NeuronColumn } from '../method';
import { count } from '../parameters';
import { columnMoments } from '../statistics/columnMoments';

/** Words in a row, and the neuron's standardised values z on the last of them. */
export interface Ngram {
  /** Numbers of the word types, in their order. */
  readonly words: readonly number[];
  readonly count: number;
  /** Mean z, shrunken towards 0. */
  readonly signed: number;
}

export interface Ngrams {
  readonly high: readonly Ngram[];
  readonly low: readonly Ngram[];
}

interface Gram extends Ngram {
  /** The n-gram without its first word; null for single words. */
  readonly ending: Gram | null;
}

/**
 * The n-grams at whose last word a neuron is highest and lowest: mean z over all occurrences, shrunken because rare ones
 * would otherwise fill the list. Kádár, Chrupała and Alishahi 2017, section 5, list contexts one by one; means over
 * occurrences say which of them fire the neuron reliably. A longer n-gram is listed only where it goes beyond its own ending:
 * "of course" says nothing new where "course" is as strong. Null where the neuron is constant. Ties by length, then by first
 * occurrence.
 */
export const ngrams = defineDescription({
  id: 'ngrams',
  title: 'N-grams',
  family: 'corpus-based',
  citation: 'Kádár, Chrupała and Alishahi 2017',
  formula: 'Σ z / (n + shrink) over the n rows that end the n-gram; z = (x − mean) / s over all rows',
  sees: 'neurons that wait for a fixed sequence of words, and not only for its last one',
  blindTo: 'patterns with gaps or with classes of words; sequences rarer than the least count',
  parameters: {
    shortest: count({ default: 1, min: 1, max: 10, unit: 'words', help: 'shortest n-gram that is listed' }),
    longest: count({ default: 5, min: 1, max: 10, unit: 'words', help: 'longest n-gram' }),
    'min-count': count({ default: 3, min: 1, unit: 'rows', help: 'n-grams with fewer occurrences are left out' }),
    shrink: count({ default: 5, unit: 'rows', help: 'occurrences at z = 0 added to every n-gram; 0: plain means' }),
    top: count({ default: 15, min: 1, unit: 'n-grams', help: 'n-grams in each list' }),
  },

  describe(neuron, { shortest, longest, 'min-count': minCount, shrink, top }): Ngrams | null {
    const { values, included, words } = neuron;
    const { count: rows, mean, scatter, min, max } = columnMoments(values, included);
    if (!words || rows === 0 || min === max || !Number.isFinite(scatter)) return null;
    const deviation = Math.sqrt(scatter / rows);
    const z = Float64Array.from(values, (value) => (value - mean) / deviation);
    const found: Gram[] = [];
    let shorter: readonly (Gram | null)[] | null = null;
    for (let n = 1; n <= longest; n++) {
      shorter = gramsOf(neuron, words, z, shorter, { minCount, shrink });
      const before = found.length;
      found.push(...new Set(shorter.filter((gram) => gram !== null)));
      if (found.length === before) break;
    }
    const best = (side: 1 | -1): Ngram[] =>
      found
        .filter(
          ({ words: { length }, signed, ending }) => length >= shortest && side * signed > Math.max(0, ending ? side * ending.signed : 0),
        )
        .sort((a, b) => side * (b.signed - a.signed))
        .slice(0, top)
        .map(({ words: types, count: times, signed }) => ({ words: types, count: times, signed }));
    return { high: best(1), low: best(-1) };
  },
});

/**
 * The n-gram that ends at each row, made of those one word shorter; null where it is too rare or the sentence has no so many
 * words. What is frequent is made of what is frequent, so that rare ones are never counted.
 */
function gramsOf(
  { included, sentences }: NeuronColumn,
  words: Int32Array,
  z: Float64Array,
  shorter: readonly (Gram | null)[] | null,
  { minCount, shrink }: { readonly minCount: number; readonly shrink: number },
): (Gram | null)[] {
  const counts = new Map<Gram | null, Map<number, { rows: number; sum: number }>>();
  const prefixAt = (row: number): Gram | null | undefined => {
    if (words[row]! < 0 || included?.[row] === 0) return undefined;
    if (!shorter) return null;
    if (row === 0 || (sentences && sentences[row - 1] !== sentences[row])) return undefined;
    return shorter[row] ? (shorter[row - 1] ?? undefined) : undefined;
  };
  words.forEach((type, row) => {
    const prefix = prefixAt(row);
    if (prefix === undefined) return;
    let ofPrefix = counts.get(prefix);
    if (!ofPrefix) counts.set(prefix, (ofPrefix = new Map<number, { rows: number; sum: number }>()));
    const known = ofPrefix.get(type);
    if (known) {
      known.rows++;
      known.sum += z[row]!;
    } else ofPrefix.set(type, { rows: 1, sum: z[row]! });
  });
  const made = new Map<object, Gram>();
  return Array.from(words, (type, row) => {
    const prefix = prefixAt(row);
    const seen = prefix === undefined ? undefined : counts.get(prefix)?.get(type);
    if (prefix === undefined || !seen || seen.rows < minCount) return null;
    const known = made.get(seen);
    if (known) return known;
    const gram: Gram = {
      words: [...(prefix?.words ?? []), type],
      count: seen.rows,
      signed: seen.sum / (seen.rows + shrink),
      ending: shorter?.[row] ?? null,
    };
    made.set(seen, gram);
    return gram;
  });
}
