/**
 * Attention: a softmax over products of two activations, whose result multiplies a third; or one of the operators that do
 * all of this inside.
 */
import { intAttribute } from '../attributes';
import type { NodeProto } from '../model';
import { firstName } from './aliases';
import { causality } from './causality';
import type { Mask } from './causality';
import type { Linear, Linears } from './linear';
import { walkBack } from './wiring';
import type { Wiring } from './wiring';

/** One attention: the weighted sum of values, before the output projection. */
export interface AttentionCore {
  /** The node whose output is the sum. */
  readonly node: NodeProto;
  readonly output: string;
  /** The tensors that queries and values come from; of fused operators their inputs. */
  readonly query: string;
  readonly value: string;
  /** Attention weights, where the graph has them as a tensor. */
  readonly weights?: string;
  readonly heads?: number;
  readonly keyValueHeads?: number;
  readonly causal?: boolean;
  /** Query, key and value projections are part of the operator itself. */
  readonly projects: boolean;
}

/** All attentions by the name of their output. */
export type AttentionCores = ReadonlyMap<string, AttentionCore>;

/** Finds all attentions. */
export function findAttention(wiring: Wiring, linears: Linears): AttentionCores {
  const cores = new Map<string, AttentionCore>();
  for (const node of wiring.order) {
    const core = fusedOperators.has(node.opType)
      ? fused(wiring, node)
      : isSoftmax(wiring, node)
        ? spelledOut(wiring, linears, node)
        : undefined;
    if (core) cores.set(core.output, core);
  }
  return cores;
}

/** Operators that attend: those that project themselves, and those that are given queries, keys and values. */
const fusedOperators = new Set([
  'Attention', 'QAttention', 'MultiHeadAttention', 'GroupQueryAttention', 'SparseAttention', 'DecoderMaskedMultiHeadAttention', 'PagedAttention',
  'PackedAttention', 'PackedMultiHeadAttention', 'LongformerAttention', 'GatedRelativePositionBias',
]); // prettier-ignore

function fused(wiring: Wiring, node: NodeProto): AttentionCore | undefined {
  const output = node.outputs[0] ?? '';
  const query = node.inputs[0] ?? '';
  if (!wiring.isActivation(query)) return undefined;
  const projects = node.domain === 'com.microsoft' && /^(Q|Packed|Longformer)?Attention$/.test(node.opType);
  const given = projects ? query : [2, 1].map((slot) => node.inputs[slot] ?? '').find((name) => wiring.isActivation(name));
  const heads = intAttribute(node, 'num_heads') ?? intAttribute(node, 'q_num_heads');
  const keyValueHeads = intAttribute(node, 'kv_num_heads') ?? heads;
  const flag = intAttribute(node, 'unidirectional') ?? intAttribute(node, 'is_causal');
  const mask = node.inputs.slice(3);
  const causal =
    flag === 1 || /GroupQuery|Sparse|Paged/.test(node.opType)
      ? true
      : causality(
          wiring,
          mask.map((operand) => ({ operand, kind: 'bias' })),
        );
  const rank = wiring.dims(query)?.length;
  const axis = heads ?? (rank === 4 ? wiring.dims(query)?.[1] : undefined);
  return {
    node,
    output,
    query,
    value: given ?? query,
    projects,
    ...(axis === undefined ? {} : { heads: axis }),
    ...(keyValueHeads === undefined ? {} : { keyValueHeads }),
    ...(causal === undefined ? {} : { causal }),
  };
}

/** Softmax, or its arithmetic: e^x divided by the sum of e^x. */
function isSoftmax(wiring: Wiring, node: NodeProto): boolean {
  if (node.opType === 'Softmax' || node.opType === 'BiasSoftmax') return wiring.isActivation(node.inputs[0] ?? '');
  if (node.opType !== 'Div') return false;
  const [above, below] = node.inputs.map((name) => wiring.maker(firstName(wiring, name)));
  return above?.opType === 'Exp' && below?.opType === 'ReduceSum' && firstName(wiring, below.inputs[0] ?? '') === above.outputs[0];
}

function isProductOfActivations(wiring: Wiring, node: NodeProto): boolean {
  return /^(Fused|Transpose)?MatMul$|^Einsum$/.test(node.opType) && wiring.activations(node).length === 2;
}

