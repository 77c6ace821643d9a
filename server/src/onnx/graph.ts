/**
 * Who makes and who reads each tensor of a graph. Built once, asked often. A subgraph (a branch of an If, a body of a Loop)
 * may read names of the graph around it; such a read counts as one of the node that holds the subgraph.
 */
import { attribute, subgraphs } from './attributes';
import type { GraphProto, ModelProto, NodeProto, TensorProto } from './model';
import { constantValues, smallValues } from './tensor';

/** Where a tensor is made: output `slot` of a node. */
export interface Producer {
  readonly node: NodeProto;
  readonly slot: number;
}

/** Where a tensor is read: input `slot` of a node, or −1 from within its subgraphs. */
export interface Use {
  readonly node: NodeProto;
  readonly slot: number;
}

export interface GraphIndex {
  readonly graph: GraphProto;
  /** The node that makes a tensor; undefined for graph inputs, initializers and unknown names. */
  producer(tensor: string): Producer | undefined;
  /** Every read of a tensor, in the order of the nodes. */
  uses(tensor: string): readonly Use[];
  /** The initializer of that name. */
  initializer(tensor: string): TensorProto | undefined;
  isInput(tensor: string): boolean;
  isOutput(tensor: string): boolean;
  /**
   * The constant that a name stands for: an initializer or a Constant's value, also through Identity. Undefined for what is
   * computed, and for an initializer that is a graph input as well, since the caller may replace it.
   */
  constant(tensor: string): TensorProto | undefined;
  /** The numbers of a small constant (as `constant`, and Constant nodes that hold plain numbers). */
  numbers(tensor: string): readonly number[] | undefined;
}

/** Indexes a graph (or the body of a function given as one). Later producers of a name that two nodes make are ignored. */
export function indexGraph(graph: GraphProto): GraphIndex {
  const producers = new Map<string, Producer>();
  const uses = new Map<string, Use[]>();
  const initializers = new Map(graph.initializers.map((tensor) => [tensor.name, tensor]));
  const inputs = new Set(graph.inputs.map(({ name }) => name));
  const outputs = new Set(graph.outputs.map(({ name }) => name));

  const use = (tensor: string, node: NodeProto, slot: number) => {
    const known = uses.get(tensor);
    if (known) known.push({ node, slot });
    else uses.set(tensor, [{ node, slot }]);
  };
  for (const node of graph.nodes) {
    node.outputs.forEach((name, slot) => {
      if (name && !producers.has(name)) producers.set(name, { node, slot });
    });
    node.inputs.forEach((name, slot) => {
      if (name) use(name, node, slot);
    });
    for (const name of capturedNames(node)) use(name, node, -1);
  }

  /** The name behind any number of Identity nodes. */
  const origin = (tensor: string): string => {
    const seen = new Set<string>();
    let name = tensor;
    for (let node = producers.get(name)?.node; node?.opType === 'Identity'; node = producers.get(name)?.node) {
      if (seen.has(name)) break;
      seen.add(name);
      name = node.inputs[0] ?? '';
    }
    return name;
  };

  const index: GraphIndex = {
    graph,
    producer: (tensor) => producers.get(tensor),
    uses: (tensor) => uses.get(tensor) ?? [],
    initializer: (tensor) => initializers.get(tensor),
    isInput: (tensor) => inputs.has(tensor),
    isOutput: (tensor) => outputs.has(tensor),
    constant(tensor) {
      const name = origin(tensor);
      if (inputs.has(name)) return undefined;
      const node = producers.get(name)?.node;
      return initializers.get(name) ?? (node?.opType === 'Constant' ? attribute(node, 'value')?.t : undefined);
    },
    numbers(tensor) {
      const constant = index.constant(tensor);
      if (constant) return smallValues(constant);
      const node = producers.get(origin(tensor))?.node;
      return node?.opType === 'Constant' ? constantValues(node) : undefined;
    },
  };
  return index;
}

/** Names that the subgraphs of a node read from the graphs around it. */
export function capturedNames(node: NodeProto): Set<string> {
  const captured = new Set<string>();
  for (const graph of subgraphs(node)) {
    const own = new Set([
      ...graph.inputs.map(({ name }) => name),
      ...graph.initializers.map(({ name }) => name),
      ...graph.sparseInitializers.map(({ values }) => values?.name ?? ''),
      ...graph.nodes.flatMap(({ outputs }) => outputs),
    ]);
    const read = [...graph.nodes.flatMap((inner) => [...inner.inputs, ...capturedNames(inner)]), ...graph.outputs.map(({ name }) => name)];
    for (const name of read) if (name && !own.has(name)) captured.add(name);
  }
  return captured;
}

/** Names that a node needs before it can run: its inputs and what its subgraphs capture. */
export function neededNames(node: NodeProto): Set<string> {
  return new Set([...node.inputs.filter(Boolean), ...capturedNames(node)]);
}

/**
 * The nodes so that every tensor is made before it is read; nodes that do not depend on each other keep their order in the
 * file. Undefined where the graph has a cycle.
 */
export function topologicalOrder(index: GraphIndex): NodeProto[] | undefined {
  const { nodes } = index.graph;
  const position = new Map(nodes.map((node, i) => [node, i]));
  const waiting = new Int32Array(nodes.length);
  const readers: number[][] = nodes.map(() => []);
  nodes.forEach((node, i) => {
    const makers = new Set([...neededNames(node)].map((name) => index.producer(name)?.node).filter((maker) => maker !== undefined));
    waiting[i] = makers.size;
    for (const maker of makers) readers[position.get(maker) ?? -1]?.push(i);
  });
  const order: NodeProto[] = [];
  const ready: number[] = [];
  const take = (i: number) => {
    ready.push(i);
    for (let next = ready.pop(); next !== undefined; next = ready.pop()) {
      const node = nodes[next];
      if (node) order.push(node);
      for (const reader of readers[next] ?? []) {
        waiting[reader] = (waiting[reader] ?? 0) - 1;
        // A reader further down is met again by the loop below; only those it has passed must be taken now.
        if (waiting[reader] === 0 && reader < i) ready.push(reader);
      }
    }
  };
  nodes.forEach((_, i) => {
    if (waiting[i] === 0) take(i);
  });
  return order.length === nodes.length ? order : undefined;
}

/** The version of the standard operators that a model asks for; 0 where it names none. */
export function standardOpset(model: ModelProto): number {
  const entry = model.opsetImport.find(({ domain }) => domain === '' || domain === 'ai.onnx');
  return Number(entry?.version ?? 0);
}
