/**
 * Dense products, the only heavy arithmetic that methods ask for. The worker hands in those of the runtime; the plain ones
 * below serve tests and machines without it, and say what the others must give.
 */

/** A matrix, row-major: `values[r * columns + c]`. */
export interface Dense {
  readonly rows: number;
  readonly columns: number;
  readonly values: Float32Array | Float64Array;
}

export interface Kernels {
  /**
   * `a` times `b`, either of them transposed first if asked. Both hold the same type of numbers, which the product has too;
   * sums are made in that type.
   */
  product(a: Dense, b: Dense, transposed?: { readonly a?: boolean; readonly b?: boolean }): Promise<Dense>;
}

/** A product as sums of products, in float64. */
export const plainKernels: Kernels = {
  async product(a, b, { a: turnA = false, b: turnB = false } = {}) {
    const [rows, inner] = turnA ? [a.columns, a.rows] : [a.rows, a.columns];
    const columns = turnB ? b.rows : b.columns;
    const values = a.values instanceof Float64Array ? new Float64Array(rows * columns) : new Float32Array(rows * columns);
    for (let r = 0; r < rows; r++) {
      for (let c = 0; c < columns; c++) {
        let sum = 0;
        for (let k = 0; k < inner; k++) {
          const left = a.values[turnA ? k * a.columns + r : r * a.columns + k] as number;
          const right = b.values[turnB ? c * b.columns + k : k * b.columns + c] as number;
          sum += left * right;
        }
        values[r * columns + c] = sum;
      }
    }
    return { rows, columns, values };
  },
};
