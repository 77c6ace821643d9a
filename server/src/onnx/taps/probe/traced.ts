/**
 * What a probe knows of one tensor: its type, its shape for the probe's sizes, and, where it is small and does not depend on
 * weights, its values. Anything may be unknown; a rule that cannot tell leaves it so rather than guess.
 */
import { dataType } from '../../model';

export interface Traced {
  readonly type?: number | undefined;
  readonly dims?: readonly number[] | undefined;
  /** Row by row; only for tensors of at most `valueLimit` elements. */
  readonly values?: readonly number[] | undefined;
}

/** Masks and positions of a few tokens fit; activations and weights are not worth following. */
export const valueLimit = 4096;

/** The size of an axis that only a run tells, such as how many tokens a router sends to an expert: how many axes there are may be known all the same. */
export const unknownSize = NaN;

/** A shape whose sizes are all known. */
export function whole(dims: readonly number[] | undefined): readonly number[] | undefined {
  return dims?.every(Number.isInteger) ? dims : undefined;
}

/** The shape that a list of sizes stands for: where the sizes are not known, as many axes as it is long. */
export function shapeTold({ dims, values }: Traced): readonly number[] | undefined {
  const [count] = whole(dims) ?? [];
  return values ?? (count === undefined ? undefined : Array.from({ length: count }, () => unknownSize));
}

/** Elements of a shape. */
export function sizeOf(dims: readonly number[]): number {
  return dims.reduce((product, dim) => product * dim, 1);
}

/** An axis counted from the front; negative ones count from the end. */
export function axisFrom(axis: number, rank: number): number {
  return axis < 0 ? axis + rank : axis;
}

/** The shape that two shapes broadcast to; undefined where they do not fit together. */
export function broadcast(a: readonly number[] | undefined, b: readonly number[] | undefined): number[] | undefined {
  if (!a || !b) return undefined;
  const rank = Math.max(a.length, b.length);
  const out: number[] = [];
  for (let i = 0; i < rank; i++) {
    const x = a[i - rank + a.length] ?? 1;
    const y = b[i - rank + b.length] ?? 1;
    const known = !Number.isNaN(x) && !Number.isNaN(y);
    if (known && x !== y && x !== 1 && y !== 1) return undefined;
    // Beside a size above one, an unknown one is that size or one.
    out.push(x === 1 || (!known && y > 1) ? y : x);
  }
  return out;
}

/** Every index of a shape, in the order of its elements. The array handed over is reused. */
function* indexes(dims: readonly number[]): Generator<number[]> {
  const index = dims.map(() => 0);
  for (let left = sizeOf(dims); left > 0; left--) {
    yield index;
    for (let axis = dims.length - 1; axis >= 0; axis--) {
      index[axis] = (index[axis] ?? 0) + 1;
      if ((index[axis] ?? 0) < (dims[axis] ?? 0)) break;
      index[axis] = 0;
    }
  }
}

/** Position of an index in a shape's row order. */
export function flatten(index: readonly number[], dims: readonly number[]): number {
  return dims.reduce((flat, dim, axis) => flat * dim + (index[axis] ?? 0), 0);
}

/** A value for every index of a shape; undefined where the shape is too large or one of the values is unknown. */
export function fill(dims: readonly number[], value: (index: readonly number[]) => number | undefined): number[] | undefined {
  if (!(sizeOf(dims) <= valueLimit)) return undefined;
  const values: number[] = [];
  for (const index of indexes(dims)) {
    const each = value(index);
    if (each === undefined) return undefined;
    values.push(each);
  }
  return values;
}

/** The element of a tensor that broadcasting puts at an index of a larger shape. */
export function broadcastElement({ dims = [], values }: Traced, index: readonly number[]): number | undefined {
  let flat = 0;
  dims.forEach((dim, axis) => {
    const at = index[index.length - dims.length + axis] ?? 0;
    flat = flat * dim + (dim === 1 ? 0 : at);
  });
  return values?.[flat];
}

/** Whether numbers of a type are whole, so that division truncates. */
export function isWhole(type: number | undefined): boolean {
  return type !== undefined && wholeTypes.has(type);
}

const wholeTypes = new Set<number>([
  dataType.uint8, dataType.int8, dataType.uint16, dataType.int16, dataType.int32, dataType.int64, dataType.uint32, dataType.uint64,
]); // prettier-ignore

const floatTypes = new Set<number>([dataType.float, dataType.float16, dataType.bfloat16, dataType.double]);

/** Whether a type holds fractions; unknown types count as such. */
export function isFloat(type: number | undefined): boolean {
  return type === undefined || floatTypes.has(type);
}
