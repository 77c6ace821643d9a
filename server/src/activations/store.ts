/**
 * The store of activations: a folder per run identity, in it one immutable file per chunk and tap. Nothing outside its root
 * is ever written. Several processes may use it at once: files appear whole or not at all, and equal names hold equal values.
 */
import { join } from 'node:path';
import { type Problem, problem } from '../protocol/errors';
import { type ChunkFile, type ExpectedChunk, chunkFileName, openChunkFile, parseChunkFileName } from './chunkFile';
import { type FsPort, realFs, writeFailure } from './fsPort';
import { type RunIdentity, runKey, storeVersion } from './identity';
import { type Manifest, readManifest, writeManifest } from './manifest';
import { isOrphan, markUse } from './owner';

/** What this process has verified: a file is read whole once, and again only when it has changed on disk. */
const verifiedHere = new Set<string>();

/** The store below a cache folder. */
export class ActivationStore {
  readonly root: string;
  readonly fs: FsPort;
  readonly #verified: Set<string>;

  /** `verified` is for tests that change files faster than clocks tick. */
  constructor(cache: string, fs = realFs, verified = verifiedHere) {
    this.root = join(cache, 'activations');
    this.fs = fs;
    this.#verified = verified;
  }

  /**
   * The folder of a run, made if need be. Temporary files of dead processes are removed. A folder that another version of
   * Golgi wrote is left alone and one of this version used beside it.
   */
  run(identity: RunIdentity, chunks: number): RunFolder {
    const key = runKey(identity);
    const notes: Problem[] = [];
    let folder = join(this.root, key);
    let state = readManifest(this.fs, folder, key);
    if (state.kind === 'other version') {
      notes.push(
        problem(
          'CACHE_VERSION',
          { file: folder },
          {
            found: `activations of store version ${state.version}`,
            expected: `version ${storeVersion}`,
            remedy: 'They were left as they are; this version computes and keeps its own beside them.',
          },
        ),
      );
      folder = join(this.root, `${key}.${storeVersion}`);
      state = readManifest(this.fs, folder, key);
    }
    if (state.kind === 'damaged') notes.push(state.finding);
    try {
      this.fs.makeFolder(folder);
      markUse(folder);
      for (const name of this.fs.list(folder)) if (isOrphan(name)) this.fs.remove(join(folder, name));
      const run = new RunFolder(this, folder, key, identity, chunks, this.#verified, notes);
      if (state.kind === 'good') run.manifest = state.manifest;
      else run.writeManifest();
      return run;
    } catch (error) {
      throw writeFailure(error, folder);
    }
  }
}

/** The files of one run. */
export class RunFolder {
  readonly path: string;
  readonly key: string;
  readonly identity: RunIdentity;
  readonly chunks: number;
  /** What was noticed about the folder and mended. */
  readonly notes: Problem[];
  readonly fs: FsPort;
  /** As it was last read or written. */
  manifest: Manifest | undefined;
  readonly #verified: Set<string>;

  constructor(
    store: ActivationStore,
    path: string,
    key: string,
    identity: RunIdentity,
    chunks: number,
    verified: Set<string>,
    notes: Problem[],
  ) {
    this.path = path;
    this.key = key;
    this.identity = identity;
    this.chunks = chunks;
    this.notes = notes;
    this.fs = store.fs;
    this.#verified = verified;
  }

  /** Whether a tap's chunk is there and sound. One that is not is set aside, noted, and so computed anew. */
  has(name: string, chunk: number): boolean {
    const file = this.open(name, chunk);
    if (file) this.fs.close(file.handle);
    return file !== undefined;
  }

  /**
   * Opens a chunk's file; undefined when it is missing or was damaged. Every value is checked at the first opening in this
   * process. The caller closes the handle.
   */
  open(name: string, chunk: number): ChunkFile | undefined {
    const path = join(this.path, chunkFileName(name, chunk));
    const expected: ExpectedChunk = { key: this.key, name, chunk };
    const stamp = this.#stamp(path);
    const file = openChunkFile(this.fs, path, expected, !this.#verified.has(stamp));
    if (typeof file === 'string') {
      this.#setAside(path, file);
      return undefined;
    }
    if (file) this.#verified.add(stamp);
    return file;
  }

  /** Notes that a chunk's file was written, read back and hashed just now, so that it need not be read again. */
  trust(name: string, chunk: number): void {
    this.#verified.add(this.#stamp(join(this.path, chunkFileName(name, chunk))));
  }

  /** Brings the manifest up to date if it does not list all of these chunks: a kill may have come before it was written. */
  completeManifest(names: readonly string[], chunks: readonly number[]): void {
    const taps = this.manifest?.taps;
    if (!names.every((name) => chunks.every((chunk) => taps?.[name]?.[chunk]))) this.writeManifest();
  }

  /** Writes the manifest from what the chunks say of themselves. */
  writeManifest(): void {
    const taps: Record<string, (string | null)[]> = {};
    for (const found of this.fs.list(this.path)) {
      const parsed = parseChunkFileName(found);
      if (!parsed || parsed.chunk >= this.chunks) continue;
      const file = openChunkFile(this.fs, join(this.path, found), { key: this.key, ...parsed }, false);
      if (file === undefined || typeof file === 'string') continue;
      this.fs.close(file.handle);
      const list = (taps[parsed.name] ??= new Array<string | null>(this.chunks).fill(null));
      list[parsed.chunk] = file.fields.sha256;
    }
    this.manifest = { identity: this.identity, chunks: this.chunks, taps };
    try {
      writeManifest(this.fs, this.path, this.manifest);
    } catch (error) {
      throw writeFailure(error, this.path);
    }
  }

  /** A file as it is now: another content has another stamp. */
  #stamp(path: string): string {
    const { size = 0, changed = 0 } = this.fs.stat(path) ?? {};
    return `${path} ${size} ${changed}`;
  }

  /** A damaged file keeps its content under another name, so that it can be looked at. */
  #setAside(path: string, what: string): void {
    this.fs.rename(path, `${path}.damaged`);
    this.notes.push(
      problem(
        'CACHE_CORRUPT',
        { file: path },
        {
          found: what,
          expected: 'the file as it was written',
          remedy: 'It was set aside and only its rows are computed anew. If this happens again, check the disk.',
        },
      ),
    );
  }
}
