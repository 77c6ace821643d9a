/** Transformers of a few nodes, written as exporters write them, with every habit that differs between families as a switch. */
import { floatTensor, intTensor, makeNode, makeValue } from '../../../server/src/onnx/build';
import type { AttributeValue } from '../../../server/src/onnx/build';
import { dataType } from '../../../server/src/onnx/model';
import type { GraphProto, NodeProto, TensorProto } from '../../../server/src/onnx/model';

export interface TinyHabits {
  readonly layers?: number;
  readonly norm?: 'pre' | 'post';
  readonly gated?: boolean;
  readonly parallel?: boolean;
  /** Neurons of the FFN; the stream is 8 wide. */
  readonly ffn?: number;
  readonly causal?: boolean;
  /** Rows of a learned table of positions; none without. */
  readonly positions?: number;
  /** Scales of a residual inside the block, as DeepNorm has them. */
  readonly residualScale?: number;
}

/** The expected taps beside the graph, by id. */
export interface Tiny {
  readonly graph: GraphProto;
  readonly taps: Readonly<Record<string, string>>;
}

const hiddenWidth = 8;
const heads = 2;
const vocabulary = 11;

/** Writes such a model: embedding, blocks of attention and FFN, final norm in pre-norm models, and a head. */
export function tinyTransformer(habits: TinyHabits = {}): Tiny {
  const { layers = 2, norm = 'pre', parallel = false, causal = false, positions } = habits;
  const graph = new Writer();
  const taps: Record<string, string> = {};
  let stream = graph.op('Gather', [graph.weight([vocabulary, hiddenWidth]), 'input_ids']);
  if (positions !== undefined) stream = graph.op('Add', [stream, positionRows(graph, positions)]);
  taps['L0.hidden'] = stream;
  const bias = causal ? causalBias(graph) : undefined;
  for (let layer = 1; layer <= layers; layer++) {
    const source = stream;
    const read = norm === 'pre' ? graph.norm(source) : source;
    const attended = attention(graph, read, taps, layer, bias);
    const residual = habits.residualScale === undefined ? source : graph.op('Mul', [source, graph.scalar(habits.residualScale)]);
    if (parallel) {
      stream = graph.op('Add', [graph.op('Add', [feedForward(graph, read, taps, layer, habits), attended]), source]);
    } else {
      const middle = graph.op('Add', [residual, attended]);
      const first = norm === 'pre' ? middle : graph.norm(middle);
      stream = graph.op('Add', [feedForward(graph, norm === 'pre' ? graph.norm(first) : first, taps, layer, habits), first]);
      if (norm === 'post') stream = graph.norm(stream);
    }
    taps[`L${layer}.hidden`] = stream;
  }
  const last = norm === 'pre' ? graph.norm(stream) : stream;
  if (norm === 'pre') taps[`L${layers}.final`] = last;
  const logits = graph.op('MatMul', [last, graph.weight([hiddenWidth, vocabulary])]);
  return { taps, graph: graph.finish(logits) };
}

function attention(graph: Writer, read: string, taps: Record<string, string>, layer: number, bias: string | undefined): string {
  const size = hiddenWidth / heads;
  const split = (tensor: string, order: number[]) =>
    graph.op('Transpose', [graph.op('Reshape', [tensor, graph.ints([0, 0, heads, size])])], { perm: order });
  const q = split(graph.linear(read, hiddenWidth, hiddenWidth), [0, 2, 1, 3]);
  const k = split(graph.linear(read, hiddenWidth, hiddenWidth), [0, 2, 3, 1]);
  const v = split(graph.linear(read, hiddenWidth, hiddenWidth), [0, 2, 1, 3]);
  const scores = graph.op('Div', [graph.op('MatMul', [q, k]), graph.scalar(2)]);
  const weights = graph.op('Softmax', [bias === undefined ? scores : graph.op('Add', [scores, bias])], { axis: -1 });
  const heard = graph.op('Transpose', [graph.op('MatMul', [weights, v])], { perm: [0, 2, 1, 3] });
  const joined = graph.op('Reshape', [heard, graph.ints([0, 0, hiddenWidth])]);
  taps[`L${layer}.attn`] = joined;
  return graph.linear(joined, hiddenWidth, hiddenWidth);
}

