/** onnxruntime's GroupQueryAttention, in which fewer key/value heads serve several query heads each (Ainslie et al. 2023). */
import { floatAttribute, intAttribute, textAttribute } from '../../attributes';
import { attended, causalMask, headsApart, headsTogether, joined, scaleOf, sharedHeads } from './heads';
import type { Fused, Lowering } from './lowering';
import { rotated } from './rotary';

const slots = { pastKey: 3, pastValue: 4, cos: 7, sin: 8, places: 9, added: 10, sink: 11 } as const;

/**
 * Query, key and value (or all three in the first input), their past, lengths of rows, rotary tables, positions, scores to be
 * added, scores of a sink. Rows are filled up behind, where causality hides what fills them, so lengths are not needed; a past is taken to be
 * as long in every row.
 */
export const groupedQuery: Lowering = (node) => {
  const { node: proto, name, has, output, wanted } = node;
  const flag = (attribute: string) => intAttribute(proto, attribute, 0) === 1;
  const quantised = ['k_quant_type', 'v_quant_type'].some((each) => (textAttribute(proto, each) ?? 'NONE') !== 'NONE');
  const parts = projections(node);
  if (!parts || quantised || wanted(3)) return false;
  const heads = intAttribute(proto, 'num_heads', 1);
  const pairs = intAttribute(proto, 'kv_num_heads', heads);
  const [freshQuery, freshKey] = [headsApart(node, parts.query, heads), headsApart(node, parts.key, pairs)];
  const turn = flag('do_rotary') ? turning(node, freshKey) : undefined;
  if (flag('do_rotary') && !turn) return false;
  const [query, newKey] = turn ? [turn(freshQuery), turn(freshKey)] : [freshQuery, freshKey];
  const key = joined(node, name(slots.pastKey), newKey, wanted(1) ? output(1) : undefined);
  const value = joined(node, name(slots.pastValue), headsApart(node, parts.value, pairs), wanted(2) ? output(2) : undefined);
  const masks = [
    ...(has(slots.added) ? [name(slots.added)] : []),
    causalMask(node, query, key, intAttribute(proto, 'local_window_size', -1)),
  ];
  const sink = has(slots.sink) ? name(slots.sink) : flag('smooth_softmax') ? node.like(0, query) : undefined;
  const made = attended(node, {
    query,
    key: sharedHeads(node, key, heads / pairs),
    value: sharedHeads(node, value, heads / pairs),
    scale: scaleOf(node),
    masks,
    cap: floatAttribute(proto, 'softcap', 0),
    ...(sink !== undefined && { sink }),
  });
  headsTogether(node, made, output(0));
  return true;
};

/** Query, key and value as [batch, tokens, heads · size]; undefined where they lie in one input of unknown width. */
function projections({ node, w, facts, name, has }: Fused): Record<'query' | 'key' | 'value', string> | undefined {
  if (has(1) && has(2)) return { query: name(0), key: name(1), value: name(2) };
  const heads = intAttribute(node, 'num_heads', 1);
  const pairs = intAttribute(node, 'kv_num_heads', heads);
  const size = (facts.fixedSize(name(0), -1) ?? NaN) / (heads + 2 * pairs);
  if (!Number.isInteger(size)) return undefined;
  const parts = { query: w.fresh('query'), key: w.fresh('key'), value: w.fresh('value') };
  w.several('Split', [name(0), w.ints([heads * size, pairs * size, pairs * size])], { axis: -1 }, Object.values(parts));
  return parts;
}

/** Turns heads by their positions: those given, or those that follow the past. */
function turning(node: Fused, key: string): ((heads: string) => string) | undefined {
  const { node: proto, w, facts, name, has } = node;
  const half = facts.fixedSize(name(slots.cos), 1);
  if (half === undefined) return undefined;
  const interleaved = intAttribute(proto, 'rotary_interleaved', 0) === 1;
  const length = (tensor: string) => w.op('Squeeze', [w.op('Shape', [tensor], { start: 2, end: 3 }), w.ints([0])]);
  const counted = () => {
    const before = has(slots.pastKey) ? length(name(slots.pastKey)) : w.int(0);
    return w.op('Unsqueeze', [w.op('Range', [before, w.op('Add', [before, length(key)]), w.int(1)]), w.ints([0])]);
  };
  const places = has(slots.places) ? name(slots.places) : counted();
  return (heads) => rotated(node, heads, { cos: name(slots.cos), sin: name(slots.sin), places, interleaved, size: 2 * half });
}
