/** Writing graphs node by node, as exporters do, under names that say nothing. */
import { floatTensor, intTensor, makeNode, makeValue } from '../../../server/src/onnx/build';
import type { AttributeValue } from '../../../server/src/onnx/build';
import { dataType } from '../../../server/src/onnx/model';
import type { GraphProto, NodeProto, TensorProto } from '../../../server/src/onnx/model';

/** Collects nodes and constants. */
export class GraphWriter {
  private readonly nodes: NodeProto[] = [];
  private readonly initializers: TensorProto[] = [];

  op(opType: string, inputs: readonly string[], attributes: Readonly<Record<string, AttributeValue>> = {}): string {
    const output = `t${this.nodes.length}`;
    this.nodes.push(makeNode(opType, inputs, [output], attributes, { name: `n${this.nodes.length}` }));
    return output;
  }

  /** A node of several outputs. */
  ops(opType: string, inputs: readonly string[], count: number, attributes: Readonly<Record<string, AttributeValue>> = {}): string[] {
    const outputs = Array.from({ length: count }, (_, i) => `t${this.nodes.length}_${i}`);
    this.nodes.push(makeNode(opType, inputs, outputs, attributes, { name: `n${this.nodes.length}` }));
    return outputs;
  }

  /** A product with weights, and a bias. */
  linear(input: string, from: number, to: number): string {
    return this.op('Add', [this.op('MatMul', [input, this.weight([from, to])]), this.weight([to])]);
  }

  /** A layer norm in one operator. */
  norm(input: string, width: number): string {
    return this.op('LayerNormalization', [input, this.weight([width]), this.weight([width])], { axis: -1 });
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

  /** The graph from token ids to an output [batch, tokens, width]. */
  finish(output: string, width: number): GraphProto {
    return {
      name: 'tiny',
      nodes: this.nodes,
      initializers: this.initializers,
      sparseInitializers: [],
      inputs: [makeValue('input_ids', dataType.int64, ['batch', 'tokens'])],
      outputs: [makeValue(output, dataType.float, ['batch', 'tokens', width])],
      valueInfo: [],
    };
  }

  protected keep(make: (name: string) => TensorProto): string {
    const name = `w${this.initializers.length}`;
    this.initializers.push(make(name));
    return name;
  }
}
