/**
 * The work beside the model: picks the rows out of a batch's output, joins sub-words, rounds, writes, and when the chunk is
 * complete reads it back once for checksum and statistics and commits it. All taps of a chunk appear under their names
 * together or, after a kill, some of them: each file alone is whole or absent.
 */
import { join } from 'node:path';
import { Defect } from '../protocol/errors';
import { type ChunkFields, chunkFileName, chunkHeader, chunkJson, npyKind, rowsName } from './chunkFile';
import { chunkStatistics } from './chunkStatistics';
import { encodeFloat16 } from './float16';
import { type FsPort, writeFailure } from './fsPort';
import { gatherRows } from './gatherRows';
import type { StoredType } from './identity';
import { itemSize, ourHeaderBytes } from './npyHeader';
import { temporaryName } from './owner';
import type { RowSources } from './plan';
import { rowColumns } from './rowTable';
import { hashBody, sealBytes } from './sealed';

/** Where a recorder writes. */
export interface RecorderTarget {
  readonly folder: string;
  readonly key: string;
  readonly dtype: StoredType;
}

/** A tap to be recorded. `decoder`: its tokens stand one place later, see `plan.ts`. */
export interface RecordedTap {
  readonly name: string;
  readonly width: number;
  readonly decoder: boolean;
}

export interface ChunkStart {
  readonly chunk: number;
  readonly rows: number;
  /** `strata` of each row. */
  readonly strata: Uint8Array;
  /** The row table's cells; undefined when it is stored already. */
  readonly tableCells: Int32Array | undefined;
  readonly taps: readonly RecordedTap[];
}

/** The output of one batch: `outputs[i]` belongs to `taps[i]`, `[size, length, width]`. */
export interface BatchOutput {
  readonly sources: RowSources;
  readonly length: number;
  readonly decoderLength: number;
  readonly outputs: readonly Float32Array[];
}

/** A file being written under a temporary name. */
interface OpenFile {
  readonly tap: RecordedTap;
  readonly temporary: string;
  readonly handle: number;
  clamped: number;
}

/** Records one chunk after the other into a folder. */
export class ChunkRecorder {
  readonly #fs: FsPort;
  readonly #target: RecorderTarget;
  #start: ChunkStart | undefined;
  #files: OpenFile[] = [];
  #recorded = 0;
  #scratch = new Float32Array(0);
  #halves = new Uint16Array(0);
  #finished: { readonly temporary: string; readonly name: string }[] = [];

  constructor(fs: FsPort, target: RecorderTarget) {
    this.#fs = fs;
    this.#target = target;
  }

