/** Small matrices for tests: written down row by row, or neuron by neuron as a person reads them. */
import type { Matrix } from '../../server/src/activations/matrix';

/** A matrix in memory, handed out in blocks of `blockRows` rows. */
export function matrixOf(rows: number, columns: number, values: Float32Array | Float64Array, blockRows = 5): Matrix {
  return {
    rows,
    columns,
    async *blocks() {
      for (let from = 0; from < rows; from += blockRows) {
        const count = Math.min(blockRows, rows - from);
        yield { from, rows: count, values: values.slice(from * columns, (from + count) * columns) };
      }
    },
    async readColumns(from, to) {
      const read = values instanceof Float32Array ? new Float32Array((to - from) * rows) : new Float64Array((to - from) * rows);
      for (let c = from; c < to; c++) {
        for (let r = 0; r < rows; r++) read[(c - from) * rows + r] = values[r * columns + c] ?? Number.NaN;
      }
      return read;
    },
  };
}

/** A float64 matrix of neurons given as columns. */
export function matrixOfNeurons(neurons: readonly (readonly number[])[], blockRows?: number): Matrix {
  const rows = neurons[0]?.length ?? 0;
  const values = new Float64Array(rows * neurons.length);
  neurons.forEach((neuron, c) => neuron.forEach((value, r) => (values[r * neurons.length + c] = value)));
  return matrixOf(rows, neurons.length, values, blockRows);
}
