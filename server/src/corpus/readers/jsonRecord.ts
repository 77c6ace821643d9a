/** One record of JSONL, checked: everything that is wrong with it is in the error, and what comes out needs no checks. */
import { InputError, problem, refuseAll, shown } from '../../protocol/errors';
import type { ErrorCode, Place, Problem } from '../../protocol/errors';
import { jsonFault } from '../../protocol/jsonPlace';
import { isNone } from './bioTags';
import { counted } from '../../protocol/counted';
import { toUtf16 } from './offsetUnit';
import type { OffsetUnit } from './offsetUnit';

export interface TextRecord {
  readonly id: string | undefined;
  readonly text: string | undefined;
  readonly tokens: readonly Token[] | undefined;
  readonly spans: readonly LabelledSpan[];
  /** Whether the record says what its offsets count. */
  readonly unitIsDeclared: boolean;
}

/** Offsets are UTF-16 units of the text. */
export interface Token {
  readonly form: string;
  readonly span: readonly [start: number, end: number] | undefined;
  readonly values: readonly (readonly [attribute: string, value: string])[];
}

export interface LabelledSpan {
  readonly start: number;
  readonly end: number;
  readonly label: string;
}

type JsonObject = Readonly<Record<string, unknown>>;

/** Keys under which a record may keep its text and its tokens, and a token its form; the first that is there holds. */
export const textKeys = ['text', 'sentence'];
export const tokensKeys = ['tokens', 'words'];
export const tokenForm = ['form', 'text', 'word', 'token'];
/** Keys of a token object that are not annotation. */
const notAnnotation = [...tokenForm, 'start', 'end', 'id', 'index'];
/** Lists of one value a token, beside the tokens. */
const labelList = /(^|_)(labels|tags)$/;

/** @throws InputError CORPUS_JSON, CORPUS_SPAN, LABEL_COUNT, with everything that was found in this record */
export function parseRecord(json: string, place: Place): TextRecord {
  const record = parseObject(json, place);
  const problems: Problem[] = [];
  const refuse = (found: string, expected: string, code: ErrorCode = 'CORPUS_JSON') => {
    problems.push(problem(code, place, { found, expected, remedy: 'Correct this line, or leave it out with --skip-invalid.' }));
  };

  const text = firstValue(record, textKeys);
  const given = firstValue(record, tokensKeys);
  if (text !== undefined && typeof text !== 'string') refuse(`"text" is ${kindOf(text)}`, 'a string');
  if (given !== undefined && !Array.isArray(given)) refuse(`"tokens" is ${kindOf(given)}`, 'an array');
  if (text === undefined && given === undefined) refuse(`neither "text" nor "tokens" (keys: ${keysOf(record)})`, 'one of them');
  const unit = unitOf(value(record, 'unit'));
  if (unit === null) refuse(`"unit" is ${printed(value(record, 'unit'))}`, '"utf16" or "codepoint"');
  refuseAll(problems);

  const surface = text as string | undefined;
  const offsets = toUtf16(surface ?? '', unit ?? 'utf16');
  const tokens = (given as unknown[] | undefined)?.map((token, k) => readToken(token, k, surface, offsets, refuse));
  if (tokens) {
    refuseDisorder(tokens, refuse);
    addLabelLists(record, tokens, refuse);
  }
  const spans = readSpans(value(record, 'spans') ?? value(record, 'entities'), surface, offsets, refuse);
  refuseAll(problems);

  const id = value(record, 'id');
  return {
    id: typeof id === 'string' || typeof id === 'number' ? String(id) : undefined,
    text: surface,
    tokens,
    spans,
    unitIsDeclared: unit !== undefined,
  };
}

type Refuse = (found: string, expected: string, code?: ErrorCode) => void;

function parseObject(json: string, place: Place): JsonObject {
  let parsed: unknown;
  try {
    parsed = JSON.parse(json);
  } catch {
    const fault = jsonFault(json, Infinity);
    throw new InputError(
      'CORPUS_JSON',
      { ...place, ...(fault && { column: fault.column }) },
      {
        found: `${shown(fault?.found ?? 'something')}, which is no JSON`,
        expected: 'a JSON object',
        remedy: 'Correct this line, or leave it out with --skip-invalid.',
      },
    );
  }
  if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return parsed as JsonObject;
  throw new InputError('CORPUS_JSON', place, {
    found: kindOf(parsed),
    expected: 'a JSON object with "text" or "tokens"',
    remedy: 'Correct this line, or leave it out with --skip-invalid.',
  });
}

/** An own key's value: `__proto__` and `constructor` are keys like others and reach nothing. */
function value(record: JsonObject, key: string): unknown {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}

/** The first of several keys' values that is there and not null. */
function firstValue(record: JsonObject, keys: readonly string[]): unknown {
  return keys.map((key) => value(record, key)).find((one) => one !== undefined && one !== null);
}

function unitOf(declared: unknown): OffsetUnit | undefined | null {
  if (declared === undefined) return undefined;
  if (typeof declared !== 'string') return null;
  const plain = declared.toLowerCase().replace(/[^a-z0-9]/g, '');
  if (/^utf16(codeunits?|units?)?$/.test(plain)) return 'utf16';
  return /^(codepoints?|unicode|utf32|characters?)$/.test(plain) ? 'codepoint' : null;
}

