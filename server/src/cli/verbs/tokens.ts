import { readFile } from 'node:fs/promises';
import { InputError, shown } from '../../protocol/errors';
import { absolute } from '../paths';
import { required, usageError } from '../flags';
import { modelFlags, modelRef } from '../inputs';
import { jsonText } from '../output';
import { table } from '../present/table';
import { defineVerb } from '../verb';

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
  const content = await readFile(file, 'utf8').catch((error: Error) => {
    throw new InputError('CORPUS_FILE', { file }, { found: error.message, expected: 'a readable file', remedy: 'check the path' });
  });
  if (!content.trimStart().startsWith('[')) return content.split(/\r?\n/).filter((line) => line !== '');
  const parsed: unknown = parseJson(content, file);
  if (!Array.isArray(parsed) || !parsed.every((entry) => typeof entry === 'string')) {
    throw new InputError(
      'CORPUS_JSON',
      { file },
      { found: 'JSON that is no array of strings', expected: '["text", …]', remedy: 'or write one text a line' },
    );
  }
  return parsed;
}

/** JSON of a file named on the command line; CORPUS_JSON with the parser's own words otherwise. */
export function parseJson(content: string, file: string): unknown {
  try {
    return JSON.parse(content);
  } catch (error) {
    throw new InputError(
      'CORPUS_JSON',
      { file },
      {
        found: error instanceof Error ? error.message : 'no JSON',
        expected: 'valid JSON',
        remedy: 'check the end of the file and its quotes',
      },
    );
  }
}

export const tokens = defineVerb({
  name: 'tokens',
  summary: 'tokens of a text: id, piece, source span in UTF-16 units, word',
  example: 'golgi tokens --model media/models/demo-bert --text "She does not know."',
  flags: {
    ...modelFlags,
    text: { type: 'string', multiple: true, value: 'TEXT', help: 'a text' },
    texts: { type: 'string', value: 'FILE', help: 'a JSON array of texts, or one text a line' },
  },
  async run({ values, outside }) {
    required('tokens', 'model', values.model);
    const texts = await textsOf('tokens', values);
    const tables = await outside.runJob('tokens', { model: modelRef('tokens', values), texts });
    const single = values.texts === undefined && texts.length === 1;
    if (values.json) {
      const documents = tables.map(({ tokens: rows, approximate }) => (approximate ? { tokens: rows, approximate } : { tokens: rows }));
      outside.out(jsonText(single ? documents[0] : documents));
      return;
    }
    tables.forEach(({ tokens: rows, approximate }, i) => {
      const header = ['#', 'id', 'piece', 'span', 'word'];
      const cells = rows.map((row, t) => [
        String(t),
        String(row.id),
        shown(row.piece),
        row.special ? '' : `${row.start}–${row.end} ${JSON.stringify(texts[i]?.slice(row.start, row.end) ?? '')}`,
        row.word === null ? (row.special ? 'special' : '') : String(row.word),
      ]);
      outside.out(
        `${table([header, ...cells], { right: [0, 1] })}\n${approximate ? 'spans are approximate: this tokenizer’s normalisation cannot be undone\n' : ''}\n`,
      );
    });
  },
});
