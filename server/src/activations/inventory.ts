/** What a cache holds and how much of it, run by run; and how a run is removed without harm to those who use it. */
import { lstatSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseTap } from '../protocol/neurons';
import type { Tap } from '../protocol/neurons';
import { realFs, writeFailure } from './fsPort';
import type { Aggregation } from './identity';
import { readManifest } from './manifest';
import { isOrphan, isUse, temporaryName } from './owner';

/** The folder of a run, as it lies in the store. */
export interface StoredRun {
  /** The name of its folder. */
  readonly key: string;
  /** Undefined where the manifest is missing, damaged or of another version. */
  readonly about: { readonly model: string; readonly aggregation: Aggregation; readonly taps: readonly Tap[] } | undefined;
  readonly bytes: number;
  /** When it was last used, in ms since 1970: opening a run leaves a mark in its folder. */
  readonly used: number;
  /** Whether a process that runs now has opened it. */
  readonly inUse: boolean;
}

/** Every run in the store below a cache folder, in the order of their names. None where there is no store. */
export function storedRuns(cache: string): StoredRun[] {
  const root = storeFolder(cache);
  return entriesOf(root)
    .filter((name) => !name.startsWith('.'))
    .flatMap((key) => {
      const folder = join(root, key);
      const stat = lstatSync(folder, { throwIfNoEntry: false });
      if (!stat?.isDirectory()) return [];
      return [{ key, about: aboutRun(folder, key), bytes: bytesOf(folder), used: stat.mtimeMs, inUse: isUsed(folder) }];
    });
}

/**
 * Removes a run unless a process uses it. It leaves its name first, so that nobody opens what is being removed. Returns whether
 * it is gone. Throws OUTPUT_FILE where the folder cannot be changed.
 */
export function removeRun(cache: string, key: string): boolean {
  const root = storeFolder(cache);
  const folder = join(root, key);
  const aside = join(root, temporaryName());
  if (isUsed(folder)) return false;
  try {
    renameSync(folder, aside);
    if (isUsed(aside)) {
      // Somebody opened it in this very moment.
      renameSync(aside, folder);
      return false;
    }
    rmSync(aside, { recursive: true, force: true });
    return true;
  } catch (error) {
    throw writeFailure(error, folder);
  }
}

/** Removes what earlier removals left when they were killed. */
export function removeLeftovers(cache: string): void {
  const root = storeFolder(cache);
  for (const name of entriesOf(root)) if (isOrphan(name)) rmSync(join(root, name), { recursive: true, force: true });
}

/** Bytes of all files in a folder and below it. Links count for themselves. */
export function bytesOf(folder: string): number {
  return entriesOf(folder).reduce((sum, name) => {
    const path = join(folder, name);
    const stat = lstatSync(path, { throwIfNoEntry: false });
    return sum + (stat?.isDirectory() ? bytesOf(path) : (stat?.size ?? 0));
  }, 0);
}

function storeFolder(cache: string): string {
  return join(cache, 'activations');
}

function aboutRun(folder: string, key: string): StoredRun['about'] {
  const state = readManifest(realFs, folder, key.split('.')[0] ?? key);
  if (state.kind !== 'good') return undefined;
  const { identity, taps } = state.manifest;
  const names = Object.keys(taps).flatMap((name) => parseTap(name)?.tap ?? []);
  return { model: identity.modelName, aggregation: identity.aggregation, taps: [...new Set(names)] };
}

function isUsed(folder: string): boolean {
  return entriesOf(folder).some(isUse);
}

/** Names in a folder; none where there is no such folder, or no longer. */
function entriesOf(folder: string): string[] {
  return realFs.list(folder);
}