function spelledOut(wiring: Wiring, linears: Linears, softmax: NodeProto): AttentionCore | undefined {
  const boundary = (tensor: string) => linears.byOutput.has(tensor);
  const scores = scoresBehind(wiring, softmax, boundary);
  const found = weightedSum(wiring, softmax.outputs[0] ?? '', boundary);
  if (!scores || !found) return undefined;
  const heads = headsOf(wiring, softmax.outputs[0] ?? '');
  const causal = causality(wiring, scores.masks);
  return {
    node: found.node,
    output: found.node.outputs[0] ?? '',
    query: scores.node.inputs[0] ?? '',
    value: found.value,
    weights: softmax.outputs[0] ?? '',
    projects: false,
    ...(heads === undefined ? {} : { heads }),
    ...(causal === undefined ? {} : { causal }),
  };
}

/** From a softmax back to the product of queries and keys, with all masks on the way, also those added to a learned bias. */
function scoresBehind(wiring: Wiring, softmax: NodeProto, boundary: (tensor: string) => boolean) {
  const masks: Mask[] = [];
  const seen = new Set<NodeProto>();
  const waiting = [...wiring.activations(softmax)];
  let scores: NodeProto | undefined;
  for (let tensor = waiting.shift(); tensor !== undefined; tensor = waiting.shift()) {
    const node = wiring.maker(tensor);
    if (!node || seen.has(node) || boundary(tensor)) continue;
    seen.add(node);
    if (isProductOfActivations(wiring, node)) {
      scores ??= node;
      continue;
    }
    node.inputs.forEach((operand, slot) => {
      if (wiring.isActivation(operand) || operand === '') return;
      if (node.opType === 'Add') masks.push({ operand, kind: 'bias' });
      if (node.opType === 'Where' && slot === 0) masks.push({ operand, kind: 'condition' });
    });
    waiting.push(...wiring.activations(node));
  }
  return scores && { node: scores, masks };
}

/** From attention weights on to the first product with other activations. */
function weightedSum(
  wiring: Wiring,
  weights: string,
  boundary: (tensor: string) => boolean,
): { node: NodeProto; value: string } | undefined {
  const seen = new Set<string>([weights]);
  const waiting = [weights];
  for (let tensor = waiting.shift(); tensor !== undefined; tensor = waiting.shift()) {
    for (const node of wiring.readers(tensor)) {
      if (isProductOfActivations(wiring, node)) {
        return { node, value: wiring.activations(node).find((each) => each !== tensor) ?? '' };
      }
      for (const output of node.outputs) {
        if (seen.has(output) || boundary(output) || !wiring.isActivation(output)) continue;
        seen.add(output);
        waiting.push(output);
      }
    }
  }
  return undefined;
}

/** The fixed axis of attention weights [texts, heads, tokens, tokens], or the factor where heads are folded into the texts. */
function headsOf(wiring: Wiring, weights: string): number | undefined {
  const axes = wiring.axes(weights) ?? [];
  const fixed = axes.filter(({ counts }) => counts === 'fixed');
  if (axes.length >= 3 && fixed.length === 1) return fixed[0]?.size;
  const folded = axes.find(({ counts, size }) => counts === 'B' && size > 1);
  if (axes.length === 3 && folded) return folded.size;
  // Sizes that the graph fixes: only the usual order of axes is left to go by.
  return axes.length === 4 ? axes[1]?.size : undefined;
}

/** Where queries and values of an attention are projected. */
export interface Projections {
  readonly query: Linear | undefined;
  readonly value: Linear | undefined;
}

/** The products nearest behind queries and values; undefined where there are none or several. */
export function projectionsOf(wiring: Wiring, linears: Linears, core: AttentionCore): Projections {
  const nearest = (tensor: string): Linear | undefined => {
    const direct = linears.byOutput.get(tensor);
    if (direct) return direct;
    const { ends } = walkBack(wiring, tensor, (each) => linears.byOutput.has(each));
    const met = [...ends].map((end) => linears.byOutput.get(end)).filter((linear) => linear !== undefined);
    return met.length === 1 ? met[0] : undefined;
  };
  return { query: nearest(core.query), value: nearest(core.value) };
}
