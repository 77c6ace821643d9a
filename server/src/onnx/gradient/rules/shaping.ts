/** Rules of operators that move elements and leave their values: the derivative moves back. */
import { intAttribute, intsAttribute, textAttribute } from '../../attributes';
import { NoRule, axisOf, rankOf } from '../rule';
import type { Backward, Rule } from '../rule';
import type { Writer } from '../writer';

/** The same elements in the same order under another shape. */
const reshaped: Rule = ({ w, g, name }) => [() => w.op('Reshape', [g, w.op('Shape', [name(0)])], { allowzero: 1 })];

const transposed: Rule = (node) => [
  () => {
    const perm = intsAttribute(node.node, 'perm');
    if (!perm) return node.w.op('Transpose', [node.g]);
    return node.w.op('Transpose', [node.g], { perm: inverse(perm) });
  },
];

/** The permutation that undoes another. */
export function inverse(perm: readonly number[]): number[] {
  return perm.map((_, axis) => perm.indexOf(axis));
}

const expanded: Rule = ({ g, narrowed }) => [() => narrowed(g, 0)];

/** y = x repeated: with every axis split into repeats and elements, the sum over the repeats. */
const tiled: Rule = ({ w, facts, g, name }) => [
  () => {
    const rank = rankOf({ facts }, name(0));
    const column = (tensor: string) => w.op('Unsqueeze', [tensor, w.ints([1])]);
    const pairs = w.op('Concat', [column(name(1)), column(w.op('Shape', [name(0)]))], { axis: 1 });
    const split = w.op('Reshape', [g, w.op('Reshape', [pairs, w.ints([-1])])], { allowzero: 1 });
    return w.sum(split, Array.from({ length: rank }, (_, axis) => 2 * axis), false); // prettier-ignore
  },
];

/** Each part gets the piece of the derivative that lies where the part lies. */
const concatenated: Rule = ({ node, w, g, name }) => {
  const axis = intAttribute(node, 'axis', 0);
  return node.inputs.map((_, slot) => () => {
    const sizes = node.inputs.slice(0, slot + 1).map((_unused, each) => sizeAlong(w, name(each), axis));
    const end = sizes.reduce((total, size) => w.op('Add', [total, size]));
    const start = slot === 0 ? w.ints([0]) : sizes.slice(0, -1).reduce((total, size) => w.op('Add', [total, size]));
    return w.op('Slice', [g, start, end, w.ints([axis])]);
  });
};

/** The size along one axis, as a list of one number. */
function sizeAlong(w: Writer, tensor: string, axis: number): string {
  return w.op('Shape', [tensor], axis === -1 ? { start: -1 } : { start: axis, end: axis + 1 });
}

/** The derivatives by the parts side by side; a part that the scalar does not depend on has zeros. */
const split: Rule = ({ node, w, gradient }) => [
  () => {
    const parts = node.outputs.map((output, slot) => gradient(slot) ?? w.zerosLike(output));
    return w.op('Concat', parts, { axis: intAttribute(node, 'axis', 0) });
  },
];

/**
 * A piece: zeros around the derivative. Where the step is not 1 the elements are put back one by one, axis after axis from the
 * last, since a piece along several axes is a piece of a piece.
 */
const sliced: Rule = (node) => [
  () => {
    const { index, facts, g, name } = node;
    const rank = rankOf({ facts }, name(0));
    const steps = name(4) ? index.numbers(name(4)) : [1];
    if (steps?.every((step) => step === 1)) return padded(node, rank);
    const count = facts.fixedSize(name(1), 0);
    const first = count === undefined ? undefined : Array.from({ length: count }, (_, axis) => axis);
    const axes = (name(3) ? index.numbers(name(3)) : first)?.map((axis) => axisOf(axis, rank));
    if (!axes) throw new NoRule('along axes that are computed while it runs');
    return axes.reduceRight((gradient, axis, each) => putBack(node, gradient, axis, each, rank), g);
  },
];

