/** Where a verb's result goes: a file by its ending, JSON on standard output, or text. */
import { writeFile } from 'node:fs/promises';
import { InputError } from '../protocol/errors';
import { usageError } from './flags';
import { absolute } from './paths';

/** Writers by file ending; a verb offers those that make sense for it. */
export type Writers = Readonly<Record<string, () => Promise<string | Uint8Array> | string | Uint8Array>>;

/** JSON with a line feed at its end; never NaN, which JSON.stringify would turn into null in silence. */
export function jsonText(value: unknown): string {
  return `${JSON.stringify(value, (key, cell: unknown) => {
    if (typeof cell === 'number' && !Number.isFinite(cell)) throw new TypeError(`"${key}" is not a finite number`);
    return cell;
  })}\n`;
}

/** Writes `path` with the writer of its ending. Throws USAGE naming the endings there are, OUTPUT_FILE when it cannot be written. */
export async function writeByEnding(verb: string, path: string, writers: Writers): Promise<string> {
  // The longest ending wins: `.golgi-result.json` before `.json`.
  const ending = Object.keys(writers)
    .sort((a, b) => b.length - a.length)
    .find((candidate) => path.endsWith(candidate));
  const writer = ending === undefined ? undefined : writers[ending];
  if (!writer) throw usageError(verb, `--out ${path}`, `a file ending in ${Object.keys(writers).join(', ')}`);
  const content = await writer();
  const file = absolute(path);
  try {
    await writeFile(file, content);
  } catch (error) {
    throw new InputError(
      'OUTPUT_FILE',
      { file },
      {
        found: error instanceof Error ? error.message : String(error),
        expected: 'a place that can be written',
        remedy: 'choose another --out, or make its folder first',
      },
    );
  }
  return file;
}

/**
 * One cell of CSV. Quoted where needed; cells that a spreadsheet would run as a formula get a leading apostrophe, which
 * spreadsheets hide and `csvValue` readers can strip.
 */
export function csvCell(value: string | number | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
