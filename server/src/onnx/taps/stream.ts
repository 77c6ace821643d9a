/**
 * The residual stream: additions of what a module makes to what it was made from. Nothing else in a transformer is such an
 * addition, whatever lies inside the module and wherever its norms stand.
 */
import type { NodeProto } from '../model';
import { firstName } from './aliases';
import type { AttentionCores } from './attention';
import { mixesExperts } from './experts';
import type { Linears } from './linear';
import { addsAndNorms, sumName } from './norm';
import type { Norm, Norms } from './norm';
import { walkBack } from './wiring';
import type { Wiring } from './wiring';

/** The parts of a graph that the stream is told by. */
export interface Parts {
  readonly wiring: Wiring;
  readonly linears: Linears;
  readonly norms: Norms;
  readonly cores: AttentionCores;
}

/** One addition to the stream. */
export interface Join {
  readonly node: NodeProto;
  /** The stream after it, before any norm. */
  readonly sum: string;
  /** What was added: the output of the branch. */
  readonly branch: string;
  /** The tensor of the stream that the branch read. */
  readonly source: string;
  /** Nodes of the branch. */
  readonly region: ReadonlySet<NodeProto>;
  /** Streams that begin and end within the branch (bottlenecks, adapters). */
  readonly inner: Stream[];
}

/** Additions that follow each other on one stream, in order. */
export interface Stream {
  /** What the first branch read. */
  readonly root: string;
  readonly joins: Join[];
}

/** Finds all streams that are not within a branch of another; those within are kept at the addition that holds them. */
export function findStreams(parts: Parts): Stream[] {
  const { wiring } = parts;
  const streams: Stream[] = [];
  const streamOf = new Map<string, Stream>();
  for (const node of wiring.order) {
    for (const [trunk, branch] of operandPairs(wiring, node)) {
      const found = joinAt(parts, streamOf, node, trunk, branch);
      if (!found) continue;
      const stream = found.stream ?? { root: found.join.source, joins: [] };
      if (!found.stream) streams.push(stream);
      stream.joins.push(found.join);
      streamOf.set(stream.root, stream);
      streamOf.set(found.join.sum, stream);
      break;
    }
  }
  const within = new Set(streams.flatMap(({ joins }) => joins.flatMap(({ inner }) => inner)));
  return streams.filter((stream) => !within.has(stream));
}

/** Both ways to read an addition: which operand is the stream, and which was added. */
function operandPairs(wiring: Wiring, node: NodeProto): [string, string][] {
  const adds = node.opType === 'Add' || node.opType === 'Sum' || addsAndNorms(node);
  if (!adds) return [];
  const operands = wiring.activations(node);
  return operands.flatMap((a) => operands.filter((b) => b !== a).map((b): [string, string] => [a, b]));
}

function joinAt(
  parts: Parts,
  streamOf: ReadonlyMap<string, Stream>,
  node: NodeProto,
  trunk: string,
  branch: string,
): { join: Join; stream: Stream | undefined } | undefined {
  const { wiring, linears, cores } = parts;
  const upstream = namesUpstream(parts, trunk, streamOf);
  const stream = upstream.map((name) => streamOf.get(name)).find((each) => each !== undefined);
  const own = new Set([...upstream, ...(stream ? [stream.root, ...stream.joins.map(({ sum }) => sum)] : [])]);
  if (own.has(branch)) return undefined;

  const { region, hits, passed } = branchBack(parts, branch, own, streamOf);
  const inner = [...passed].filter((other) => other !== stream && reaches(wiring, other.root, own));
  for (const { joins } of inner) for (const each of joins) for (const part of [each.node, ...each.region]) region.add(part);
  const works = [...region].some(
    (each) => linears.byNode.has(each) || mixesExperts(each) || each.outputs.some((output) => cores.has(output)),
  );
  if (hits.size === 0 || !works) return undefined;

  const latest = [...hits].reduce((a, b) => (wiring.place(b) > wiring.place(a) ? b : a));
  const sum = addsAndNorms(node) ? sumName(node) : (node.outputs[0] ?? '');
  return { join: { node, sum, branch, source: firstName(wiring, latest), region, inner }, stream };
}

/** Walks a branch back to the tensors of its own stream; other streams are passed from their last sum to their root. */
function branchBack(parts: Parts, branch: string, own: ReadonlySet<string>, streamOf: ReadonlyMap<string, Stream>) {
  const { wiring } = parts;
  const known = (tensor: string) => own.has(tensor) || streamOf.has(tensor);
  const resolved = (tensor: string) => (known(tensor) ? tensor : sumBehind(wiring, tensor));
  const region = new Set<NodeProto>();
  const hits = new Set<string>();
  const passed = new Set<Stream>();
  const waiting: string[] = [];
  const meet = (tensor: string) => {
    const name = resolved(tensor);
    const other = streamOf.get(name);
    if (own.has(name)) hits.add(name);
    else if (!other) waiting.push(tensor);
    else if (!passed.has(other)) {
      passed.add(other);
      if (own.has(other.root)) hits.add(other.root);
      else waiting.push(other.root);
    }
  };
  meet(branch);
  for (let from = waiting.pop(); from !== undefined; from = waiting.pop()) {
    const { nodes, ends } = walkBack(wiring, from, (tensor) => known(resolved(tensor)));
    for (const each of nodes) region.add(each);
    for (const end of ends) if (known(resolved(end))) meet(end);
  }
  return { region, hits, passed };
}

/** The sum within an operator that adds and normalises, where a tensor is its normed result; else the tensor itself. */
function sumBehind(wiring: Wiring, tensor: string): string {
  const maker = wiring.maker(tensor);
  return maker && addsAndNorms(maker) && maker.outputs[0] === tensor ? sumName(maker) : tensor;
}

function reaches(wiring: Wiring, from: string, targets: ReadonlySet<string>): boolean {
  if (targets.has(from)) return true;
  return [...walkBack(wiring, from, (tensor) => targets.has(tensor)).ends].some((end) => targets.has(end));
}

/**
 * The stream behind a tensor, latest first: past reshapes, norms, scales, masks and biases, up to the first tensor of a known
 * stream or to where several activations meet.
 */
function namesUpstream({ wiring, norms, linears, cores }: Parts, from: string, streamOf: ReadonlyMap<string, Stream>): string[] {
  const names: string[] = [];
  let name: string | undefined = from;
  while (name !== undefined) {
    names.push(name);
    if (streamOf.has(name) || linears.byOutput.has(name) || cores.has(name)) break;
    const norm: Norm | undefined = norms.get(name);
    const maker = wiring.maker(name);
    const before: readonly string[] = maker ? wiring.activations(maker) : [];
    name = norm && norm.input !== name ? norm.input : before.length === 1 ? before[0] : undefined;
  }
  return names;
}
