/** Making any tensor of a graph an output, as float32 and in the order batch, token, neuron. */
import { InputError } from '../protocol/errors';
import { intAttribute } from './attributes';
import { makeNode } from './build';
import { indexGraph } from './graph';
import { dataType } from './model';
import type { GraphProto, ModelProto, NodeProto } from './model';
import { withReads } from './rename';
import type { TapLayout, TapTensor } from './taps/tap';
import { everyNode, everyTensor } from './walk';

/** A tensor to be fetched. Without a layout its axes stay as they are. A `TapTensor` is one. */
export type Fetch = Pick<TapTensor, 'tensor' | 'addOutput' | 'plus'> & { readonly layout?: TapLayout };

/** Names that this program gives to tensors begin so; no exporter writes such names. */
const ours = 'golgi:';

const toBatchFirst: Partial<Record<TapLayout, readonly number[]>> = {
  TBN: [1, 0, 2],
  BNT: [0, 2, 1],
  BHTD: [0, 2, 1, 3],
  TBHD: [1, 0, 2, 3],
};

/** The order of axes that brings a layout to batch, token, neuron; undefined where memory has that order, whatever the rank. */
export function batchFirst(layout: TapLayout): readonly number[] | undefined {
  return toBatchFirst[layout];
}

/**
 * The graph with the tensors computed in a form that can be fetched: cast to float32 where the model holds other floats
 * (the runtime cannot hand them over), the constant `plus` added, transposed to [batch, token, …]. `outputs[i]` is the
 * tensor that holds the i-th fetch; it is not declared yet (`pruned` declares outputs). Throws InputError MODEL_TAP for a
 * tensor that the graph does not have.
 */
export function withFetches(model: ModelProto, graph: GraphProto, fetches: readonly Fetch[]): { graph: GraphProto; outputs: string[] } {
  const cast = holdsOtherFloats(model);
  const index = indexGraph(graph);
  const nodes = [...graph.nodes];
  const added = new Map<string, NodeProto>();
  const derived = (op: string, inputs: readonly string[], attributes: Record<string, number | readonly number[]>): string => {
    const output = `${ours}${op}(${inputs.join(',')})${JSON.stringify(attributes)}`;
    if (!added.has(output)) added.set(output, makeNode(op, inputs, [output], attributes));
    return output;
  };
  const asFloat = (tensor: string) => (cast ? derived('Cast', [tensor], { to: dataType.float }) : tensor);

  const outputs = fetches.map(({ tensor, layout, plus, addOutput }) => {
    // A sum that an edit has taken out of its operator is made by a node already.
    const undeclared = index.producer(tensor) ? undefined : addOutput;
    const node = undeclared && nodes[undeclared.node];
    if (undeclared && node) nodes[undeclared.node] = withOutput(node, undeclared.index, undeclared.name);
    else if (!index.producer(tensor) && !index.isInput(tensor) && !index.initializer(tensor)) throw unknownTensor(tensor);
    // The runtime wants outputs to be made by nodes.
    const made = undeclared || index.producer(tensor) ? tensor : derived('Identity', [tensor], {});
    const whole = plus === undefined ? asFloat(made) : derived('Add', [asFloat(made), asFloat(plus)], {});
    const perm = layout && batchFirst(layout);
    return perm ? derived('Transpose', [whole], { perm }) : whole;
  });
  return { graph: { ...graph, nodes: [...nodes, ...added.values()] }, outputs };
}

function unknownTensor(tensor: string): InputError {
  return new InputError(
    'MODEL_TAP',
    { tensor },
    {
      found: 'a tensor that the graph does not have',
      expected: 'the name of a tensor that a node makes at the top of the graph',
      remedy: 'look at the names that `golgi model` lists',
    },
  );
}

function withOutput(node: NodeProto, index: number, name: string): NodeProto {
  const outputs = Array.from({ length: Math.max(node.outputs.length, index + 1) }, (_, i) => node.outputs[i] ?? '');
  outputs[index] = name;
  return { ...node, outputs };
}

const otherFloats: ReadonlySet<number | undefined> = new Set([dataType.float16, dataType.bfloat16, dataType.double]);

/** Whether any value of a model may be of a float type that is not float32. */
export function holdsOtherFloats(model: ModelProto): boolean {
  for (const { tensor } of everyTensor(model)) if (otherFloats.has(tensor.dataType)) return true;
  for (const node of everyNode(model)) if (node.opType === 'Cast' && otherFloats.has(intAttribute(node, 'to'))) return true;
  return model.graph?.inputs.some(({ type }) => otherFloats.has(type?.tensorType?.elemType)) ?? false;
}

/**
 * The graph taking float32 wherever it took another float (float16 caches of exported decoders): the runtime's binding
 * cannot be fed float16 where JavaScript has a Float16Array of its own (microsoft/onnxruntime#32323).
 */
export function withFloatInputs(graph: GraphProto): GraphProto {
  const renamed = new Map<string, string>();
  const casts: NodeProto[] = [];
  const inputs = graph.inputs.map((input) => {
    const tensorType = input.type?.tensorType;
    if (!tensorType || !otherFloats.has(tensorType.elemType)) return input;
    const inside = `${ours}${input.name}`;
    renamed.set(input.name, inside);
    casts.push(makeNode('Cast', [input.name], [inside], { to: tensorType.elemType ?? dataType.float }));
    return { ...input, type: { ...input.type, tensorType: { ...tensorType, elemType: dataType.float } } };
  });
  if (casts.length === 0) return graph;
  return { ...graph, inputs, nodes: [...casts, ...graph.nodes.map((node) => withReads(node, renamed))] };
}
