/** Operators that add and normalise in one step, taken apart so that their sum can be changed before it is normalised. */
import { floatAttribute } from '../attributes';
import { makeNode } from '../build';
import type { GraphProto, NodeProto } from '../model';
import { addsAndNorms, sumName } from '../taps/norm';
import type { TapTensor } from '../taps/tap';

/**
 * The graph in which the tap's tensor, if it is the sum within SkipLayerNormalization or its RMS form, is made by an Add of its own. Other taps
 * leave the graph as it is. Nodes keep their places; the runtime sorts those that are appended.
 */
export function withSumApart(graph: GraphProto, { tensor }: Pick<TapTensor, 'tensor'>): GraphProto {
  const at = graph.nodes.findIndex((node) => addsAndNorms(node) && sumName(node) === tensor);
  const node = graph.nodes[at];
  if (!node) return graph;
  const { norm, additions } = apart(node, tensor);
  return { ...graph, nodes: [...graph.nodes.slice(0, at), norm, ...graph.nodes.slice(at + 1), ...additions] };
}

/** Inputs of the layer form: x, skip, gain, bias of the norm, bias of the sum; the RMS form has no bias of the norm. */
function apart(node: NodeProto, sum: string): { norm: NodeProto; additions: NodeProto[] } {
  const [x = '', skip = '', gain = '', fourth = '', fifth = ''] = node.inputs;
  const isLayer = node.opType === 'SkipLayerNormalization';
  const [normBias, sumBias] = isLayer ? [fourth, fifth] : ['', fourth];
  const plain = sumBias ? `golgi:sum(${sum})` : sum;
  const additions = [makeNode('Add', [x, skip], [plain])];
  if (sumBias) additions.push(makeNode('Add', [plain, sumBias], [sum]));
  const [normed = ''] = node.outputs;
  const norm = makeNode(
    isLayer ? 'LayerNormalization' : 'SimplifiedLayerNormalization',
    [sum, gain, ...(normBias ? [normBias] : [])],
    [normed],
    {
      axis: -1,
      epsilon: { float: floatAttribute(node, 'epsilon', 1e-12) },
    },
  );
  return { norm: { ...norm, name: node.name }, additions };
}
