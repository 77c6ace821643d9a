/** Texts that say nothing but a candidate, or nothing but frequent words: what alignment by replication runs a model on. */
import { sentenceInput } from '../activations/sentenceInput';
import { wordText } from '../corpus/corpus';
import type { Corpus } from '../corpus/corpus';
import type { Tokenizer } from '../corpus/tokenizer';
import { pieceText } from '../corpus/tokenizer/pieceText';
import type { Candidate, CandidateSentence } from '../methods/corpus-based/candidates';
import { replicated } from '../methods/corpus-based/replication';
import type { ReplicatedText } from '../methods/corpus-based/replication';
import { integerBelow, randomStream } from '../methods/statistics/random';

export interface TextOptions {
  readonly copies: number;
  readonly length: number;
  /** The first position of a causal model tells nothing of its token. */
  readonly skipFirst: boolean;
}

/** Sentences of a corpus as candidates are taken from them; each is made once. */
export class CandidateSentences {
  readonly #corpus: Corpus;
  readonly #tokenizer: Tokenizer;
  readonly #made = new Map<number, CandidateSentence>();

  constructor(corpus: Corpus, tokenizer: Tokenizer) {
    this.#corpus = corpus;
    this.#tokenizer = tokenizer;
  }

  at(index: number): CandidateSentence {
    const known = this.#made.get(index) ?? this.#make(index);
    this.#made.set(index, known);
    return known;
  }

  /** Words of the corpus that are no signs, and tokens of words that are several, the most frequent first. */
  frequent(): { readonly words: readonly string[]; readonly pieces: readonly number[] } {
    const words = new Map<string, number>();
    const pieces = new Map<number, number>();
    const more = <K>(counts: Map<K, number>, key: K): unknown => counts.set(key, (counts.get(key) ?? 0) + 1);
    this.#corpus.sentences.slice(0, sentencesCounted).forEach((_, index) => {
      const { forms, pieces: ofWords } = this.at(index);
      forms.filter((form) => /\p{L}/u.test(form)).forEach((form) => more(words, form));
      ofWords.filter((ids) => ids.length > 1).forEach((ids) => ids.forEach((id) => more(pieces, id)));
    });
    const first = <K>(counts: Map<K, number>): K[] => [...counts].sort((a, b) => b[1] - a[1]).slice(0, frequentTypes).map(([key]) => key); // prettier-ignore
    return { words: first(words), pieces: first(pieces) };
  }

  #make(index: number): CandidateSentence {
    const sentence = this.#corpus.sentences[index]!;
    const { from, to } = sentence;
    const { tokens, firstToken, lastToken } = sentenceInput(this.#corpus, sentence, this.#tokenizer);
    const forms = Array.from({ length: to - from }, (_, w) => {
      const form = wordText(this.#corpus, from + w);
      return this.#tokenizer.lowercases ? form.toLowerCase() : form;
    });
    const pieces = forms.map((_, w) => (firstToken[w]! < 0 ? [] : Array.from(tokens.ids.subarray(firstToken[w], lastToken[w]! + 1))));
    const heads = this.#corpus.heads && Array.from(this.#corpus.heads.subarray(from, to), (head) => (head < 0 ? -1 : head - from));
    return { forms, pieces, heads: heads?.some((head) => head >= 0) || forms.length === 1 ? heads : undefined };
  }
}

/** Sentences whose words are counted, and types that are taken for frequent. */
const sentencesCounted = 2000;
const frequentTypes = 200;

/** The text that repeats a candidate: words as a person writes them, the token of a sub-word by itself. */
export function textOf({ words, piece }: Pick<Candidate, 'words' | 'piece'>, tokenizer: Tokenizer, options: TextOptions): ReplicatedText {
  const text = piece ? 'a' : replicated(words, options);
  const { ids, special } = tokenizer.encode(text, { addSpecial: true });
  const own = [...ids.keys()].filter((t) => special[t] === 0);
  if (piece) {
    const [first = ids.length, last = -1] = [own[0], own.at(-1)];
    const [before, after] = [ids.slice(0, first), ids.slice(last + 1)];
    const copies = Array.from({ length: options.copies }, () => piece.id);
    const counts = [...before, ...copies, ...after].map((_, t) => Number(t >= first && t < first + copies.length));
    return counted([...before, ...copies, ...after], counts, options);
  }
  return counted(
    ids,
    Array.from(special, (each) => 1 - each),
    options,
  );
}

function counted(ids: ArrayLike<number>, counts: readonly number[], { skipFirst }: TextOptions): ReplicatedText {
  return { ids, counts: skipFirst ? counts.map((each, t) => (t === 0 ? 0 : each)) : counts };
}

/** Control texts are those of as many words; sub-words have their own. */
export function controlGroup({ words, piece }: Pick<Candidate, 'words' | 'piece'>): number {
  return piece ? 0 : words.length;
}

/** What a group’s control texts repeat: frequent words drawn at random, as many in a row as the candidates have, or frequent sub-words. */
export function controlsOf(
  group: number,
  { words, pieces }: ReturnType<CandidateSentences['frequent']>,
  count: number,
  seed: number,
): Pick<Candidate, 'words' | 'piece'>[] {
  const next = randomStream(seed, group);
  const drawn = <T>(from: readonly T[]): T | undefined => from[integerBelow(next, Math.max(1, from.length))];
  return Array.from({ length: count }, () => {
    const id = group === 0 ? drawn(pieces) : undefined;
    if (id !== undefined) return { words: [], piece: { id, first: false } };
    return { words: Array.from({ length: Math.max(1, group) }, () => drawn(words) ?? 'the'), piece: null };
  });
}

/** A sub-word as a person reads it: `un-`, `-ing`; without its hyphen as `plain`. */
export function pieceName(
  piece: NonNullable<Candidate['piece']>,
  tokenizer: Tokenizer,
): { readonly shown: string; readonly plain: string } {
  const text = pieceText(tokenizer, piece.id).trim();
  const plain = tokenizer.kind === 'WordPiece' ? text.replace(/^##/, '') : text;
  return { shown: piece.first ? `${plain}-` : `-${plain}`, plain };
}
