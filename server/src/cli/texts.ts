/** Texts and rows of token ids as the command line takes them: in flags, or in files. */
import { linesOf, readWholeText } from '../corpus/readers/wholeText';
import { InputError } from '../protocol/errors';
import { jsonFault } from '../protocol/jsonPlace';
import { usageError } from './flags';
import { absolute } from './paths';

/** Texts of `--text` and `--texts`: a JSON array of strings, or one text a line. */
export async function textsOf(
  verb: string,
  values: { readonly text: readonly string[]; readonly texts?: string | undefined },
): Promise<string[]> {
  if (values.texts === undefined) {
    if (values.text.length === 0) throw usageError(verb, 'no text', '--text "…" or --texts FILE');
    return [...values.text];
  }
  const file = absolute(values.texts);
  const content = await readWholeText(file);
  if (!content.trimStart().startsWith('[')) return linesOf(content).filter((line) => line !== '');
  const parsed = parseJson(content, file);
  if (Array.isArray(parsed) && parsed.every((entry) => typeof entry === 'string')) return parsed;
  throw new InputError(
    'CORPUS_JSON',
    { file },
    { found: 'JSON that is no array of strings', expected: '["text", …]', remedy: 'or write one text a line' },
  );
}

/** Rows of token ids: a JSON array of arrays, none empty. Throws CORPUS_JSON or USAGE. */
export async function idRows(verb: string, path: string): Promise<number[][]> {
  const file = absolute(path);
  const rows = parseJson(await readWholeText(file), file);
  const isRow = (row: unknown): row is number[] => Array.isArray(row) && row.length > 0 && row.every(Number.isSafeInteger);
  if (Array.isArray(rows) && rows.length > 0 && rows.every(isRow)) return rows;
  throw usageError(verb, `${path} holds no rows of whole numbers`, '[[id, …], …]');
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
