/**
 * Rules of quantised operators. Rounding has the derivative zero almost everywhere, which is true and useless; here it is passed
 * over as if it were not there, which gives the derivative of the same model with its weights as the numbers they stand for.
 * Derivatives by integer tensors are derivatives by the numbers in them. Scales and zero points count as constants.
 */
import { intAttribute } from '../../attributes';
import { narrowed } from '../broadcast';
import { NoRule } from '../rule';
import type { Backward, Rule } from '../rule';
import { product } from './products';

/** Operators whose rounding is passed over. */
export const rounding: ReadonlySet<string> = new Set(['DynamicQuantizeLinear', 'QuantizeLinear', 'QLinearMatMul', 'DynamicQuantizeMatMul']);

/** Quantised numbers less their zero point, where they have one. */
export function centred({ w, x, has }: Backward, slot: number, zeroPoint: number): string {
  return has(zeroPoint) ? w.op('Sub', [x(slot), x(zeroPoint)]) : x(slot);
}

/** The scale of a whole tensor. Throws NoRule for one scale a row or block, which no exporter gives to activations. */
function oneScale({ facts, x, name }: Backward, slot: number): string {
  const rank = facts.rank(name(slot));
  if (rank === 0 || (rank === 1 && facts.fixedSize(name(slot), 0) === 1)) return x(slot);
  throw new NoRule('with several scales');
}

/** y = round(x/scale) + zero point. */
const quantise: Rule = (node) => [() => node.w.op('Div', [node.g, oneScale(node, 1)])];

const quantiseDynamically: Rule = ({ w, g, y }) => [() => w.op('Div', [g, y(1)])];

/** y = (x − zero point)·scale. */
const dequantise: Rule = (node) => [() => node.w.op('Mul', [node.g, oneScale(node, 1)])];

/** g·bᵀ, summed over axes along which a was repeated. */
function byLeft(node: Backward, g: string, b: string, slot = 0): string {
  const { w, facts, name } = node;
  return narrowed(w, facts, product(w, g, b, { transB: true }), name(slot), node.node.outputs[0] ?? '', 2);
}

function byRight(node: Backward, g: string, a: string, slot: number): string {
  const { w, facts, name } = node;
  return narrowed(w, facts, product(w, a, g, { transA: true }), name(slot), node.node.outputs[0] ?? '', 2);
}

/** y = (a − za)·(b − zb) over whole numbers. */
const integers: Rule = (node) => [() => byLeft(node, node.g, centred(node, 1, 3)), () => byRight(node, node.g, centred(node, 0, 2), 1)];

/** The same times both scales: inputs a, b, scale of a, scale of b, zero points. */
const integersToFloat: Rule = (node) => {
  const { w, g, x } = node;
  const scaled = () => w.op('Mul', [g, w.op('Mul', [x(2), x(3)])]);
  return [() => byLeft(node, scaled(), centred(node, 1, 5)), () => byRight(node, scaled(), centred(node, 0, 4), 1)];
};

/** A float times quantised weights: inputs a, b, scale of b, zero point of b. */
const floatByIntegers: Rule = (node) => {
  const { w, g, x } = node;
  return [() => byLeft(node, w.op('Mul', [g, x(2)]), centred(node, 1, 3))];
};

/** a, its scale and zero point; b, its; those of the result. */
const quantisedProduct: Rule = (node) => {
  const { w, g, x } = node;
  const scaled = () => w.op('Mul', [g, w.op('Div', [w.op('Mul', [x(1), x(4)]), x(6)])]);
  return [() => byLeft(node, scaled(), centred(node, 3, 5)), undefined, undefined, () => byRight(node, scaled(), centred(node, 0, 2), 3)];
};

/**
 * Weights of a few bits a number. Whatever their packing, the operator itself applied to the rows of the identity gives them
 * back as numbers.
 */
const packedWeights: Rule = (node) => [
  () => {
    const { node: proto, w, g, name } = node;
    const size = intAttribute(proto, 'K', 0);
    const identity = w.op('EyeLike', [w.op('ConstantOfShape', [w.ints([size, size])])], { dtype: 1 });
    const kept = ['K', 'N', 'bits', 'block_size', 'quant_type'].flatMap((key) => {
      const value = intAttribute(proto, key);
      return value === undefined ? [] : [[key, value] as const];
    });
    const packed = proto.inputs.slice(1, 5);
    const weights = w.contrib(proto.opType, [w.op('CastLike', [identity, name(0)]), ...packed], Object.fromEntries(kept));
    return byLeft(node, g, w.op('Cast', [weights], { to: w.double ? 11 : 1 }));
  },
];

/** Rules by operator. */
export const quantised: Readonly<Record<string, Rule>> = {
  QuantizeLinear: quantise,
  DynamicQuantizeLinear: quantiseDynamically,
  DequantizeLinear: dequantise,
  MatMulInteger: integers,
  MatMulIntegerToFloat: integersToFloat,
  DynamicQuantizeMatMul: floatByIntegers,
  QLinearMatMul: quantisedProduct,
  MatMulNBits: packedWeights,
  MatMulBnb4: packedWeights,
};
