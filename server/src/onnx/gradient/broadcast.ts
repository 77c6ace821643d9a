/** Undoing broadcasting: what was spread over many elements gathers the derivatives of all of them. */
import type { Facts } from './facts';
import type { Writer } from './writer';

/**
 * The derivative `gradient`, whose axes are those of `wide`, summed to the shape of `narrow`; the last `own` axes are those of
 * `narrow` already (a matrix product broadcasts the axes before them only). Where shapes are known before the graph runs the
 * summed axes are constants; elsewhere they are found while it runs.
 */
export function narrowed(w: Writer, facts: Facts, gradient: string, narrow: string, wide: string, own = 0): string {
  if (narrow === wide) return gradient;
  const spread = facts.spreadOver(narrow, wide);
  if (!spread) return narrowedAtRun(w, gradient, narrow);
  const single = spread.single.filter((axis) => axis < spread.rank - own);
  const kept = single.length > 0 ? w.sum(gradient, single) : gradient;
  return spread.missing.length > 0 ? w.sum(kept, spread.missing, false) : kept;
}

/** Sums over every axis at which `narrow`, its shape filled up with ones on the left, has one element, then takes its shape. */
function narrowedAtRun(w: Writer, gradient: string, narrow: string): string {
  const shape = w.op('Shape', [narrow]);
  const rank = (tensor: string) => w.op('Shape', [w.op('Shape', [tensor])]);
  const lacking = w.op('Sub', [rank(gradient), rank(narrow)]);
  const aligned = w.op('Concat', [w.op('Expand', [w.ints([1]), lacking]), shape], { axis: 0 });
  const axes = w.op('Squeeze', [w.op('NonZero', [w.op('Equal', [aligned, w.ints([1])])]), w.ints([0])]);
  const summed = w.op('ReduceSum', [gradient, axes], { keepdims: 1, noop_with_empty_axes: 1 });
  return w.op('Reshape', [summed, shape], { allowzero: 1 });
}