  /** Opens a temporary file for every tap of a chunk. */
  begin(start: ChunkStart): void {
    this.#start = start;
    this.#recorded = 0;
    this.#guarded(() => {
      for (const tap of start.taps) {
        const temporary = join(this.#target.folder, temporaryName());
        this.#files.push({ tap, temporary, handle: this.#fs.create(temporary), clamped: 0 });
      }
    });
  }

  /** Adds the rows of a batch. */
  add({ sources, length, decoderLength, outputs }: BatchOutput): void {
    this.#guarded(() => {
      this.#files.forEach((file, i) => {
        const shift = file.tap.decoder ? 1 : 0;
        this.#addRows(file, outputs[i] as Float32Array, sources, file.tap.decoder ? decoderLength : length, shift);
      });
    });
    this.#recorded += sources.rows.length;
  }

  /** Seals and commits the chunk. */
  commit(): void {
    const start = this.#started();
    if (start.taps.length > 0 && this.#recorded !== start.rows)
      throw new Defect(`chunk ${start.chunk}: ${this.#recorded} of ${start.rows} rows recorded`);
    this.#guarded(() => {
      for (const file of [...this.#files]) this.#finishTap(start, file);
      if (start.tableCells) this.#finishTable(start, start.tableCells);
      for (const { temporary, name } of this.#finished) this.#fs.rename(temporary, join(this.#target.folder, name));
      this.#fs.syncFolder(this.#target.folder);
    });
    this.#finished = [];
    this.#start = undefined;
  }

  /** Removes what is not committed. */
  abort(): void {
    for (const { handle, temporary } of this.#files) {
      quietly(() => this.#fs.close(handle));
      quietly(() => this.#fs.remove(temporary));
    }
    for (const { temporary } of this.#finished) quietly(() => this.#fs.remove(temporary));
    this.#files = [];
    this.#finished = [];
    this.#start = undefined;
  }

  /** Gathers rows that are neighbours in the chunk and writes each such run at once. */
  #addRows(file: OpenFile, values: Float32Array, sources: RowSources, length: number, shift: number): void {
    const { rows } = sources;
    const { width } = file.tap;
    const size = itemSize(npyKind(this.#target.dtype));
    for (let from = 0; from < rows.length;) {
      let to = from + 1;
      while (to < rows.length && rows[to] === (rows[to - 1] as number) + 1) to++;
      const run = this.#scratchFor((to - from) * width);
      gatherRows(values, sources, from, to, width, length, shift, run);
      const at = ourHeaderBytes + (rows[from] as number) * width * size;
      this.#fs.write(file.handle, this.#encoded(file, run), at);
      from = to;
    }
  }

  /** A buffer for so many values, the same every time. */
  #scratchFor(count: number): Float32Array {
    if (this.#scratch.length < count) {
      this.#scratch = new Float32Array(count);
      this.#halves = new Uint16Array(count);
    }
    return this.#scratch.subarray(0, count);
  }

  /** Values in the type in which they are stored. */
  #encoded(file: OpenFile, { buffer, length }: Float32Array): Uint8Array {
    if (this.#target.dtype === 'f32') return new Uint8Array(buffer, 0, length * 4);
    file.clamped += encodeFloat16(new Uint32Array(buffer), 0, length, this.#halves, 0);
    return new Uint8Array(this.#halves.buffer, 0, length * 2);
  }

  /** Completes a tap's temporary file: header, statistics, seal; durable. */
  #finishTap(start: ChunkStart, file: OpenFile): void {
    const { key, dtype } = this.#target;
    const { name, width } = file.tap;
    this.#fs.write(file.handle, chunkHeader(start.rows, width, dtype), 0);
    const { block, nonFinite, firstNonFinite, firstStratum } = chunkStatistics(this.#fs, file.handle, { width, dtype }, start.strata);
    this.#seal(file, start.rows, block, {
      key,
      name,
      chunk: start.chunk,
      rows: start.rows,
      width,
      dtype,
      clamped: file.clamped,
      nonFinite,
      firstNonFinite,
      firstStratum,
    });
  }

  #finishTable(start: ChunkStart, cells: Int32Array): void {
    const temporary = join(this.#target.folder, temporaryName());
    const width = rowColumns.length;
    const file: OpenFile = { tap: { name: rowsName, width, decoder: false }, temporary, handle: this.#fs.create(temporary), clamped: 0 };
    this.#files.push(file);
    this.#fs.write(file.handle, chunkHeader(start.rows, width, 'i32'), 0);
    this.#fs.write(file.handle, new Uint8Array(cells.buffer, cells.byteOffset, cells.byteLength), ourHeaderBytes);
    const { key } = this.#target;
    const none = { clamped: 0, nonFinite: 0, firstNonFinite: null, firstStratum: false };
    this.#seal(file, start.rows, new Uint8Array(0), {
      key,
      name: rowsName,
      chunk: start.chunk,
      rows: start.rows,
      width,
      dtype: 'i32',
      ...none,
    });
  }

  #seal(file: OpenFile, rows: number, block: Uint8Array, fields: Omit<ChunkFields, 'sha256'>): void {
    const bodyBytes = ourHeaderBytes + rows * fields.width * itemSize(npyKind(fields.dtype));
    const sha256 = hashBody(this.#fs, file.handle, bodyBytes);
    this.#fs.write(file.handle, sealBytes(block, chunkJson({ ...fields, sha256 })), bodyBytes);
    this.#fs.sync(file.handle);
    this.#fs.close(file.handle);
    this.#files = this.#files.filter((open) => open !== file);
    this.#finished.push({ temporary: file.temporary, name: chunkFileName(fields.name, fields.chunk) });
  }

  #started(): ChunkStart {
    if (!this.#start) throw new Defect('no chunk was begun');
    return this.#start;
  }

  /** Failures of the disk leave no temporary files and are said in words of ours. */
  #guarded(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.abort();
      throw writeFailure(error, join(this.#target.folder, 'chunk'));
    }
  }
}

function quietly(work: () => void): void {
  try {
    work();
  } catch {
    // The failure that led here is the one to be told.
  }
}
