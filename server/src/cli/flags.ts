/** Flags of a verb as data: parsing, types and `--help` all come from one table. */
import { parseArgs } from 'node:util';
import { InputError } from '../protocol/errors';

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
  help: { type: 'boolean', help: 'this page' },
} as const satisfies Flags;

/** Reads a verb's arguments. Throws `InputError` USAGE for unknown flags, missing values and stray words. */
export function readFlags<F extends Flags>(
  verb: string,
  flags: F,
  args: readonly string[],
  allowPositionals: boolean,
): { values: Parsed<F>; positionals: readonly string[] } {
  // A value may begin with a dash (`--columns -1`, `--text "- item"`), which parseArgs takes for a flag: bind it with `=`.
  const bound: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] ?? '';
    const flag = arg.startsWith('--') ? flags[arg.slice(2)] : undefined;
    const next = args[i + 1];
    if (flag?.type === 'string' && next !== undefined && !(next.startsWith('--') && flags[next.slice(2).split('=')[0] ?? ''])) {
      bound.push(`${arg}=${next}`);
      i += 1;
    } else {
      bound.push(arg);
    }
  }
  try {
    const { values, positionals } = parseArgs({
      args: bound,
      options: Object.fromEntries(Object.entries(flags).map(([name, { type, multiple }]) => [name, { type, multiple: multiple ?? false }])),
      allowPositionals,
      strict: true,
    });
    const complete = Object.fromEntries(
      Object.entries(flags).map(([name, { type, multiple }]) => [
        name,
        values[name] ?? (multiple ? [] : type === 'boolean' ? false : undefined),
      ]),
    );
    return { values: complete as Parsed<F>, positionals };
  } catch (error) {
    throw usageError(verb, error instanceof Error ? (error.message.split('. ')[0] ?? error.message) : String(error));
  }
}

/** A wrong call of a verb: exit code 2. */
export function usageError(verb: string, found: string, expected = 'the flags of its help page'): InputError {
  return new InputError('USAGE', { flag: `golgi ${verb}` }, { found, expected, remedy: `see golgi ${verb} --help` });
}

/** The value of a flag that a verb cannot do without. */
export function required(verb: string, name: string, value: string | undefined): string {
  if (value === undefined || value === '') throw usageError(verb, `--${name} is missing`, `--${name} with a value`);
  return value;
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
