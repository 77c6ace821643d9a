/** Texts and rows of token ids as the command line takes them: in flags, or in files. */
import { linesOf, readWholeText } from '../corpus/readers/wholeText';
import { InputError, refuseAll } from '../protocol/errors';
import type { Place } from '../protocol/errors';
import { jsonFault } from '../protocol/jsonPlace';
import { refuseFlags, usageError } from './flags';
import { absolute } from './paths';

/**
 * Texts of `--text` and `--texts`: a JSON array of strings, taken as they are, or one text a line. Nothing is left out in
 * silence: throws CORPUS_EMPTY for every empty line and for a file without texts, CORPUS_JSON.
 */
export async function textsOf(
  verb: string,
  values: { readonly text: readonly string[]; readonly texts?: string | undefined },
): Promise<string[]> {
  if (values.texts === undefined) {
    if (values.text.length === 0) throw usageError(verb, 'no text', '--text "…" or --texts FILE');
    return [...values.text];
  }
  refuseFlags(verb, values, ['text'], 'with --texts');
  const file = absolute(values.texts);
  const content = await readWholeText(file);
  if (!isJsonArray(content)) return textLines(content, file);
  const parsed = parseJson(content, file);
  if (Array.isArray(parsed) && parsed.length === 0) throw empty({ file }, 'an array without texts');
  if (Array.isArray(parsed) && parsed.every((entry) => typeof entry === 'string')) return parsed;
  throw new InputError(
    'CORPUS_JSON',
    { file },
    { found: 'JSON that is no array of strings', expected: '["text", …]', remedy: 'or write one text a line' },
  );
}

/** A text may begin with a bracket too, as in `[MASK] is here`: an array begins with a string, or is valid as a whole. */
function isJsonArray(content: string): boolean {
  return /^\s*\[\s*["\]]/.test(content) || (content.trimStart().startsWith('[') && !jsonFault(content));
}

/** One text a line: line 7 is text 7, so that an empty line cannot be passed over. */
function textLines(content: string, file: string): string[] {
  const lines = linesOf(content);
  if (lines.length === 0) throw empty({ file }, 'no text');
  const blank = lines.flatMap((line, index) => (line.trim() === '' ? [index + 1] : []));
  refuseAll(blank.flatMap((line) => empty({ file, line }, 'an empty line').problems));
  return lines;
}

function empty(place: Place, found: string): InputError {
  return new InputError('CORPUS_EMPTY', place, {
    found,
    expected: 'one text a line',
    remedy: 'remove the line, or write a JSON array of strings, in which "" is an empty text',
  });
}

/** Rows of token ids: a JSON array of arrays, none empty. Throws CORPUS_JSON or USAGE. */
export async function idRows(verb: string, path: string): Promise<number[][]> {
  const file = absolute(path);
  const rows = parseJson(await readWholeText(file), file);
  const isRow = (row: unknown): row is number[] => Array.isArray(row) && row.length > 0 && row.every(Number.isSafeInteger);
  if (Array.isArray(rows) && rows.length > 0 && rows.every(isRow)) return rows;
  throw usageError(verb, `${path} holds no rows of whole numbers`, '[[id, …], …]');
}

/** The one row of a file of token ids. Throws as `idRows` does, and USAGE for several rows. */
export async function idRow(verb: string, path: string): Promise<number[]> {
  const [row, ...others] = await idRows(verb, path);
  if (row && others.length === 0) return row;
  throw usageError(verb, `${path} holds ${others.length + 1} rows`, 'one row of ids: [[id, …]]');
}

/** JSON of a file named on the command line; CORPUS_JSON with the place where it stops being JSON otherwise. */
function parseJson(content: string, file: string): unknown {
  const fault = jsonFault(content);
  if (!fault) return JSON.parse(content);
  const { line, column, found } = fault;
  throw new InputError(
    'CORPUS_JSON',
    { file, line, column },
    { found, expected: 'valid JSON', remedy: 'check its quotes, commas and end' },
  );
}
