/** Whether every tensor that is read is made, once, and before it is read. */
import { counted } from '../../protocol/counted';
import { problem, shown } from '../../protocol/errors';
import type { Problem } from '../../protocol/errors';
import { subgraphs } from '../attributes';
import { indexGraph, neededNames, topologicalOrder } from '../graph';
import type { GraphIndex } from '../graph';
import type { FunctionProto, GraphProto, ModelProto, NodeProto } from '../model';
import { nodeName } from '../walk';

const remedy = 'the graph is damaged: export the model again';

/** MODEL_GRAPH: tensors that nothing makes or that two nodes make, and cycles with both ends named. */
export function checkWiring(model: ModelProto, file: string): Problem[] {
  const graphs = [...(model.graph ? [model.graph] : []), ...model.functions.map(asGraph)];
  return graphs.flatMap((graph) => [...namesOf(graph, () => false, file), ...cycleOf(graph, file)]);
}

/** MODEL_GRAPH, as a warning: names that several nodes have. The runtime refuses those, so later nodes are opened under other names. */
export function sharedNames({ graph }: ModelProto, file: string): Problem[] {
  const counts = new Map<string, number>();
  for (const { name } of graph?.nodes ?? []) if (name !== '') counts.set(name, (counts.get(name) ?? 0) + 1);
  const shared = [...counts].filter(([, count]) => count > 1);
  const [first] = shared;
  if (!first) return [];
  const [name, count] = first;
  return [
    problem(
      'MODEL_GRAPH',
      { file, node: name },
      {
        found: `${counted(count, 'node')} of the name "${shown(name, 100)}"${shared.length > 1 ? `, and ${counted(shared.length - 1, 'more name')} that several nodes have` : ''}`,
        expected: 'a name of its own for each node',
        remedy: 'nothing to do: nodes were numbered where their names are the same',
      },
    ),
  ];
}

/** The body of a function as a graph, for what looks at graphs. */
function asGraph({ name, nodes, inputs, outputs, valueInfo }: FunctionProto): GraphProto {
  const named = (list: readonly string[]) => list.map((each) => ({ name: each }));
  return { name, nodes, inputs: named(inputs), outputs: named(outputs), valueInfo, initializers: [], sparseInitializers: [] };
}

function namesOf(graph: GraphProto, outer: (name: string) => boolean, file: string): Problem[] {
  const findings: Problem[] = [];
  const made = new Map<string, string>();
  for (const { name } of graph.inputs) made.set(name, 'an input of the graph');
  for (const { name } of graph.initializers) made.set(name, 'an initializer');
  for (const { values } of graph.sparseInitializers) made.set(values?.name ?? '', 'an initializer');
  for (const node of graph.nodes) {
    for (const output of node.outputs.filter(Boolean)) {
      const earlier = made.get(output);
      if (earlier === undefined) made.set(output, `the node "${shown(nodeName(node), 200)}"`);
      else
        findings.push(
          finding(file, node, output, `"${shown(output, 200)}" is made here and also by ${earlier}`, 'one maker for each tensor'),
        );
    }
  }

  const known = (name: string) => made.has(name) || outer(name);
  for (const node of graph.nodes) {
    for (const input of node.inputs) {
      if (input === '' || known(input)) continue;
      const found = `the node "${shown(nodeName(node), 200)}" (${shown(node.opType, 100)}) reads "${shown(input, 200)}", which nothing makes`;
      findings.push(finding(file, node, input, found, 'a node, input or initializer of that name'));
    }
    for (const inner of subgraphs(node)) findings.push(...namesOf(inner, known, file), ...cycleOf(inner, file));
  }
  for (const { name } of graph.outputs) {
    if (known(name)) continue;
    findings.push(
      problem(
        'MODEL_GRAPH',
        { file, tensor: name },
        {
          found: `the graph's output "${shown(name, 200)}", which nothing makes`,
          expected: 'a node, input or initializer of that name',
          remedy,
        },
      ),
    );
  }
  return findings;
}

function finding(file: string, node: NodeProto, tensor: string, found: string, expected: string): Problem {
  return problem('MODEL_GRAPH', { file, node: nodeName(node), tensor }, { found, expected, remedy });
}

function cycleOf(graph: GraphProto, file: string): Problem[] {
  const index = indexGraph(graph);
  const order = topologicalOrder(index);
  if (order) return [];
  const loop = findLoop(index, graph.nodes);
  const [first, second] = loop;
  if (!first || !second) return [];
  const names = loop.map((node) => `"${shown(nodeName(node), 100)}"`);
  const path = names.length > 6 ? [...names.slice(0, 3), '…', ...names.slice(-2)] : names;
  const found = `a cycle of ${counted(loop.length - 1, 'node')}: ${path.join(' → ')}, each needing the next`;
  const tensor = [...neededNames(first)].find((name) => index.producer(name)?.node === second) ?? '';
  return [finding(file, first, tensor, found, 'a graph in which every tensor can be made before it is read')];
}

/** Nodes of a cycle, the first repeated at the end, each needing an output of the next. */
function findLoop(index: GraphIndex, nodes: readonly NodeProto[]): NodeProto[] {
  const makers = (node: NodeProto) =>
    [...neededNames(node)].map((name) => index.producer(name)?.node).filter((maker) => maker !== undefined);
  const finished = new Set<NodeProto>();
  for (const start of nodes) {
    if (finished.has(start)) continue;
    const path = [start];
    const onPath = new Map([[start, 0]]);
    const left = [makers(start)];
    while (path.length > 0) {
      const next = left.at(-1)?.pop();
      if (next === undefined) {
        left.pop();
        const done = path.pop();
        if (done) {
          onPath.delete(done);
          finished.add(done);
        }
      } else if (onPath.has(next)) {
        return [...path.slice(onPath.get(next)), next];
      } else if (!finished.has(next)) {
        onPath.set(next, path.length);
        path.push(next);
        left.push(makers(next));
      }
    }
  }
  return [];
}
