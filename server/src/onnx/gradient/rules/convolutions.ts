/** Rules of convolutions over tokens: the derivative by what is convolved is a transposed convolution with the same weights. */
import { intsAttribute, textAttribute } from '../../attributes';
import type { NodeProto } from '../../model';
import type { Facts } from '../facts';
import { geometryOf } from '../geometry';
import { NoRule, rankOf } from '../rule';
import type { Backward, Rule } from '../rule';
import { centred } from './quantised';

/**
 * With strides, elements behind the last window are lost, how many only a run tells: so many as there may be are added behind
 * and the derivative is cut to the length of what was convolved.
 */
function transposed({ node, w, g, name, facts }: Backward, weights: string): string {
  const { auto_pad: padding = 'NOTSET', ...given } = geometryOf(node);
  const strides = intsAttribute(node, 'strides') ?? [];
  const pads = typeof padding === 'string' && padding.startsWith('SAME') ? evenPads(node, facts, padding === 'SAME_UPPER') : undefined;
  const geometry = pads ? { ...given, pads } : given;
  if (strides.every((stride) => stride === 1)) return w.op('ConvTranspose', [g, weights], geometry);
  const behind = { output_padding: strides.map((stride) => stride - 1) };
  const whole = w.op('ConvTranspose', [g, weights], { ...geometry, ...behind });
  const axes = Array.from({ length: rankOf({ facts }, name(0)) - 2 }, (_, axis) => axis + 2);
  const end = w.op('Shape', [name(0)], { start: 2 });
  return w.op('Slice', [whole, w.ints(axes.map(() => 0)), end, w.ints(axes)]);
}

/** The padding that keeps lengths as they are, the odd element behind or before; the runtime knows it without dilation alone. With strides it depends on the length. Throws NoRule. */
function evenPads(node: NodeProto, facts: Facts, behind: boolean): number[] {
  const rank = rankOf({ facts }, node.inputs[1] ?? '');
  const axes = Array.from({ length: rank - 2 }, (_, axis) => axis);
  const sizes = axes.map((axis) => intsAttribute(node, 'kernel_shape')?.[axis] ?? facts.fixedSize(node.inputs[1] ?? '', axis + 2));
  const both = axes.map((axis) => (sizes[axis] ?? NaN) - 1);
  if (intsAttribute(node, 'strides')?.some((stride) => stride !== 1) || !both.every(Number.isInteger))
    throw new NoRule(`with strides and padding by "${textAttribute(node, 'auto_pad') ?? ''}"`);
  const less = both.map((pad) => Math.floor(pad / 2));
  const more = both.map((pad) => Math.ceil(pad / 2));
  return behind ? [...less, ...more] : [...more, ...less];
}

/** x, weights, a bias. */
const convolution: Rule = (node) => [() => transposed(node, node.x(1))];

/** The same over whole numbers: x, weights, zero points of both. */
const integers: Rule = (node) => [() => transposed(node, centred(node, 1, 3))];

/** Rules by operator. */
export const convolutions: Readonly<Record<string, Rule>> = {
  Conv: convolution,
  ConvInteger: integers,
};
