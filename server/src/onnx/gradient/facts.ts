/** What is known of the tensors of a graph before it runs: types, numbers of axes, and along which axes one spreads over another. */
import type { GraphIndex } from '../graph';
import type { NodeProto } from '../model';
import { probeSizes } from '../taps/probe/axes';
import { probeGraph } from '../taps/probe/probe';
import { whole } from '../taps/probe/traced';

/** Facts hold for every length and number of texts; what is not known is undefined. */
export interface Facts {
  type(tensor: string): number | undefined;
  rank(tensor: string): number | undefined;
  /** The size along an axis, where it is always the same. */
  fixedSize(tensor: string, axis: number): number | undefined;
  /**
   * Axes of `wide` that `narrow` was spread over by broadcasting, counted in `wide`: those it lacks and those at which it has
   * one element. Undefined where a shape is not known.
   */
  spreadOver(narrow: string, wide: string): Spread | undefined;
}

/** Axes that broadcasting added, and those it repeated; `rank` is how many axes there are after it. */
export interface Spread {
  readonly missing: readonly number[];
  readonly single: readonly number[];
  readonly rank: number;
}

/** Learns the facts by walking the graph's shapes for two sets of sizes; nothing is run. `order` makes tensors before they are read. */
export function factsOf(index: GraphIndex, order: readonly NodeProto[]): Facts {
  const [one, other] = probeSizes.map((sizes) => probeGraph(index, order, sizes));
  const dims = (tensor: string) => {
    const [a, b] = [one?.get(tensor)?.dims, other?.get(tensor)?.dims];
    return a && b && a.length === b.length ? ([a, b] as const) : undefined;
  };
  return {
    type: (tensor) => one?.get(tensor)?.type,
    rank: (tensor) => dims(tensor)?.[0].length,
    fixedSize(tensor, axis) {
      const [a, b] = dims(tensor) ?? [];
      const size = a?.at(axis);
      return size === b?.at(axis) ? size : undefined;
    },
    spreadOver(narrow, wide) {
      const [from, to] = [dims(narrow), dims(wide)];
      if (!from?.every(whole) || !to?.every(whole)) return undefined;
      const offset = to[0].length - from[0].length;
      const axes = to[0].map((_, axis) => axis);
      const isSingle = (axis: number) =>
        [0, 1].every((probe) => from[probe]?.[axis - offset] === 1) && [0, 1].some((probe) => to[probe]?.[axis] !== 1);
      return { missing: axes.slice(0, Math.max(offset, 0)), single: axes.slice(Math.max(offset, 0)).filter(isSingle), rank: axes.length };
    },
  };
}
