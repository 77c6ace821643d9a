/**
 * Normalised text that still knows the source: every character of it carries the span of the original text it came from. The
 * rules of who inherits which span are those of the tokenizers library (its `NormalizedString`), so that spans agree with it.
 * All positions are UTF-16 units; a span never cuts a surrogate pair.
 */

/** A piece of normalised text. Slices share the tables of the text they were cut from. */
export class AlignedText {
  readonly text: string;
  /** Spans by unit of the whole text; absent while the text is the original one. */
  readonly #from: ArrayLike<number> | undefined;
  readonly #to: ArrayLike<number> | undefined;
  /** Where this piece begins in the tables, or in the original text when there are none. */
  readonly #at: number;

  constructor(text: string, tables?: { readonly from: ArrayLike<number>; readonly to: ArrayLike<number> }, at = 0) {
    this.text = text;
    this.#from = tables?.from;
    this.#to = tables?.to;
    this.#at = at;
  }

  /** Start in the original text of the character whose first unit is `unit`. */
  start(unit: number): number {
    return this.#from ? (this.#from[this.#at + unit] ?? 0) : this.#at + unit;
  }

  /** End in the original text of the character whose last unit is just before `unit`. */
  end(unit: number): number {
    return this.#to ? (this.#to[this.#at + unit - 1] ?? 0) : this.#at + unit;
  }

  slice(from: number, to: number): AlignedText {
    const tables = this.#from && this.#to && { from: this.#from, to: this.#to };
    return new AlignedText(this.text.slice(from, to), tables, this.#at + from);
  }

  /** The same spans under other characters, one unit for one unit (lower-casing ASCII, blanks for tabs). */
  relabelled(text: string): AlignedText {
    const tables = this.#from && this.#to && { from: this.#from, to: this.#to };
    return new AlignedText(text, tables, this.#at);
  }
}

/** Writes a changed copy of a text, character by character, handing on the spans. */
export class Rewriting {
  readonly #source: AlignedText;
  readonly #from: number[] = [];
  readonly #to: number[] = [];
  #text = '';
  /** How much of the source has been consumed, in units, and the span of the last character of that. */
  #consumed = 0;
  #lastStart: number;
  #lastEnd: number;
  /** Start of characters left out whose span goes to the next one written. */
  #absorbed: number | undefined;

  constructor(source: AlignedText) {
    this.#source = source;
    this.#lastStart = source.text ? source.start(0) : 0;
    this.#lastEnd = this.#lastStart;
  }

  /** Writes `character` (one code point) in place of the next one of the source; it has that one's span. */
  put(character: string): void {
    this.skip(1);
    this.#write(character, this.#absorbed ?? this.#lastStart, this.#lastEnd);
    this.#absorbed = undefined;
  }

  /** Writes `character` as an addition; it shares the span of what was consumed last. */
  add(character: string): void {
    this.#write(character, this.#lastStart, this.#lastEnd);
  }

  /** Writes `character` in place of the next one and of `extra` more that go with it; it has the span of the first. */
  putAndSkip(character: string, extra: number): void {
    this.put(character);
    this.skip(extra);
  }

  /** Leaves out the next `characters` of the source. */
  skip(characters: number): void {
    const { text } = this.#source;
    for (let i = 0; i < characters && this.#consumed < text.length; i++) {
      const next = this.#consumed + ((text.codePointAt(this.#consumed) ?? 0) > 0xffff ? 2 : 1);
      this.#lastStart = this.#source.start(this.#consumed);
      this.#lastEnd = this.#source.end(next);
      this.#consumed = next;
    }
  }

  /** Leaves out the next `characters`; their span goes to the next one written. */
  absorb(characters: number): void {
    this.#absorbed ??= this.#source.start(this.#consumed);
    this.skip(characters);
  }

  /** Copies the source unchanged up to `unit`. */
  copyTo(unit: number): void {
    const { text } = this.#source;
    while (this.#consumed < unit) this.put(String.fromCodePoint(text.codePointAt(this.#consumed) ?? 0));
  }

  done(): AlignedText {
    return new AlignedText(this.#text, { from: this.#from, to: this.#to });
  }

  #write(character: string, from: number, to: number): void {
    this.#text += character;
    for (let unit = 0; unit < character.length; unit++) {
      this.#from.push(from);
      this.#to.push(to);
    }
  }
}

/** Writes `content` before a non-empty text; it shares the span of the first character. */
export function prepended(text: AlignedText, content: string): AlignedText {
  if (!text.text || !content) return text;
  const rewriting = new Rewriting(text);
  const first = String.fromCodePoint(text.text.codePointAt(0) ?? 0);
  const [head = '', ...rest] = content;
  rewriting.put(head);
  for (const character of rest) rewriting.add(character);
  rewriting.add(first);
  rewriting.copyTo(text.text.length);
  return rewriting.done();
}

/** Writes each character as `replace` says: undefined keeps it, '' removes it, several characters share its span. */
export function replaceEach(text: AlignedText, replace: (character: string) => string | undefined): AlignedText {
  const rewriting = new Rewriting(text);
  for (const character of text.text) {
    const replacement = replace(character) ?? character;
    if (replacement === '') rewriting.skip(1);
    let first = true;
    for (const written of replacement) {
      if (first) rewriting.put(written);
      else rewriting.add(written);
      first = false;
    }
  }
  return rewriting.done();
}

/** A character of a result: `change` is 0 for one that stands for one of the source, 1 for an addition, −n for one that took in n more. */
export interface Written {
  readonly character: string;
  readonly change: number;
}

/** The text as a list of results; `absorbed` characters at its start belong to the first of them. */
export function rewritten(text: AlignedText, results: readonly Written[], absorbed = 0): AlignedText {
  const rewriting = new Rewriting(text);
  if (absorbed > 0) rewriting.absorb(absorbed);
  for (const { character, change } of results) {
    if (change > 0) rewriting.add(character);
    else rewriting.putAndSkip(character, -change);
  }
  return rewriting.done();
}
