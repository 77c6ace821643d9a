/**
 * Edits of neurons as a person writes them: `L3.ffn.12=0`, `L3.ffn.0-63*=2`, `L3.ffn.12+=file:v.npy`, `L4.attn.h2.*=mean@last`,
 * `L3.ffn.7<=3@word:"the"`. Several apply in the order given.
 */
import { InputError } from './errors';
import { parseNeurons } from './neurons';
import type { NeuronSelection } from './neurons';
import { parseRange } from './ranges';
import type { Range } from './ranges';

/** Where the amount of an edit comes from. */
export type EditAmount =
  | { readonly kind: 'number'; readonly value: number }
  /** The mean of each neuron over real tokens. */
  | { readonly kind: 'mean' }
  /** One number for each of the named neurons, in their order; the path is as it was written. */
  | { readonly kind: 'file'; readonly path: string }
  /** What each neuron is at the same position of another text. */
  | { readonly kind: 'text'; readonly text: string };

/** Which tokens: positions of the model's input from 0, padding not counted, the last one, or those of a word of the text. */
export type EditPositions =
  | { readonly kind: 'positions'; readonly ranges: readonly Range[] }
  | { readonly kind: 'last' }
  | { readonly kind: 'word'; readonly word: string };

export interface Edit {
  /** As it was written, for messages and provenance. */
  readonly text: string;
  readonly neurons: readonly NeuronSelection[];
  readonly operator: '=' | '*=' | '+=' | '<=' | '>=';
  readonly amount: EditAmount;
  /** Undefined: every token. */
  readonly positions?: EditPositions;
}

// A name of neurons ends in a digit or in `*`, so that `L3.ffn.*=0` sets all and `L3.ffn.12*=2` doubles one.
const parts = /^(.*?[\d*])\s*(\*=|\+=|<=|>=|=)(.*)$/s;
const place = /@(?:(last)|word:"([^"]+)"|(\d{1,9}(?:-\d{1,9})?(?:,\d{1,9}(?:-\d{1,9})?)*))$/s;

/** Reads one edit. Throws InputError EDIT_SYNTAX, or NEURON_SYNTAX for what names no neurons. */
export function parseEdit(text: string): Edit {
  const [, names = '', operator = '', rest = ''] = parts.exec(text.trim()) ?? [];
  if (operator === '') throw noEdit(text, 'no operator', 'a neuron, one of = *= += <= >=, and a value');
  const at = place.exec(rest);
  const amount = amountOf(text, operator, (at ? rest.slice(0, at.index) : rest).trim());
  const positions = at ? positionsOf(text, at) : undefined;
  return { text, neurons: parseNeurons(names), operator: operator as Edit['operator'], amount, ...(positions ? { positions } : {}) };
}

const number = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

function amountOf(text: string, operator: string, amount: string): EditAmount {
  if (number.test(amount)) {
    const value = Number(amount);
    // What float32 cannot hold would reach the model as infinity.
    if (Number.isFinite(Math.fround(value))) return { kind: 'number', value };
    throw noEdit(text, `the value ${amount}`, 'a number that a float32 holds');
  }
  const path = /^file:(.+)$/s.exec(amount)?.[1];
  if (path !== undefined) return { kind: 'file', path };
  if (operator === '=' && amount === 'mean') return { kind: 'mean' };
  const other = /^text:(?:"(.+)"|([^"].*))$/s.exec(amount);
  if (operator === '=' && other) return { kind: 'text', text: other[1] ?? other[2] ?? '' };
  if (amount.includes('@'))
    throw noEdit(text, `the positions ${amount.slice(amount.indexOf('@'))}`, '@3, @2,5, @2-5, @last or @word:"the"');
  throw noEdit(text, amount === '' ? 'no value' : `the value "${amount}"`, 'a number, file:v.npy, or with = also mean or text:"…"');
}

function positionsOf(text: string, [whole, last, word, list = '']: RegExpExecArray): EditPositions {
  if (last) return { kind: 'last' };
  if (word !== undefined) return { kind: 'word', word };
  const ranges = list.split(',').map(parseRange);
  const known = ranges.filter((range) => range !== undefined);
  if (known.length < ranges.length) throw noEdit(text, `the positions ${whole}`, 'ranges that run forwards, such as @2-5');
  return { kind: 'positions', ranges: known };
}

function noEdit(text: string, found: string, expected: string): InputError {
  return new InputError(
    'EDIT_SYNTAX',
    { flag: `--edit ${text}` },
    { found, expected, remedy: 'write it as L3.ffn.12=0, L3.ffn.0-63*=2, L3.attn.h2.*=mean@last or L3.ffn.7<=3@word:"the"' },
  );
}
