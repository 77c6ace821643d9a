/** What is known of every neuron in every class of one labelling. */

/** Statistics of `columns` neurons in `classes` classes; `mean[k * columns + c]`, and so on. `scatter` is Σ(x − mean)². */
export interface ClassMoments {
  readonly classes: number;
  readonly columns: number;
  readonly count: Float64Array;
  readonly mean: Float64Array;
  readonly scatter: Float64Array;
  readonly min: Float64Array;
  readonly max: Float64Array;
}

/** Statistics without rows: counts 0, ranges from +∞ to −∞. */
export function emptyMoments(classes: number, columns: number): ClassMoments {
  const size = classes * columns;
  return {
    classes,
    columns,
    count: new Float64Array(classes),
    mean: new Float64Array(size),
    scatter: new Float64Array(size),
    min: new Float64Array(size).fill(Infinity),
    max: new Float64Array(size).fill(-Infinity),
  };
}
