/** Places of fits in memory, as a worker's cache keeps them on disk. */
import type { FitPlace } from '../../server/src/methods';

/** A place that keeps everything it is offered; `kept` is what an earlier one left there. */
export function placeWith(kept: Float64Array | null = null): FitPlace & { readonly offered: readonly Float64Array[] } {
  const offered: Float64Array[] = [];
  return { kept, offered, keep: (state) => void offered.push(state()) };
}
