/** Every node and every constant of a model, within subgraphs and local functions too. */
import { subgraphs } from './attributes';
import type { GraphProto, ModelProto, NodeProto, SparseTensorProto, TensorProto } from './model';

/** All nodes: of the graph, of its subgraphs, of the model's own functions. */
export function* everyNode(model: ModelProto): Generator<NodeProto> {
  if (model.graph) yield* nodesOf(model.graph.nodes);
  for (const { nodes } of model.functions) yield* nodesOf(nodes);
}

function* nodesOf(nodes: readonly NodeProto[]): Generator<NodeProto> {
  for (const node of nodes) {
    yield node;
    for (const graph of subgraphs(node)) yield* nodesOf(graph.nodes);
  }
}

/** All constants with their values: initializers, and tensors in attributes. `node` is the one that holds it. */
export function* everyTensor(model: ModelProto): Generator<{ readonly tensor: TensorProto; readonly node?: NodeProto }> {
  if (model.graph) for (const tensor of initializersOf(model.graph)) yield { tensor };
  for (const node of everyNode(model)) {
    for (const { t, tensors, sparseTensor, sparseTensors } of node.attributes) {
      for (const tensor of [...(t ? [t] : []), ...tensors]) yield { tensor, node };
      for (const sparse of [...(sparseTensor ? [sparseTensor] : []), ...sparseTensors]) {
        for (const tensor of partsOf(sparse)) yield { tensor, node };
      }
    }
    for (const graph of subgraphs(node)) for (const tensor of initializersOf(graph)) yield { tensor, node };
  }
}

function initializersOf(graph: GraphProto): TensorProto[] {
  return [...graph.initializers, ...graph.sparseInitializers.flatMap(partsOf)];
}

function partsOf({ values, indices }: SparseTensorProto): TensorProto[] {
  return [values, indices].filter((tensor) => tensor !== undefined);
}

/** What to call a node: its name, or the first tensor that it makes, or its operator. */
export function nodeName(node: NodeProto): string {
  return node.name || node.outputs.find(Boolean) || node.opType;
}

/** The operator with its domain, as `com.microsoft::BiasGelu`; standard operators without. */
export function operatorName({ domain, opType }: NodeProto): string {
  return domain === '' || domain === 'ai.onnx' ? opType : `${domain}::${opType}`;
}

/** A model with each of its constants, those within nodes and functions included, put through `change`. */
export function mapModelTensors<M extends ModelProto>(model: M, change: (tensor: TensorProto) => TensorProto): M {
  const functions = model.functions.map((body) => ({ ...body, nodes: body.nodes.map((node) => mapNodeTensors(node, change)) }));
  return { ...model, functions, ...(model.graph && { graph: mapTensors(model.graph, change) }) };
}

function mapTensors(graph: GraphProto, change: (tensor: TensorProto) => TensorProto): GraphProto {
  return {
    ...graph,
    initializers: graph.initializers.map(change),
    sparseInitializers: graph.sparseInitializers.map((sparse) => mapSparse(sparse, change)),
    nodes: graph.nodes.map((node) => mapNodeTensors(node, change)),
  };
}

function mapSparse(sparse: SparseTensorProto, change: (tensor: TensorProto) => TensorProto): SparseTensorProto {
  const { values, indices } = sparse;
  return { ...sparse, ...(values && { values: change(values) }), ...(indices && { indices: change(indices) }) };
}

function mapNodeTensors(node: NodeProto, change: (tensor: TensorProto) => TensorProto): NodeProto {
  if (node.attributes.length === 0) return node;
  const attributes = node.attributes.map((attribute) => ({
    ...attribute,
    ...(attribute.t && { t: change(attribute.t) }),
    ...(attribute.g && { g: mapTensors(attribute.g, change) }),
    ...(attribute.sparseTensor && { sparseTensor: mapSparse(attribute.sparseTensor, change) }),
    tensors: attribute.tensors.map(change),
    graphs: attribute.graphs.map((graph) => mapTensors(graph, change)),
    sparseTensors: attribute.sparseTensors.map((sparse) => mapSparse(sparse, change)),
  }));
  return { ...node, attributes };
}
