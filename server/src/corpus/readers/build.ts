/** Puts a corpus together sentence by sentence: growing columns of numbers, never an object a word. */
import { createHash } from 'node:crypto';
import { InputError } from '../../protocol/errors';
import { unknownHead } from '../corpus';
import type { Attribute, Corpus, Sentence } from '../corpus';
import { foldTags } from './bioTags';
import { limits } from './limits';

/** Where a word stands in its file: from 1, columns 0 where that is not known. */
export interface WordPlace {
  readonly line: number;
  readonly column: number;
  readonly columnEnd: number;
}

/** A word as a reader hands it over. Spans are UTF-16 units in the sentence's text. */
export interface WordIn extends WordPlace {
  readonly start: number;
  readonly end: number;
  /** A second place of the same word. */
  readonly also?: WordPlace | undefined;
}

interface SentenceIn {
  readonly line: number;
  readonly id?: string | undefined;
  readonly plain?: boolean;
}

/** What only the whole reading knows. */
type Head = Pick<Corpus, 'files' | 'format' | 'guessed'>;

export class CorpusBuilder {
  private readonly sentences: Sentence[] = [];
  private readonly sentence: number[] = [];
  private readonly start: number[] = [];
  private readonly end: number[] = [];
  private readonly spaceAfter: number[] = [];
  private readonly places = new PlaceColumns();
  private readonly also = new PlaceColumns();
  private readonly attributes = new Map<string, AttributeBuilder>();
  private readonly heads: number[] = [];
  private hasPlainText = false;

  get sentenceCount(): number {
    return this.sentences.length;
  }

  get wordCount(): number {
    return this.start.length;
  }

  /** Words of the longest sentence, 0 if there is none. */
  get longest(): number {
    return this.sentences.reduce((most, { from, to }) => Math.max(most, to - from), 0);
  }

  /** Appends a sentence and returns the index of its first word. `plain`: its words come from the tagger and not from annotation. */
  addSentence(text: string, words: readonly WordIn[], { line, id, plain = false }: SentenceIn): number {
    const from = this.start.length;
    if (plain) this.hasPlainText = true;
    words.forEach((word, k) => {
      const next = words[k + 1];
      this.sentence.push(this.sentences.length);
      this.start.push(word.start);
      this.end.push(word.end);
      this.spaceAfter.push(next && next.start <= word.end ? 0 : 1);
      this.places.add(word);
      this.also.add(word.also ?? nowhere);
    });
    this.sentences.push({ text, from, to: this.start.length, line, id });
    return from;
  }

  /**
   * Gives word `word` a value of an attribute. Words may be left out, not gone back to.
   * @throws InputError CORPUS_COLUMNS beyond 500 attributes
   */
  set(attribute: string, word: number, value: string): void {
    let column = this.attributes.get(attribute);
    if (!column) {
      if (this.attributes.size >= limits.attributes) throw tooManyAttributes();
      this.attributes.set(attribute, (column = new AttributeBuilder()));
    }
    column.set(word, value);
  }

  /** Gives word `word` a head within its sentence, or makes it a root. Words may be left out, not gone back to. */
  setHead(word: number, head: number): void {
    while (this.heads.length < word) this.heads.push(unknownHead);
    this.heads[word] = head;
  }

  /** The corpus, and the names of attributes whose B- and I- were joined into types. */
  finish(head: Head): { corpus: Omit<Corpus, 'notes' | 'warnings'>; folded: readonly string[] } {
    const folded: string[] = [];
    const attributes = new Map<string, Attribute>();
    for (const [name, column] of this.attributes) {
      const attribute = column.finish(name, this.wordCount);
      const types = head.format === 'conllu' ? undefined : foldTags(attribute);
      if (types) folded.push(name);
      attributes.set(name, types ?? attribute);
    }
    const words = {
      count: this.wordCount,
      sentence: Int32Array.from(this.sentence),
      start: Int32Array.from(this.start),
      end: Int32Array.from(this.end),
      spaceAfter: Uint8Array.from(this.spaceAfter),
      ...this.places.finish(),
      ...(this.also.isEmpty ? {} : { also: this.also.finish() }),
    };
    const heads = this.heads.length === 0 ? {} : { heads: new Int32Array(this.wordCount).fill(unknownHead) };
    heads.heads?.set(this.heads);
    const pretokenised = !this.hasPlainText;
    const corpus = { ...head, hash: this.hash(pretokenised), pretokenised, sentences: this.sentences, words, attributes, ...heads };
    return { corpus, folded };
  }

  /** Identity of what is run: forms with their lengths (so that no two corpora read alike), spacing, sentence borders. */
  private hash(pretokenised: boolean): string {
    const hash = createHash('sha256');
    for (const { text, from, to } of this.sentences) {
      const words: string[] = [];
      for (let w = from; w < to; w++) {
        const form = text.slice(this.start[w], this.end[w]);
        words.push(`${form.length}${this.spaceAfter[w] ? ' ' : '-'}${form}`);
      }
      // Plain text is run on its surface, white space included.
      hash.update(`${pretokenised ? '' : `${text.length}:${text}`}${words.join('')}\n`);
    }
    return hash.digest('hex');
  }
}

function tooManyAttributes(): InputError {
  const expected = `at most ${limits.attributes}`;
  return new InputError(
    'CORPUS_COLUMNS',
    {},
    { found: 'too many different attributes', expected, remedy: 'Leave out columns, features or keys.' },
  );
}

const nowhere: WordPlace = { line: 0, column: 0, columnEnd: 0 };

class PlaceColumns {
  private readonly line: number[] = [];
  private readonly column: number[] = [];
  private readonly columnEnd: number[] = [];
  /** Whether no word has a place. */
  isEmpty = true;

  add(place: WordPlace): void {
    if (place.line > 0) this.isEmpty = false;
    this.line.push(place.line);
    this.column.push(place.column);
    this.columnEnd.push(place.columnEnd);
  }

  finish(): { line: Int32Array; column: Int32Array; columnEnd: Int32Array } {
    return { line: Int32Array.from(this.line), column: Int32Array.from(this.column), columnEnd: Int32Array.from(this.columnEnd) };
  }
}

class AttributeBuilder {
  private readonly values: string[] = [];
  private readonly idOf = new Map<string, number>();
  private readonly ids: number[] = [];

  set(word: number, value: string): void {
    let id = this.idOf.get(value);
    if (id === undefined) {
      id = this.values.length;
      this.values.push(value);
      this.idOf.set(value, id);
    }
    while (this.ids.length < word) this.ids.push(-1);
    this.ids[word] = id;
  }

  finish(name: string, words: number): Attribute {
    const ids = new Int32Array(words).fill(-1);
    ids.set(this.ids);
    return { name, source: { kind: 'gold' }, values: this.values, ids };
  }
}
