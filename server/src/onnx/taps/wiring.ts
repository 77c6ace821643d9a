/**
 * The graph as the rules of this room see it: which tensors are activations (they come from token embeddings or float inputs),
 * which are constants, who makes and reads them, and what their axes count. Masks, positions and shapes are neither, so
 * walking from one activation to the next never strays into them.
 */
import { neededNames } from '../graph';
import type { GraphIndex } from '../graph';
import { dataType } from '../model';
import type { NodeProto } from '../model';
import { axesOf, probeSizes } from './probe/axes';
import type { Axis } from './probe/axes';
import { probeGraph } from './probe/probe';
import type { Probe } from './probe/probe';
import { isFloat, whole } from './probe/traced';

export interface Wiring {
  readonly index: GraphIndex;
  /** Nodes so that every tensor is made before it is read. */
  readonly order: readonly NodeProto[];
  readonly probes: readonly [Probe, Probe];
  /** Position of a tensor's maker in the order; −1 for what enters the graph. */
  place(tensor: string): number;
  maker(tensor: string): NodeProto | undefined;
  /** Nodes that read the values of a tensor; those that only ask for its shape do not count. */
  readers(tensor: string): readonly NodeProto[];
  isConstant(tensor: string): boolean;
  isActivation(tensor: string): boolean;
  /** False where a tensor is known to hold integers. */
  isFloat(tensor: string): boolean;
  /** The activations that a node reads, each once, in the order of its inputs. */
  activations(node: NodeProto): readonly string[];
  axes(tensor: string): readonly Axis[] | undefined;
  /** The first value of a small constant or of what follows from constants and lengths. */
  number(tensor: string): number | undefined;
  /** Shape of a constant, also of one computed from others. */
  dims(tensor: string): readonly number[] | undefined;
}

const shapeOnly = new Set(['Shape', 'Size']);
const endsActivations = new Set(['Shape', 'Size', 'ArgMax', 'ArgMin', 'NonZero']);
const notActivations = new Set<number>([dataType.bool, dataType.int64]);

/** Prepares a graph whose nodes are given in topological order. */
export function wire(index: GraphIndex, order: readonly NodeProto[]): Wiring {
  const probes: [Probe, Probe] = [probeGraph(index, order, probeSizes[0]), probeGraph(index, order, probeSizes[1])];
  const type = (tensor: string) => probes[0].get(tensor)?.type;
  const constants = new Set(index.graph.initializers.map(({ name }) => name));
  const activations = new Set(index.graph.inputs.filter(({ name }) => entersAsActivation(probes[0], name)).map(({ name }) => name));
  const places = new Map<string, number>();

  order.forEach((node, position) => {
    const needed = [...neededNames(node)];
    for (const output of node.outputs) places.set(output, position);
    if (needed.every((name) => constants.has(name)) && node.opType !== 'RandomNormalLike') {
      for (const output of node.outputs) constants.add(output);
    } else if (isLookUp(node, constants, type) || (!endsActivations.has(node.opType) && needed.some((name) => activations.has(name)))) {
      const made = node.opType === 'DynamicQuantizeLinear' ? node.outputs.slice(0, 1) : node.outputs;
      for (const output of made) if (output && !notActivations.has(type(output) ?? dataType.float)) activations.add(output);
    }
  });

  return {
    index,
    order,
    probes,
    place: (tensor) => places.get(tensor) ?? -1,
    maker: (tensor) => index.producer(tensor)?.node,
    readers: (tensor) => [...new Set(index.uses(tensor).map(({ node }) => node))].filter(({ opType }) => !shapeOnly.has(opType)),
    isConstant: (tensor) => constants.has(tensor),
    isActivation: (tensor) => activations.has(tensor),
    isFloat: (tensor) => isFloat(type(tensor)),
    activations: (node) => [...neededNames(node)].filter((name) => activations.has(name)),
    axes: (tensor) => axesOf(probes, tensor),
    number: (tensor) => probes[0].get(tensor)?.values?.[0],
    dims: (tensor) => whole(probes[0].get(tensor)?.dims),
  };
}

/** Float inputs with axes beside texts and tokens: states of an encoder, caches, ready embeddings, pictures. Masks are not. */
function entersAsActivation(probe: Probe, name: string): boolean {
  const traced = probe.get(name);
  return isFloat(traced?.type) && traced?.values === undefined && whole(traced?.dims) !== undefined;
}

/** Rows of a table by computed numbers: embeddings of tokens, positions and segments. */
function isLookUp(node: NodeProto, constants: ReadonlySet<string>, type: (tensor: string) => number | undefined): boolean {
  if (node.opType === 'EmbedLayerNormalization' || node.opType === 'RelativePositionBias') return true;
  if (node.opType !== 'Gather' && node.opType !== 'GatherBlockQuantized') return false;
  const table = node.inputs[0] ?? '';
  return constants.has(table) && !notActivations.has(type(table) ?? dataType.float) && type(table) !== dataType.int32;
}

/** What a walk against the arrows has met. */
export interface WalkBack {
  /** Nodes passed, the maker of the start included. */
  readonly nodes: ReadonlySet<NodeProto>;
  /** Tensors at which it stopped, and activations that no node makes. */
  readonly ends: ReadonlySet<string>;
}

/** Follows activations back from a tensor to those at which `stop` holds. The start itself is not asked. */
export function walkBack(wiring: Wiring, from: string, stop: (tensor: string) => boolean): WalkBack {
  const nodes = new Set<NodeProto>();
  const ends = new Set<string>();
  const waiting = [from];
  for (let tensor = waiting.pop(); tensor !== undefined; tensor = waiting.pop()) {
    const maker = wiring.maker(tensor);
    if (!maker) ends.add(tensor);
    if (!maker || nodes.has(maker)) continue;
    nodes.add(maker);
    for (const input of wiring.activations(maker)) {
      if (stop(input)) ends.add(input);
      else waiting.push(input);
    }
  }
  return { nodes, ends };
}
