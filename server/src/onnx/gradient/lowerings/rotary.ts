/** Rotary positions (Su et al. 2021): pairs of elements turned by an angle that grows with the position. */
import { intAttribute } from '../../attributes';
import { headsApart, headsTogether } from './heads';
import type { Fused, Lowering } from './lowering';

/**
 * Turns [batch, heads, tokens, size] by cosines and sines [batch or 1, tokens, size/2]: halves of a head against each other, or
 * neighbours where they are interleaved.
 */
function turned({ w }: Fused, tensor: string, cos: string, sin: string, interleaved: boolean): string {
  const [c, s] = [cos, sin].map((each) => w.op('Unsqueeze', [each, w.ints([1])])) as [string, string];
  const pieces = ['first', 'second'].map((part) => w.fresh(part)) as [string, string];
  // Neighbours become the two halves of one more axis.
  const pairs = interleaved ? w.op('Reshape', [tensor, w.ints([0, 0, 0, -1, 2])]) : tensor;
  w.several('Split', [pairs, halves(w, pairs)], { axis: -1 }, pieces);
  const [a, b] = interleaved ? pieces.map((piece) => w.op('Squeeze', [piece, w.ints([-1])])) as [string, string] : pieces; // prettier-ignore
  const first = w.op('Sub', [w.op('Mul', [a, c]), w.op('Mul', [b, s])]);
  const second = w.op('Add', [w.op('Mul', [b, c]), w.op('Mul', [a, s])]);
  if (!interleaved) return w.op('Concat', [first, second], { axis: -1 });
  const both = [first, second].map((part) => w.op('Unsqueeze', [part, w.ints([-1])]));
  return w.op('Reshape', [w.op('Concat', both, { axis: -1 }), w.op('Shape', [tensor])]);
}

function halves(w: Fused['w'], tensor: string): string {
  return w.op('Expand', [w.op('Div', [w.op('Shape', [tensor], { start: -1 }), w.int(2)]), w.ints([2])]);
}

/** Only the first `size` elements of a head are turned; 0 stands for all. */
function partly(node: Fused, tensor: string, size: number, turn: (part: string) => string): string {
  const { w } = node;
  if (size === 0) return turn(tensor);
  const piece = (from: number, to: string) => w.op('Slice', [tensor, w.ints([from]), to, w.ints([-1])]);
  return w.op('Concat', [turn(piece(0, w.ints([size]))), piece(size, w.op('Shape', [tensor], { start: -1 }))], { axis: -1 });
}

/** How heads are turned: tables of cosines and sines [positions, size/2] and the positions to look up, [batch or 1, tokens]. */
export interface Turn {
  readonly cos: string;
  readonly sin: string;
  readonly places: string;
  readonly interleaved: boolean;
  /** Elements of a head that are turned, from the first on; 0 for all. */
  readonly size: number;
}

/** Heads [batch, heads, tokens, size] turned by tables. */
export function rotated(node: Fused, heads: string, { cos, sin, places, interleaved, size }: Turn): string {
  const [c, s] = [cos, sin].map((table) => node.w.op('Gather', [table, places])) as [string, string];
  return partly(node, heads, size, (part) => turned(node, part, c, s, interleaved));
}

/** onnxruntime's: x, positions, tables of cosines and sines. Positions: one offset for all, or [batch, tokens]. */
const contrib: Lowering = (node) => {
  const { node: proto, w, facts, name, output } = node;
  const rank = facts.rank(name(0));
  const heads = intAttribute(proto, 'num_heads', 0);
  const size = intAttribute(proto, 'rotary_embedding_dim', 0);
  const headSize = facts.fixedSize(name(2), 1);
  const width = facts.fixedSize(name(0), -1);
  const count = heads || (rank === 3 && headSize && width ? width / (2 * headSize) : 0);
  if ((rank !== 3 && rank !== 4) || (rank === 3 && !Number.isInteger(count)) || (rank === 3 && count === 0)) return false;
  const apart = rank === 3 ? headsApart(node, name(0), count) : name(0);
  const tokens = w.op('Squeeze', [w.op('Shape', [apart], { start: 2, end: 3 }), w.ints([0])]);
  const counted = w.op('Range', [w.int(0), tokens, w.int(1)]);
  const places = facts.rank(name(1)) === 2 ? name(1) : w.op('Unsqueeze', [w.op('Add', [counted, name(1)]), w.ints([0])]);
  const interleaved = intAttribute(proto, 'interleaved', 0) === 1;
  const made = rotated(node, apart, { cos: name(2), sin: name(3), places, interleaved, size });
  if (rank === 3) headsTogether(node, made, output(0));
  else w.op('Identity', [made], {}, output(0));
  return true;
};

/** Of operator set 23: x, cosines, sines, and positions to look them up by where they are tables. */
const standard: Lowering = (node) => {
  const { node: proto, w, facts, name, has, output } = node;
  const rank = facts.rank(name(0));
  const heads = intAttribute(proto, 'num_heads', 0);
  if ((rank !== 3 && rank !== 4) || (rank === 3 && heads === 0)) return false;
  const apart = rank === 3 ? headsApart(node, name(0), heads) : name(0);
  const angle = (slot: number) => (has(3) ? w.op('Gather', [name(slot), name(3)]) : name(slot));
  const interleaved = intAttribute(proto, 'interleaved', 0) === 1;
  const size = intAttribute(proto, 'rotary_embedding_dim', 0);
  const made = partly(node, apart, size, (part) => turned(node, part, angle(1), angle(2), interleaved));
  if (rank === 3) headsTogether(node, made, output(0));
  else w.op('Identity', [made], {}, output(0));
  return true;
};

/** Lowerings by operator. */
export const rotations: Readonly<Record<string, Lowering>> = {
  RotaryEmbedding: (node) => (node.node.domain === 'com.microsoft' ? contrib(node) : standard(node)),
};
