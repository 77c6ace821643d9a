/**
 * A matrix of activations, rows × neurons, wherever it lies: chunks of the store or a `.npy` of somebody else. Methods see
 * only this. Nothing here holds the whole matrix unless the caller asks for all its columns.
 */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  /**
   * Row blocks in order, row-major: `values[r * columns + c]`. The buffer may be reused by the next block.
   * Values are what is stored, widened: float16 to float32; float64 files stay float64.
   */
  blocks(): AsyncIterable<{ readonly from: number; readonly rows: number; readonly values: Float32Array | Float64Array }>;
  /**
   * Columns `from..to` (to excluded), column-major: `values[(c - from) * rows + r]`. A result of an earlier call that is no
   * longer needed may be given to be written over.
   */
  readColumns(from: number, to: number, spare?: Float32Array | Float64Array): Promise<Float32Array | Float64Array>;
}
