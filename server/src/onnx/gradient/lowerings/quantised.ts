/**
 * onnxruntime's operators between quantised tensors as what they stand for: the plain operator between the numbers, rounded
 * again (ContribOperators.md). Their rounding is then that of QuantizeLinear.
 */
import { floatAttribute, intAttribute, intsAttribute } from '../../attributes';
import { dataType } from '../../model';
import { geometryOf } from '../geometry';
import { attention } from './attention';
import type { Fused, Lowering } from './lowering';

/** The numbers that a quantised tensor stands for: the tensor, its scale and its zero point in three inputs from `slot` on. */
function numbers({ w, name, has }: Fused, slot: number, axis?: number): string {
  const inputs = [name(slot), name(slot + 1), ...(has(slot + 2) ? [name(slot + 2)] : [])];
  return w.op('DequantizeLinear', inputs, axis === undefined ? {} : { axis });
}

/** Rounds numbers with scale and zero point from `slot` on, into the operator's output. Without a zero point it has the type uint8. */
function rounded({ w, name, has, output }: Fused, made: string, slot: number): true {
  w.op('QuantizeLinear', [made, name(slot), ...(has(slot + 1) ? [name(slot + 1)] : [])], {}, output(0));
  return true;
}

/** Both operands with scale and zero point each, then those of the result. */
const ofTwo =
  (operator: string): Lowering =>
  (node) =>
    rounded(node, node.w.op(operator, [numbers(node, 0), numbers(node, 3)]), 6);

const ofOne =
  (write: (node: Fused, x: string) => string | undefined): Lowering =>
  (node) => {
    const made = write(node, numbers(node, 0));
    return made !== undefined && rounded(node, made, 3);
  };

/** Before operator set 13 all axes from `axis` on were one; the last is the same in both. */
const softmax = ofOne(({ node, w, facts, name }, x) => {
  const rank = facts.rank(name(0));
  const axis = intAttribute(node, 'axis', -1);
  const last = axis === -1 || (rank !== undefined && axis === rank - 1);
  return last || intAttribute(node, 'opset', 13) >= 13 ? w.op('Softmax', [x], { axis }) : undefined;
});

const mean = ofOne(({ node, w }, x) => {
  const axes = intsAttribute(node, 'axes');
  if (!axes) return undefined;
  const kept = w.mean(x, axes);
  return intAttribute(node, 'keepdims', 1) === 1 ? kept : w.op('Squeeze', [kept, w.ints(axes)]);
});

/** Scale and zero point of the result come first, then the parts with theirs. */
const concat: Lowering = (node) => {
  const { node: proto, w } = node;
  const parts = Array.from({ length: Math.floor((proto.inputs.length - 2) / 3) }, (_, part) => numbers(node, 2 + 3 * part));
  return rounded(node, w.op('Concat', parts, { axis: intAttribute(proto, 'axis', 0) }), 0);
};

const where: Lowering = (node) => rounded(node, node.w.op('Where', [node.name(0), numbers(node, 1), numbers(node, 4)]), 7);

/** A bias of whole numbers, in units of both scales. */
function bias({ w, name }: Fused, slot: number, scales: readonly [number, number], alpha = 1): string {
  const unit = w.op('Mul', [name(scales[0]), name(scales[1])]);
  const times = alpha === 1 ? unit : w.op('Mul', [unit, w.number(alpha)]);
  return w.op('Mul', [w.op('Cast', [name(slot)], { to: dataType.float }), times]);
}

/** a, b, a bias, scale and zero point of the result; without these it is in floats. */
const gemm: Lowering = (node) => {
  const { node: proto, w, has, output } = node;
  const transA = intAttribute(proto, 'transA', 0);
  const transB = intAttribute(proto, 'transB', 0);
  const alpha = floatAttribute(proto, 'alpha', 1);
  const factors = [numbers(node, 0), numbers(node, 3, transB ? 0 : 1)];
  const inputs = has(6) ? [...factors, bias(node, 6, [1, 4], alpha)] : factors;
  const attributes = { transA, transB, alpha: { float: alpha } };
  if (has(7)) return rounded(node, w.op('Gemm', inputs, attributes), 7);
  w.op('Gemm', inputs, attributes, output(0));
  return true;
};

/** x, weights by output channel, scale and zero point of the result, a bias. */
const convolution: Lowering = (node) => {
  const { node: proto, w, has } = node;
  const inputs = [numbers(node, 0), numbers(node, 3, 0), ...(has(8) ? [bias(node, 8, [1, 4])] : [])];
  return rounded(node, w.op('Conv', inputs, geometryOf(proto)), 6);
};

/** Attention over quantised input and weights: input, weights, bias, both scales, mask, both zero points, past. */
const quantisedAttention: Lowering = (node) => {
  const { w, name, has } = node;
  const numbersOf = (slot: number, scale: number, zero: number) =>
    w.op('DequantizeLinear', [name(slot), name(scale), ...(has(zero) ? [name(zero)] : [])], { axis: 1 });
  const inputs = [numbersOf(0, 3, 6), numbersOf(1, 4, 7), name(2), name(5), name(8)];
  const plain = (slot: number) => inputs[slot] ?? '';
  return attention({ ...node, name: plain, has: (slot) => plain(slot) !== '' });
};

/** Lowerings by operator. */
export const quantisedOperators: Readonly<Record<string, Lowering>> = {
  QLinearAdd: ofTwo('Add'),
  QLinearMul: ofTwo('Mul'),
  QLinearSigmoid: ofOne(({ w }, x) => w.op('Sigmoid', [x])),
  QLinearSoftmax: softmax,
  QLinearReduceMean: mean,
  QLinearConcat: concat,
  QLinearWhere: where,
  QGemm: gemm,
  QLinearConv: convolution,
  QAttention: quantisedAttention,
};
