/** Transformers of a few nodes, written as exporters write them, with every habit that differs between families as a switch. */
import type { GraphProto } from '../../../server/src/onnx/model';
import { GraphWriter } from './graphWriter';

export interface TinyHabits {
  readonly layers?: number;
  readonly norm?: 'pre' | 'post';
  /** One operator, or the arithmetic that older opsets spell out. */
  readonly normForm?: 'operator' | 'layer' | 'rms';
  readonly gated?: boolean;
  /** The activation function; SiLU in gated FFNs unless another is asked for. */
  readonly activation?: TinyActivation;
  /** Query, key and value from three products, or from one that is cut. */
  readonly qkv?: 'apart' | 'split' | 'slice';
  /** Heads of keys and values; there are two of queries. */
  readonly keyValueHeads?: 1 | 2;
  readonly parallel?: boolean;
  /** Neurons of the FFN; the stream is 8 wide. */
  readonly ffn?: number;
  readonly causal?: boolean;
  /** Rows of a learned table of positions; none without. */
  readonly positions?: number;
  /** Rows of a table that queries are multiplied with, row by row, as GPT-J finds its angles; none without. */
  readonly angles?: number;
  /** Scales of a residual inside the block, as DeepNorm has them. */
  readonly residualScale?: number;
}

export type TinyActivation = 'relu' | 'gelu-erf' | 'gelu-tanh' | 'silu';

/** The expected taps beside the graph, by id. */
export interface Tiny {
  readonly graph: GraphProto;
  readonly taps: Readonly<Record<string, string>>;
}

const hiddenWidth = 8;
const heads = 2;
const headSize = hiddenWidth / heads;
const vocabulary = 11;

/** Writes such a model: embedding, blocks of attention and FFN, final norm in pre-norm models, and a head. */
export function tinyTransformer(habits: TinyHabits = {}): Tiny {
  const { layers = 2, norm = 'pre', parallel = false, causal = false, positions } = habits;
  const graph = new GraphWriter();
  const normed = (input: string) =>
    habits.normForm === undefined || habits.normForm === 'operator'
      ? graph.norm(input, hiddenWidth)
      : spelledNorm(graph, input, habits.normForm);
  const taps: Record<string, string> = {};
  let stream = graph.op('Gather', [graph.weight([vocabulary, hiddenWidth]), 'input_ids']);
  if (positions !== undefined) stream = graph.op('Add', [stream, positionRows(graph, positions)]);
  taps['L0.hidden'] = stream;
  const bias = causal ? causalBias(graph) : undefined;
  for (let layer = 1; layer <= layers; layer++) {
    const source = stream;
    const read = norm === 'pre' ? normed(source) : source;
    const attended = attention(graph, read, taps, layer, habits, bias);
    const residual = habits.residualScale === undefined ? source : graph.op('Mul', [source, graph.scalar(habits.residualScale)]);
    if (parallel) {
      stream = graph.op('Add', [graph.op('Add', [feedForward(graph, read, taps, layer, habits), attended]), source]);
    } else {
      const middle = graph.op('Add', [residual, attended]);
      const first = norm === 'pre' ? middle : normed(middle);
      stream = graph.op('Add', [feedForward(graph, norm === 'pre' ? normed(first) : first, taps, layer, habits), first]);
      if (norm === 'post') stream = normed(stream);
    }
    taps[`L${layer}.hidden`] = stream;
  }
  const last = norm === 'pre' ? normed(stream) : stream;
  if (norm === 'pre') taps[`L${layers}.final`] = last;
  const logits = graph.op('MatMul', [last, graph.weight([hiddenWidth, vocabulary])]);
  return { taps, graph: graph.finish(logits, vocabulary) };
}

function attention(
  graph: GraphWriter,
  read: string,
  taps: Record<string, string>,
  layer: number,
  { qkv = 'apart', keyValueHeads = heads, angles }: TinyHabits,
  bias: string | undefined,
): string {
  const few = keyValueHeads * headSize;
  const [query, key, value] = projections(graph, read, qkv, [hiddenWidth, few, few]);
  const split = (tensor: string, count: number) =>
    graph.op('Transpose', [graph.op('Reshape', [tensor, graph.ints([0, 0, count, headSize])])], { perm: [0, 2, 1, 3] });
  const q = angles === undefined ? split(query, heads) : graph.op('Mul', [split(query, heads), turns(graph, angles)]);
  const k = graph.op('Transpose', [repeated(graph, split(key, keyValueHeads), keyValueHeads)], { perm: [0, 1, 3, 2] });
  const v = repeated(graph, split(value, keyValueHeads), keyValueHeads);
  const scores = graph.op('Div', [graph.op('MatMul', [q, k]), graph.scalar(2)]);
  const weights = graph.op('Softmax', [bias === undefined ? scores : graph.op('Add', [scores, bias])], { axis: -1 });
  const heard = graph.op('Transpose', [graph.op('MatMul', [weights, v])], { perm: [0, 2, 1, 3] });
  const joined = graph.op('Reshape', [heard, graph.ints([0, 0, hiddenWidth])]);
  taps[`L${layer}.attn`] = joined;
  return graph.linear(joined, hiddenWidth, hiddenWidth);
}

type Three<T> = readonly [T, T, T];

