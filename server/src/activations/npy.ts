/** `.npy` files as a whole or in pieces: positional reads of a run of elements, streamed writes of rows. */
import { closeSync, fstatSync, openSync, readSync, writeSync } from 'node:fs';
import { InputError } from '../protocol/errors';
import { decodeFloat16 } from './float16';
import { type NpyHeader, type NpyKind, elements, itemSize, npyHeaderBytes, ourHeaderBytes, parseNpyHeader } from './npyHeader';

/** Elements as JavaScript numbers: halves widened to float32, integers up to 32 bits to int32, wider ones to float64. */
export type NpyValues = Float32Array | Float64Array | Int32Array;

/** An array read whole, elements in the order in which they lie in the file. */
export interface NpyArray {
  readonly shape: readonly number[];
  readonly fortran: boolean;
  readonly kind: NpyKind;
  readonly values: NpyValues;
}

/** An open `.npy` file of which runs of elements are read. Throws `InputError` MATRIX_FORMAT when it is none. */
export class NpyFile {
  readonly header: NpyHeader;
  readonly path: string;
  readonly #handle: number;

  constructor(path: string) {
    this.path = path;
    this.#handle = openForReading(path);
    try {
      const size = fstatSync(this.#handle).size;
      const start = Buffer.alloc(Math.min(size, 0x10000 + 16));
      readFully(this.#handle, start, 0, path);
      this.header = parseNpyHeader(start, size, path);
    } catch (error) {
      closeSync(this.#handle);
      throw error;
    }
  }

  /** `count` elements from element `from` on, in file order. */
  read(from: number, count: number): NpyValues {
    const { kind, bigEndian, dataStart } = this.header;
    const size = itemSize(kind);
    // An ArrayBuffer of its own, so that any element type is aligned in it.
    const bytes = Buffer.from(new ArrayBuffer(count * size));
    readFully(this.#handle, bytes, dataStart + from * size, this.path);
    if (bigEndian) swapBytes(bytes, size);
    return numbers(bytes.buffer, kind, (i) => this.#tooLarge(from + i));
  }

  close(): void {
    closeSync(this.#handle);
  }

  #tooLarge(element: number): never {
    const { kind, dataStart } = this.header;
    throw new InputError(
      'MATRIX_FORMAT',
      { file: this.path, byte: dataStart + element * itemSize(kind) },
      {
        found: `element ${element} is an integer beyond 2^53`,
        expected: 'integers that a double holds exactly',
        remedy: 'Save the array as int32 or float64.',
      },
    );
  }
}

/** Reads a whole `.npy` file. Throws `InputError` MATRIX_FORMAT. */
export function readNpy(path: string): NpyArray {
  const file = new NpyFile(path);
  try {
    const { shape, fortran, kind } = file.header;
    return { shape, fortran, kind, values: file.read(0, elements(shape)) };
  } finally {
    file.close();
  }
}

/** Writes rows as they come; the row count is patched into the header at the end. */
export class NpyWriter {
  readonly #handle: number;
  readonly #kind: NpyKind;
  readonly #rowShape: readonly number[];
  #bytes = 0;

  /** `rowShape` is the shape of one row: `[768]` for a matrix, `[]` for a plain list. */
  constructor(path: string, kind: NpyKind, rowShape: readonly number[]) {
    this.#kind = kind;
    this.#rowShape = rowShape;
    this.#handle = openSync(path, 'w');
    this.#write(npyHeaderBytes(kind, [0, ...rowShape]), 0);
  }

  /** Appends whole rows, given as their little-endian bytes. */
  append(rows: ArrayBufferView): void {
    const bytes = new Uint8Array(rows.buffer, rows.byteOffset, rows.byteLength);
    this.#write(bytes, ourHeaderBytes + this.#bytes);
    this.#bytes += bytes.length;
  }

  /** Completes the header and closes. Returns the number of rows. */
  finish(): number {
    const rows = this.#bytes / (itemSize(this.#kind) * elements(this.#rowShape));
    this.#write(npyHeaderBytes(this.#kind, [rows, ...this.#rowShape]), 0);
    this.close();
    return rows;
  }

  /** Closes without completing: what was written is not a finished file. */
  close(): void {
    closeSync(this.#handle);
  }

  #write(bytes: Uint8Array, position: number): void {
    for (let done = 0; done < bytes.length;) done += writeSync(this.#handle, bytes, done, bytes.length - done, position + done);
  }
}

/** A whole array in memory as the bytes of a `.npy` file, C order. `data` holds elements of type `dtype`. */
export function npyBytes(array: {
  readonly dtype: NpyKind;
  readonly shape: readonly number[];
  readonly data: ArrayBufferView;
}): Uint8Array {
  const { dtype, shape, data } = array;
  return Buffer.concat([npyHeaderBytes(dtype, shape), new Uint8Array(data.buffer, data.byteOffset, data.byteLength)]);
}

/** Little-endian bytes as numbers. `tooLarge` is told the index of an integer that no double holds. */
function numbers(buffer: ArrayBuffer, kind: NpyKind, tooLarge: (index: number) => never): NpyValues {
  switch (kind) {
    case 'f2': {
      const halves = new Uint16Array(buffer);
      const values = new Float32Array(halves.length);
      decodeFloat16(halves, values);
      return values;
    }
    case 'f4':
      return new Float32Array(buffer);
    case 'f8':
      return new Float64Array(buffer);
    case 'i4':
      return new Int32Array(buffer);
    case 'i1':
      return Int32Array.from(new Int8Array(buffer));
    case 'i2':
      return Int32Array.from(new Int16Array(buffer));
    case 'u1':
    case 'b1':
      return Int32Array.from(new Uint8Array(buffer));
    case 'u2':
      return Int32Array.from(new Uint16Array(buffer));
    case 'u4':
      return Float64Array.from(new Uint32Array(buffer));
    case 'i8':
    case 'u8': {
      const wide = kind === 'i8' ? new BigInt64Array(buffer) : new BigUint64Array(buffer);
      return Float64Array.from(wide as ArrayLike<bigint>, (n: unknown, i: number) => {
        const value = Number(n);
        return Number.isSafeInteger(value) ? value : tooLarge(i);
      });
    }
  }
}

function swapBytes(bytes: Buffer, size: number): void {
  if (size === 2) bytes.swap16();
  else if (size === 4) bytes.swap32();
  else if (size === 8) bytes.swap64();
}

function openForReading(path: string): number {
  try {
    const handle = openSync(path, 'r');
    if (fstatSync(handle).isFile()) return handle;
    closeSync(handle);
  } catch {
    // said below, in words of ours
  }
  throw new InputError(
    'MATRIX_FORMAT',
    { file: path },
    {
      found: 'no file that can be read',
      expected: 'a .npy file',
      remedy: 'Check the path and its permissions.',
    },
  );
}

function readFully(handle: number, bytes: Uint8Array, position: number, path: string): void {
  for (let done = 0; done < bytes.length;) {
    const got = readSync(handle, bytes, done, bytes.length - done, position + done);
    if (got === 0) {
      throw new InputError(
        'MATRIX_FORMAT',
        { file: path, byte: position + done },
        {
          found: 'the file became shorter while it was read',
          expected: `${bytes.length - done} more bytes`,
          remedy: 'Run again when nothing writes to the file.',
        },
      );
    }
    done += got;
  }
}
