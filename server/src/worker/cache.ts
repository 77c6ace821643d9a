import { lstatSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { realFs, writeFailure } from '../activations/fsPort';
import { bytesOf, removeLeftovers, removeRun, storedRuns } from '../activations/inventory';
import { InputError, shown } from '../protocol/errors';
import type { CacheContents, CacheEntry } from '../protocol/cacheContents';
import { fitsFolder } from './keptFits';
import type { JobHandler } from './serve';

/** What the cache holds; what was asked to go goes, but never what a process uses. Throws USAGE for a name that is not there. */
export const cache: JobHandler<'cache'> = ({ cache: folder, remove, limit }) => {
  const entries = entriesOf(folder);
  refuseUnknown(entries, remove);
  const removal = remove.length > 0 || limit !== null;
  if (removal) {
    removeLeftovers(folder);
    // Fits on their way: who is at one keeps it again.
    rmSync(fitsFolder(folder), { recursive: true, force: true });
  }
  let left = bytesOf(folder);
  const before = left;
  // Those used longest ago first.
  const after = entries.map((entry): CacheEntry => {
    const over = limit !== null && left > limit;
    if (entry.state === 'in use' || !(over || isNamed(entry, remove)) || !removeEntry(folder, entry)) return entry;
    left -= entry.bytes;
    return { ...entry, state: 'removed' };
  });
  const contents: CacheContents = { folder, bytes: left, freed: before - left, entries: after.reverse() };
  return Promise.resolve(contents);
};

/** Everything that can be removed, used longest ago first. */
function entriesOf(folder: string): CacheEntry[] {
  const runs = storedRuns(folder).map(({ key, about, bytes, used, inUse }): CacheEntry & { readonly at: number } => ({
    kind: 'activations',
    key,
    model: about?.model ?? null,
    taps: about?.taps ?? [],
    words: about?.aggregation ?? null,
    bytes,
    used: new Date(used).toISOString(),
    at: used,
    state: inUse ? 'in use' : 'kept',
  }));
  // Which run reads a control's weights is not known from outside: they stay while any run is in use.
  const busy = runs.some(({ state }) => state === 'in use');
  const controls = realFs.list(controlsFolder(folder)).flatMap((key) => {
    const stat = lstatSync(join(controlsFolder(folder), key), { throwIfNoEntry: false });
    if (!stat || key.startsWith('.')) return [];
    const { size: bytes, mtimeMs: at } = stat;
    const used = new Date(at).toISOString();
    return [
      {
        kind: 'control' as const,
        key,
        model: null,
        taps: [],
        words: null,
        bytes,
        used,
        at,
        state: busy ? ('in use' as const) : ('kept' as const),
      },
    ];
  });
  return [...runs, ...controls].sort((a, b) => a.at - b.at).map(({ at: _at, ...entry }) => entry);
}

function controlsFolder(cache: string): string {
  return join(cache, 'controls');
}

function isNamed({ key, model }: CacheEntry, names: readonly string[]): boolean {
  return names.includes(key) || (model !== null && names.includes(model));
}

/** Whether it is gone afterwards. */
function removeEntry(folder: string, { kind, key }: CacheEntry): boolean {
  if (kind === 'activations') return removeRun(folder, key);
  const path = join(controlsFolder(folder), basename(key));
  try {
    rmSync(path, { force: true });
    return true;
  } catch (error) {
    throw writeFailure(error, path);
  }
}

function refuseUnknown(entries: readonly CacheEntry[], names: readonly string[]): void {
  const unknown = names.find((name) => !entries.some((entry) => isNamed(entry, [name])));
  if (unknown === undefined) return;
  const known = [...new Set(entries.flatMap(({ model }) => model ?? []))];
  throw new InputError(
    'USAGE',
    { flag: `--remove ${shown(unknown, 80)}` },
    {
      found: 'nothing of this name in the cache',
      expected: known.length > 0 ? `a key, or a model among ${known.map((name) => shown(name, 80)).join(', ')}` : 'a key',
      remedy: 'golgi cache lists both',
    },
  );
}