function projections(graph: GraphWriter, read: string, how: 'apart' | 'split' | 'slice', widths: Three<number>): Three<string> {
  const [q, k, v] = widths;
  if (how === 'apart') return [graph.linear(read, hiddenWidth, q), graph.linear(read, hiddenWidth, k), graph.linear(read, hiddenWidth, v)];
  const all = graph.linear(read, hiddenWidth, q + k + v);
  if (how === 'split') return graph.ops('Split', [all, graph.ints(widths)], 3, { axis: -1 }) as unknown as Three<string>;
  const cut = (from: number, to: number) => graph.op('Slice', [all, graph.ints([from]), graph.ints([to]), graph.ints([2])]);
  return [cut(0, q), cut(q, q + k), cut(q + k, q + k + v)];
}

/** Keys or values [texts, few, tokens, size] for every head of queries, as grouped queries share them. */
function repeated(graph: GraphWriter, tensor: string, count: number): string {
  if (count === heads) return tensor;
  const wide = graph.op('Expand', [graph.op('Unsqueeze', [tensor, graph.ints([2])]), graph.ints([1, 1, heads / count, 1, 1])]);
  return graph.op('Reshape', [wide, graph.ints([0, heads, -1, headSize])]);
}

/** x − mean over its spread, or x over its root mean square, times a gain and plus a bias. */
function spelledNorm(graph: GraphWriter, input: string, form: 'layer' | 'rms'): string {
  const mean = (tensor: string) => graph.op('ReduceMean', [tensor], { axes: [-1], keepdims: 1 });
  const centred = form === 'layer' ? graph.op('Sub', [input, mean(input)]) : input;
  const spread = graph.op('Sqrt', [graph.op('Add', [mean(graph.op('Pow', [centred, graph.scalar(2)])), graph.scalar(1e-5)])]);
  const scaled = graph.op('Mul', [graph.op('Div', [centred, spread]), graph.weight([hiddenWidth])]);
  return form === 'layer' ? graph.op('Add', [scaled, graph.weight([hiddenWidth])]) : scaled;
}

function feedForward(
  graph: GraphWriter,
  read: string,
  taps: Record<string, string>,
  layer: number,
  { gated = false, ffn = 12, activation = gated ? 'silu' : 'relu' }: TinyHabits,
): string {
  const before = graph.linear(read, hiddenWidth, ffn);
  const bent = bend(graph, before, activation);
  const neurons = gated ? graph.op('Mul', [bent, graph.linear(read, hiddenWidth, ffn)]) : bent;
  taps[`L${layer}.preact`] = before;
  taps[`L${layer}.ffn`] = neurons;
  return graph.linear(neurons, ffn, hiddenWidth);
}

/** Activation functions as exporters spell them out. */
function bend(graph: GraphWriter, x: string, activation: TinyActivation): string {
  const times = (tensor: string, factor: number) => graph.op('Mul', [tensor, graph.scalar(factor)]);
  const halfOfOneMore = (tensor: string) => graph.op('Mul', [times(x, 0.5), graph.op('Add', [tensor, graph.scalar(1)])]);
  switch (activation) {
    case 'relu':
      return graph.op('Relu', [x]);
    case 'silu':
      return graph.op('Mul', [x, graph.op('Sigmoid', [x])]);
    case 'gelu-erf':
      return halfOfOneMore(graph.op('Erf', [graph.op('Div', [x, graph.scalar(Math.SQRT2)])]));
    case 'gelu-tanh': {
      const cubed = times(graph.op('Pow', [x, graph.scalar(3)]), 0.044715);
      return halfOfOneMore(graph.op('Tanh', [times(graph.op('Add', [x, cubed]), Math.sqrt(2 / Math.PI))]));
    }
  }
}

/** Rows 2, 3, … of a table for the tokens of a text, as OPT looks them up. */
function positionRows(graph: GraphWriter, rows: number): string {
  return graph.op('Gather', [graph.weight([rows, hiddenWidth]), graph.op('Add', [tokenNumbers(graph), graph.ints([2])])]);
}

function tokenNumbers(graph: GraphWriter): string {
  const length = graph.op('Gather', [graph.op('Shape', ['input_ids']), graph.int(1)]);
  return graph.op('Range', [graph.int(0), length, graph.int(1)]);
}

/** Rows of a table [texts, 1, tokens, head size]: the table and the numbers of its rows are copied for every text before. */
function turns(graph: GraphWriter, rows: number): string {
  const sizes = graph.op('Shape', ['input_ids']);
  const texts = graph.op('Gather', [sizes, graph.ints([0])]);
  const copied = (tensor: string, count: string) =>
    graph.op('Expand', [tensor, graph.op('Concat', [texts, count, graph.ints([headSize])], { axis: 0 })]);
  const table = copied(graph.op('Unsqueeze', [graph.weight([rows, headSize]), graph.ints([0])]), graph.ints([rows]));
  const numbers = copied(graph.op('Unsqueeze', [tokenNumbers(graph), graph.ints([0, 2])]), graph.op('Gather', [sizes, graph.ints([1])]));
  return graph.op('Unsqueeze', [graph.op('GatherElements', [table, numbers], { axis: 1 }), graph.ints([1])]);
}

/** −10⁴ wherever a key comes after its query. */
function causalBias(graph: GraphWriter): string {
  const numbers = tokenNumbers(graph);
  const later = graph.op('Less', [graph.op('Unsqueeze', [numbers, graph.ints([1])]), graph.op('Unsqueeze', [numbers, graph.ints([0])])]);
  return graph.op('Where', [later, graph.scalar(-10_000), graph.scalar(0)]);
}