function readToken(token: unknown, k: number, text: string | undefined, offsets: Offsets, refuse: Refuse): ReadToken {
  const record = typeof token === 'object' && token !== null && !Array.isArray(token) ? (token as JsonObject) : undefined;
  const form = typeof token === 'string' ? token : record && tokenForm.map((key) => value(record, key)).find((one) => one !== undefined);
  if (typeof form !== 'string' || form.trim() === '') {
    refuse(`token ${k + 1} is ${form === undefined ? kindOf(token) : typeof form === 'string' ? 'empty' : kindOf(form)}`, 'a word');
    return { form: '', span: undefined, values: [] };
  }
  if (!record) return { form, span: undefined, values: [] };
  const values: [string, string][] = [];
  for (const [key, one] of Object.entries(record)) {
    if (notAnnotation.includes(key) || !isScalar(one) || isNone(String(one))) continue;
    values.push([key, String(one)]);
  }
  return { form, span: tokenSpan(record, form, k, text, offsets, refuse), values };
}

type Offsets = (offset: number) => number | undefined;
interface ReadToken extends Token {
  readonly values: [string, string][];
}

function tokenSpan(record: JsonObject, form: string, k: number, text: string | undefined, offsets: Offsets, refuse: Refuse): Token['span'] {
  const [from, to] = [value(record, 'start'), value(record, 'end')];
  if (text === undefined || (from === undefined && to === undefined)) return undefined;
  const start = typeof from === 'number' ? offsets(from) : undefined;
  const end = typeof to === 'number' ? offsets(to) : undefined;
  const there = start === undefined || end === undefined ? undefined : text.slice(start, end);
  if (start !== undefined && end !== undefined && there === form) return [start, end];
  const found = there === undefined ? 'past the end of the text' : `'${shown(there, 60)}'`;
  refuse(
    `token ${k + 1} '${shown(form, 60)}' has offsets ${printed(from)} to ${printed(to)}: ${found}`,
    'the offsets of the token',
    'CORPUS_SPAN',
  );
  return undefined;
}

/** Words follow each other: the first token that begins before the end of the one before it is named. */
function refuseDisorder(tokens: readonly Token[], refuse: Refuse): void {
  const k = tokens.findIndex(({ span }, one) => span && span[0] < (tokens[one - 1]?.span?.[1] ?? 0));
  if (k >= 0) refuse(`token ${k + 1} begins before the end of the one before it`, 'tokens in the order of the text', 'CORPUS_SPAN');
}

function addLabelLists(record: JsonObject, tokens: readonly ReadToken[], refuse: Refuse): void {
  for (const [key, list] of Object.entries(record)) {
    if (!labelList.test(key) || !Array.isArray(list)) continue;
    if (list.length !== tokens.length) {
      refuse(
        `${counted(list.length, 'value')} in "${shown(key, 40)}"`,
        `${counted(tokens.length, 'token')}, one value each`,
        'LABEL_COUNT',
      );
      continue;
    }
    const attribute = key === 'labels' ? 'label' : key === 'tags' ? 'tag' : key;
    list.forEach((one: unknown, k) => {
      if (isScalar(one) && !isNone(String(one))) tokens[k]?.values.push([attribute, String(one)]);
    });
  }
}

function readSpans(given: unknown, text: string | undefined, offsets: Offsets, refuse: Refuse): LabelledSpan[] {
  if (given === undefined) return [];
  if (!Array.isArray(given)) {
    refuse(`"spans" is ${kindOf(given)}`, 'an array');
    return [];
  }
  if (text === undefined) {
    refuse('"spans" without "text"', 'the text that their offsets count in');
    return [];
  }
  return given.flatMap((span: unknown, k) => {
    const record = typeof span === 'object' && span !== null ? (span as JsonObject) : {};
    const [from, to, label] = Array.isArray(span)
      ? (span as unknown[])
      : [value(record, 'start'), value(record, 'end'), value(record, 'label') ?? value(record, 'type')];
    const start = typeof from === 'number' ? offsets(from) : undefined;
    const end = typeof to === 'number' ? offsets(to) : undefined;
    if (start !== undefined && end !== undefined && start < end && typeof label === 'string' && label !== '')
      return [{ start, end, label }];
    const found = `span ${k + 1} from ${printed(from)} to ${printed(to)}, label ${printed(label)}`;
    refuse(found, `0 ≤ start < end ≤ ${offsets(Infinity) ?? 0} and a label`, 'CORPUS_SPAN');
    return [];
  });
}

function isScalar(one: unknown): one is string | number | boolean {
  return typeof one === 'string' || typeof one === 'number' || typeof one === 'boolean';
}

function kindOf(one: unknown): string {
  if (one === null) return 'null';
  if (Array.isArray(one)) return 'an array';
  return typeof one === 'object' ? 'an object' : `a ${typeof one}`;
}

/** A value in a message. Objects may have a `toString` of their own, so that they are only named. */
function printed(one: unknown): string {
  return isScalar(one) ? shown(String(one), 40) : one === undefined ? 'nothing' : kindOf(one);
}

function keysOf(record: JsonObject): string {
  return shown(Object.keys(record).join(', ') || 'none', 120);
}
