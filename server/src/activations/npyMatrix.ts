/** A matrix in a `.npy` file of anybody, read in blocks: rows × neurons, C or Fortran order, any number type. */
import { InputError } from '../protocol/errors';
import type { Matrix } from './matrix';
import { NpyFile, type NpyValues } from './npy';

/** Values read at once: 4 to 8 MB, whatever the file's size. */
const blockValues = 1 << 20;

/** A `Matrix` over a `.npy` file. `close` it when done. */
export interface NpyMatrix extends Matrix {
  close(): void;
}

/**
 * Opens a `.npy` file as a matrix; a plain list is one column. Throws `InputError` MATRIX_FORMAT, or MATRIX_SHAPE when it
 * has no rows, no columns or more than two dimensions.
 */
export function openNpyMatrix(path: string): NpyMatrix {
  const file = new NpyFile(path);
  const { shape } = file.header;
  const [rows = 0, columns = 1] = shape;
  if (shape.length < 1 || shape.length > 2 || rows === 0 || columns === 0) {
    file.close();
    throw new InputError(
      'MATRIX_SHAPE',
      { file: path },
      {
        found: `shape (${shape.join(', ')})`,
        expected: 'rows × neurons, at least one of each',
        remedy: 'Reshape the array to two dimensions: one row a word, one column a neuron.',
      },
    );
  }
  return file.header.fortran && shape.length === 2 ? byColumns(file, rows, columns) : byRows(file, rows, columns);
}

/** C order: a block of rows is one run of elements. */
function byRows(file: NpyFile, rows: number, columns: number): NpyMatrix {
  const step = Math.max(1, Math.floor(blockValues / columns));
  async function* blocks(): ReturnType<Matrix['blocks']> & AsyncGenerator {
    for (let from = 0; from < rows; from += step) {
      const count = Math.min(step, rows - from);
      yield { from, rows: count, values: floats(file.read(from * columns, count * columns)) };
    }
  }
  return {
    rows,
    columns,
    blocks,
    async readColumns(from, to) {
      let result: Float32Array | Float64Array | undefined;
      for await (const block of blocks()) {
        result ??= like(block.values, (to - from) * rows);
        for (let c = from; c < to; c++) {
          const at = (c - from) * rows + block.from;
          for (let r = 0; r < block.rows; r++) result[at + r] = block.values[r * columns + c] as number;
        }
      }
      return result ?? new Float32Array(0);
    },
    close: () => file.close(),
  };
}

/** Fortran order: a column is one run of elements, a block of rows is gathered from all columns. */
function byColumns(file: NpyFile, rows: number, columns: number): NpyMatrix {
  const step = Math.max(1, Math.floor(blockValues / columns));
  return {
    rows,
    columns,
    async *blocks() {
      for (let from = 0; from < rows; from += step) {
        const count = Math.min(step, rows - from);
        let values: Float32Array | Float64Array | undefined;
        for (let c = 0; c < columns; c++) {
          const column = floats(file.read(c * rows + from, count));
          values ??= like(column, count * columns);
          for (let r = 0; r < count; r++) values[r * columns + c] = column[r] as number;
        }
        yield { from, rows: count, values: values ?? new Float32Array(0) };
      }
    },
    readColumns: async (from, to) => floats(file.read(from * rows, (to - from) * rows)),
    close: () => file.close(),
  };
}

/** Integers as doubles; floats as they are. */
function floats(values: NpyValues): Float32Array | Float64Array {
  return values instanceof Int32Array ? Float64Array.from(values) : values;
}

function like(values: Float32Array | Float64Array, length: number): Float32Array | Float64Array {
  return values instanceof Float32Array ? new Float32Array(length) : new Float64Array(length);
}