function feedForward(
  graph: Writer,
  read: string,
  taps: Record<string, string>,
  layer: number,
  { gated = false, ffn = 12 }: TinyHabits,
): string {
  const before = graph.linear(read, hiddenWidth, ffn);
  const neurons = gated
    ? graph.op('Mul', [graph.op('Mul', [before, graph.op('Sigmoid', [before])]), graph.linear(read, hiddenWidth, ffn)])
    : graph.op('Relu', [before]);
  taps[`L${layer}.preact`] = before;
  taps[`L${layer}.ffn`] = neurons;
  return graph.linear(neurons, ffn, hiddenWidth);
}

/** Rows 2, 3, … of a table for the tokens of a text, as OPT looks them up. */
function positionRows(graph: Writer, rows: number): string {
  return graph.op('Gather', [graph.weight([rows, hiddenWidth]), graph.op('Add', [tokenNumbers(graph), graph.ints([2])])]);
}

function tokenNumbers(graph: Writer): string {
  const length = graph.op('Gather', [graph.op('Shape', ['input_ids']), graph.int(1)]);
  return graph.op('Range', [graph.int(0), length, graph.int(1)]);
}

/** −10⁴ wherever a key comes after its query. */
function causalBias(graph: Writer): string {
  const numbers = tokenNumbers(graph);
  const later = graph.op('Less', [graph.op('Unsqueeze', [numbers, graph.ints([1])]), graph.op('Unsqueeze', [numbers, graph.ints([0])])]);
  return graph.op('Where', [later, graph.scalar(-10_000), graph.scalar(0)]);
}

/** Collects nodes and constants under names that say nothing. */
class Writer {
  private readonly nodes: NodeProto[] = [];
  private readonly initializers: TensorProto[] = [];

  op(opType: string, inputs: readonly string[], attributes: Readonly<Record<string, AttributeValue>> = {}): string {
    const output = `t${this.nodes.length}`;
    this.nodes.push(makeNode(opType, inputs, [output], attributes, { name: `n${this.nodes.length}` }));
    return output;
  }

  linear(input: string, from: number, to: number): string {
    return this.op('Add', [this.op('MatMul', [input, this.weight([from, to])]), this.weight([to])]);
  }

  norm(input: string): string {
    return this.op('LayerNormalization', [input, this.weight([hiddenWidth]), this.weight([hiddenWidth])], { axis: -1 });
  }

  /** Values spread over (−1, 1), no two rows alike. */
  weight(dims: readonly number[]): string {
    const size = dims.reduce((a, b) => a * b, 1);
    const seed = this.initializers.length;
    return this.keep((name) =>
      floatTensor(
        name,
        dims,
        Array.from({ length: size }, (_, i) => Math.sin(1 + 7 * seed + 13 * i)),
      ),
    );
  }

  scalar(value: number): string {
    return this.keep((name) => floatTensor(name, [], [value]));
  }

  ints(values: readonly number[]): string {
    return this.keep((name) => intTensor(name, [values.length], values));
  }

  int(value: number): string {
    return this.keep((name) => intTensor(name, [], [value]));
  }

  finish(output: string): GraphProto {
    return {
      name: 'tiny',
      nodes: this.nodes,
      initializers: this.initializers,
      sparseInitializers: [],
      inputs: [makeValue('input_ids', dataType.int64, ['batch', 'tokens'])],
      outputs: [makeValue(output, dataType.float, ['batch', 'tokens', vocabulary])],
      valueInfo: [],
    };
  }

  private keep(make: (name: string) => TensorProto): string {
    const name = `w${this.initializers.length}`;
    this.initializers.push(make(name));
    return name;
  }
}
