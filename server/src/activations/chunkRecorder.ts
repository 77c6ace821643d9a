/**
 * The work beside the model: picks the rows out of a batch's output, joins sub-words, rounds, and when the chunk is complete
 * takes checksum and statistics and commits it. All taps of a chunk appear under their names
 * together or, after a kill, some of them: each file alone is whole or absent.
 */
import { join } from 'node:path';
import { Defect } from '../protocol/errors';
import { type ChunkBody, ChunkBodies } from './chunkBody';
import { type ChunkFields, chunkFileName, chunkHeader, chunkJson, npyKind, rowsName } from './chunkFile';
import { chunkStatistics } from './chunkStatistics';
import { type FsPort, writeFailure } from './fsPort';
import { gatherRows } from './gatherRows';
import type { StoredType } from './identity';
import { itemSize, ourHeaderBytes } from './npyHeader';
import { temporaryName } from './owner';
import type { RowSources } from './batches';
import { rowColumns } from './rowTable';
import { hashBody, sealBytes } from './sealed';
import { HalfEncoder } from './simd/halfEncoder';
import { RowBlocks } from './simd/rowBlock';

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
  readonly body: ChunkBody;
  clamped: number;
}

/** Records one chunk after the other into a folder. */
export class ChunkRecorder {
  readonly #fs: FsPort;
  readonly #target: RecorderTarget;
  readonly #bodies = new ChunkBodies();
  readonly #encoder = new HalfEncoder();
  readonly #blocks = new RowBlocks();
  #start: ChunkStart | undefined;
  #files: OpenFile[] = [];
  #recorded = 0;
  /** Under which name each file is to appear. */
  #sealed: { readonly file: OpenFile; readonly name: string }[] = [];

  constructor(fs: FsPort, target: RecorderTarget) {
    this.#fs = fs;
    this.#target = target;
  }

  /** Opens a temporary file for every tap of a chunk. */
  begin(start: ChunkStart): void {
    this.#start = start;
    this.#recorded = 0;
    this.#guarded(() => {
      const sizes = start.taps.map(({ width }) => bodyBytes(start.rows, width, this.#target.dtype));
      this.#bodies.begin(sizes.reduce((sum, bytes) => sum + bytes, 0));
      start.taps.forEach((tap, i) => this.#create(tap, sizes[i] as number));
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
      for (const file of [...this.#files]) this.#sealTap(start, file);
      if (start.tableCells) this.#sealTable(start, start.tableCells);
      // One after the other when all are written: the disk then has the later ones under way while it finishes the first.
      for (const { file } of this.#sealed) this.#fs.sync(file.handle);
      for (const file of this.#files.splice(0)) this.#fs.close(file.handle);
      for (const { file, name } of this.#sealed) this.#fs.rename(file.temporary, join(this.#target.folder, name));
      this.#fs.syncFolder(this.#target.folder);
    });
    this.#sealed = [];
    this.#start = undefined;
  }

  /** Removes what is not committed. */
  abort(): void {
    for (const { handle } of this.#files) quietly(() => this.#fs.close(handle));
    for (const { temporary } of [...this.#files, ...this.#sealed.map(({ file }) => file)]) quietly(() => this.#fs.remove(temporary));
    this.#files = [];
    this.#sealed = [];
    this.#start = undefined;
  }

  /** Creates a temporary file, known to `abort` from then on. */
  #create(tap: RecordedTap, bytes: number): OpenFile {
    const temporary = join(this.#target.folder, temporaryName());
    const handle = this.#fs.create(temporary);
    const file = { tap, temporary, handle, body: this.#bodies.make(this.#fs, handle, bytes), clamped: 0 };
    this.#files.push(file);
    return file;
  }

  /** Gathers rows that are neighbours in the chunk and puts each such run into the body at once. */
  #addRows(file: OpenFile, values: Float32Array, sources: RowSources, length: number, shift: number): void {
    const { rows } = sources;
    const { width } = file.tap;
    const size = itemSize(npyKind(this.#target.dtype));
    for (let from = 0; from < rows.length;) {
      let to = from + 1;
      while (to < rows.length && rows[to] === (rows[to - 1] as number) + 1) to++;
      const run = this.#encoder.values((to - from) * width);
      gatherRows(values, sources, from, to, width, length, shift, run);
      const at = ourHeaderBytes + (rows[from] as number) * width * size;
      file.body.write(this.#encoded(file, run), at);
      from = to;
    }
  }

  /** Values that lie at the beginning of the encoder's memory, in the type in which they are stored. */
  #encoded(file: OpenFile, values: Float32Array): Uint8Array {
    if (this.#target.dtype === 'f32') return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    const { bytes, clamped } = this.#encoder.encode(values.length);
    file.clamped += clamped;
    return bytes;
  }

  /** Completes a tap's temporary file: header, statistics, seal. */
  #sealTap(start: ChunkStart, file: OpenFile): void {
    const { key, dtype } = this.#target;
    const { name, width } = file.tap;
    file.body.write(chunkHeader(start.rows, width, dtype), 0);
    const { block, nonFinite, firstNonFinite, firstStratum } = chunkStatistics(
      file.body.read,
      { width, dtype },
      start.strata,
      this.#blocks,
    );
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

  #sealTable(start: ChunkStart, cells: Int32Array): void {
    const width = rowColumns.length;
    const file = this.#create({ name: rowsName, width, decoder: false }, bodyBytes(start.rows, width, 'i32'));
    file.body.write(chunkHeader(start.rows, width, 'i32'), 0);
    file.body.write(new Uint8Array(cells.buffer, cells.byteOffset, cells.byteLength), ourHeaderBytes);
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
    const bytes = bodyBytes(rows, fields.width, fields.dtype);
    const sha256 = hashBody(file.body.read, bytes);
    file.body.flush();
    this.#fs.write(file.handle, sealBytes(block, chunkJson({ ...fields, sha256 })), bytes);
    this.#sealed.push({ file, name: chunkFileName(fields.name, fields.chunk) });
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

/** Bytes of header and values of a chunk's file. */
function bodyBytes(rows: number, width: number, dtype: ChunkFields['dtype']): number {
  return ourHeaderBytes + rows * width * itemSize(npyKind(dtype));
}

function quietly(work: () => void): void {
  try {
    work();
  } catch {
    // The failure that led here is the one to be told.
  }
}
