/** Cutting a graph down to what its outputs need. The runtime computes a whole graph whatever is fetched from it. */
import { indexGraph, neededNames } from './graph';
import type { GraphProto, NodeProto, ValueInfoProto } from './model';

/**
 * The graph with only the given outputs, and only the nodes, weights and inputs that these need. Nodes keep their order.
 * Outputs that the graph already declares keep their types; others are declared by name alone, which the runtime accepts.
 */
export function pruned(graph: GraphProto, outputs: readonly string[]): GraphProto {
  const index = indexGraph(graph);
  const needed = new Set(outputs);
  const kept = new Set<NodeProto>();
  const left = [...outputs];
  for (let name = left.pop(); name !== undefined; name = left.pop()) {
    const node = index.producer(name)?.node;
    if (!node || kept.has(node)) continue;
    kept.add(node);
    for (const input of neededNames(node)) {
      if (needed.has(input)) continue;
      needed.add(input);
      left.push(input);
    }
  }
  const declared = new Map(graph.outputs.map((output) => [output.name, output]));
  const made = new Set([...kept].flatMap((node) => node.outputs));
  return {
    ...graph,
    nodes: graph.nodes.filter((node) => kept.has(node)),
    initializers: graph.initializers.filter(({ name }) => needed.has(name)),
    sparseInitializers: graph.sparseInitializers.filter(({ values }) => needed.has(values?.name ?? '')),
    inputs: graph.inputs.filter(({ name }) => needed.has(name)),
    outputs: [...new Set(outputs)].map((name): ValueInfoProto => declared.get(name) ?? { name }),
    valueInfo: graph.valueInfo.filter(({ name }) => made.has(name) || needed.has(name)),
  };
}
