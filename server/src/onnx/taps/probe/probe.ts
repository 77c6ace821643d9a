/**
 * Shapes and small values of every tensor for given sizes, found by walking the graph with arithmetic on shapes, masks and
 * positions alone: no weight is read and nothing is run. Exports rarely carry shapes, and never those within attention.
 */
import { attribute } from '../../attributes';
import type { GraphIndex } from '../../graph';
import type { GraphProto, NodeProto, TensorProto } from '../../model';
import { dimsOf, smallValues } from '../../tensor';
import { elementwise } from './elementwise';
import { probeInputs } from './inputs';
import type { ProbeSizes } from './inputs';
import { making } from './making';
import { products } from './products';
import type { Rule } from './rule';
import { shaping } from './shaping';
import type { Traced } from './traced';

const rules: ReadonlyMap<string, Rule> = new Map(Object.entries({ ...elementwise, ...making, ...products, ...shaping }));

/** What is known of each tensor of a graph, by name. */
export type Probe = ReadonlyMap<string, Traced>;

/** Walks a graph whose nodes come in an order that makes every tensor before it is read. */
export function probeGraph(index: GraphIndex, order: readonly NodeProto[], sizes: ProbeSizes): Probe {
  const known = new Map<string, Traced>(probeInputs(index.graph, sizes));
  walk(index.graph, order, known);
  return known;
}

function walk(graph: GraphProto, order: readonly NodeProto[], known: Map<string, Traced>): void {
  for (const tensor of graph.initializers) if (!known.has(tensor.name)) known.set(tensor.name, constant(tensor));
  for (const node of order) {
    const outputs = node.opType === 'If' ? branch(node, known) : apply(node, known);
    node.outputs.forEach((name, i) => {
      const found = outputs[i];
      if (name && found) known.set(name, found);
    });
  }
}

function apply(node: NodeProto, known: ReadonlyMap<string, Traced>): readonly (Traced | undefined)[] {
  const rule = rules.get(node.opType);
  return rule
    ? rule(
        node,
        node.inputs.map((name) => known.get(name) ?? {}),
      )
    : [];
}

/** An If whose condition is known, such as one that asks for a shape, gives what the branch taken gives. */
function branch(node: NodeProto, known: ReadonlyMap<string, Traced>): readonly (Traced | undefined)[] {
  const taken = takenBranch(node, known);
  if (!taken) return [];
  const inner = new Map(known);
  walk(taken, taken.nodes, inner);
  return taken.outputs.map(({ name }) => inner.get(name));
}

/** The branch of an If that the probe goes; undefined where its condition is not known. */
function takenBranch(node: NodeProto, known: ReadonlyMap<string, Traced>): GraphProto | undefined {
  const condition = known.get(node.inputs[0] ?? '')?.values?.[0];
  if (condition === undefined) return undefined;
  return attribute(node, condition ? 'then_branch' : 'else_branch')?.g;
}

function constant(tensor: TensorProto): Traced {
  return { type: tensor.dataType, dims: dimsOf(tensor), values: smallValues(tensor) };
}
