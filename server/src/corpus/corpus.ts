/**
 * An annotated corpus in memory: columns of numbers over one string a sentence, so that 100,000 words cost megabytes and
 * not objects. Readers make it, taggers add attributes to it, concepts turn attributes into labels, extraction runs it.
 */
import type { Problem } from '../protocol/errors';

/** Formats that readers know; `brat` is recognised and refused. */
export const corpusFormats = ['conllu', 'bio', 'tsv', 'csv', 'word-label', 'jsonl', 'text'] as const;
export type CorpusFormat = (typeof corpusFormats)[number];

/** Where an attribute's values come from: a person's annotation, or a tagger of ours with its measured reliability. */
export type AttributeSource =
  { readonly kind: 'gold' } | { readonly kind: 'automatic'; readonly tagger: string; readonly reliability: string };

/** The head of a root. */
export const rootHead = -1;
/** That of a word whose head is not known. */
export const unknownHead = -2;

/** One annotation of every word, such as `upos`. `ids[w]` indexes `values`; −1 where the word carries none. */
export interface Attribute {
  readonly name: string;
  readonly source: AttributeSource;
  readonly values: readonly string[];
  readonly ids: Int32Array;
}

/** A sentence: its surface text and its words, which are `words.start/end` spans of that text. */
export interface Sentence {
  readonly text: string;
  /** First word and one past the last, as indices into the word columns. */
  readonly from: number;
  readonly to: number;
  /** Line of the file on which it begins, from 1. */
  readonly line: number;
  readonly id: string | undefined;
}

/** All words of all sentences, in order. Spans are UTF-16 units within the sentence's text. */
export interface WordColumns {
  readonly count: number;
  readonly sentence: Int32Array;
  readonly start: Int32Array;
  readonly end: Int32Array;
  /** 0 where the next word follows without a blank (`SpaceAfter=No`). */
  readonly spaceAfter: Uint8Array;
  /**
   * Where the word stands in its file: line, column and one past its last column (UTF-16, from 1), as it is written there,
   * quoting and escapes included. Columns are 0 where a word goes over a line end.
   */
  readonly line: Int32Array;
  readonly column: Int32Array;
  readonly columnEnd: Int32Array;
  /** Where it stands a second time, as in the text comment of CoNLL-U; line 0 where it does not. */
  readonly also?: { readonly line: Int32Array; readonly column: Int32Array; readonly columnEnd: Int32Array };
}

export interface Corpus {
  readonly files: readonly string[];
  readonly format: CorpusFormat;
  /** True when the format was concluded from the content rather than asked for. */
  readonly guessed: boolean;
  /** How it was read, one sentence each, to be said to the person (guesses, separators, rules applied). */
  readonly notes: readonly string[];
  /** SHA-256 (hex) over the words, their spacing and the sentence borders: the identity of what is run. */
  readonly hash: string;
  /** True when words come from annotation (each is tokenised on its own); false for plain text (words from the tagger). */
  readonly pretokenised: boolean;
  readonly sentences: readonly Sentence[];
  readonly words: WordColumns;
  readonly attributes: ReadonlyMap<string, Attribute>;
  /** Head of each word in the tree of its sentence, as an index into the words; `rootHead` or `unknownHead`, both negative, where there is none. Absent without trees. */
  readonly heads?: Int32Array;
  /** What did not parse and was left out (with `skipInvalid`) or is only a warning. */
  readonly warnings: readonly Problem[];
}

/** The form of word `w`. */
export function wordText(corpus: Corpus, w: number): string {
  const sentence = corpus.sentences[corpus.words.sentence[w] ?? -1];
  return sentence ? sentence.text.slice(corpus.words.start[w], corpus.words.end[w]) : '';
}
