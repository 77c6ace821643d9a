/** Flags of a verb as data: parsing, types and `--help` all come from one table; and what their values must be. */
import { InputError } from '../protocol/errors';
import { providers } from '../protocol/providers';

export interface Flag {
  readonly type: 'string' | 'boolean';
  /** May be given several times. */
  readonly multiple?: true;
  /** What stands for the value in help, such as `FILE`. */
  readonly value?: string;
  readonly help: string;
}

export type Flags = Readonly<Record<string, Flag>>;

type Value<F extends Flag> = F['type'] extends 'boolean' ? boolean : F['multiple'] extends true ? readonly string[] : string | undefined;

/** What a verb receives: every flag by name, absent ones as `undefined`, `false` or `[]`. */
export type Parsed<F extends Flags> = { readonly [K in keyof F]: Value<F[K]> };

/** Flags that every verb has. */
export const commonFlags = {
  json: { type: 'boolean', help: 'one JSON document instead of text' },
  progress: { type: 'boolean', help: 'show progress even where standard error is no terminal' },
  cache: { type: 'string', value: 'DIR', help: 'where activations are kept (default: GOLGI_CACHE, else the user’s cache folder)' },
  provider: {
    type: 'string',
    value: 'NAME',
    help: `what models run on: cpu (default), or ${providers.slice(1).join(', ')} where the runtime brings it and it works, else cpu`,
  },
  help: { type: 'boolean', help: 'this page' },
} as const satisfies Flags;

/** A wrong call of a verb: exit code 2. */
export function usageError(verb: string, found: string, expected = 'the flags of its help page'): InputError {
  return new InputError('USAGE', { flag: `golgi ${verb}` }, { found, expected, remedy: `see golgi ${verb} --help` });
}

/** The value of a flag that a verb cannot do without. */
export function required(verb: string, name: string, value: string | undefined): string {
  if (value === undefined || value === '') throw usageError(verb, `--${name} is missing`, `--${name} with a value`);
  return value;
}

/** Refuses flags that would have no effect beside, or without, another one: USAGE naming them. */
export function refuseFlags(verb: string, values: Readonly<Record<string, unknown>>, names: readonly string[], why: string): void {
  const given = names.filter((name) => isGiven(values[name]));
  if (given.length > 0) throw usageError(verb, `${given.map((name) => `--${name}`).join(', ')} ${why}`, 'flags that have an effect');
}

function isGiven(value: unknown): boolean {
  return Array.isArray(value) ? value.length > 0 : value !== undefined && value !== false;
}

/** One of a few words, or USAGE naming them all. */
export function oneOf<T extends string>(verb: string, name: string, value: string | undefined, choices: readonly T[], fallback: T): T {
  if (value === undefined) return fallback;
  const found = choices.find((choice) => choice === value);
  if (!found) throw usageError(verb, `--${name} ${value}`, `one of ${choices.join(', ')}`);
  return found;
}

/** A whole number within bounds, or USAGE. */
export function wholeNumber(
  verb: string,
  name: string,
  value: string | undefined,
  range: { min: number; max?: number; fallback: number },
): number {
  if (value === undefined) return range.fallback;
  const number = Number(value);
  if (!/^\d+$/.test(value) || number < range.min || number > (range.max ?? Number.MAX_SAFE_INTEGER)) {
    throw usageError(verb, `--${name} ${value}`, `a whole number from ${range.min}${range.max === undefined ? '' : ` to ${range.max}`}`);
  }
  return number;
}

/** A number within bounds, or USAGE. */
export function number(
  verb: string,
  name: string,
  value: string | undefined,
  range: { min: number; max: number; fallback: number },
): number {
  if (value === undefined) return range.fallback;
  const parsed = Number(value);
  if (value.trim() === '' || !(parsed >= range.min && parsed <= range.max)) {
    throw usageError(verb, `--${name} ${value}`, `a number from ${range.min === Number.MIN_VALUE ? 'above 0' : range.min} to ${range.max}`);
  }
  return parsed;
}
