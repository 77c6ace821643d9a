/** onnxruntime's attentions, and the standard one of operator set 23, as products and a softmax. */
import { floatAttribute, intAttribute, intsAttribute } from '../../attributes';
import { groupedQuery } from './groupedQuery';
import { attended, causalMask, headsApart, headsTogether, hiding, joined, paddingMask, scaleOf, sharedHeads } from './heads';
import type { Fused, Lowering } from './lowering';

/** onnxruntime's Attention: input, weights and bias of query, key and value side by side, mask, past [2, …], scores to be added. */
export const attention: Lowering = (node) => {
  const { node: proto, w, name, has, output, wanted } = node;
  const heads = intAttribute(proto, 'num_heads', 1);
  const sizes = intsAttribute(proto, 'qkv_hidden_sizes');
  if (intAttribute(proto, 'do_rotary', 0) === 1 || has(6)) return false;
  const product = w.op('MatMul', [name(0), name(1)]);
  const all = has(2) ? w.op('Add', [product, name(2)]) : product;
  const parts = ['query', 'key', 'value'].map((part) => w.fresh(part));
  w.several('Split', sizes ? [all, w.ints(sizes)] : [all, thirds(node, name(1))], { axis: -1 }, parts);
  const [query = '', newKey = '', newValue = ''] = parts.map((part) => headsApart(node, part, heads));
  const past = (which: number) => (has(4) ? w.op('Gather', [name(4), w.int(which)]) : '');
  const [key, value] = [joined(node, past(0), newKey, undefined), joined(node, past(1), newValue, undefined)];
  if (wanted(1)) w.op('Concat', [key, value].map((part) => w.op('Unsqueeze', [part, w.ints([0])])), { axis: 0 }, output(1)); // prettier-ignore
  const masks = masksOf(node, query, key, { padding: 3, added: 5 });
  if (!masks) return false;
  headsTogether(node, attended(node, { query, key, value, scale: scaleOf(node), masks }), output(0));
  return true;
};

/** A third of the columns of the weights, three times. */
function thirds({ w }: Fused, weights: string): string {
  return w.op('Expand', [w.op('Div', [w.op('Shape', [weights], { start: -1 }), w.int(3)]), w.ints([3])]);
}

/** Masks by the inputs that hold them; undefined where one is of a form not known here. */
function masksOf(node: Fused, query: string, key: string, slots: { padding: number; added: number }): string[] | undefined {
  const { node: proto, name, has } = node;
  const padding = has(slots.padding)
    ? paddingMask(node, name(slots.padding), query, key, floatAttribute(proto, 'mask_filter_value', -10000))
    : null;
  if (padding === undefined) return undefined;
  const causal = intAttribute(proto, 'unidirectional', 0) === 1;
  return [
    ...(padding ? [padding] : []),
    ...(has(slots.added) ? [name(slots.added)] : []),
    ...(causal ? [causalMask(node, query, key)] : []),
  ];
}

/** MultiHeadAttention: query, key, value, bias of all three, mask of keys, scores to be added, past key, past value. */
const multiHead: Lowering = (node) => {
  const { node: proto, w, facts, name, has, output, wanted } = node;
  const heads = intAttribute(proto, 'num_heads', 1);
  if (facts.rank(name(0)) !== 3 || !has(1) || !has(2) || has(8) || wanted(3)) return false;
  const biases = ['query', 'key', 'value'].map((part) => w.fresh(`${part} bias`));
  if (has(3)) {
    const width = (slot: number) => w.op('Shape', [name(slot)], { start: -1 });
    if (facts.rank(name(1)) !== 3) return false;
    w.several('Split', [name(3), w.op('Concat', [width(0), width(1), width(2)], { axis: 0 })], { axis: 0 }, biases);
  }
  const part = (slot: number) => {
    if (facts.rank(name(slot)) === 4) return name(slot);
    return headsApart(node, has(3) ? w.op('Add', [name(slot), biases[slot] ?? '']) : name(slot), heads);
  };
  const query = part(0);
  const key = joined(node, name(6), part(1), wanted(1) ? output(1) : undefined);
  const value = joined(node, name(7), part(2), wanted(2) ? output(2) : undefined);
  const masks = masksOf(node, query, key, { padding: 4, added: 5 });
  if (!masks) return false;
  headsTogether(node, attended(node, { query, key, value, scale: scaleOf(node), masks }), output(0));
  return true;
};

/**
 * Attention of operator set 23: query, key, value as [batch, tokens, heads · size] or [batch, heads, tokens, size], a mask that
 * is added or, of truth values, chooses, past key, past value. Fewer key/value heads serve several query heads each.
 */
const standard: Lowering = (node) => {
  const { node: proto, w, facts, like, name, has, output, wanted } = node;
  if (intAttribute(proto, 'qk_matmul_output_mode', 0) !== 0 || wanted(3) || has(6)) return false;
  const rank = facts.rank(name(0));
  const queryHeads = intAttribute(proto, 'q_num_heads') ?? facts.fixedSize(name(0), 1);
  const keyHeads = intAttribute(proto, 'kv_num_heads') ?? facts.fixedSize(name(1), 1);
  if (queryHeads === undefined || keyHeads === undefined || (rank !== 3 && rank !== 4)) return false;
  const apart = (slot: number, heads: number) => (rank === 4 ? name(slot) : headsApart(node, name(slot), heads));
  const query = apart(0, queryHeads);
  const key = joined(node, name(4), apart(1, keyHeads), wanted(1) ? output(1) : undefined);
  const value = joined(node, name(5), apart(2, keyHeads), wanted(2) ? output(2) : undefined);
  const masks = [
    ...(has(3) ? [facts.type(name(3)) === 9 ? w.op('Where', [name(3), like(0, query), like(hiding, query)]) : name(3)] : []),
    ...(intAttribute(proto, 'is_causal', 0) === 1 ? [causalMask(node, query, key)] : []),
  ];
  const [wideKey, wideValue] = [key, value].map((part) => sharedHeads(node, part, queryHeads / keyHeads));
  const made = attended(node, {
    query, key: wideKey ?? key, value: wideValue ?? value, scale: scaleOf(node), masks, cap: floatAttribute(proto, 'softcap', 0),
  }); // prettier-ignore
  if (rank === 4) w.op('Identity', [made], {}, output(0));
  else headsTogether(node, made, output(0));
  return true;
};

/** Lowerings by operator. */
export const attentions: Readonly<Record<string, Lowering>> = {
  MultiHeadAttention: multiHead,
  GroupQueryAttention: groupedQuery,
  Attention: (node) => (node.node.domain === 'com.microsoft' ? attention(node) : standard(node)),
};
