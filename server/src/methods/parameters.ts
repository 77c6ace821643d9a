/**
 * Parameters of methods: one schema from which the type, the command line's `--set`, forms and the study schema follow.
 * Every parameter has a default, a sentence of help and, where it has one, a unit.
 */
import { toJsonSchema } from '@valibot/to-json-schema';
import * as v from 'valibot';
import { InputError, problem, shown } from '../protocol/errors';
import type { Problem } from '../protocol/errors';

/** What every parameter says of itself. */
interface About<T> {
  readonly default: T;
  readonly help: string;
}

/** Yes or no. */
export function flag({ default: value, help }: About<boolean>) {
  return v.optional(v.pipe(v.boolean(), v.description(help)), value);
}

/** A whole number of `unit`, within `[min, max]`. */
export function count({
  default: value,
  help,
  unit,
  min = 0,
  max = Number.MAX_SAFE_INTEGER,
}: About<number> & { unit: string; min?: number; max?: number }) {
  return v.optional(v.pipe(v.number(), v.integer(), v.minValue(min), v.maxValue(max), v.description(help), v.metadata({ unit })), value);
}

/** A number within `[min, max]`. */
export function real({
  default: value,
  help,
  min = -Number.MAX_VALUE,
  max = Number.MAX_VALUE,
}: About<number> & { min?: number; max?: number }) {
  return v.optional(v.pipe(v.number(), v.minValue(min), v.maxValue(max), v.description(help)), value);
}

/** One of a few words. */
export function choice<const T extends readonly string[]>({ default: value, help, of }: About<T[number]> & { of: T }) {
  return v.optional(v.pipe(v.picklist(of), v.description(help)), value);
}

/** The schemas that the functions above make. */
export type ParameterEntries = Readonly<
  Record<string, ReturnType<typeof flag> | ReturnType<typeof count> | ReturnType<typeof real> | ReturnType<typeof choice>>
>;

/** The values that a method sees. */
export type ParameterValues<E extends ParameterEntries> = { readonly [K in keyof E]: v.InferOutput<E[K]> };

/** Values whose method is not known to the type system: as read from a command line, kept in a result. */
export type Parameters = Readonly<Record<string, string | number | boolean>>;

/** Whatever has an id and parameters: a method of any family. */
interface Parametrised {
  readonly id: string;
  readonly parameters: ParameterEntries;
}

/** JSON Schema (draft 7) of a method's parameters. */
export function parameterSchema(method: Parametrised): ReturnType<typeof toJsonSchema> {
  return toJsonSchema(v.strictObject(method.parameters), { typeMode: 'input' });
}

/**
 * Reads parameters as a person writes them (`--set name=value`); what is not given has its default. Throws `InputError`
 * METHOD_PARAMETER with every finding: names the method does not have, values of another kind, out of range.
 */
export function parseParameters(method: Parametrised, texts: Readonly<Record<string, string>>): Parameters {
  return checkParameters(method, Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, valueOf(text)])));
}

/** The same for values that already have a type, as a study file holds them. */
export function checkParameters(method: Parametrised, values: Readonly<Record<string, unknown>>): Parameters {
  const result = v.safeParse(v.strictObject(method.parameters), values);
  if (result.success) return result.output;
  const findings = result.issues.map((issue) => findingOf(method, String(issue.path?.[0]?.key ?? ''), issue));
  throw new InputError(findings as [Problem, ...Problem[]]);
}

function findingOf(method: Parametrised, name: string, issue: v.BaseIssue<unknown>): Problem {
  const names = Object.keys(method.parameters);
  const known = names.includes(name);
  const has = names.length ? `${method.id} has ${names.join(', ')}` : `${method.id} has no parameters`;
  return problem(
    'METHOD_PARAMETER',
    { flag: `--set ${shown(name)}` },
    {
      found: known ? `${name} is ${shown(issue.received)}` : `${method.id} has no parameter "${shown(name)}"`,
      expected: known ? (issue.expected ?? issue.message) : has,
      remedy: known ? `see "golgi methods ${method.id}"` : 'leave it out or correct its name',
    },
  );
}

/** `true` and `false` are yes and no, what reads as a decimal number is one, anything else stays text. */
function valueOf(text: string): string | number | boolean {
  const trimmed = text.trim();
  if (trimmed === 'true' || trimmed === 'false') return trimmed === 'true';
  return /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i.test(trimmed) ? Number(trimmed) : trimmed;
}
