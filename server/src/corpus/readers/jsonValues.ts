/** Values of JSON that somebody wrote: own keys only, what kind they are, and how a message shows them. */
import { InputError, shown } from '../../protocol/errors';
import type { Place } from '../../protocol/errors';
import { jsonFault } from '../../protocol/jsonPlace';

export type JsonObject = Readonly<Record<string, unknown>>;

/** What can be an annotation's value. */
export type Scalar = string | number | boolean;

/** What a person can do about any fault of a record. */
export const recordRemedy = 'Correct this line, or leave it out with --skip-invalid.';

/** @throws InputError CORPUS_JSON where the text stops being JSON, or where it is no object */
export function parseObject(json: string, place: Place): JsonObject {
  let parsed: unknown;
  try {
    parsed = JSON.parse(json);
  } catch {
    const fault = jsonFault(json, Infinity);
    throw new InputError(
      'CORPUS_JSON',
      { ...place, ...(fault && { column: fault.column }) },
      { found: `${shown(fault?.found ?? 'something')}, which is no JSON`, expected: 'a JSON object', remedy: recordRemedy },
    );
  }
  if (isObject(parsed)) return parsed;
  throw new InputError('CORPUS_JSON', place, {
    found: kindOf(parsed),
    expected: 'a JSON object with "text" or "tokens"',
    remedy: recordRemedy,
  });
}

/** An own key's value: `__proto__` and `constructor` are keys like others and reach nothing. */
export function value(record: JsonObject, key: string): unknown {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}

/** The first of several keys' values that is there and not null. */
export function firstValue(record: JsonObject, keys: readonly string[]): unknown {
  return keys.map((key) => value(record, key)).find((one) => one !== undefined && one !== null);
}

export function isObject(one: unknown): one is JsonObject {
  return typeof one === 'object' && one !== null && !Array.isArray(one);
}

export function isScalar(one: unknown): one is Scalar {
  return typeof one === 'string' || typeof one === 'number' || typeof one === 'boolean';
}

/** `null`, `an array`, `a number`: what a value is, for messages. */
export function kindOf(one: unknown): string {
  if (one === null) return 'null';
  if (Array.isArray(one)) return 'an array';
  return typeof one === 'object' ? 'an object' : `a ${typeof one}`;
}

/** A value in a message. Objects may have a `toString` of their own, so that they are only named. */
export function printed(one: unknown): string {
  return isScalar(one) ? shown(String(one), 40) : one === undefined ? 'nothing' : kindOf(one);
}

/** The keys of an object in a message. */
export function keysOf(record: JsonObject): string {
  return shown(Object.keys(record).join(', ') || 'none', 120);
}
