/** The tokens of a JSON record: words with their places and their annotation. */
import { counted } from '../../protocol/counted';
import { shown } from '../../protocol/errors';
import { isNone } from './bioTags';
import type { JsonObject } from './jsonValues';
import { isObject, isScalar, kindOf, printed, value } from './jsonValues';
import type { RecordText } from './recordText';

/** Offsets are UTF-16 units of the text. */
export interface Token {
  readonly form: string;
  readonly span: readonly [start: number, end: number] | undefined;
  readonly values: readonly (readonly [attribute: string, value: string])[];
}

/** Keys under which a token object may keep its form; the first that is there holds. */
export const tokenForm = ['form', 'text', 'word', 'token'];
/** Keys of a token object that are not annotation. */
const notAnnotation = [...tokenForm, 'start', 'end', 'id', 'index'];
/** Lists of one value a token, beside the tokens. */
const labelList = /(^|_)(labels|tags)$/;

/** A token while lists beside the tokens may still add to it. */
interface OpenToken extends Token {
  readonly values: [attribute: string, value: string][];
}

/** Tokens as strings or objects, with the lists of labels beside them. What is wrong with them is refused through `text`. */
export function readTokens(given: readonly unknown[], record: JsonObject, text: RecordText): Token[] {
  const tokens = given.map((token, k) => readToken(token, `token ${k + 1}`, text));
  // Words follow each other: the first token that begins before the end of the one before it is named.
  const k = tokens.findIndex(({ span }, one) => span && span[0] < (tokens[one - 1]?.span?.[1] ?? 0));
  if (k >= 0) text.refuse(`token ${k + 1} begins before the end of the one before it`, 'tokens in the order of the text', 'CORPUS_SPAN');
  addLabelLists(tokens, record, text);
  return tokens;
}

function readToken(token: unknown, name: string, text: RecordText): OpenToken {
  const form = isObject(token) ? firstForm(token) : token;
  if (typeof form !== 'string' || form.trim() === '') {
    text.refuse(
      `${name} is ${form === undefined ? kindOf(token) : form === null || typeof form !== 'string' ? kindOf(form) : 'empty'}`,
      'a word',
    );
    return { form: '', span: undefined, values: [] };
  }
  if (!isObject(token)) return { form, span: undefined, values: [] };
  return { form, span: spanOf(token, form, name, text), values: annotationOf(token) };
}

/** A form that is null is no form, and no reason to look for another one. */
function firstForm(token: JsonObject): unknown {
  return tokenForm.map((key) => value(token, key)).find((one) => one !== undefined);
}

function annotationOf(token: JsonObject): [attribute: string, value: string][] {
  return Object.entries(token).flatMap(([key, one]): [string, string][] =>
    notAnnotation.includes(key) || !isScalar(one) || isNone(String(one)) ? [] : [[key, String(one)]],
  );
}

/** The offsets that a token gives, if the text has its form there; undefined where it gives none. */
function spanOf(token: JsonObject, form: string, name: string, text: RecordText): Token['span'] {
  const [from, to] = [value(token, 'start'), value(token, 'end')];
  if (text.surface === undefined || (from === undefined && to === undefined)) return undefined;
  const span = text.span(from, to);
  const there = span && text.surface.slice(...span);
  if (there === form) return span;
  text.refuse(
    `${name} '${shown(form, 60)}' has offsets ${printed(from)} to ${printed(to)}: ${there === undefined ? 'past the end of the text' : `'${shown(there, 60)}'`}`,
    'the offsets of the token',
    'CORPUS_SPAN',
  );
  return undefined;
}

function addLabelLists(tokens: readonly OpenToken[], record: JsonObject, text: RecordText): void {
  for (const [key, list] of Object.entries(record)) {
    if (!labelList.test(key) || !Array.isArray(list)) continue;
    if (list.length !== tokens.length) {
      const found = `${counted(list.length, 'value')} in "${shown(key, 40)}"`;
      text.refuse(found, `${counted(tokens.length, 'token')}, one value each`, 'LABEL_COUNT');
      continue;
    }
    const attribute = key === 'labels' ? 'label' : key === 'tags' ? 'tag' : key;
    list.forEach((one: unknown, k) => {
      if (isScalar(one) && !isNone(String(one))) tokens[k]?.values.push([attribute, String(one)]);
    });
  }
}
