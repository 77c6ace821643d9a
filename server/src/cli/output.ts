/** Where a verb's result goes: a file by its ending, JSON on standard output, or text. */
import { rmdirSync } from 'node:fs';
import { access, constants, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { makeFolder } from '../activations/makeFolder';
import { InputError } from '../protocol/errors';
import { usageError } from './flags';
import { absolute } from './paths';

/** Writers by file ending; a verb offers those that make sense for it. */
export type Writers<Ending extends string> = Readonly<Record<Ending, () => Promise<string | Uint8Array> | string | Uint8Array>>;

/** JSON with a line feed at its end; never NaN, which JSON.stringify would turn into null in silence. */
export function jsonText(value: unknown): string {
  return `${JSON.stringify(value, (key, cell: unknown) => {
    if (typeof cell === 'number' && !Number.isFinite(cell)) throw new TypeError(`"${key}" is not a finite number`);
    return cell;
  })}\n`;
}

/**
 * Refuses a file that could not be written in the end, before any work is done for it. Throws USAGE naming the endings there
 * are, OUTPUT_FILE for a folder that is missing or closed.
 */
export async function refuseUnwritable(
  verb: string,
  paths: readonly string[],
  endings: readonly string[],
  flag: OutputFlag = 'out',
): Promise<void> {
  for (const path of paths) {
    endingOf(verb, path, endings, flag);
    const file = absolute(path);
    await access(dirname(file), constants.W_OK).catch((error: unknown) => {
      throw unwritable(file, error, flag);
    });
    const there = await stat(file).catch(() => undefined);
    if (there?.isDirectory()) throw unwritable(file, new Error('a folder has this name'), flag);
  }
}

/** Flags that name what is written. */
type OutputFlag = 'out' | 'keep';

/**
 * What `work` makes in the folder that `--out` names, which is made where it is missing. When the work fails, folders that were
 * made for it and are empty go again. Throws OUTPUT_FILE where it cannot be made.
 */
export async function intoFolder<T>(path: string, work: (folder: string) => Promise<T>): Promise<T> {
  const folder = absolute(path);
  let made: string[];
  try {
    made = makeFolder(folder);
  } catch (error) {
    throw unwritable(folder, error, 'out');
  }
  try {
    return await work(folder);
  } catch (error) {
    removeEmpty(made.reverse());
    throw error;
  }
}

/** Removes folders, the innermost first, up to one that holds something. */
function removeEmpty(folders: readonly string[]): void {
  for (const folder of folders) {
    try {
      rmdirSync(folder);
    } catch {
      return;
    }
  }
}

/** Writes `path` with the writer of its ending. Throws USAGE naming the endings there are, OUTPUT_FILE when it cannot be written. */
export async function writeByEnding<Ending extends string>(
  verb: string,
  path: string,
  writers: Writers<Ending>,
  flag: OutputFlag = 'out',
): Promise<string> {
  const content = await writers[endingOf(verb, path, Object.keys(writers) as Ending[], flag)]();
  const file = absolute(path);
  try {
    await writeFile(file, content);
  } catch (error) {
    throw unwritable(file, error, flag);
  }
  return file;
}

function endingOf<Ending extends string>(verb: string, path: string, endings: readonly Ending[], flag: OutputFlag): Ending {
  // The longest ending wins: `.golgi-result.json` before `.json`.
  const ending = [...endings].sort((a, b) => b.length - a.length).find((candidate) => path.endsWith(candidate));
  if (ending === undefined) throw usageError(verb, `--${flag} ${path}`, `a file ending in ${endings.join(', ')}`);
  return ending;
}

function unwritable(file: string, error: unknown, flag: OutputFlag): InputError {
  return new InputError(
    'OUTPUT_FILE',
    { file, flag: `--${flag}` },
    {
      found: error instanceof Error ? error.message : String(error),
      expected: 'a place that can be written',
      remedy: `choose another --${flag}, or make its folder first`,
    },
  );
}

/**
 * One cell of CSV. Quoted where needed; cells that a spreadsheet would run as a formula get a leading apostrophe, which
 * spreadsheets hide.
 */
export function csvCell(value: string | number | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
