/** Histograms of all neurons of a matrix (S5): a second pass, since their edges come from the first one's extremes. */
import type { Matrix } from './matrix';

/** 1,024 uniform bins keep the error of an average precision read off them below 0.002. */
export const histogramBins = 1024;

/** Counts per neuron and bin (`neurons × histogramBins`); bins of equal width from `low` to `high`, the last one closed. */
export interface Histograms {
  readonly columns: number;
  readonly low: Float64Array;
  readonly high: Float64Array;
  readonly counts: Uint32Array;
}

/**
 * Counts the rows of every neuron by value. `low` and `high` are each neuron's extremes; values outside fall into the outer
 * bins, those that are not finite into none. A constant neuron has all its rows in bin 0. `include` leaves rows out by 0.
 */
export async function histograms(
  matrix: Matrix,
  edges: { readonly low: Float64Array; readonly high: Float64Array },
  include?: Uint8Array,
): Promise<Histograms> {
  const { columns } = matrix;
  const counts = new Uint32Array(columns * histogramBins);
  const scale = edges.low.map((low, c) => {
    const range = (edges.high[c] as number) - low;
    return range > 0 ? histogramBins / range : 0;
  });
  for await (const { from, rows, values } of matrix.blocks()) {
    for (let r = 0; r < rows; r++) {
      if (include && !include[from + r]) continue;
      for (let c = 0; c < columns; c++) {
        const x = values[r * columns + c] as number;
        if (x - x !== 0) continue;
        const bin = Math.floor((x - (edges.low[c] as number)) * (scale[c] as number));
        const at = c * histogramBins + Math.min(histogramBins - 1, Math.max(0, bin));
        counts[at] = (counts[at] as number) + 1;
      }
    }
  }
  return { columns, low: edges.low, high: edges.high, counts };
}

/** Histograms over the same edges, added. */
export function addHistograms(a: Histograms, b: Histograms): Histograms {
  return { ...a, counts: a.counts.map((count, i) => count + (b.counts[i] as number)) };
}
