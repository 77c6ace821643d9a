/** The FFN of a block: a product, an activation function, perhaps times a second product, and the product back to the stream. */
import { floatAttribute, textAttribute } from '../attributes';
import type { NodeProto } from '../model';
import { firstName, namesBack, onlyMoves, readersOf } from './aliases';
import type { Linear } from './linear';
import { isNear } from './norm';
import type { Parts } from './stream';
import type { ActivationName } from './tap';
import { walkBack } from './wiring';
import type { Wiring } from './wiring';

export interface FeedForward {
  /** The product whose input are the neurons. */
  readonly down: Linear;
  /** Before the activation function, bias included; undefined where an operator keeps it inside. */
  readonly preact: string | undefined;
  /** A constant that the activation's operator adds to `preact` itself. */
  readonly preactBias: string | undefined;
  /** The products whose outputs go into the neurons. */
  readonly ups: readonly Linear[];
  readonly activation: ActivationName;
  readonly gated: boolean;
}

/** Operators that bend; of those that exporters spell out, one part of each. */
const bends = new Set([
  'Relu', 'Erf', 'Tanh', 'Sigmoid', 'Gelu', 'FastGelu', 'BiasGelu', 'QuickGelu', 'BiasSplitGelu', 'GemmFastGelu', 'Elu', 'Selu', 'Celu', 'LeakyRelu',
  'PRelu', 'Softplus', 'Softsign', 'HardSigmoid', 'HardSwish', 'Mish', 'Swish', 'ThresholdedRelu', 'Clip', 'Max', 'Min', 'Exp',
]); // prettier-ignore

/** Reads a product as the second of an FFN; undefined where nothing bends between it and the products before it. */
export function feedForwardAt(parts: Parts, down: Linear, isStream: (tensor: string) => boolean): FeedForward | undefined {
  const { wiring, linears, cores } = parts;
  const boundary = (tensor: string) => linears.byOutput.has(tensor) || cores.has(tensor) || isStream(tensor);
  const start = linears.byOutput.get(down.input);
  if (start) return start.node.opType === 'GemmFastGelu' ? fusedUp(down, start) : undefined;
  const { nodes, ends } = walkBack(wiring, down.input, boundary);
  const ups = [...ends].map((end) => linears.byOutput.get(end)).filter((linear) => linear !== undefined);
  const bent = [...nodes].filter(({ opType }) => bends.has(opType));
  if (ups.length === 0 || ups.length < ends.size || bent.length === 0) return undefined;

  const leaves = [...new Set([...ends].flatMap((end) => leavesAfter(wiring, end, nodes)))];
  const gates = leaves.filter((leaf) => bent.some((node) => dependsOnlyOn(wiring, node, leaf, leaves)));
  const gate = gates.length === 1 ? gates[0] : undefined;
  const bias =
    gate === undefined ? undefined : bent.find((node) => /^(BiasGelu|FastGelu)$/.test(node.opType) && node.inputs[0] === gate)?.inputs[1];
  return {
    down,
    preact: gate,
    preactBias: bias || undefined,
    ups: [...new Set(ups)],
    activation: activationName(wiring, bent, nodes, gate),
    gated: leaves.length > 1,
  };
}

function fusedUp(down: Linear, up: Linear): FeedForward {
  return { down, preact: undefined, preactBias: undefined, ups: [up], activation: 'gelu-tanh', gated: false };
}

/** From a product's output past bias, reshapes and the cut into gate and up, to the tensors that the activation starts from. */
function leavesAfter(wiring: Wiring, start: string, within: ReadonlySet<NodeProto>): string[] {
  let name = start;
  for (;;) {
    const readers = wiring.readers(name).filter((node) => within.has(node));
    if (readers.length > 1 && readers.every(cuts)) return readers.flatMap((node) => leavesAfter(wiring, node.outputs[0] ?? '', within));
    const [reader] = readers;
    if (!reader || readers.length > 1) return [name];
    if (reader.opType === 'Split') return reader.outputs.flatMap((output) => leavesAfter(wiring, output, within));
    const output = reader.outputs[0] ?? '';
    const bias = reader.opType === 'Add' && wiring.activations(reader).length === 1;
    if (!bias && !onlyMoves(reader) && !cuts(reader)) return [name];
    name = output;
  }
}

