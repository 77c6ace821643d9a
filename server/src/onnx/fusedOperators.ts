/**
 * Operators in which the runtime's optimisers hide neurons or the stream: a product together with the activation behind it, and
 * the embedding of a quantised model with its norm. Here each becomes the operators that it stands for, so that what lies
 * between can be read, changed and differentiated; the runtime joins them again where nobody looks.
 */
import { attribute, floatAttribute, floatsAttribute, textAttribute } from './attributes';
import { intTensor, makeNode } from './build';
import type { AttributeValue } from './build';
import type { GraphProto, NodeProto, TensorProto } from './model';

/** Names that this program gives to tensors begin so; no exporter writes such names. */
const ours = 'golgi:apart';

/** The graph, of the given standard operator set, with those operators taken apart. One whose activation is not known stays. */
export function withFusionsApart(graph: GraphProto, opset: number): GraphProto {
  if (!graph.nodes.some(({ opType }) => opType in forms)) return graph;
  const constants: TensorProto[] = [];
  const nodes = graph.nodes.flatMap((node) => forms[node.opType]?.(node, constants, opset) ?? [node]);
  return { ...graph, nodes, initializers: [...graph.initializers, ...constants] };
}

/** Constants that it needs are added to those given. Undefined for a form of the operator that it does not know. */
type Form = (node: NodeProto, constants: TensorProto[], opset: number) => NodeProto[] | undefined;

/** What FusedGemm's `activation_…` attributes are called by the activation itself. */
const parameters = ['alpha', 'beta', 'gamma'] as const;

/** A product of operator set 11 and an activation, whose parameters are attributes of the whole. */
const gemm: Form = (node) => {
  const activation = textAttribute(node, 'activation');
  if (!activation) return undefined;
  const values = parameters.flatMap((key) => {
    const value = floatAttribute(node, `activation_${key}`);
    return value === undefined ? [] : [[key, { float: value }] as const];
  });
  return activated(node, 'Gemm', ['transA', 'transB', 'alpha', 'beta'], activation, Object.fromEntries(values));
};

/** Parameters of the activations behind convolutions, in the order in which they are listed. */
const parametersOf: Readonly<Record<string, readonly string[]>> = {
  ...{ Relu: [], Tanh: [], Sigmoid: [] },
  ...{ LeakyRelu: ['alpha'], HardSigmoid: ['alpha', 'beta'] },
};

/** A convolution with an activation behind. Where something is added between the two it stays. */
const convolution: Form = (node) => {
  const activation = textAttribute(node, 'activation') ?? '';
  const names = parametersOf[activation];
  if (!names || node.inputs[3]) return undefined;
  const values = floatsAttribute(node, 'activation_params') ?? [];
  const given = Object.fromEntries(names.map((key, i) => [key, { float: values[i] ?? 0 }]));
  return activated(node, 'Conv', ['auto_pad', 'dilations', 'group', 'kernel_shape', 'pads', 'strides'], activation, given);
};

function activated(
  node: NodeProto,
  opType: string,
  keep: readonly string[],
  activation: string,
  given: Readonly<Record<string, AttributeValue>>,
): NodeProto[] {
  const [output = ''] = node.outputs;
  const before = `${ours}(${output})`;
  const attributes = keep.flatMap((key) => attribute(node, key) ?? []);
  return [
    { ...makeNode(opType, node.inputs, [before], {}, { name: node.name }), attributes },
    makeNode(activation, [before], [output], given),
  ];
}

/** Ids of tokens and segments; tables of words, positions, segments; gain and bias; a mask. Then their scales, then their zero points. */
const slots = { ids: 0, segments: 1, words: 2, places: 3, kinds: 4, gain: 5, bias: 6, mask: 7, scales: 8, zeros: 13 } as const;

/** Rows of quantised tables as floats, their sum, and its norm; and how many tokens of each text are real. Positions count from 0. */
const quantisedEmbedding: Form = (node, constants, opset) => {
  const [output = '', real] = node.outputs;
  const name = (what: string) => `${ours} ${what} (${output})`;
  const input = (slot: number) => node.inputs[slot] ?? '';
  const nodes: NodeProto[] = [];
  const op = (opType: string, inputs: readonly string[], what: string, attributes: Readonly<Record<string, AttributeValue>> = {}) => {
    nodes.push(makeNode(opType, inputs, [name(what)], attributes));
    return name(what);
  };
  const constant = (what: string, value: number, dims: readonly number[] = []) => {
    constants.push(intTensor(name(what), dims, [value]));
    return name(what);
  };
  const floats = (tensor: string, slot: number, what: string) => {
    const which = slot - slots.words;
    return op('DequantizeLinear', [tensor, input(slots.scales + which), input(slots.zeros + which)], `${what} as floats`);
  };
  const rows = (table: number, index: string, what: string) => floats(op('Gather', [input(table), index], what), table, what);
  const length = op('Gather', [op('Shape', [input(slots.ids)], 'shape'), constant('second', 1)], 'length');
  const places = op('Range', [constant('first', 0), length, constant('step', 1)], 'places');
  const both = op('Add', [rows(slots.words, input(slots.ids), 'words'), rows(slots.places, places, 'rows of places')], 'words and places');
  const all = input(slots.kinds) ? op('Add', [both, rows(slots.kinds, input(slots.segments), 'segments')], 'sum') : both;
  const [gain, bias] = [floats(input(slots.gain), slots.gain, 'gain'), floats(input(slots.bias), slots.bias, 'bias')];
  const epsilon = { float: floatAttribute(node, 'epsilon', 1e-12) };
  if (real && input(slots.mask)) {
    const last = opset < 13 ? [] : [constant('last', -1, [1])];
    nodes.push(makeNode('ReduceSum', [input(slots.mask), ...last], [real], { keepdims: 0, ...(opset < 13 && { axes: [-1] }) }));
  }
  return [...nodes, makeNode('LayerNormalization', [all, gain, bias], [output], { axis: -1, epsilon }, { name: node.name })];
};

const forms: Readonly<Record<string, Form>> = {
  FusedGemm: gemm,
  FusedConv: convolution,
  QEmbedLayerNormalization: quantisedEmbedding,
};
