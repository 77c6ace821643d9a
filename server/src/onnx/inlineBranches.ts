/**
 * Branches that are decided before the model runs, put in place of their If. A merged decoder of the Hub is one If on the
 * input `use_cache_branch`: where texts are run whole, it is the branch without a cache, and where they go on, the other.
 */
import { attribute } from './attributes';
import { makeNode } from './build';
import { indexGraph } from './graph';
import type { GraphIndex } from './graph';
import type { GraphProto, NodeProto, SparseTensorProto, TensorProto, ValueInfoProto } from './model';
import { withReads } from './rename';

const cacheFlag = 'use_cache_branch';

/** The graph without such Ifs, in as many rounds as branches are nested. Other Ifs stay. `goesOn`: after tokens of runs before. */
export function withBranchesInline(graph: GraphProto, goesOn = false): GraphProto {
  const index = indexGraph(graph);
  const taken = new Set([...madeIn(graph), ...graph.inputs.map(({ name }) => name)]);
  const nodes: NodeProto[] = [];
  const initializers: TensorProto[] = [...graph.initializers];
  const sparseInitializers: SparseTensorProto[] = [...graph.sparseInitializers];
  const valueInfo: ValueInfoProto[] = [...graph.valueInfo];
  let found = false;
  for (const node of graph.nodes) {
    const chosen = node.opType === 'If' && node.domain === '' ? chosenBranch(node, index, goesOn) : undefined;
    if (!chosen) {
      nodes.push(node);
      continue;
    }
    found = true;
    const branch = distinctlyNamed(chosen, taken);
    nodes.push(...branch.nodes, ...handingOn(branch, node));
    initializers.push(...branch.initializers);
    sparseInitializers.push(...branch.sparseInitializers);
    valueInfo.push(...branch.valueInfo);
  }
  return found ? withBranchesInline({ ...graph, nodes, initializers, sparseInitializers, valueInfo }, goesOn) : graph;
}

function chosenBranch(node: NodeProto, index: GraphIndex, goesOn: boolean): GraphProto | undefined {
  const condition = node.inputs[0] ?? '';
  const value = index.isInput(condition) && condition === cacheFlag ? Number(goesOn) : index.numbers(condition)?.[0];
  return value === undefined ? undefined : attribute(node, value ? 'then_branch' : 'else_branch')?.g;
}

function handingOn(branch: GraphProto, { outputs }: NodeProto): NodeProto[] {
  return outputs.flatMap((name, i) => {
    const inner = branch.outputs[i]?.name;
    return name && inner ? [makeNode('Identity', [inner], [name])] : [];
  });
}

/** The branch with new names for what it makes under a taken one: two branches side by side may use the same names. */
function distinctlyNamed(branch: GraphProto, taken: Set<string>): GraphProto {
  const renamed = new Map<string, string>();
  for (const name of madeIn(branch)) {
    let free = name;
    for (let count = 2; taken.has(free); count++) free = `${name}#${count}`;
    taken.add(free);
    if (free !== name) renamed.set(name, free);
  }
  if (renamed.size === 0) return branch;
  const named = <T extends { readonly name: string }>(each: T): T => ({ ...each, name: renamed.get(each.name) ?? each.name });
  return {
    ...branch,
    nodes: branch.nodes.map((node) => {
      const reading = withReads(node, renamed);
      return { ...reading, outputs: node.outputs.map((name) => renamed.get(name) ?? name) };
    }),
    initializers: branch.initializers.map(named),
    sparseInitializers: branch.sparseInitializers.map((each) => ({ ...each, ...(each.values && { values: named(each.values) }) })),
    outputs: branch.outputs.map(named),
    valueInfo: branch.valueInfo.map(named),
  };
}

/** Every name that a graph makes itself. */
function madeIn({ nodes, initializers, sparseInitializers }: GraphProto): string[] {
  return [
    ...nodes.flatMap(({ outputs }) => outputs.filter(Boolean)),
    ...initializers.map(({ name }) => name),
    ...sparseInitializers.map(({ values }) => values?.name ?? ''),
  ];
}
