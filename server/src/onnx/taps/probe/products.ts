/** Probe rules of products, reductions, normalisations and fused operators: shapes only, save for small reductions. */
import { intAttribute, intsAttribute, textAttribute } from '../../attributes';
import { dataType } from '../../model';
import { input, numbers } from './rule';
import type { Rule } from './rule';
import { axisFrom, broadcast, fill, flatten, unknownSize } from './traced';
import type { Traced } from './traced';

/** Shape of a matrix product with NumPy's rules for more or fewer than two axes. */
function productDims(a: readonly number[] | undefined, b: readonly number[] | undefined): number[] | undefined {
  if (!a || !b || a.length === 0 || b.length === 0) return undefined;
  const batch = broadcast(a.slice(0, -2), b.slice(0, -2));
  return batch && [...batch, ...(a.length > 1 ? a.slice(-2, -1) : []), ...(b.length > 1 ? b.slice(-1) : [])];
}

const swapped = (dims: readonly number[] | undefined, swap: boolean) =>
  swap && dims ? [...dims.slice(0, -2), ...dims.slice(-1), ...dims.slice(-2, -1)] : dims;

const product =
  (second = 1, type?: number): Rule =>
  (node, inputs) => {
    const [a = {}, b = {}] = [input(inputs, 0), input(inputs, second)];
    const dims = productDims(
      swapped(a.dims, intAttribute(node, 'transA', 0) === 1),
      swapped(b.dims, intAttribute(node, 'transB', 0) === 1),
    );
    return [{ type: type ?? a.type, dims }];
  };

const blockProduct: Rule = (node, inputs) => {
  const x = input(inputs, 0);
  const width = intAttribute(node, 'N');
  return [{ type: x.type, dims: x.dims && width !== undefined ? [...x.dims.slice(0, -1), width] : undefined }];
};

const einsum: Rule = (node, inputs) => {
  const { type } = input(inputs, 0);
  const [left = '', right] = (textAttribute(node, 'equation') ?? '').replaceAll(' ', '').split('->');
  const terms = left.split(',');
  if (right === undefined || left.includes('.')) return [{ type }];
  const sizes = new Map<string, number>();
  terms.forEach((term, i) => [...term].forEach((letter, axis) => sizes.set(letter, input(inputs, i).dims?.[axis] ?? unknownSize)));
  return [{ type, dims: [...right].map((letter) => sizes.get(letter) ?? unknownSize) }];
};

const convolution: Rule = (node, inputs) => {
  const [x = {}, w = {}] = inputs;
  if (!x.dims || !w.dims) return [{ type: x.type }];
  const spatial = x.dims.length - 2;
  const pads = intsAttribute(node, 'pads') ?? [];
  const strides = intsAttribute(node, 'strides') ?? [];
  const dilations = intsAttribute(node, 'dilations') ?? [];
  const same = textAttribute(node, 'auto_pad')?.startsWith('SAME') ?? false;
  const out = x.dims.slice(2).map((size, i) => {
    const reach = ((w.dims?.[i + 2] ?? 1) - 1) * (dilations[i] ?? 1) + 1;
    const padded = same ? size + reach - 1 : size + (pads[i] ?? 0) + (pads[i + spatial] ?? 0);
    return Math.floor((padded - reach) / (strides[i] ?? 1)) + 1;
  });
  return [{ type: x.type, dims: [x.dims[0] ?? 0, w.dims[0] ?? 0, ...out] }];
};

const reduction =
  (combine?: (values: readonly number[]) => number): Rule =>
  (node, inputs) => {
    const x = input(inputs, 0);
    const { dims } = x;
    if (!dims) return [{ type: x.type }];
    const axes = (numbers(node, 'axes', inputs, 1) ?? dims.map((_, i) => i)).map((axis) => axisFrom(axis, dims.length));
    const kept = dims.map((dim, i) => (axes.includes(i) ? 1 : dim));
    const out = intAttribute(node, 'keepdims', 1) ? kept : dims.filter((_, i) => !axes.includes(i));
    const { values } = x;
    if (!combine || !values) return [{ type: x.type, dims: out }];
    const groups = new Map<number, number[]>();
    fill(dims, (index) => {
      const group = flatten(
        index.map((at, i) => (axes.includes(i) ? 0 : at)),
        kept,
      );
      const value = values[flatten(index, dims)] ?? NaN;
      groups.set(group, [...(groups.get(group) ?? []), value]);
      return value;
    });
    return [{ type: x.type, dims: out, values: fill(kept, (index) => combine(groups.get(flatten(index, kept)) ?? [])) }];
  };

