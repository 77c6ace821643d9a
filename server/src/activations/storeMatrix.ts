/** A tap of a run as a matrix, chunk after chunk, in memory that does not grow with the corpus. */
import { InputError } from '../protocol/errors';
import { type ChunkFile, chunkFileName } from './chunkFile';
import { readNeurons } from './columns';
import { decodeFloat16 } from './float16';
import type { StoredType } from './identity';
import type { Matrix } from './matrix';
import { ourHeaderBytes } from './npyHeader';
import type { RunFolder } from './store';
import { turn, turnFloat16 } from './turn';
import type { Turn } from './turn';

/** A chunk's rows within the run. */
export interface ChunkRows {
  readonly chunk: number;
  readonly firstRow: number;
  readonly rows: number;
}

/** Values decoded at once: 1 MB of float32, which stay in the cache for whoever asked for them. */
const blockValues = 1 << 18;

/** Fewer neurons than this are read from the neuron-major copy; for more, reading all rows in order costs less. */
const copyPays = 16;

/**
 * The values of one tap. Reading throws `InputError` CACHE_CORRUPT when a chunk has been damaged or removed since the run was
 * extracted.
 */
export class StoreMatrix implements Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly #run: RunFolder;
  readonly #name: string;
  readonly #dtype: StoredType;
  readonly #parts: readonly ChunkRows[];

  constructor(run: RunFolder, name: string, width: number, parts: readonly ChunkRows[]) {
    this.#run = run;
    this.#name = name;
    this.#dtype = run.identity.dtype;
    this.#parts = parts;
    this.columns = width;
    this.rows = parts.reduce((sum, { rows }) => sum + rows, 0);
  }

  async *blocks(): AsyncGenerator<{ readonly from: number; readonly rows: number; readonly values: Float32Array }> {
    for (const { from, rows, reader } of this.#read()) yield { from, rows, values: reader.widened(rows) };
  }

  async readColumns(from: number, to: number, spare?: Float32Array | Float64Array): Promise<Float32Array> {
    const size = (to - from) * this.rows;
    const values = spare instanceof Float32Array && spare.length >= size ? spare.subarray(0, size) : new Float32Array(size);
    if (to - from < copyPays) {
      const units = Array.from({ length: to - from }, (_, i) => from + i);
      for (const part of this.#parts) {
        this.#neurons(part, units).forEach((column, i) => values.set(column, i * this.rows + part.firstRow));
      }
      return values;
    }
    for (const block of this.#read()) {
      const what = { rows: block.rows, columns: this.columns, from, to, at: block.from, stride: this.rows };
      block.reader.turn(values, what);
    }
    return values;
  }

  /** All neurons at some rows, given in ascending order: row-major, one after the other. */
  readRows(rows: readonly number[]): Float32Array {
    const values = new Float32Array(rows.length * this.columns);
    const reader = new RowReader(this.columns, 1, this.#dtype);
    let next = 0;
    for (const part of this.#parts) {
      const first = next;
      while (next < rows.length && (rows[next] ?? 0) < part.firstRow + part.rows) next++;
      if (next === first) continue;
      const file = this.#open(part.chunk);
      try {
        for (let i = first; i < next; i++) {
          reader.read(this.#run, file, (rows[i] ?? 0) - part.firstRow, 1);
          values.set(reader.widened(1), i * this.columns);
        }
      } finally {
        this.#run.fs.close(file.handle);
      }
    }
    if (next < rows.length) throw new RangeError(`row ${rows[next]} of ${this.rows}`);
    return values;
  }

  /** Reads all rows in order; what the reader holds is valid until the next is asked for. */
  *#read(): Generator<{ readonly from: number; readonly rows: number; readonly reader: RowReader }> {
    const step = Math.max(1, Math.floor(blockValues / this.columns));
    const reader = new RowReader(this.columns, step, this.#dtype);
    for (const part of this.#parts) {
      const file = this.#open(part.chunk);
      try {
        for (let from = 0; from < part.rows; from += step) {
          const rows = Math.min(step, part.rows - from);
          reader.read(this.#run, file, from, rows);
          yield { from: part.firstRow + from, rows, reader };
        }
      } finally {
        this.#run.fs.close(file.handle);
      }
    }
  }

  #neurons({ chunk, rows }: ChunkRows, units: readonly number[]): Float32Array[] {
    const part = { name: this.#name, chunk, rows, width: this.columns, dtype: this.#dtype };
    return readNeurons(this.#run, part, units) ?? this.#gone(chunk);
  }

  #open(chunk: number): ChunkFile {
    return this.#run.open(this.#name, chunk) ?? this.#gone(chunk);
  }

  #gone(chunk: number): never {
    throw new InputError(
      'CACHE_CORRUPT',
      { file: chunkFileName(this.#name, chunk) },
      {
        found: 'the chunk was damaged or removed while it was in use',
        expected: 'the activations as they were extracted',
        remedy: 'Run the analysis again: only the rows of this chunk are computed anew.',
      },
    );
  }
}

/** Reads rows into a buffer that is used again and again. */
class RowReader {
  readonly #width: number;
  readonly #bytes: Buffer;
  readonly #stored: Uint16Array | Float32Array;
  #values: Float32Array | undefined;

  constructor(width: number, rows: number, dtype: StoredType) {
    this.#width = width;
    this.#stored = dtype === 'f16' ? new Uint16Array(rows * width) : new Float32Array(rows * width);
    this.#bytes = Buffer.from(this.#stored.buffer);
  }

  read({ fs }: RunFolder, { handle }: ChunkFile, from: number, rows: number): void {
    const rowBytes = this.#width * this.#stored.BYTES_PER_ELEMENT;
    fs.read(handle, this.#bytes.subarray(0, rows * rowBytes), ourHeaderBytes + from * rowBytes);
  }

  /** The first `rows` rows as float32, row after row. */
  widened(rows: number): Float32Array {
    const count = rows * this.#width;
    if (this.#stored instanceof Float32Array) return this.#stored.subarray(0, count);
    this.#values ??= new Float32Array(this.#stored.length);
    decodeFloat16(this.#stored, this.#values, count);
    return this.#values.subarray(0, count);
  }

  /** Some columns as float32, column after column. */
  turn(into: Float32Array, what: Turn): void {
    if (this.#stored instanceof Float32Array) turn(this.#stored, into, what);
    else turnFloat16(this.#stored, into, what);
  }
}
