/** Taps that a person puts elsewhere: `--tap L3.ffn=TENSOR`, or a file of such pairs that can lie beside a study. */
import { readFileSync } from 'node:fs';
import { InputError, shown } from '../protocol/errors';
import type { Place } from '../protocol/errors';
import { jsonFault } from '../protocol/jsonPlace';
import type { TapChoice } from '../protocol/sources';
import { usageError } from './flags';
import { jsonText } from './output';
import { absolute } from './paths';

/** One `--tap`: a pair, or a `.json` file of pairs. Names of tensors may hold `=` themselves. Throws USAGE, MODEL_TAP for the file. */
export function tapChoices(verb: string, text: string): TapChoice[] {
  const [tap, ...rest] = text.split('=');
  if (tap && rest.length > 0) return [{ tap, tensor: rest.join('=') }];
  if (text.endsWith('.json')) return pairsIn(absolute(text));
  throw usageError(verb, `--tap ${text}`, 'TAP=TENSOR, such as L3.ffn=/h.2/act, or a .json file of such pairs');
}

/** The file that `tapChoices` reads. */
export function tapChoicesText(choices: readonly TapChoice[]): string {
  return jsonText(Object.fromEntries(choices.map(({ tap, tensor }) => [tap, tensor])));
}

function pairsIn(file: string): TapChoice[] {
  const wrong = (found: string, place: Place = { file }, remedy = 'golgi model --tap L3.ffn=TENSOR --out FILE.json writes one') =>
    new InputError('MODEL_TAP', place, { found, expected: 'a JSON object such as {"L3.ffn": "/h.2/act"}', remedy });
  let text: string;
  try {
    text = readFileSync(file, 'utf8').replace(/^\ufeff/, '');
  } catch (error) {
    throw wrong(`no file that can be read (${(error as NodeJS.ErrnoException).code ?? 'unknown'})`);
  }
  const fault = jsonFault(text);
  if (fault) throw wrong(fault.found, { file, line: fault.line, column: fault.column }, 'check its quotes, commas and end');
  const content: unknown = JSON.parse(text);
  if (typeof content !== 'object' || content === null || Array.isArray(content)) throw wrong('JSON that is no object');
  return Object.entries(content).map(([tap, tensor]) => {
    if (typeof tensor !== 'string') throw wrong(`no name of a tensor for "${shown(tap)}"`);
    return { tap, tensor };
  });
}
