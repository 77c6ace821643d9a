/** Products of activations with weights, in every form in which exporters, optimisers and quantisers write them. */
import { intAttribute, textAttribute } from '../attributes';
import type { NodeProto } from '../model';
import { firstName, onlyMoves } from './aliases';
import type { Wiring } from './wiring';

/** One product: what goes in, what comes out (scales of quantised products applied, bias not), and the weight. */
export interface Linear {
  readonly node: NodeProto;
  /** The float activations, before any rounding to integers. */
  readonly input: string;
  readonly output: string;
  /** The name behind Identity, Transpose, Cast and DequantizeLinear: equal for shared weights. */
  readonly weight: string;
  readonly inputWidth: number;
  readonly outputWidth: number;
}

/** All products of a graph by the name of their output, and by node. */
export interface Linears {
  readonly byOutput: ReadonlyMap<string, Linear>;
  readonly byNode: ReadonlyMap<NodeProto, Linear>;
}

/** Finds all products of activations with weights. */
export function findLinears(wiring: Wiring): Linears {
  const byOutput = new Map<string, Linear>();
  const byNode = new Map<NodeProto, Linear>();
  for (const node of wiring.order) {
    const linear = linearOf(wiring, node);
    if (!linear) continue;
    byNode.set(node, linear);
    byOutput.set(linear.output, linear);
    for (const output of node.outputs) if (output) byOutput.set(output, linear);
  }
  return { byOutput, byNode };
}

/** Sizes of a weight: [into, out of] the product. */
type Widths = readonly [number, number];

function linearOf(wiring: Wiring, node: NodeProto): Linear | undefined {
  const slots = operands(node);
  const output = node.outputs[0];
  if (!slots || output === undefined) return undefined;
  const [data, weight] = slots.map((slot) => node.inputs[slot] ?? '') as [string, string];
  const asRows = wiring.isActivation(data) && wiring.isConstant(weight);
  const asColumns = !asRows && wiring.isActivation(weight) && wiring.isConstant(data);
  if (!asRows && !asColumns) return undefined;
  const widths = weightWidths(wiring, node, asRows ? weight : data, asRows);
  if (!widths) return undefined;
  return {
    node,
    input: floatBehind(wiring, asRows ? data : weight),
    output: scaledOutput(wiring, node, output),
    weight: weightName(wiring, asRows ? weight : data),
    inputWidth: widths[0],
    outputWidth: widths[1],
  };
}

/** Which inputs of an operator are multiplied, data first; undefined where it is no product. */
function operands(node: NodeProto): readonly [number, number] | undefined {
  switch (node.opType) {
    case 'MatMul':
    case 'FusedMatMul':
    case 'TransposeMatMul':
    case 'Gemm':
    case 'FusedGemm':
    case 'GemmFastGelu':
    case 'MatMulInteger':
    case 'MatMulIntegerToFloat':
    case 'DynamicQuantizeMatMul':
    case 'MatMulNBits':
    case 'MatMulBnb4':
    case 'Conv':
    case 'FusedConv':
    case 'ConvInteger':
      return [0, 1];
    case 'QLinearMatMul':
    case 'QGemm':
    case 'QLinearConv':
      return [0, 3];
    case 'Einsum':
      return node.inputs.length === 2 ? [0, 1] : undefined;
    default:
      return undefined;
  }
}

function weightWidths(wiring: Wiring, node: NodeProto, weight: string, asRows: boolean): Widths | undefined {
  if (node.opType === 'MatMulNBits' || node.opType === 'MatMulBnb4') {
    return [intAttribute(node, 'K', NaN), intAttribute(node, 'N', NaN)];
  }
  const dims = wiring.dims(weight);
  if (!dims || dims.length === 0) return undefined;
  if (node.opType === 'Einsum') return einsumWidths(node, dims, asRows);
  const last = dims.at(-1) ?? 1;
  const before = dims.at(-2) ?? 1;
  if (node.opType.includes('Conv')) return [(dims[1] ?? 1) * intAttribute(node, 'group', 1), dims[0] ?? 1];
  const turned = intAttribute(node, asRows ? 'transB' : 'transA', 0) === 1;
  return asRows !== turned ? [before, last] : [last, before];
}

/** Letters that the weight shares with the data are summed over; those that it shares with the result come out. */
function einsumWidths(node: NodeProto, dims: readonly number[], asRows: boolean): Widths | undefined {
  const [left = '', result = ''] = (textAttribute(node, 'equation') ?? '').replaceAll(/[ .]/g, '').split('->');
  const terms = left.split(',');
  const letters = [...(terms[asRows ? 1 : 0] ?? '')];
  const data = terms[asRows ? 0 : 1] ?? '';
  if (letters.length !== dims.length) return undefined;
  const product = (keep: (letter: string) => boolean) =>
    letters.reduce((size, letter, i) => (keep(letter) ? size * (dims[i] ?? 1) : size), 1);
  return [
    product((letter) => data.includes(letter) && !result.includes(letter)),
    product((letter) => result.includes(letter) && !data.includes(letter)),
  ];
}

/** The activations before they were rounded for an integer product. */
function floatBehind(wiring: Wiring, tensor: string): string {
  const node = wiring.maker(tensor);
  const rounded = node !== undefined && /Quantize/.test(node.opType);
  return rounded ? firstName(wiring, tensor, (each) => /Quantize/.test(each.opType)) : tensor;
}

/** Integer products are cast to float and multiplied by scales; their result is what comes after. */
function scaledOutput(wiring: Wiring, node: NodeProto, output: string): string {
  if (!node.opType.endsWith('Integer') && !node.opType.startsWith('QLinear')) return output;
  let name = output;
  for (;;) {
    const [reader, ...others] = wiring.readers(name);
    const next = reader?.outputs[0];
    const scales =
      reader !== undefined && ['Cast', 'Mul', 'DequantizeLinear'].includes(reader.opType) && wiring.activations(reader).length === 1;
    if (!scales || others.length > 0 || next === undefined) return name;
    name = next;
    if (reader.opType !== 'Cast') return name;
  }
}

/** The initializer behind a weight. */
function weightName(wiring: Wiring, tensor: string): string {
  let name = tensor;
  for (
    let node = wiring.maker(name);
    node?.inputs[0] !== undefined && (onlyMoves(node) || node.inputs.length === 1);
    node = wiring.maker(name)
  ) {
    name = node.inputs[0];
  }
  return name;
}