const argument: Rule = (node, inputs) => {
  const { dims } = input(inputs, 0);
  const axis = axisFrom(intAttribute(node, 'axis', 0), dims?.length ?? 0);
  const keep = intAttribute(node, 'keepdims', 1) === 1;
  return [{ type: dataType.int64, dims: dims?.flatMap((dim, i) => (i === axis ? (keep ? [1] : []) : [dim])) }];
};

const topK: Rule = (node, inputs) => {
  const x = input(inputs, 0);
  const count = input(inputs, 1).values?.[0] ?? unknownSize;
  const axis = axisFrom(intAttribute(node, 'axis', -1), x.dims?.length ?? 0);
  const dims = x.dims?.map((dim, i) => (i === axis ? count : dim));
  return [
    { type: x.type, dims },
    { type: dataType.int64, dims },
  ];
};

/** For each number a row with its place marked. */
const oneHot: Rule = (node, inputs) => {
  const [places = {}, depth, marks] = inputs;
  const dims = places.dims && [...places.dims];
  const axis = intAttribute(node, 'axis', -1);
  dims?.splice(axisFrom(axis, dims.length + 1), 0, depth?.values?.[0] ?? unknownSize);
  return [{ type: marks?.type, dims }];
};

/** Sum and normed sum: output 0 is normed, output 3 the sum itself. */
const skipNorm: Rule = (_, inputs) => {
  const { type, dims } = input(inputs, 0);
  return [{ type, dims }, undefined, undefined, { type, dims }];
};

const embedNorm: Rule = (_, inputs) => {
  const table = input(inputs, 2);
  const dims = input(inputs, 0).dims;
  const out = dims && table.dims ? [...dims, table.dims.at(-1) ?? 0] : undefined;
  const realTokens = { type: dataType.int32, dims: dims?.slice(0, 1) };
  return [{ type: table.type, dims: out }, realTokens, { type: table.type, dims: out }];
};

/** Biases of buckets of distances, as [1, heads, queries, keys]. */
const relativeBias: Rule = (_, inputs) => {
  const [table = {}, queries, keys] = inputs;
  const [rows, columns] = [queries?.values?.[0], keys?.values?.[0]];
  const heads = table.dims?.[1];
  const known = rows !== undefined && columns !== undefined && heads !== undefined;
  return [{ type: table.type, dims: known ? [1, heads, rows, columns] : undefined }];
};

/**
 * com.microsoft.Attention: projection and attention in one; a third of the projected width unless the node says otherwise. Of
 * quantised input it makes numbers of the bias's type.
 */
const projectedAttention: Rule = (node, inputs) => {
  const [x = {}, w = {}, bias = {}] = inputs;
  const width = intsAttribute(node, 'qkv_hidden_sizes')?.[2] ?? (w.dims?.at(-1) ?? NaN) / 3;
  const type = node.opType === 'QAttention' ? bias.type : x.type;
  return [{ type, dims: x.dims && Number.isInteger(width) ? [...x.dims.slice(0, -1), width] : undefined }];
};

/** MultiHeadAttention: value is [B, S, N], or [B, H, S, D] as a cache; packed forms carry all three in the first input. */
const multiHead: Rule = (node, inputs) => {
  const [q = {}, k = {}, v = {}] = inputs;
  const heads = intAttribute(node, 'num_heads', 1);
  const [batch = 0, tokens = 0] = q.dims ?? [];
  const width =
    v.dims?.length === 3
      ? v.dims[2]
      : v.dims?.length === 4
        ? heads * (v.dims[3] ?? 0)
        : q.dims?.length === 5
          ? heads * (q.dims[4] ?? 0)
          : k.dims
            ? q.dims?.[2]
            : undefined;
  return [{ type: q.type, dims: q.dims && width !== undefined ? [batch, tokens, width] : undefined }];
};

const groupedQuery: Rule = (node, inputs) => {
  const [q = {}, k = {}] = inputs;
  const heads = intAttribute(node, 'num_heads', 1);
  const pairs = intAttribute(node, 'kv_num_heads', 1);
  const width = k.dims ? q.dims?.at(-1) : ((q.dims?.at(-1) ?? NaN) / (heads + 2 * pairs)) * heads;
  return [{ type: q.type, dims: q.dims && width !== undefined && Number.isInteger(width) ? [...q.dims.slice(0, -1), width] : undefined }];
};

