/** Small text files that are read whole: lists of texts, of labels, of names. */
import { isUtf8 } from 'node:buffer';
import { InputError } from '../../protocol/errors';
import { openText } from './sniff';

/**
 * The content of a file, without its byte order mark.
 * @throws InputError as `openText` does, and TEXT_ENCODING for bytes that are no UTF-8
 */
export async function readWholeText(file: string): Promise<string> {
  const { handle } = await openText(file);
  try {
    const bytes = await handle.readFile();
    if (isUtf8(bytes)) return bytes.toString('utf8').replace(/^\ufeff/, '');
  } finally {
    await handle.close();
  }
  throw new InputError(
    'TEXT_ENCODING',
    { file },
    { found: 'bytes that are not UTF-8', expected: 'UTF-8', remedy: 'Save the file as UTF-8.' },
  );
}

/** The lines of a text; a line feed at its end begins no further one. */
export function linesOf(text: string): string[] {
  const lines = text.split(/\r?\n/);
  if (lines.at(-1) === '') lines.pop();
  return lines;
}