/** Zeros before and behind. Starts may count from the end and reach beyond, as the operator allows. */
function padded({ w, g, node, name }: Backward, rank: number): string {
  const shape = w.op('Shape', [name(0)]);
  const asLong = (tensor: string) => w.op('Cast', [tensor], { to: 7 });
  const axes = name(3) ? asLong(name(3)) : undefined;
  const along = (sizes: string) => (axes ? w.op('Gather', [sizes, axes]) : w.op('Slice', [sizes, w.ints([0]), w.op('Shape', [name(1)])]));
  const sizes = along(shape);
  const given = asLong(name(1));
  const counted = w.op('Where', [w.op('Less', [given, w.int(0)]), w.op('Add', [given, sizes]), given]);
  const before = w.op('Min', [w.op('Max', [counted, w.int(0)]), sizes]);
  const behind = w.op('Sub', [w.op('Sub', [sizes, before]), along(w.op('Shape', [node.outputs[0] ?? '']))]);
  const none = w.ints(Array.from({ length: rank }, () => 0));
  const places = axes ? w.op('Where', [w.op('Less', [axes, w.int(0)]), w.op('Add', [axes, w.int(rank)]), axes]) : undefined;
  const whole = (part: string) =>
    places
      ? w.op('ScatterElements', [none, places, part])
      : w.op('Concat', [part, w.op('Slice', [none, w.op('Shape', [name(1)]), w.ints([rank])])], { axis: 0 });
  return w.op('Pad', [g, w.op('Concat', [whole(before), whole(behind)], { axis: 0 })]);
}

/** One axis of a piece with steps: which elements were taken is a piece of 0, 1, 2 …, and there the derivative is put. */
function putBack({ w, name }: Backward, gradient: string, axis: number, each: number, rank: number): string {
  const pick = (slot: number) => w.op('Slice', [name(slot), w.ints([each]), w.ints([each + 1])]);
  const size = w.op('Gather', [w.op('Shape', [name(0)]), w.int(axis)]);
  const all = w.op('Range', [w.int(0), size, w.int(1)]);
  const taken = w.op('Slice', [all, pick(1), pick(2), w.ints([0]), pick(4)]);
  const front = frontFirst(axis, rank);
  const moved = w.op('Transpose', [gradient], { perm: front });
  // Axes that come later in this walk are still as long as the piece, so sizes are the derivative's own.
  const rest = w.op('Slice', [w.op('Shape', [moved]), w.ints([1]), w.ints([rank])]);
  const zeros = w.op('Expand', [w.number(0), w.op('Concat', [w.op('Reshape', [size, w.ints([1])]), rest], { axis: 0 })]);
  const placed = w.op('ScatterND', [zeros, w.op('Unsqueeze', [taken, w.ints([-1])]), moved]);
  return w.op('Transpose', [placed], { perm: inverse(front) });
}

/** The permutation that brings one axis to the front. */
function frontFirst(axis: number, rank: number): number[] {
  return [axis, ...Array.from({ length: rank }, (_, each) => each).filter((each) => each !== axis)];
}

/** Padding gets no derivative: the piece within. */
const withoutPadding: Rule = ({ node, w, facts, g, name }) => [
  () => {
    const rank = rankOf({ facts }, name(0));
    if ((textAttribute(node, 'mode') ?? 'constant') !== 'constant') throw new NoRule('with padding that copies elements');
    if (name(3)) throw new NoRule('with padding along chosen axes');
    const before = w.op('Slice', [name(1), w.ints([0]), w.ints([rank])]);
    const end = w.op('Add', [before, w.op('Shape', [name(0)])]);
    return w.op('Slice', [g, before, end]);
  },
];

/** A triangle of the last two axes: the same triangle of the derivative. */
const triangle: Rule = ({ node, w, g, name }) => [
  () => w.op('Trilu', name(1) ? [g, name(1)] : [g], { upper: intAttribute(node, 'upper', 1) }),
];

/** Rules by operator. */
export const shaping: Readonly<Record<string, Rule>> = {
  Reshape: reshaped,
  Flatten: reshaped,
  Squeeze: reshaped,
  Unsqueeze: reshaped,
  Transpose: transposed,
  Expand: expanded,
  Tile: tiled,
  Concat: concatenated,
  Split: split,
  Slice: sliced,
  Pad: withoutPadding,
  Trilu: triangle,
};
