/** Candidates for what a neuron stands for: what some sentences are made of. Na et al. 2019, section 3.3. */

/** A sentence as candidates are taken from it. */
export interface CandidateSentence {
  readonly forms: readonly string[];
  /** Token ids of each word; fewer than two where a word is one token. */
  readonly pieces: readonly (readonly number[])[];
  /** Place of each word’s head in the sentence, −1 for the root; undefined where there is no tree. */
  readonly heads?: readonly number[] | undefined;
}

export interface Candidate {
  readonly kind: 'word' | 'n-gram' | 'phrase' | 'sub-word';
  /** Words in their order; none for a sub-word. */
  readonly words: readonly string[];
  /** The token of a sub-word, and whether it begins words. */
  readonly piece: { readonly id: number; readonly first: boolean } | null;
  /** Sentences, of those given, that hold it. */
  readonly sentences: number;
}

/** The same text has the same key; a sub-word has another than the word of its spelling. */
export function candidateKey({ words, piece }: Pick<Candidate, 'words' | 'piece'>): string {
  return piece ? `#${piece.id} ${piece.first}` : words.join(' ');
}

/**
 * Words, n-grams and sub-words that at least `minSentences` of the sentences hold; of sentences with trees all their words,
 * and in place of n-grams the phrases that a word and all below it make up. Longer than `longest` words none is.
 */
export function candidatesOf(
  sentences: readonly CandidateSentence[],
  { longest, minSentences }: { readonly longest: number; readonly minSentences: number },
): Candidate[] {
  const found = new Map<string, { candidate: Omit<Candidate, 'sentences'>; sentences: number; last: number }>();
  const add = (sentence: number, kind: Candidate['kind'], words: readonly string[], piece: Candidate['piece'] = null): void => {
    const candidate = { kind, words, piece };
    const key = candidateKey(candidate);
    const known = found.get(key) ?? { candidate, sentences: 0, last: -1 };
    if (known.last !== sentence) known.sentences++;
    known.last = sentence;
    found.set(key, known);
  };
  for (const [s, { forms, pieces, heads }] of sentences.entries()) {
    forms.forEach((form) => add(s, 'word', [form]));
    pieces.forEach((ids) => {
      if (ids.length > 1) ids.forEach((id, i) => add(s, 'sub-word', [], { id, first: i === 0 }));
    });
    const spans = heads ? phrases(forms, heads, longest) : ngrams(forms, longest);
    for (const { from, to } of spans) add(s, heads ? 'phrase' : 'n-gram', forms.slice(from, to));
  }
  const least = sentences.every(({ heads }) => heads !== undefined) ? 1 : minSentences;
  return [...found.values()].filter((each) => each.sentences >= least).map(({ candidate, sentences: count }) => ({ ...candidate, sentences: count })); // prettier-ignore
}

interface Span {
  readonly from: number;
  readonly to: number;
}

/** Two words or more that begin and end with a word and not with a sign. */
function ngrams(forms: readonly string[], longest: number): Span[] {
  return forms.flatMap((_, from) =>
    Array.from({ length: Math.max(0, Math.min(longest, forms.length - from) - 1) }, (__, k) => ({ from, to: from + k + 2 })).filter(
      ({ to }) => isWord(forms[from]!) && isWord(forms[to - 1]!),
    ),
  );
}

/** What a word and all below it cover, where that is without a gap; signs at its ends are left out. */
function phrases(forms: readonly string[], heads: readonly number[], longest: number): Span[] {
  const below = forms.map((_, word) => [word]);
  forms.forEach((_, word) => {
    // A tree that goes in circles ends where it has been.
    const seen = new Set([word]);
    for (let above = heads[word] ?? -1; above >= 0 && !seen.has(above); above = heads[above] ?? -1) {
      below[above]?.push(word);
      seen.add(above);
    }
  });
  return below.flatMap((words) => {
    let [from, to] = [Math.min(...words), Math.max(...words) + 1];
    if (to - from !== words.length) return [];
    while (from < to && !isWord(forms[from]!)) from++;
    while (to > from && !isWord(forms[to - 1]!)) to--;
    return to - from >= 2 && to - from <= longest ? [{ from, to }] : [];
  });
}

function isWord(form: string): boolean {
  return /[\p{L}\p{N}]/u.test(form);
}

/** Whether the words stand in a row in a sentence. */
export function holds(forms: readonly string[], words: readonly string[]): boolean {
  return forms.some((_, from) => words.every((word, i) => forms[from + i] === word));
}
