/**
 * Penalties on the weights of a linear probe: `l1` · Σ|w| + `l2` · Σw² (or `l2` times the root of that sum, as NeuroX has it).
 * The first part has a kink at zero, the second one in its form without square has one where all weights are zero.
 */

export interface Penalty {
  readonly l1: number;
  readonly l2: number;
  readonly kind: 'squared' | 'norm';
}

/** What the weights cost. */
export function penaltyOf({ l1, l2, kind }: Penalty, weights: Float64Array): number {
  const sum = weights.reduce((total, weight) => total + Math.abs(weight), 0);
  const squares = squaresOf(weights);
  return l1 * sum + l2 * (kind === 'squared' ? squares : Math.sqrt(squares));
}

/**
 * The steepest way up of the whole objective from `weights`, given the slope of the loss: of all slopes that a kink allows
 * the one nearest to zero. It is zero exactly at the optimum, and its largest element is the violation of optimality.
 */
export function steepest({ l1, l2, kind }: Penalty, weights: Float64Array, slope: Float64Array): Float64Array {
  const norm = kind === 'norm' && l2 > 0 ? Math.sqrt(squaresOf(weights)) : 0;
  const pull = kind === 'squared' ? 2 * l2 : norm > 0 ? l2 / norm : 0;
  const way = slope.map((value, at) => {
    const weight = weights[at] as number;
    const smooth = value + pull * weight;
    return weight === 0 ? shrunk(smooth, l1) : smooth + l1 * Math.sign(weight);
  });
  if (kind === 'squared' || l2 === 0 || norm > 0) return way;
  const length = Math.sqrt(squaresOf(way));
  const left = length > l2 ? 1 - l2 / length : 0;
  return way.map((value) => value * left);
}

/** Product of the second derivative of the penalty with a change of the weights, away from the kinks. */
export function penaltyCurvature({ l2, kind }: Penalty, weights: Float64Array): (change: Float64Array) => Float64Array {
  if (kind === 'squared') return (change) => change.map((value) => 2 * l2 * value);
  const norm = Math.sqrt(squaresOf(weights));
  return (change) => {
    const along = change.reduce((sum, value, at) => sum + value * (weights[at] as number), 0) / norm ** 2;
    return change.map((value, at) => (l2 / norm) * (value - along * (weights[at] as number)));
  };
}

/**
 * The weights that minimise penalty + Σ ½ · squared distance from `weights` / length, with a length for each output (all alike
 * where the penalty is a norm of all weights).
 */
export function proximal({ l1, l2, kind }: Penalty, weights: Float64Array, lengths: Float64Array): Float64Array {
  const neurons = weights.length / lengths.length;
  const lengthOf = (at: number): number => lengths[Math.floor(at / neurons)] as number;
  const near = weights.map((weight, at) => shrunk(weight, lengthOf(at) * l1));
  if (kind === 'squared') return near.map((weight, at) => weight / (1 + 2 * lengthOf(at) * l2));
  const norm = Math.sqrt(squaresOf(near));
  const pull = (lengths[0] as number) * l2;
  const left = norm > pull ? 1 - pull / norm : 0;
  return near.map((weight) => weight * left);
}

/** The number moved towards zero by `by`, at most to it. */
function shrunk(value: number, by: number): number {
  return Math.sign(value) * Math.max(0, Math.abs(value) - by);
}

function squaresOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value * value, 0);
}
