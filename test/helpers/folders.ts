/** What folders hold, for comparing them before and after, or with each other. */
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** SHA-256 of every file below a folder, by its path inside; empty for a folder that is not there. */
export function contents(folder: string): Readonly<Record<string, string>> {
  const files: Record<string, string> = {};
  const visit = (inside: string): void => {
    for (const entry of readdirSync(join(folder, inside), { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const path = join(inside, entry.name);
      if (entry.isDirectory()) visit(path);
      else files[path] = createHash('sha256').update(readFileSync(join(folder, path))).digest('hex'); // prettier-ignore
    }
  };
  try {
    visit('');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  return files;
}

/** Names of all files below a folder; names may vanish while this looks. */
export function fileNames(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: 'utf8' });
  } catch {
    return [];
  }
}