function cuts({ opType }: NodeProto): boolean {
  return opType === 'Slice' || opType === 'Gather';
}

/** Whether a node of the FFN is reached from one leaf and no other. */
function dependsOnlyOn(wiring: Wiring, node: NodeProto, leaf: string, leaves: readonly string[]): boolean {
  const first = wiring.activations(node);
  const ends = new Set(
    first.flatMap((input) => (leaves.includes(input) ? [input] : [...walkBack(wiring, input, (tensor) => leaves.includes(tensor)).ends])),
  );
  return ends.size === 1 && ends.has(leaf);
}

function activationName(
  wiring: Wiring,
  bent: readonly NodeProto[],
  nodes: ReadonlySet<NodeProto>,
  gate: string | undefined,
): ActivationName {
  const has = (...names: string[]) => names.every((name) => bent.some(({ opType }) => opType === name));
  const find = (name: string) => bent.find(({ opType }) => opType === name);
  const gelu = find('Gelu');
  if (gelu) return textAttribute(gelu, 'approximate') === 'tanh' ? 'gelu-tanh' : 'gelu-erf';
  if (has('Erf') || has('BiasGelu')) return 'gelu-erf';
  if (has('FastGelu')) return 'gelu-tanh';
  const quick = find('QuickGelu') ?? find('Swish');
  if (quick) return floatAttribute(quick, 'alpha', quick.opType === 'QuickGelu' ? 1.702 : 1) === 1 ? 'silu' : 'quick-gelu';
  if (has('Mish') || has('Softplus', 'Tanh')) return 'mish';
  const tanh = find('Tanh');
  if (tanh) return namesToLeaf(wiring, tanh, gate) ? 'tanh' : 'gelu-tanh';
  const sigmoid = find('Sigmoid');
  if (sigmoid) return sigmoidName(wiring, sigmoid, gate);
  if (has('Relu')) return squares(wiring, nodes) ? 'relu-squared' : 'relu';
  const single: readonly [string, ActivationName][] = [
    ['LeakyRelu', 'leaky-relu'],
    ['Elu', 'elu'],
    ['Softplus', 'softplus'],
  ];
  return single.find(([name]) => has(name))?.[1] ?? 'other';
}

/** Whether a node reads the leaf itself, at most cast or rounded. */
function namesToLeaf(wiring: Wiring, node: NodeProto, leaf: string | undefined): boolean {
  return leaf !== undefined && namesBack(wiring, node.inputs[0] ?? '').includes(leaf);
}

/** x · σ(x) is SiLU, x · σ(1.702 x) quick GELU; σ(x) alone is a plain gate. */
function sigmoidName(wiring: Wiring, sigmoid: NodeProto, gate: string | undefined): ActivationName {
  if (!namesToLeaf(wiring, sigmoid, gate)) {
    const scaled = wiring.maker(firstName(wiring, sigmoid.inputs[0] ?? ''));
    return scaled?.inputs.some((name) => isNear(wiring.number(name), 1.702)) ? 'quick-gelu' : 'other';
  }
  const times = readersOf(wiring, sigmoid.outputs[0] ?? '').some((node) => {
    return node.opType === 'Mul' && node.inputs.some((name) => gate !== undefined && namesBack(wiring, name).includes(gate));
  });
  return times ? 'silu' : 'sigmoid';
}

function squares(wiring: Wiring, nodes: ReadonlySet<NodeProto>): boolean {
  return [...nodes].some((node) => {
    if (node.opType === 'Mul') return node.inputs[0] === node.inputs[1];
    return node.opType === 'Pow' && isNear(wiring.number(node.inputs[1] ?? ''), 2);
  });
}
