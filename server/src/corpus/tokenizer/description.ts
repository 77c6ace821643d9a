/**
 * tokenizer.json as the builders read it: every part knows its path, so that whatever is wrong can be named as a person would
 * look it up, and findings are gathered so that all of them are reported together.
 */
import { InputError, problem, shown } from '../../protocol/errors';
import type { ErrorCode, Problem } from '../../protocol/errors';
import type { Json, JsonObject } from './json';

/** More findings than this of one file are counted, not listed. */
const findingLimit = 100;

/** What is wrong with one file, gathered while it is read. */
export class Findings {
  readonly file: string;
  readonly #problems: Problem[] = [];
  #unlisted = 0;

  constructor(file: string) {
    this.file = file;
  }

  add(code: ErrorCode, node: string, what: { found: string; expected: string; remedy: string }): void {
    if (this.#problems.some((known) => known.code === code && known.place.node === node && known.found === what.found)) return;
    if (this.#problems.length < findingLimit) this.#problems.push(problem(code, { file: this.file, node }, what));
    else this.#unlisted++;
  }

  /** Throws everything found so far as one `InputError`; does nothing when all is well. */
  throwIfAny(): void {
    const [first, ...rest] = this.#problems;
    if (!first) return;
    const more = problem(first.code, { file: this.file }, { found: `${this.#unlisted} more findings`, expected: '', remedy: '' });
    throw new InputError(this.#unlisted > 0 ? [first, ...rest, more] : [first, ...rest]);
  }
}

/** One value in the file with its path, such as `pre_tokenizer.pretokenizers[1]`. Absent values read as null. */
export class Part {
  readonly value: Json;
  readonly path: string;
  readonly findings: Findings;

  constructor(value: Json, path: string, findings: Findings) {
    this.value = value;
    this.path = path;
    this.findings = findings;
  }

  get absent(): boolean {
    return this.value === null;
  }

  /** The component's `type`, or '' when it states none. */
  get type(): string {
    return this.text('type', '');
  }

  has(name: string): boolean {
    return this.#object().has(name);
  }

  get(name: string): Part {
    return new Part(this.#object().get(name) ?? null, this.path ? `${this.path}.${name}` : name, this.findings);
  }

  items(name: string): readonly Part[] {
    const list = this.get(name);
    if (Array.isArray(list.value)) return list.value.map((item: Json, i) => new Part(item, `${list.path}[${i}]`, this.findings));
    if (!list.absent) list.#unexpected('a list');
    return [];
  }

  entries(): Iterable<readonly [string, Json]> {
    return this.#object();
  }

  text(name: string, fallback: string): string {
    return this.#read(name, fallback, 'text', (value): value is string => typeof value === 'string');
  }

  flag(name: string, fallback: boolean): boolean {
    return this.#read(name, fallback, 'true or false', (value): value is boolean => typeof value === 'boolean');
  }

  /** A non-negative whole number. */
  count(name: string, fallback: number): number {
    return this.#read(
      name,
      fallback,
      'a whole number from 0',
      (value): value is number => Number.isSafeInteger(value) && Number(value) >= 0,
    );
  }

  /** Records that a component is of a kind this program does not know, or asks for something it cannot do. */
  unsupported(found: string, expected: string): void {
    this.findings.add('TOKENIZER_UNSUPPORTED', this.path, {
      found: shown(found, 120),
      expected,
      remedy: 'Use a tokenizer.json made by the tokenizers library, format 1.0, or ask for this kind to be supported.',
    });
  }

  #read<T extends Json>(name: string, fallback: T, expected: string, fits: (value: Json) => value is T): T {
    const part = this.get(name);
    if (part.absent) return fallback;
    if (fits(part.value)) return part.value;
    part.#unexpected(expected);
    return fallback;
  }

  #object(): JsonObject {
    if (this.value instanceof Map) return this.value as JsonObject;
    if (!this.absent) this.#unexpected('an object');
    return new Map();
  }

  #unexpected(expected: string): void {
    const found = Array.isArray(this.value) ? 'a list' : this.value instanceof Map ? 'an object' : shown(JSON.stringify(this.value), 60);
    this.findings.add('TOKENIZER_UNSUPPORTED', this.path, {
      found,
      expected,
      remedy: 'Fetch tokenizer.json again, or repair it at this place.',
    });
  }
}
