/**
 * The manifest of a run's folder: what it was made from and what is there. Chunks say all they need themselves, so a manifest
 * that is lost or damaged is made anew; it serves people, and readers that have no corpus at hand.
 */
import { join } from 'node:path';
import { type Problem, problem, shown } from '../protocol/errors';
import { isChunkName } from './chunkFile';
import type { FsPort } from './fsPort';
import { type RunIdentity, runKey, storeVersion } from './identity';
import { temporaryName } from './owner';
import { parseObject } from './sealed';

const manifestFile = 'manifest.json';

/** Larger manifests are not read: ten million chunks' worth. */
const largest = 64 << 20;

export interface Manifest {
  readonly identity: RunIdentity;
  /** Chunks of the whole corpus. */
  readonly chunks: number;
  /** SHA-256 of the values by tap and chunk; null where a chunk is missing. */
  readonly taps: Readonly<Record<string, readonly (string | null)[]>>;
}

/** What a manifest file turned out to be. */
export type ManifestState =
  | { readonly kind: 'good'; readonly manifest: Manifest }
  | { readonly kind: 'absent' }
  | { readonly kind: 'other version'; readonly version: string }
  | { readonly kind: 'damaged'; readonly finding: Problem };

/** Reads the manifest of a folder. Trusts no field that it has not checked. */
export function readManifest(fs: FsPort, folder: string, key: string): ManifestState {
  const path = join(folder, manifestFile);
  const size = fs.stat(path)?.size;
  if (size === undefined) return { kind: 'absent' };
  const damaged = (found: string): ManifestState => ({
    kind: 'damaged',
    finding: problem(
      'CACHE_MANIFEST',
      { file: path },
      {
        found,
        expected: 'the manifest of this run',
        remedy: 'Nothing is lost: it is made anew from the chunks.',
      },
    ),
  });
  if (size > largest) return damaged(`${size} bytes`);
  const json = parseObject(readText(fs, path, size));
  if (!json) return damaged('text that is no manifest');
  const { golgi, version, identity, chunks, taps } = json;
  if (golgi !== 'activations') return damaged('JSON that is no manifest');
  if (version !== storeVersion) return { kind: 'other version', version: shown(String(version), 20) };
  if (!isIdentity(identity) || runKey(identity) !== key) return damaged('the identity of another run');
  if (typeof chunks !== 'number' || !Number.isInteger(chunks) || chunks < 0 || chunks > 1e8)
    return damaged(`${shown(String(chunks), 20)} chunks`);
  if (!isChunkLists(taps, chunks)) return damaged('a list of chunks that is none');
  return { kind: 'good', manifest: { identity, chunks, taps } };
}

/** Replaces the manifest of a folder, durably. */
export function writeManifest(fs: FsPort, folder: string, { identity, chunks, taps }: Manifest): void {
  const sorted = Object.fromEntries(Object.entries(taps).sort(([a], [b]) => (a < b ? -1 : 1)));
  const manifest = { golgi: 'activations', version: storeVersion, identity, chunks, taps: sorted };
  writeDurably(fs, folder, manifestFile, Buffer.from(`${JSON.stringify(manifest, undefined, 1)}\n`));
}

/** Writes a small file: temporary name, fsync, rename, fsync of the folder. */
function writeDurably(fs: FsPort, folder: string, name: string, bytes: Uint8Array): void {
  const temporary = join(folder, temporaryName());
  const handle = fs.create(temporary);
  try {
    try {
      fs.write(handle, bytes, 0);
      fs.sync(handle);
    } finally {
      fs.close(handle);
    }
    fs.rename(temporary, join(folder, name));
  } catch (error) {
    fs.remove(temporary);
    throw error;
  }
  fs.syncFolder(folder);
}

function readText(fs: FsPort, path: string, size: number): string {
  const handle = fs.openForReading(path);
  if (handle === undefined) return '';
  try {
    const bytes = Buffer.alloc(size);
    return bytes.toString('utf8', 0, fs.read(handle, bytes, 0));
  } finally {
    fs.close(handle);
  }
}

function isIdentity(value: unknown): value is RunIdentity {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isChunkLists(value: unknown, chunks: number): value is Manifest['taps'] {
  if (typeof value !== 'object' || value === null) return false;
  const isHash = (hash: unknown): boolean => hash === null || (typeof hash === 'string' && /^[0-9a-f]{64}$/.test(hash));
  return Object.entries(value).every(
    ([name, list]) => isChunkName(name) && Array.isArray(list) && list.length === chunks && list.every(isHash),
  );
}
