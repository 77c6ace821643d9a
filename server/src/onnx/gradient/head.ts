/** The part of a graph behind which every row of scores is made of its own row alone: computed for the rows that are asked for. */
import { intAttribute } from '../attributes';
import { indexGraph } from '../graph';
import type { GraphIndex } from '../graph';
import type { GraphProto, NodeProto } from '../model';
import { dimsOf } from '../tensor';

const elementwise = new Set([
  'Identity', 'Cast', 'Neg', 'Exp', 'Log', 'Sqrt', 'Erf', 'Tanh', 'Sigmoid', 'Relu', 'Gelu', 'FastGelu', 'QuickGelu', 'Add', 'Sub', 'Mul', 'Div', 'Pow',
]); // prettier-ignore

export interface RowHead {
  /** What the head reads, one row a token. */
  readonly input: string;
  /** From the input to the scores, in the order in which they run. */
  readonly nodes: readonly NodeProto[];
}

/**
 * Walks from the scores back over products with weights, biases, norms of the last axis and functions of one element, as long as
 * each has one input that is no constant. Stops at `stops`, which somebody wants to see or change on the way.
 */
export function rowHead(graph: GraphProto, scores: string, stops: ReadonlySet<string>): RowHead {
  const index = indexGraph(graph);
  const nodes: NodeProto[] = [];
  let input = scores;
  while (!stops.has(input)) {
    const node = index.producer(input)?.node;
    const before = node && rowWise(index, node);
    if (!node || before === undefined) break;
    nodes.unshift(node);
    input = before;
  }
  return { input, nodes };
}

/** The input whose rows a node treats one by one; undefined where there is no such single input. */
function rowWise(index: GraphIndex, node: NodeProto): string | undefined {
  const rank = (name: string) => constantRank(index, name);
  const open = node.inputs.filter((name) => name !== '' && rank(name) === undefined);
  const [input] = open;
  if (input === undefined || open.length > 1 || node.outputs.filter(Boolean).length !== 1) return undefined;
  const others = node.inputs.filter((name) => name !== '' && name !== input).map((name) => rank(name) ?? NaN);
  if (node.opType === 'MatMul') return node.inputs[0] === input && others[0] === 2 ? input : undefined;
  if (node.opType === 'LayerNormalization' || node.opType === 'SimplifiedLayerNormalization') {
    return intAttribute(node, 'axis', -1) === -1 && node.inputs[0] === input ? input : undefined;
  }
  return elementwise.has(node.opType) && others.every((each) => each <= 1) ? input : undefined;
}

/** The number of axes of a constant, also of one that is turned or cast (a table of embeddings that scores tokens too). */
function constantRank(index: GraphIndex, name: string): number | undefined {
  const constant = index.constant(name);
  if (constant) return dimsOf(constant).length;
  const node = index.producer(name)?.node;
  return node && ['Transpose', 'Cast'].includes(node.opType) ? constantRank(index, node.inputs[0] ?? '') : undefined;
}
