/**
 * A strict JSON reader for files that strangers wrote: positions in every complaint, a limit on nesting, objects as maps (so a
 * key such as `__proto__` is a key and nothing else), duplicate keys reported with both places.
 */
import { InputError, problem, shown } from '../../protocol/errors';
import type { Place, Problem } from '../../protocol/errors';

export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export type JsonObject = ReadonlyMap<string, Json>;

export interface JsonDocument {
  readonly value: Json;
  /** Keys that occur twice in one object; as everywhere, the last one counts. */
  readonly warnings: readonly Problem[];
}

const depthLimit = 64;

/** Warnings beyond this many say nothing new. */
const warningLimit = 20;

/** Line and column, from 1, of an offset in UTF-16 units. */
export function placeAt(text: string, offset: number, file: string): Place {
  let line = 1;
  let lineStart = 0;
  for (let at = text.indexOf('\n'); at >= 0 && at < offset; at = text.indexOf('\n', at + 1)) {
    line++;
    lineStart = at + 1;
  }
  return { file, line, column: offset - lineStart + 1 };
}

/** Reads one JSON document. Throws `TOKENIZER_JSON` at the first character that cannot be, `JSON_LIMIT` when it nests deeper than 64. */
export function readJson(text: string, file: string): JsonDocument {
  const reader = new JsonReader(text, file);
  return { value: reader.document(), warnings: reader.warnings };
}

const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const blank = /[ \t\n\r]*/y;
// Everything up to the quote or backslash that matters next; control characters must be escaped in JSON.
const plain = /[^"\\\u0000-\u001f]*/y;
const escapes: Readonly<Record<string, string>> = { '"': '"', '\\': '\\', '/': '/', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };

class JsonReader {
  readonly warnings: Problem[] = [];
  readonly #text: string;
  readonly #file: string;
  #at = 0;
  #depth = 0;

  constructor(text: string, file: string) {
    this.#text = text;
    this.#file = file;
  }

  document(): Json {
    this.#skipBlank();
    const value = this.#value();
    this.#skipBlank();
    if (this.#at < this.#text.length) this.#fail('the end of the file after the closing bracket');
    return value;
  }

  #value(): Json {
    switch (this.#text[this.#at]) {
      case '{':
        return this.#nested(() => this.#object());
      case '[':
        return this.#nested(() => this.#array());
      case '"':
        return this.#string();
      case 't':
        return this.#word('true', true);
      case 'f':
        return this.#word('false', false);
      case 'n':
        return this.#word('null', null);
      default:
        return this.#number();
    }
  }

  #number(): number {
    const start = this.#at;
    const value = Number(this.#match(number) || this.#fail('a value'));
    if (Number.isFinite(value)) return value;
    this.#at = start;
    return this.#fail('a number below 1.8e308');
  }

  #nested(read: () => Json): Json {
    if (++this.#depth > depthLimit) {
      throw new InputError('JSON_LIMIT', placeAt(this.#text, this.#at, this.#file), {
        found: `brackets nested more than ${depthLimit} deep`,
        expected: `at most ${depthLimit} levels`,
        remedy: 'No tokenizer needs this; fetch the file again from where the model comes from.',
      });
    }
    this.#at++;
    const value = read();
    this.#depth--;
    return value;
  }

  #object(): JsonObject {
    const entries = new Map<string, Json>();
    // Where each key stands, in the order of the map.
    const places: number[] = [];
    this.#skipBlank();
    if (this.#took('}')) return entries;
    do {
      this.#skipBlank();
      const at = this.#at;
      if (this.#text[at] !== '"') this.#fail('a key in double quotes');
      const key = this.#string();
      this.#skipBlank();
      if (!this.#took(':')) this.#fail('":" after the key');
      this.#skipBlank();
      const value = this.#value();
      if (!entries.has(key)) places.push(at);
      else if (this.warnings.length < warningLimit) this.#warnOfDuplicate(key, places[[...entries.keys()].indexOf(key)] ?? at, at);
      entries.set(key, value);
      this.#skipBlank();
    } while (this.#took(','));
    if (!this.#took('}')) this.#fail('"," or "}"');
    return entries;
  }

  #array(): readonly Json[] {
    const items: Json[] = [];
    this.#skipBlank();
    if (this.#took(']')) return items;
    do {
      this.#skipBlank();
      items.push(this.#value());
      this.#skipBlank();
    } while (this.#took(','));
    if (!this.#took(']')) this.#fail('"," or "]"');
    return items;
  }

  #string(): string {
    this.#at++;
    let value = this.#match(plain);
    while (!this.#took('"')) {
      if (!this.#took('\\')) this.#fail(this.#at < this.#text.length ? 'an escape in place of a control character' : 'a closing quote');
      value += this.#escape() + this.#match(plain);
    }
    return value;
  }

  #escape(): string {
    const letter = this.#text[this.#at] ?? '';
    const simple = escapes[letter];
    if (simple !== undefined) {
      this.#at++;
      return simple;
    }
    const code = /^u([0-9a-fA-F]{4})/.exec(this.#text.slice(this.#at, this.#at + 5))?.[1];
    if (code === undefined) return this.#fail('one of \\" \\\\ \\/ \\b \\f \\n \\r \\t or \\u and four hexadecimal digits');
    this.#at += 5;
    return String.fromCharCode(Number.parseInt(code, 16));
  }

  #word<T extends Json>(word: string, value: T): T {
    if (!this.#text.startsWith(word, this.#at)) this.#fail('a value');
    this.#at += word.length;
    return value;
  }

  #took(character: string): boolean {
    if (this.#text[this.#at] !== character) return false;
    this.#at++;
    return true;
  }

  #skipBlank(): void {
    const code = this.#text.charCodeAt(this.#at);
    if (code <= 0x20) this.#match(blank);
  }

  #match(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0] ?? '';
    this.#at += found.length;
    return found;
  }

  #warnOfDuplicate(key: string, first: number, second: number): void {
    const { line, column } = placeAt(this.#text, first, this.#file);
    this.warnings.push(
      problem('TOKENIZER_JSON', placeAt(this.#text, second, this.#file), {
        found: `the key "${shown(key, 60)}" a second time in one object (first at ${line}:${column})`,
        expected: 'every key once',
        remedy: 'The last value is used; fetch the file again if that is not meant.',
      }),
    );
  }

  #fail(expected: string): never {
    const next = this.#text.codePointAt(this.#at);
    throw new InputError('TOKENIZER_JSON', placeAt(this.#text, this.#at, this.#file), {
      found: next === undefined ? 'the end of the file' : `"${shown(String.fromCodePoint(next))}"`,
      expected,
      remedy:
        next === undefined
          ? 'The file is cut short: fetch or copy it again.'
          : 'The file is not valid JSON: fetch it again, or repair it at this place.',
    });
  }
}
