/** Graphs that compute the same, written otherwise: what exporters and optimisers do to one model. */
import { makeNode, makeValue } from '../../../server/src/onnx/build';
import { dataType } from '../../../server/src/onnx/model';
import type { GraphProto, NodeProto } from '../../../server/src/onnx/model';

/** A share of random decisions; each call decides one. */
export type Chance = () => boolean;

/** Some reads go through an Identity. */
export function withIdentities(graph: GraphProto, chance: Chance): GraphProto {
  const made = new Set(graph.nodes.flatMap(({ outputs }) => outputs));
  const nodes = graph.nodes.flatMap((node, i): NodeProto[] => {
    const added: NodeProto[] = [];
    const inputs = node.inputs.map((name, slot) => {
      if (!made.has(name) || !chance()) return name;
      added.push(makeNode('Identity', [name], [`same${i}_${slot}`]));
      return `same${i}_${slot}`;
    });
    return [...added, { ...node, inputs }];
  });
  return { ...graph, nodes };
}

/** Some constants are nodes, some weights of products are stored turned and turned back on the way. */
export function unfolded(graph: GraphProto, chance: Chance): GraphProto {
  const constants: NodeProto[] = [];
  const initializers = graph.initializers.filter((tensor) => {
    if (!chance()) return true;
    constants.push(makeNode('Constant', [], [tensor.name], { value: tensor }));
    return false;
  });
  const nodes = graph.nodes.flatMap((node): NodeProto[] => {
    const [data = '', weight = ''] = node.inputs;
    if (node.opType !== 'MatMul' || !weight.startsWith('w') || !chance()) return [node];
    const turned = makeNode('Transpose', [weight], [`${weight}/turned/${node.outputs[0]}`], { perm: [1, 0] });
    const back = makeNode('Transpose', [turned.outputs[0] ?? ''], [`${weight}/back/${node.outputs[0]}`], { perm: [1, 0] });
    return [turned, back, { ...node, inputs: [data, back.outputs[0] ?? ''] }];
  });
  return { ...graph, initializers, nodes: [...constants, ...nodes] };
}

/** Some products with a bias become one Gemm over rows, between two reshapes, as Conv1D is exported. */
export function withGemms(graph: GraphProto, widths: ReadonlyMap<string, number>, chance: Chance): GraphProto {
  const maker = new Map(graph.nodes.map((node) => [node.outputs[0], node]));
  const gone = new Set<NodeProto>();
  const constants: NodeProto[] = [];
  const replaced = graph.nodes.flatMap((node): NodeProto[] => {
    const [product = '', bias = ''] = node.inputs;
    const before = maker.get(product);
    const [data = '', weight = ''] = before?.inputs ?? [];
    const width = widths.get(bias);
    if (node.opType !== 'Add' || before?.opType !== 'MatMul' || width === undefined || !widths.has(weight) || !chance()) return [node];
    gone.add(before);
    const [output = ''] = node.outputs;
    const shapeOf = (name: string) => `${output}/${name}`;
    const lengths = makeNode('Slice', [shapeOf('all'), shapeOf('from'), shapeOf('to')], [shapeOf('lengths')]);
    constants.push(
      ints(shapeOf('rows'), [-1, widths.get(weight) ?? 0]),
      ints(shapeOf('from'), [0]),
      ints(shapeOf('to'), [2]),
      ints(shapeOf('width'), [width]),
    );
    return [
      makeNode('Reshape', [data, shapeOf('rows')], [shapeOf('flat')]),
      makeNode('Gemm', [shapeOf('flat'), weight, bias], [shapeOf('gemm')]),
      makeNode('Shape', [data], [shapeOf('all')]),
      lengths,
      makeNode('Concat', [shapeOf('lengths'), shapeOf('width')], [shapeOf('shape')], { axis: 0 }),
      makeNode('Reshape', [shapeOf('gemm'), shapeOf('shape')], [output]),
    ];
  });
  return { ...graph, nodes: [...constants, ...replaced.filter((node) => !gone.has(node))] };
}

function ints(name: string, values: readonly number[]): NodeProto {
  return makeNode('Constant', [], [name], { value_ints: values });
}

/** A pooler with a classifier on the first token, and scores for every token of some hidden state, as further outputs. */
export function withHeads(graph: GraphProto, hidden: string, square: string, toVocabulary: string): GraphProto {
  const added = [
    ints('heads/zero', [0]),
    makeNode('Gather', [hidden, 'heads/zero'], ['heads/first'], { axis: 1 }),
    makeNode('Tanh', ['heads/turned'], ['heads/pooled']),
    makeNode('MatMul', ['heads/first', square], ['heads/turned']),
    makeNode('MatMul', ['heads/pooled', toVocabulary], ['heads/classes']),
    makeNode('MatMul', [hidden, toVocabulary], ['heads/early']),
  ];
  const outputs = ['heads/early', 'heads/classes'].map((name) => makeValue(name, dataType.float, ['batch', 'more', 'units']));
  return { ...graph, nodes: [...added, ...graph.nodes], outputs: [...outputs, ...graph.outputs] };
}

/** All nodes in another order, and every name but those of inputs another one. */
export function shuffled(graph: GraphProto, key: () => number, name: (tensor: string) => string): GraphProto {
  const renamed = graph.nodes.map((node) => ({
    key: key(),
    node: { ...node, name: '', inputs: node.inputs.map((each) => (each === '' ? '' : name(each))), outputs: node.outputs.map(name) },
  }));
  return {
    ...graph,
    nodes: renamed.sort((a, b) => a.key - b.key).map(({ node }) => node),
    initializers: graph.initializers.map((tensor) => ({ ...tensor, name: name(tensor.name) })),
    outputs: graph.outputs.map((output) => ({ ...output, name: name(output.name) })),
  };
}
