/** Contexts of words: the n-gram that ends at each, left-padded at the beginning of its sentence. */

/** What stands at every place of a text, as a number into `names`. */
export interface Symbols {
  readonly ofPlace: Int32Array;
  readonly names: readonly string[];
  /** Sentence of each place; n-grams do not go over its beginning. Without it all places are one text. */
  readonly sentences?: Int32Array | undefined;
}

/** Contexts of rows: `ofRow` numbers them, −1 where a row takes no part. */
export interface Contexts {
  readonly ofRow: Int32Array;
  readonly counts: Int32Array;
  readonly names: readonly string[];
  /** Number of the context that stands for all that are rarer than the least count; null where there are none. */
  readonly rare: number | null;
  /** Different contexts before the rare ones became one. */
  readonly distinct: number;
}

/** Stands for the places before a sentence. */
const padding = '^';

/**
 * The contexts of rows, of which `places` gives the place in the text, −1 for rows that take no part. Contexts with fewer than
 * `minCount` rows become one. Kept ones are numbered by first occurrence.
 */
export function contextsOf(
  symbols: Symbols,
  places: Int32Array,
  { n, minCount }: { readonly n: number; readonly minCount: number },
): Contexts {
  const ofPlace = gramsOf(symbols, n);
  const rows = new Map<number, number>();
  const example = new Map<number, number>();
  for (const place of places) {
    if (place < 0) continue;
    const gram = ofPlace[place]!;
    rows.set(gram, (rows.get(gram) ?? 0) + 1);
    if (!example.has(gram)) example.set(gram, place);
  }
  const kept = [...rows.keys()].filter((gram) => rows.get(gram)! >= minCount);
  const number = new Map(kept.map((gram, k) => [gram, k]));
  const rare = kept.length < rows.size ? kept.length : null;
  const counts = new Int32Array(kept.length + Number(rare !== null));
  const ofRow = places.map((place) => {
    if (place < 0) return -1;
    const context = number.get(ofPlace[place]!) ?? kept.length;
    counts[context] = counts[context]! + 1;
    return context;
  });
  return { ofRow, counts, names: kept.map((gram) => nameAt(symbols, example.get(gram)!, n)), rare, distinct: rows.size };
}

/** A number for the n-gram that ends at each place: equal n-grams have equal numbers. */
function gramsOf({ ofPlace, names, sentences }: Symbols, n: number): Int32Array {
  let grams = ofPlace;
  for (let length = 2; length <= n; length++) {
    const numbers = new Map<number, number>();
    const longer = new Int32Array(ofPlace.length);
    for (let place = 0; place < longer.length; place++) {
      const before = begins(sentences, place) ? -1 : grams[place - 1]!;
      // Exact: both factors are below 2³¹ places, and the product of what really occurs below 2⁵³ for any text that fits memory.
      const key = (before + 1) * names.length + ofPlace[place]!;
      const known = numbers.get(key) ?? numbers.size;
      numbers.set(key, known);
      longer[place] = known;
    }
    grams = longer;
  }
  return grams;
}

function begins(sentences: Int32Array | undefined, place: number): boolean {
  return place === 0 || (sentences !== undefined && sentences[place - 1] !== sentences[place]);
}

function nameAt({ ofPlace, names, sentences }: Symbols, place: number, n: number): string {
  const parts = [names[ofPlace[place]!]!];
  for (let at = place; parts.length < n; at--) {
    if (begins(sentences, at)) return [...Array.from({ length: n - parts.length }, () => padding), ...parts].join(' ');
    parts.unshift(names[ofPlace[at - 1]!]!);
  }
  return parts.join(' ');
}
