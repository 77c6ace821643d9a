/** Rules of convolutions over tokens: the derivative by what is convolved is a transposed convolution with the same weights. */
import { intsAttribute, textAttribute } from '../../attributes';
import { geometryOf } from '../geometry';
import { NoRule, rankOf } from '../rule';
import type { Backward, Rule } from '../rule';
import { centred } from './quantised';

/**
 * With strides, elements behind the last window are lost, how many only a run tells: so many as there may be are added behind
 * and the derivative is cut to the length of what was convolved.
 */
function transposed({ node, w, g, name, facts }: Backward, weights: string): string {
  const { auto_pad: padding = 'NOTSET', ...geometry } = geometryOf(node);
  if (padding !== 'NOTSET' && padding !== 'VALID') throw new NoRule(`with padding by "${textAttribute(node, 'auto_pad') ?? ''}"`);
  const strides = intsAttribute(node, 'strides') ?? [];
  if (strides.every((stride) => stride === 1)) return w.op('ConvTranspose', [g, weights], geometry);
  const behind = { output_padding: strides.map((stride) => stride - 1) };
  const whole = w.op('ConvTranspose', [g, weights], { ...geometry, ...behind });
  const axes = Array.from({ length: rankOf({ facts }, name(0)) - 2 }, (_, axis) => axis + 2);
  const end = w.op('Shape', [name(0)], { start: 2 });
  return w.op('Slice', [whole, w.ints(axes.map(() => 0)), end, w.ints(axes)]);
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
