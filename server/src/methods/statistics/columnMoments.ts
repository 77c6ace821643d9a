/** Count, mean, scatter and range of one column, in two passes of float64 sums. */

export interface ColumnMoments {
  readonly count: number;
  readonly mean: number;
  /** Σ(x − mean)². */
  readonly scatter: number;
  readonly min: number;
  readonly max: number;
}

/** Moments over the rows that `included` marks (all when absent). Without rows: count 0, mean 0, range from +∞ to −∞. */
export function columnMoments(values: Float32Array | Float64Array, included?: Uint8Array): ColumnMoments {
  let count = 0;
  let sum = 0;
  let min = Infinity;
  let max = -Infinity;
  for (let row = 0; row < values.length; row++) {
    if (included && included[row] !== 1) continue;
    const value = values[row]!;
    count++;
    sum += value;
    min = Math.min(min, value);
    max = Math.max(max, value);
  }
  const mean = count === 0 ? 0 : sum / count;
  let scatter = 0;
  for (let row = 0; row < values.length; row++) {
    if (included && included[row] !== 1) continue;
    scatter += (values[row]! - mean) ** 2;
  }
  return { count, mean, scatter, min, max };
}
