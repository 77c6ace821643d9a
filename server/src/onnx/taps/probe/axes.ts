/** What each axis of a tensor counts, told by how its size moves between two probes of different sizes. */
import type { ProbeSizes } from './inputs';
import type { Probe } from './probe';
import { whole } from './traced';

/** The two probes: no size of one is that of another axis times a constant, so each size moves in its own way. */
export const probeSizes: readonly [ProbeSizes, ProbeSizes] = [
  { batch: 3, tokens: 5, source: 4 },
  { batch: 7, tokens: 11, source: 9 },
];

/** A fixed size, or one that grows with texts (`B`), tokens (`T`), tokens of the other side (`S`), or rows of texts × tokens (`R`, `Q`). */
export interface Axis {
  readonly counts: 'fixed' | 'B' | 'T' | 'S' | 'R' | 'Q' | 'unknown';
  /** The size where it is fixed, else the constant factor beside what it counts (heads folded into the batch). */
  readonly size: number;
}

/** The axes of a tensor in order; undefined where its shape could not be found whole. */
export function axesOf([one, two]: readonly [Probe, Probe], tensor: string): readonly Axis[] | undefined {
  const a = whole(one.get(tensor)?.dims);
  const b = whole(two.get(tensor)?.dims);
  if (!a || !b || a.length !== b.length) return undefined;
  return a.map((size, i) => axis(size, b[i] ?? NaN));
}

function axis(a: number, b: number): Axis {
  if (a === b) return { counts: 'fixed', size: a };
  const [{ batch, tokens, source }, other] = probeSizes;
  const growths = [
    ['R', batch * tokens, other.batch * other.tokens],
    ['Q', batch * source, other.batch * other.source],
    ['B', batch, other.batch],
    ['T', tokens, other.tokens],
    ['S', source, other.source],
  ] as const;
  for (const [counts, x, y] of growths) {
    if (a % x === 0 && a / x === b / y) return { counts, size: a / x };
  }
  return { counts: 'unknown', size: NaN };
}