/** The standard operator Attention (opset 23): heads in an axis of their own, or concatenated. */
const standardAttention: Rule = (node, inputs) => {
  const [q = {}, , v = {}] = inputs;
  if (!q.dims || !v.dims) return [{ type: q.type }];
  if (q.dims.length === 4) return [{ type: q.type, dims: [...q.dims.slice(0, 3), v.dims[3] ?? 0] }];
  const size = (v.dims[2] ?? 0) / intAttribute(node, 'kv_num_heads', 1);
  return [{ type: q.type, dims: [q.dims[0] ?? 0, q.dims[1] ?? 0, size * intAttribute(node, 'q_num_heads', 1)] }];
};

const attention: Rule = (node, inputs) => (node.domain === 'com.microsoft' ? projectedAttention : standardAttention)(node, inputs);

const dynamicQuantise: Rule = (_, inputs) => {
  const { dims } = input(inputs, 0);
  return [
    { type: dataType.uint8, dims },
    { type: dataType.float, dims: [] },
    { type: dataType.uint8, dims: [] },
  ];
};

/** Rounding to integers and back; values only where one scale holds for all. Out of range stays so: masks are meant to. */
const rounding =
  (back: boolean): Rule =>
  (_, inputs) => {
    const [x = {}, scale = {}, zero = {}] = inputs;
    const [by, from = 0] = [scale.values?.[0], zero.values?.[0]];
    const single = scale.values?.length === 1 && by !== undefined;
    const values = single ? x.values?.map((value) => (back ? (value - from) * by : Math.round(value / by) + from)) : undefined;
    return [{ type: back ? (scale.type ?? dataType.float) : (zero.type ?? dataType.uint8), dims: x.dims, values }];
  };

const total = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
const reductions: Readonly<Record<string, ((values: readonly number[]) => number) | undefined>> = {
  ReduceSum: total,
  ReduceMax: (values) => Math.max(...values),
  ReduceMin: (values) => Math.min(...values),
  ReduceProd: (values) => values.reduce((a, b) => a * b, 1),
  ReduceMean: (values) => total(values) / values.length,
  ReduceL2: undefined,
  ReduceL1: undefined,
  ReduceSumSquare: undefined,
  ReduceLogSumExp: undefined,
};

const nonZero: Rule = (_, inputs): readonly (Traced | undefined)[] => {
  const { dims, values } = input(inputs, 0);
  if (!dims) return [{ type: dataType.int64 }];
  if (!values) return [{ type: dataType.int64, dims: [dims.length, unknownSize] }];
  const hits: number[][] = [];
  fill(dims, (index) => (values[flatten(index, dims)] ? hits.push([...index]) : 0));
  return [{ type: dataType.int64, dims: [dims.length, hits.length], values: dims.flatMap((_, axis) => hits.map((hit) => hit[axis] ?? 0)) }];
};

/** Rules by operator. */
export const products: Readonly<Record<string, Rule>> = {
  ...Object.fromEntries(Object.entries(reductions).map(([name, combine]) => [name, reduction(combine)])),
  MatMul: product(),
  Gemm: product(),
  FusedMatMul: product(),
  FusedGemm: product(),
  GemmFastGelu: product(),
  TransposeMatMul: product(),
  MatMulInteger: product(1, dataType.int32),
  MatMulIntegerToFloat: product(1, dataType.float),
  DynamicQuantizeMatMul: product(1, dataType.float),
  QLinearMatMul: product(3),
  QGemm: product(3),
  MatMulNBits: blockProduct,
  MatMulBnb4: blockProduct,
  Einsum: einsum,
  Conv: convolution,
  ConvInteger: convolution,
  FusedConv: convolution,
  ArgMax: argument,
  ArgMin: argument,
  TopK: topK,
  NonZero: nonZero,
  OneHot: oneHot,
  SkipLayerNormalization: skipNorm,
  SkipSimplifiedLayerNormalization: skipNorm,
  EmbedLayerNormalization: embedNorm,
  RelativePositionBias: relativeBias,
  Attention: attention,
  QAttention: projectedAttention,
  MultiHeadAttention: multiHead,
  DecoderMaskedMultiHeadAttention: multiHead,
  GroupQueryAttention: groupedQuery,
  SparseAttention: groupedQuery,
  DynamicQuantizeLinear: dynamicQuantise,
  QuantizeLinear: rounding(false),
  DequantizeLinear: rounding(true),
  GatherBlockQuantized: (_, inputs) => [{ type: input(inputs, 2).type }],
};
