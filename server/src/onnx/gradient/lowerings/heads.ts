/** The arithmetic that all fused attentions share: heads apart, scores, masks, the weighted sum, heads together. */
import { floatAttribute } from '../../attributes';
import type { Fused } from './lowering';

/** [batch, tokens, heads · size] → [batch, heads, tokens, size]. */
export function headsApart({ w }: Fused, tensor: string, heads: number): string {
  return w.op('Transpose', [w.op('Reshape', [tensor, w.ints([0, 0, heads, -1])])], { perm: [0, 2, 1, 3] });
}

/** Past keys or values, if any, before the new ones; what comes out is handed on where somebody reads it. */
export function joined({ w }: Fused, past: string, fresh: string, output: string | undefined): string {
  const whole = past ? w.op('Concat', [past, fresh], { axis: 2 }) : fresh;
  if (output !== undefined) w.op('Identity', [whole], {}, output);
  return whole;
}

/** Each of the key/value heads once for every query head that it serves. */
export function sharedHeads({ w }: Fused, tensor: string, times: number): string {
  if (times === 1) return tensor;
  const [front, back] = [w.op('Shape', [tensor], { end: 2 }), w.op('Shape', [tensor], { start: 2 })];
  const repeated = w.op('Expand', [w.op('Unsqueeze', [tensor, w.ints([2])]), w.op('Concat', [front, w.ints([times]), back], { axis: 0 })]);
  const heads = w.op('Mul', [w.op('Shape', [tensor], { start: 1, end: 2 }), w.ints([times])]);
  return w.op('Reshape', [repeated, w.op('Concat', [w.op('Shape', [tensor], { end: 1 }), heads, back], { axis: 0 })]);
}

/** A scale of 0 or none stands for 1/√size. */
export function scaleOf({ node }: Fused): number | undefined {
  return floatAttribute(node, 'scale', 0) || undefined;
}

export interface Scored {
  /** [batch, heads, tokens, size]. */
  readonly query: string;
  readonly key: string;
  readonly value: string;
  /** 1/√size where the operator does not say otherwise. */
  readonly scale: number | undefined;
  /** Added to the scores in the order given; each broadcasts to [batch, heads, queries, keys]. */
  readonly masks: readonly string[];
  /** Scores are squeezed to ±cap by tanh before masks are added; 0 for none. */
  readonly cap?: number;
  /** The score of one more key, which has no value: a number, or one for each head. Xiao et al. 2024, “attention sinks”. */
  readonly sink?: string;
}

/** softmax(q·kᵀ·scale + masks)·v as [batch, heads, tokens, size]. Vaswani et al. 2017, section 3.2.1. */
export function attended(node: Fused, { query, key, value, scale, masks, cap = 0, sink }: Scored): string {
  const { w, like } = node;
  const size = () => w.op('CastLike', [w.op('Shape', [query], { start: -1 }), query]);
  const factor = scale === undefined ? w.op('Reciprocal', [w.op('Sqrt', [size()])]) : like(scale, query);
  const raw = w.op('Mul', [w.op('MatMul', [query, w.op('Transpose', [key], { perm: [0, 1, 3, 2] })]), factor]);
  const capped = cap > 0 ? w.op('Mul', [w.op('Tanh', [w.op('Div', [raw, like(cap, raw)])]), like(cap, raw)]) : raw;
  const scores = masks.reduce((sum, mask) => w.op('Add', [sum, mask]), capped);
  return w.op('MatMul', [sink === undefined ? w.op('Softmax', [scores], { axis: -1 }) : besideSink(node, scores, sink), value]);
}

/** Weights of keys where part of the attention goes to a sink. */
function besideSink({ w }: Fused, scores: string, sink: string): string {
  const heads = w.op('Reshape', [sink, w.ints([1, -1, 1, 1])]);
  const column = w.op('Expand', [heads, w.op('Concat', [w.op('Shape', [scores], { end: 3 }), w.ints([1])], { axis: 0 })]);
  const weights = w.op('Softmax', [w.op('Concat', [scores, column], { axis: -1 })], { axis: -1 });
  return w.op('Slice', [weights, w.ints([0]), w.ints([-1]), w.ints([-1])]);
}

/** [batch, heads, tokens, size] → [batch, tokens, heads · size]. */
export function headsTogether({ w }: Fused, tensor: string, output: string): string {
  return w.op('Reshape', [w.op('Transpose', [tensor], { perm: [0, 2, 1, 3] }), w.ints([0, 0, -1])], {}, output);
}

/**
 * What hides keys behind a query's own position, [queries, keys]: queries are the last of the keys. `window` hides those that
 * lie that many places back as well.
 */
export function causalMask({ w, like }: Fused, query: string, key: string, window = -1): string {
  const length = (tensor: string) => w.op('Squeeze', [w.op('Shape', [tensor], { start: 2, end: 3 }), w.ints([0])]);
  const [queries, keys] = [length(query), length(key)];
  const range = (from: string, to: string) => w.op('Range', [from, to, w.int(1)]);
  const places = w.op('Unsqueeze', [range(w.op('Sub', [keys, queries]), keys), w.ints([1])]);
  const all = w.op('Unsqueeze', [range(w.int(0), keys), w.ints([0])]);
  const behind = w.op('Greater', [all, places]);
  const hidden = window > 0 ? w.op('Or', [behind, w.op('LessOrEqual', [all, w.op('Sub', [places, w.int(window)])])]) : behind;
  return w.op('Where', [hidden, like(hiding, query), like(0, query)]);
}

/** Far below any score in every type of float, and yet a number: −∞ − (−∞) would be none. */
export const hiding = -60000;

/**
 * A mask of real tokens as a summand of scores. Ranks: 1, how many tokens of each text are real; 2, [batch, keys]; 3, [batch,
 * queries, keys]. Undefined for others.
 */
export function paddingMask(node: Fused, mask: string, query: string, key: string, hidden: number): string | undefined {
  const { w, facts, like } = node;
  const asMask = (real: string, axes: readonly number[]) =>
    w.op('Unsqueeze', [w.op('Where', [real, like(0, query), like(hidden, query)]), w.ints(axes)]);
  switch (facts.rank(mask)) {
    case 1: {
      const keys = w.op('Squeeze', [w.op('Shape', [key], { start: 2, end: 3 }), w.ints([0])]);
      const places = w.op('Range', [w.int(0), keys, w.int(1)]);
      return asMask(w.op('Less', [places, w.op('Unsqueeze', [w.op('Cast', [mask], { to: 7 }), w.ints([1])])]), [1, 2]);
    }
    case 2:
      return asMask(w.op('Cast', [mask], { to: 9 }), [1, 2]);
    case 3:
      return asMask(w.op('Cast', [mask], { to: 9 }), [1]);
    default:
      return undefined;
  }
}
