/** What lies between the tensors that a scalar is differentiated by and the scalar. */
import { intAttribute } from '../attributes';
import { neededNames } from '../graph';
import { dataType } from '../model';
import type { NodeProto } from '../model';

export interface Path {
  /** Tensors that change with one of the start tensors and on which the goal depends. */
  readonly tensors: ReadonlySet<string>;
  /** The nodes between them, in the order of the graph. */
  readonly nodes: readonly NodeProto[];
}

/** Results that do not change under small changes of what they are computed from, or only by jumps. */
const constantAlmostEverywhere = new Set([
  'Shape', 'Size', 'ArgMax', 'ArgMin', 'NonZero', 'Equal', 'Less', 'LessOrEqual', 'Greater', 'GreaterOrEqual', 'Not', 'And', 'Or', 'Xor',
  'IsNaN', 'IsInf', 'Floor', 'Ceil', 'Round', 'Sign', 'ConstantOfShape', 'EyeLike', 'OneHot', 'RandomNormalLike', 'RandomUniformLike',
]); // prettier-ignore

/** Operators of which only the first output changes gradually: numbers beside scales, values beside places. */
const firstOutputOnly = new Set(['DynamicQuantizeLinear', 'TopK']);

const floats: ReadonlySet<number> = new Set([dataType.float, dataType.float16, dataType.bfloat16, dataType.double]);

/** The path from the tensors `from` to `goal`. `order` lists makers before readers. */
export function pathBetween(order: readonly NodeProto[], from: readonly string[], goal: string): Path {
  const reached = new Set(from);
  const passed: NodeProto[] = [];
  for (const node of order) {
    if (!valuesRead(node).some((name) => reached.has(name)) || !passes(node)) continue;
    passed.push(node);
    const outputs = firstOutputOnly.has(node.opType) ? node.outputs.slice(0, 1) : node.outputs;
    for (const output of outputs) if (output) reached.add(output);
  }
  const tensors = new Set<string>(reached.has(goal) ? [goal] : []);
  const nodes: NodeProto[] = [];
  for (const node of passed.reverse()) {
    if (!node.outputs.some((output) => tensors.has(output))) continue;
    nodes.unshift(node);
    for (const name of valuesRead(node)) if (reached.has(name)) tensors.add(name);
  }
  return { tensors, nodes };
}

/** What a node computes with; of CastLike's second input it only sees the type. */
export function valuesRead(node: NodeProto): string[] {
  return node.opType === 'CastLike' ? node.inputs.slice(0, 1) : [...neededNames(node)];
}

function passes(node: NodeProto): boolean {
  if (node.opType === 'Cast') return floats.has(intAttribute(node, 'to', dataType.float));
  return !constantAlmostEverywhere.has(node.opType);
}
