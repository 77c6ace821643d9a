/** Letting readers of a tensor read another one. */
import type { GraphProto, NodeProto } from './model';

/**
 * The node reading other names: in its inputs, and within its subgraphs where these capture a name from outside. A name that
 * a subgraph makes itself stays what it is.
 */
export function withReads(node: NodeProto, names: ReadonlyMap<string, string>): NodeProto {
  return {
    ...node,
    inputs: node.inputs.map((name) => names.get(name) ?? name),
    attributes: node.attributes.map((attribute) => {
      if (!attribute.g && attribute.graphs.length === 0) return attribute;
      return {
        ...attribute,
        ...(attribute.g && { g: readingInside(attribute.g, names) }),
        graphs: attribute.graphs.map((graph) => readingInside(graph, names)),
      };
    }),
  };
}

function readingInside(graph: GraphProto, names: ReadonlyMap<string, string>): GraphProto {
  const free = new Map(names);
  for (const { name } of [...graph.inputs, ...graph.initializers]) free.delete(name);
  for (const { outputs } of graph.nodes) for (const name of outputs) free.delete(name);
  return {
    ...graph,
    nodes: graph.nodes.map((node) => withReads(node, free)),
    outputs: graph.outputs.map((output) => ({ ...output, name: free.get(output.name) ?? output.name })),
  };
}
