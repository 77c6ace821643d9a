/** From additions on a stream to the blocks of a transformer: what each addition brings, and where one block ends and the next begins. */
import type { NodeProto } from '../model';
import type { AttentionCore } from './attention';
import { expertsIn } from './experts';
import { feedForwardAt } from './feedForward';
import type { FeedForward } from './feedForward';
import type { Linear } from './linear';
import { addsAndNorms } from './norm';
import type { Join, Parts, Stream } from './stream';
import { walkBack } from './wiring';

/** An attention with the product that brings it back to the stream; undefined where there is none. */
export interface AttentionPart {
  readonly core: AttentionCore;
  readonly out: Linear | undefined;
  /** Keys and values come from this stream, not from another. */
  readonly own: boolean;
}

/** What one addition brings to the stream. */
export interface Sublayer {
  readonly join: Join;
  readonly attention: readonly AttentionPart[];
  readonly feedForward: readonly FeedForward[];
  /** Of how many experts a mixture is made; 0 where it is none. */
  readonly experts: number;
}

/** The sublayers of one block, in order. */
export type Block = readonly [Sublayer, ...Sublayer[]];

/** The names of a stream, also of sums normed within the operator that makes them. */
function streamNames(stream: Stream): ReadonlySet<string> {
  const names = new Set([stream.root]);
  for (const { sum, source, node } of stream.joins) {
    names.add(sum).add(source);
    if (addsAndNorms(node)) names.add(node.outputs[0] ?? '');
  }
  return names;
}

/** Reads every addition of a stream. */
export function sublayersOf(parts: Parts, stream: Stream): Sublayer[] {
  const names = streamNames(stream);
  return stream.joins.map((join) => sublayer(parts, join, names));
}

function sublayer(parts: Parts, join: Join, names: ReadonlySet<string>): Sublayer {
  const { wiring, linears, cores } = parts;
  const outside = walkBack(wiring, join.branch, (tensor) => cores.has(tensor) || names.has(tensor)).nodes;
  const isBoundary = (tensor: string) => cores.has(tensor) || linears.byOutput.has(tensor) || names.has(tensor);
  const outs = new Map<AttentionCore, Linear>();
  const feedForward: FeedForward[] = [];
  for (const linear of inOrder(parts, outside)) {
    const behind = linears.byOutput.has(linear.input)
      ? []
      : [...(cores.has(linear.input) ? [linear.input] : walkBack(wiring, linear.input, isBoundary).ends)];
    const reached = behind.map((end) => cores.get(end)).filter((core) => core !== undefined);
    for (const core of reached) if (!outs.has(core)) outs.set(core, linear);
    const found = reached.length === 0 ? feedForwardAt(parts, linear, (tensor) => names.has(tensor)) : undefined;
    if (found) feedForward.push(found);
  }
  const attention = [...join.region]
    .flatMap((node) => node.outputs.map((output) => cores.get(output)))
    .filter((core) => core !== undefined)
    .sort((a, b) => wiring.place(a.output) - wiring.place(b.output))
    .map((core) => ({ core, out: outs.get(core), own: readsStream(parts, core, names) }));
  return { join, attention, feedForward, experts: expertsIn(parts, join.region, feedForward) };
}

function inOrder({ wiring, linears }: Parts, nodes: ReadonlySet<NodeProto>): Linear[] {
  const found = [...nodes].map((node) => linears.byNode.get(node)).filter((linear) => linear !== undefined);
  return found.sort((a, b) => wiring.place(a.output) - wiring.place(b.output));
}

function readsStream({ wiring }: Parts, core: AttentionCore, names: ReadonlySet<string>): boolean {
  if (names.has(core.value)) return true;
  return [...walkBack(wiring, core.value, (tensor) => names.has(tensor)).ends].some((end) => names.has(end));
}

/**
 * Cuts the sublayers into blocks. A block begins with its attention to itself; where FFNs come first in a pattern that
 * repeats (macaron), with the first of the pattern. What precedes the first block otherwise belongs to the embedding.
 */
export function blocksOf(sublayers: readonly Sublayer[]): Block[] {
  const kinds = sublayers.map(kindOf);
  const attends = kinds.includes('A') ? 'A' : 'X';
  const starts = kinds.flatMap((kind, i) => (kind === attends ? [i] : []));
  const period = kinds.length / starts.length;
  const repeats = Number.isInteger(period) && kinds.every((kind, i) => kind === kinds[i % period]);
  const cuts = repeats ? starts.map((_, i) => i * period) : starts;
  return cuts.map((from, i) => sublayers.slice(from, cuts[i + 1])).filter((block): block is [Sublayer, ...Sublayer[]] => block.length > 0);
}

/** A attends to its own stream, X to another, F is an FFN, O anything else. */
function kindOf({ attention, feedForward, experts }: Sublayer): 'A' | 'X' | 'F' | 'O' {
  if (attention.some(({ own }) => own)) return 'A';
  if (attention.length > 0) return 'X';
  return feedForward.length > 0 || experts > 0 ? 'F' : 'O';
}
