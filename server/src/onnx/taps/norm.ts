/** Layer and RMS normalisation, as one operator or as the arithmetic that exporters spell out. */
import type { NodeProto } from '../model';
import { firstName, keepsValues } from './aliases';
import type { Wiring } from './wiring';

export interface Norm {
  readonly kind: 'layer' | 'rms';
  /** What is normalised, where it is made first. Operators that add before they normalise have the sum here. */
  readonly input: string;
  /** Gain and bias applied. */
  readonly output: string;
  readonly nodes: ReadonlySet<NodeProto>;
}

/** All norms of a graph by the names of their outputs. */
export type Norms = ReadonlyMap<string, Norm>;

const kinds: Readonly<Record<string, Norm['kind']>> = {
  LayerNormalization: 'layer',
  SkipLayerNormalization: 'layer',
  EmbedLayerNormalization: 'layer',
  SimplifiedLayerNormalization: 'rms',
  SkipSimplifiedLayerNormalization: 'rms',
  RMSNormalization: 'rms',
  LpNormalization: 'rms',
};

/** The name of the sum that an operator such as SkipLayerNormalization makes on its way; it may be one that has to be declared. */
export function sumName(node: NodeProto): string {
  return node.outputs[3] || `${node.outputs[0] ?? ''}/sum`;
}

/** Whether an operator adds two activations and normalises the sum. */
export function addsAndNorms(node: NodeProto): boolean {
  return node.opType === 'SkipLayerNormalization' || node.opType === 'SkipSimplifiedLayerNormalization';
}

/** Finds all norms. */
export function findNorms(wiring: Wiring): Norms {
  const norms = new Map<string, Norm>();
  for (const node of wiring.order) {
    const kind = kinds[node.opType];
    const output = node.outputs[0] ?? '';
    if (kind) {
      const input = addsAndNorms(node) ? sumName(node) : firstName(wiring, node.inputs[0] ?? '');
      norms.set(output, { kind, input, output, nodes: new Set([node]) });
    } else if (isRoot(wiring, node)) {
      const found = spelledOut(wiring, node);
      if (found) norms.set(found.output, found);
    }
  }
  return norms;
}

/** Equal up to what rounding a constant to few bits does to it. */
export function isNear(value: number | undefined, wanted: number): boolean {
  return value !== undefined && Math.abs(value - wanted) < 0.01 * wanted;
}

/** Square roots, ^½, ^−½, or the length of a vector: where a spread becomes a divisor. */
function isRoot(wiring: Wiring, node: NodeProto): boolean {
  if (!wiring.isActivation(node.inputs[0] ?? '')) return false;
  if (node.opType === 'Sqrt' || node.opType === 'ReduceL2') return true;
  return node.opType === 'Pow' && isNear(Math.abs(wiring.number(node.inputs[1] ?? '') ?? 0), 0.5);
}

function spelledOut(wiring: Wiring, root: NodeProto): Norm | undefined {
  const nodes = new Set<NodeProto>([root]);
  const centred = root.opType === 'ReduceL2' ? root.inputs[0] : squaredBehind(wiring, root.inputs[0] ?? '', nodes);
  if (centred === undefined) return undefined;
  const { kind, input } = meanBehind(wiring, centred, nodes);
  const quotient = divided(wiring, root.outputs[0] ?? '', centred, nodes);
  if (quotient === undefined) return undefined;
  return { kind, input, output: gainAndBias(wiring, quotient, nodes), nodes };
}

/** From a mean of squares (plus epsilon) to what was squared. */
function squaredBehind(wiring: Wiring, spread: string, nodes: Set<NodeProto>): string | undefined {
  let name = spread;
  let averaged = false;
  for (let step = 0; step < 16; step++) {
    const node = wiring.maker(name);
    const [only, ...others] = node ? wiring.activations(node) : [];
    if (!node || only === undefined || others.length > 0) return undefined;
    nodes.add(node);
    const square = node.opType === 'ReduceSumSquare' || (node.opType === 'Mul' && node.inputs[0] === node.inputs[1]);
    const power = node.opType === 'Pow' && isNear(wiring.number(node.inputs[1] ?? ''), 2);
    if (node.opType.startsWith('Reduce')) averaged = true;
    if (square || power) return averaged ? only : undefined;
    if (!keepsValues(node) && !['ReduceMean', 'ReduceSum', 'Add', 'Max', 'Clip', 'Mul', 'Div'].includes(node.opType)) return undefined;
    name = only;
  }
  return undefined;
}

/** What was centred: x of x − mean(x), or x itself where nothing is subtracted. */
function meanBehind(wiring: Wiring, centred: string, nodes: Set<NodeProto>): { kind: Norm['kind']; input: string } {
  const node = wiring.maker(firstName(wiring, centred));
  const [x, mean] = node?.opType === 'Sub' ? node.inputs : [];
  const average = mean === undefined ? undefined : wiring.maker(firstName(wiring, mean));
  if (!node || x === undefined || average?.opType !== 'ReduceMean') return { kind: 'rms', input: firstName(wiring, centred) };
  nodes.add(node);
  nodes.add(average);
  return { kind: 'layer', input: firstName(wiring, x) };
}

/** Follows the root forward to the quotient x / root, also as x · (1 / root). */
function divided(wiring: Wiring, root: string, centred: string, nodes: Set<NodeProto>): string | undefined {
  const waiting = [root];
  const origins = new Set([firstName(wiring, centred), centred]);
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    for (const node of wiring.readers(name)) {
      const output = node.outputs[0] ?? '';
      const others = wiring.activations(node).filter((each) => each !== name);
      const meets = others.some((each) => origins.has(firstName(wiring, each)) || sameDifference(wiring, each, centred));
      if (meets && ['Div', 'Mul'].includes(node.opType)) {
        nodes.add(node);
        return output;
      }
      if (
        others.length === 0 &&
        (keepsValues(node) || ['Reciprocal', 'Div', 'Add', 'Clip', 'Max', 'Expand', 'Mul'].includes(node.opType)) &&
        !nodes.has(node)
      ) {
        nodes.add(node);
        waiting.push(output);
      }
    }
  }
  return undefined;
}

/** Some exports subtract the mean twice, once for the spread and once for the quotient. */
function sameDifference(wiring: Wiring, a: string, b: string): boolean {
  const [one, two] = [wiring.maker(firstName(wiring, a)), wiring.maker(firstName(wiring, b))];
  return one?.opType === 'Sub' && two?.opType === 'Sub' && one.inputs[0] === two.inputs[0];
}

/** Past one multiplication and one addition of a vector, which belong to the norm. */
function gainAndBias(wiring: Wiring, quotient: string, nodes: Set<NodeProto>): string {
  const pending = new Set(['Mul', 'Add']);
  let name = quotient;
  let last = quotient;
  for (;;) {
    const [node, ...others] = wiring.readers(name);
    const output = node?.outputs[0];
    if (!node || output === undefined || others.length > 0 || wiring.activations(node).length > 1) return last;
    if (keepsValues(node)) {
      name = output;
      continue;
    }
    const vector = node.inputs.some((each) => wiring.isConstant(each) && (wiring.dims(each)?.at(-1) ?? 1) > 1);
    if (!pending.delete(node.opType) || !vector) return last;
    if (node.opType === 'Add') pending.clear();
    nodes.add(node);
    name = last = output;
  }
}
