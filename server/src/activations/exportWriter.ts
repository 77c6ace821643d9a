/** Writes an extraction as files for anybody: `L3.ffn.npy` … , `words.parquet`, and `manifest.json` when all else is there. */
import { createHash } from 'node:crypto';
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import {
  type ExportManifest,
  type ExportedChunk,
  type ExportedTap,
  exportManifestFile,
  exportManifestText,
  matrixFile,
  wordsFile,
} from './exportManifest';
import { writeFailure } from './fsPort';
import { npyKind } from './chunkFile';
import { makeFolder } from './makeFolder';
import { NpyWriter } from './npy';
import { type WordsColumns, WordsWriter, wordsHash } from './wordsTable';

/** What a manifest says beyond what the writer counts itself. */
export type ExportHead = Pick<ExportManifest, 'identity' | 'files' | 'taps' | 'totalChunks' | 'shard'>;

/** Values of a chunk, tap by tap, in pieces of whole rows as they are stored. */
export type ChunkValues = (tap: ExportedTap) => Iterable<Uint8Array>;

/** Takes chunks in order; memory does not grow with them. Files carry their names only when the whole is complete. */
export class ExportWriter {
  readonly #folder: string;
  readonly #head: ExportHead;
  readonly #matrices: readonly { readonly tap: ExportedTap; readonly writer: NpyWriter }[];
  readonly #words: WordsWriter;
  readonly #chunks: ExportedChunk[] = [];
  #rows = 0;

  /** Throws `InputError` OUTPUT_FILE or DISK_FULL, as all else here does. */
  constructor(folder: string, head: ExportHead) {
    this.#folder = folder;
    this.#head = head;
    try {
      makeFolder(folder);
      // An older extraction in this folder is void from here on.
      rmSync(join(folder, exportManifestFile), { force: true });
      this.#words = new WordsWriter(this.#partial(wordsFile));
      const kind = npyKind(head.identity.dtype);
      this.#matrices = head.taps.map((tap) => ({ tap, writer: new NpyWriter(this.#partial(matrixFile(tap)), kind, [tap.width]) }));
    } catch (error) {
      throw writeFailure(error, folder);
    }
  }

  /** Appends a chunk; its rows are numbered anew. Returns what the manifest will say of it. */
  add(chunk: number, words: WordsColumns, values: ChunkValues): ExportedChunk {
    const rows = words.row.length;
    return this.#said(() => {
      const sha256 = this.#matrices.map(({ tap, writer }) => {
        const hash = createHash('sha256');
        for (const piece of values(tap)) {
          hash.update(piece);
          writer.append(piece);
        }
        return hash.digest('hex');
      });
      this.#words.add({ ...words, row: words.row.map((_, i) => this.#rows + i) });
      this.#rows += rows;
      const added = { chunk, rows, sha256, words: wordsHash(words) };
      this.#chunks.push(added);
      return added;
    });
  }

  /** Gives the files their names, the manifest last. */
  finish(): ExportManifest {
    return this.#said(() => {
      for (const { writer } of this.#matrices) writer.finish();
      this.#words.finish();
      for (const name of this.#names()) renameSync(this.#partial(name), join(this.#folder, name));
      const { identity, files, taps, totalChunks, shard } = this.#head;
      const manifest = {
        identity,
        files: files.map((file) => basename(file)),
        taps,
        rows: this.#rows,
        totalChunks,
        shard,
        chunks: this.#chunks,
      };
      const path = join(this.#folder, exportManifestFile);
      writeFileSync(`${path}.partial`, exportManifestText(manifest));
      renameSync(`${path}.partial`, path);
      return manifest;
    });
  }

  /** Removes what was written. */
  abandon(): void {
    for (const { writer } of this.#matrices) writer.close();
    for (const name of this.#names()) rmSync(this.#partial(name), { force: true });
  }

  #names(): string[] {
    return [...this.#matrices.map(({ tap }) => matrixFile(tap)), wordsFile];
  }

  #partial(name: string): string {
    return join(this.#folder, `${name}.partial`);
  }

  #said<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw writeFailure(error, this.#folder);
    }
  }
}
