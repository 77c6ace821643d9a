/**
 * Statically quantised models in the operator form (QLinearMatMul and its like) hold activations as integers from one product
 * to the next. Here each such operator becomes what it stands for: its operands as floats, the plain operator, and the result
 * rounded again. So neurons are floats that can be read and changed; the runtime joins the three again where nobody looks.
 * A result may differ from the integer operator's by one rounding step where it falls between two integers.
 */
import { floatAttribute, intAttribute } from './attributes';
import { makeNode } from './build';
import type { GraphProto, NodeProto } from './model';
import { elementCount } from './tensor';

/** Names that this program gives to tensors begin so; no exporter writes such names. */
const ours = 'golgi:float';

/** The graph with all operators of integers spelled out that have a plain counterpart. Others stay. */
export function withFloatOperators(graph: GraphProto): GraphProto {
  if (!graph.nodes.some(({ opType }) => opType in forms)) return graph;
  const writer = writerFor(graph);
  return { ...graph, nodes: graph.nodes.flatMap((node) => forms[node.opType]?.(node, writer) ?? [node]).concat(writer.operands) };
}

interface Writer {
  /** The nodes that make operands float, each operand once, so that all who read a tensor read the same. */
  readonly operands: NodeProto[];
  /** The operand at `slot`, with scale and zero point behind it, as floats. Scales of rows or columns lie along `axis`. */
  operand(node: NodeProto, slot: number, axis?: number): string;
  /** A bias of 32 bits, whose scale is the product of those of the two factors; none where there is none. */
  bias(node: NodeProto, slot: number, scale: number, otherScale: number): string[];
}

function writerFor({ nodes, initializers }: GraphProto): Writer {
  const manyScales = new Set(initializers.filter((tensor) => elementCount(tensor) > 1).map(({ name }) => name));
  const floats = new Map<string, string>();
  const keyOf = (inputs: readonly string[]) => inputs.filter(Boolean).join('\n');
  for (const { opType, inputs, outputs } of nodes) if (opType === 'DequantizeLinear') floats.set(keyOf(inputs), outputs[0] ?? '');
  const operands: NodeProto[] = [];
  const made = (opType: string, inputs: readonly string[], attributes: Readonly<Record<string, number>>): string => {
    const output = `${ours}${operands.length}(${inputs[0] ?? ''})`;
    operands.push(makeNode(opType, inputs, [output], attributes));
    return output;
  };
  const float = (inputs: readonly string[], axis: number): string => {
    const known = floats.get(keyOf(inputs));
    if (known !== undefined) return known;
    const output = made('DequantizeLinear', inputs, manyScales.has(inputs[1] ?? '') ? { axis } : {});
    floats.set(keyOf(inputs), output);
    return output;
  };
  return {
    operands,
    operand: ({ inputs }, slot, axis = 0) => float(inputs.slice(slot, slot + 3), axis),
    bias({ inputs }, slot, scale, otherScale) {
      const bias = inputs[slot];
      if (!bias) return [];
      const scales = [inputs[scale] ?? '', inputs[otherScale] ?? ''];
      const product = made('Mul', scales, {});
      return [made('DequantizeLinear', [bias, product], scales.some((each) => manyScales.has(each)) ? { axis: 0 } : {})];
    },
  };
}

/** The plain operator with attributes of the integer one, its result rounded by the scale and zero point at `slot`; plain without them. */
function rounded(
  { name, inputs, outputs, attributes }: NodeProto,
  slot: number,
  opType: string,
  operands: readonly string[],
  keep: readonly string[] = [],
): NodeProto[] {
  const [output = ''] = outputs;
  const [scale, zeroPoint] = inputs.slice(slot, slot + 2);
  const result = scale ? `${ours}(${output})` : output;
  const plain = {
    ...makeNode(opType, operands, [result], {}, { name }),
    attributes: attributes.filter((each) => keep.includes(each.name)),
  };
  return scale ? [plain, makeNode('QuantizeLinear', [result, scale, zeroPoint ?? ''], [output])] : [plain];
}

type Form = (node: NodeProto, writer: Writer) => NodeProto[] | undefined;

const ofTwo =
  (opType: string, firstAxis?: number, secondAxis?: number): Form =>
  (node, writer) =>
    rounded(node, 6, opType, [writer.operand(node, 0, firstAxis), writer.operand(node, 3, secondAxis)]);

const ofOne =
  (opType: string, ...keep: readonly string[]): Form =>
  (node, writer) =>
    rounded(node, 3, opType, [writer.operand(node, 0)], keep);

/** What stands for each operator, by its name; undefined where its attributes ask for more than the plain one can. */
const forms: Readonly<Record<string, Form>> = {
  QLinearMatMul: ofTwo('MatMul', -2, -1),
  QLinearAdd: ofTwo('Add'),
  QLinearMul: ofTwo('Mul'),
  QLinearSigmoid: ofOne('Sigmoid'),
  QLinearLeakyRelu: ofOne('LeakyRelu', 'alpha'),
  QLinearSoftmax: ofOne('Softmax', 'axis'),
  QLinearWhere: (node, writer) => rounded(node, 7, 'Where', [node.inputs[0] ?? '', writer.operand(node, 1), writer.operand(node, 4)]),
  QLinearConcat(node, writer) {
    const count = Math.floor((node.inputs.length - 2) / 3);
    const operands = Array.from({ length: count }, (_, i) => writer.operand(node, 2 + 3 * i));
    return rounded(node, 0, 'Concat', operands, ['axis']);
  },
  QLinearConv(node, writer) {
    const operands = [writer.operand(node, 0), writer.operand(node, 3), ...writer.bias(node, 8, 1, 4)];
    return rounded(node, 6, 'Conv', operands, ['auto_pad', 'dilations', 'group', 'kernel_shape', 'pads', 'strides']);
  },
  QGemm(node, writer) {
    if (floatAttribute(node, 'alpha', 1) !== 1) return undefined;
    const columns = intAttribute(node, 'transB', 0) === 1 ? 0 : 1;
    const operands = [writer.operand(node, 0), writer.operand(node, 3, columns), ...writer.bias(node, 6, 1, 4)];
    return rounded(node, 7, 'Gemm', operands, ['transA', 'transB']);
  },
};
