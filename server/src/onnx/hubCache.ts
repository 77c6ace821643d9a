/**
 * The cache in which Hugging Face's libraries keep what they downloaded: `models--<owner>--<name>/snapshots/<commit>/…`, with
 * the commit of a branch in `refs/<branch>`. https://huggingface.co/docs/huggingface_hub/guides/manage-cache
 */
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { InputError, shown } from '../protocol/errors';

const repository = /^models--(.+)$/;

/** Whether a folder is a repository of the cache. */
export function isHubRepository(folder: string): boolean {
  return repository.test(basename(folder)) && isFolder(join(folder, 'snapshots'));
}

/**
 * The snapshot that a repository's folder in the cache stands for: that of `refs/main`, or the only one. Undefined for any
 * other folder. Throws MODEL_FOLDER where there are several and none is marked, or none at all.
 */
export function hubSnapshot(folder: string): string | undefined {
  if (!isHubRepository(folder)) return undefined;
  const snapshots = join(folder, 'snapshots');
  const there = readdirSync(snapshots)
    .filter((name) => isFolder(join(snapshots, name)))
    .sort();
  const main = commitOfMain(folder);
  const chosen = there.find((name) => name === main) ?? (there.length === 1 ? there[0] : undefined);
  if (chosen !== undefined) return join(snapshots, chosen);
  throw new InputError(
    'MODEL_FOLDER',
    { file: folder },
    {
      found:
        there.length === 0
          ? 'a repository of the Hugging Face cache without a snapshot'
          : `snapshots ${there.join(', ')}, none marked main`,
      expected: 'one snapshot, or refs/main naming one of them',
      remedy: there.length === 0 ? 'download the model again' : `name one: ${join(snapshots, there[0] ?? '')}`,
    },
  );
}

/** `owner/name` of a snapshot in the cache; undefined for any other folder. */
export function hubName(snapshot: string): string | undefined {
  const above = dirname(snapshot);
  const owner = basename(above) === 'snapshots' ? repository.exec(basename(dirname(above)))?.[1] : undefined;
  // The Hub allows no "--" in names, so that it can stand for the slash.
  return owner === undefined ? undefined : shown(owner.replaceAll('--', '/'), 100);
}

function commitOfMain(folder: string): string | undefined {
  try {
    return readFileSync(join(folder, 'refs', 'main'), 'utf8').trim();
  } catch {
    return undefined;
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
