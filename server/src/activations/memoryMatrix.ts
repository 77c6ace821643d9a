import type { Matrix } from './matrix';

/** A matrix that is held in memory, row-major. */
export function memoryMatrix(rows: number, columns: number, values: Float32Array | Float64Array): Matrix {
  return {
    rows,
    columns,
    async *blocks() {
      yield await Promise.resolve({ from: 0, rows, values });
    },
    readColumns(from, to) {
      const read = values instanceof Float32Array ? new Float32Array((to - from) * rows) : new Float64Array((to - from) * rows);
      for (let c = from; c < to; c++) for (let r = 0; r < rows; r++) read[(c - from) * rows + r] = values[r * columns + c]!;
      return Promise.resolve(read);
    },
  };
}
