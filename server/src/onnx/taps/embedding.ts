/** What stands before block 1: the table of tokens, and how many positions there are. */
import { intAttribute } from '../attributes';
import { neededNames } from '../graph';
import type { NodeProto } from '../model';
import { onlyMoves } from './aliases';
import { walkBack } from './wiring';
import type { Wiring } from './wiring';

/** One look-up of rows in a constant table. */
interface LookUp {
  readonly table: string;
  readonly rows: number;
  readonly width: number;
  readonly index: string;
}

/** The table of token embeddings that a stream starts from, with the graph input that chooses its rows. */
export interface TokenTable {
  readonly input: string;
  readonly rows: number;
  readonly width: number;
}

/** Finds the token table behind a stream's root; undefined where the model is fed embeddings. */
export function tokenTable(wiring: Wiring, root: string): TokenTable | undefined {
  const direct = lookUps(wiring, nodesBehind(wiring, root)).flatMap((lookUp) => {
    const input = inputBehind(wiring, lookUp.index);
    return input === undefined ? [] : [{ ...lookUp, input }];
  });
  // Segments and given positions are looked up likewise; the names of inputs are the graph's interface and tell them apart.
  const named = direct.filter(({ input }) => !/position|type|segment/i.test(input));
  const [largest] = (named.length > 0 ? named : direct).sort((a, b) => b.rows - a.rows);
  return largest && { input: largest.input, rows: largest.rows, width: largest.width };
}

/**
 * Most tokens that the tables of positions allow: rows less the position of the first token. Looks at all that stands before
 * the first addition to the stream, where rotary models keep their tables too. Undefined where positions are computed.
 */
export function positionLimit(
  wiring: Wiring,
  root: string,
  firstJoin: { readonly branch: string; readonly region: Iterable<NodeProto> },
): number | undefined {
  const behind = everythingBehind(wiring, [root, firstJoin.branch]);
  const limits = [...lookUps(wiring, behind), ...copiedTables(wiring, behind)].flatMap(({ rows, index }) => {
    const first = firstPosition(wiring, index);
    return first === undefined ? [] : [rows - first];
  });
  const all = [...limits, ...slicedTables(wiring, nodesBehind(wiring, root)), ...rotaryTables(wiring, firstJoin.region)];
  return all.length > 0 ? Math.min(...all) : undefined;
}

/** Every node that some tensors come from, those that make masks, positions and angles included. */
function everythingBehind(wiring: Wiring, tensors: readonly string[]): ReadonlySet<NodeProto> {
  const nodes = new Set<NodeProto>();
  const left = [...tensors];
  for (let name = left.pop(); name !== undefined; name = left.pop()) {
    const node = wiring.maker(name);
    if (!node || nodes.has(node)) continue;
    nodes.add(node);
    left.push(...neededNames(node));
  }
  return nodes;
}

function nodesBehind(wiring: Wiring, tensor: string): ReadonlySet<NodeProto> {
  return walkBack(wiring, tensor, () => false).nodes;
}

/** Input slots of a table and of the numbers of its rows. */
type Pair = readonly [table: number, index: number];
const gatherPairs: readonly Pair[] = [[0, 1]];
const embedNormPairs: readonly Pair[] = [
  [2, 0],
  [3, 8],
];

function lookUps(wiring: Wiring, nodes: Iterable<NodeProto>): LookUp[] {
  return [...nodes].flatMap((node) => {
    const fused = node.opType === 'EmbedLayerNormalization';
    const pairs: readonly Pair[] = fused ? embedNormPairs : /^Gather/.test(node.opType) ? gatherPairs : [];
    return pairs.flatMap(([tableSlot, indexSlot]) => {
      const table = node.inputs[tableSlot] ?? '';
      const dims = wiring.dims(table);
      if (!wiring.isConstant(table) || dims?.length !== 2) return [];
      return [{ table, rows: dims[0] ?? 0, width: dims[1] ?? 0, index: node.inputs[indexSlot] ?? '' }];
    });
  });
}

/** Tables that are copied for every text, of which each then takes its own rows: the rows' numbers are copied for every column. */
function copiedTables(wiring: Wiring, nodes: Iterable<NodeProto>): LookUp[] {
  const copies = ({ opType }: NodeProto) => opType === 'Tile' || opType === 'Expand' || opType === 'Unsqueeze' || opType === 'Identity';
  const original = (tensor: string): string => {
    const maker = wiring.maker(tensor);
    return maker && copies(maker) ? original(maker.inputs[0] ?? '') : tensor;
  };
  return [...nodes].flatMap((node) => {
    const [data = '', index = ''] = node.inputs;
    const table = original(data);
    const axes = wiring.axes(data) ?? [];
    const rows = axes.at(intAttribute(node, 'axis', 0));
    if (node.opType !== 'GatherElements' || rows?.counts !== 'fixed' || !wiring.isConstant(table) || !wiring.isFloat(table)) return [];
    return [{ table, rows: rows.size, width: axes.at(-1)?.size ?? 0, index: original(index) }];
  });
}

/** The graph input that a tensor is, at most cast, reshaped, turned, cut or clipped. */
function inputBehind(wiring: Wiring, tensor: string): string | undefined {
  const passes = (node: NodeProto) => onlyMoves(node) || node.opType === 'Slice' || node.opType === 'Clip';
  let name = tensor;
  for (let maker = wiring.maker(name); maker && passes(maker); maker = wiring.maker(name)) name = maker.inputs[0] ?? '';
  return wiring.index.isInput(name) ? name : undefined;
}

/** The number of the first token's position, where an index counts the tokens of each text one by one. */
function firstPosition(wiring: Wiring, index: string): number | undefined {
  // The operator that embeds and norms counts positions itself when none are given.
  if (index === '') return 0;
  const [first, ...others] = wiring.probes[0].get(index)?.values ?? [];
  const turn = others.findIndex((value) => value === first) + 1;
  const tokens = turn > 0 ? turn : others.length + 1;
  if (first === undefined || tokens < 2) return undefined;
  return others.every((value, i) => value === first + ((i + 1) % tokens)) ? first : undefined;
}

/** Tables of positions that are cut to the length of the text and added. */
function slicedTables(wiring: Wiring, nodes: ReadonlySet<NodeProto>): number[] {
  return [...nodes].flatMap((node) =>
    node.inputs.flatMap((name) => {
      const maker = wiring.maker(name);
      const table = maker?.opType === 'Slice' ? (maker.inputs[0] ?? '') : '';
      const counted = wiring.axes(name)?.findIndex(({ counts }) => counts === 'T') ?? -1;
      const rows = wiring.isConstant(table) ? wiring.dims(table)?.[counted] : undefined;
      return rows === undefined ? [] : [rows];
    }),
  );
}

/** Tables of angles that operators turn queries and keys with. */
function rotaryTables(wiring: Wiring, nodes: Iterable<NodeProto>): number[] {
  return [...nodes].flatMap((node) => {
    const slots: Readonly<Record<string, number>> = { GroupQueryAttention: 7, RotaryEmbedding: node.domain === 'com.microsoft' ? 2 : 1 };
    const dims = wiring.dims(node.inputs[slots[node.opType] ?? -1] ?? '');
    return dims?.length === 2 && dims[0] !== undefined ? [dims[0]] : [];
  });
}
