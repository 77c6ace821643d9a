/**
 * Fused operators taken apart into plain ones, so that rules for these serve them too. Only what lies between tap and scalar is
 * taken apart; all else keeps its speed.
 */
import { indexGraph, topologicalOrder } from '../graph';
import type { GraphProto, NodeProto, TensorProto } from '../model';
import { factsOf } from './facts';
import { attentions } from './lowerings/attention';
import { fusions } from './lowerings/fusions';
import type { Lowering } from './lowerings/lowering';
import { quantisedOperators } from './lowerings/quantised';
import { rotations } from './lowerings/rotary';
import { pathBetween } from './path';
import { createWriter } from './writer';

const lowerings: ReadonlyMap<string, Lowering> = new Map(
  Object.entries({ ...fusions, ...attentions, ...rotations, ...quantisedOperators }),
);

/**
 * The graph with the fused operators between the tensors `from` and `goal` taken apart. Those that make one of `from` are as
 * well: a sum that an operator hands out may also be what it norms.
 */
export function lowered(
  graph: GraphProto,
  { from, goal, opset }: { readonly from: readonly string[]; readonly goal: string; readonly opset: number },
): GraphProto {
  const index = indexGraph(graph);
  const order = topologicalOrder(index) ?? [];
  const path = pathBetween(order, from, goal);
  const makers = from.flatMap((tensor) => index.producer(tensor)?.node ?? []);
  const fused = new Set([...path.nodes, ...makers].filter(({ opType }) => lowerings.has(opType)));
  if (fused.size === 0) return graph;
  const facts = factsOf(index, order);
  const replaced = new Set<NodeProto>();
  const nodes: NodeProto[] = [];
  const constants: TensorProto[] = [];
  for (const [position, node] of [...fused].entries()) {
    const w = createWriter({ opset, typeOf: facts.type, prefix: `golgi:apart ${position} ` });
    const name = (slot: number) => node.inputs[slot] ?? '';
    const known = lowerings.get(node.opType)?.({
      node, w, facts, index, name,
      has: (slot) => name(slot) !== '',
      output: (slot) => node.outputs[slot] || w.fresh(`${node.opType} ${slot}`),
      wanted: (slot) => Boolean(node.outputs[slot]),
      like: (value, tensor) => w.op('CastLike', [w.number(value), tensor]),
    }); // prettier-ignore
    if (!known) continue;
    replaced.add(node);
    nodes.push(...w.nodes);
    constants.push(...w.constants);
  }
  return {
    ...graph,
    nodes: [...graph.nodes.filter((node) => !replaced.has(node)), ...nodes],
    initializers: [...graph.initializers, ...constants],
  };
}
