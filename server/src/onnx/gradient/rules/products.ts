/** Rules of matrix products. */
import { floatAttribute, intAttribute, textAttribute } from '../../attributes';
import { narrowed } from '../broadcast';
import { NoRule, rankOf } from '../rule';
import type { Backward, Rule } from '../rule';
import type { Writer } from '../writer';

/**
 * A product of matrices, either transposed. onnxruntime's own operator takes a weight transposed as it lies; a Transpose
 * would be folded into a second copy of every weight. It knows float32 only, so float64 goes the plain way.
 */
export function product(w: Writer, a: string, b: string, { transA = false, transB = false, alpha = 1 } = {}): string {
  return w.double
    ? w.op('Mul', [w.number(alpha), w.op('MatMul', [transA ? swapped(w, a) : a, transB ? swapped(w, b) : b])])
    : w.contrib('FusedMatMul', [a, b], { transA: Number(transA), transB: Number(transB), alpha: { float: alpha } });
}

/** The last two axes exchanged; in float64, which only tests ask for, by an Einsum that needs no number of axes. */
function swapped(w: Writer, tensor: string): string {
  return w.op('Einsum', [tensor], { equation: '...ij->...ji' });
}

/** y = a·b over any number of leading axes: da = g·bᵀ, db = aᵀ·g. A vector counts as a matrix of one row or column. */
const matMul: Rule = (node) => {
  const { facts, w, g, x, name } = node;
  const flag = (attribute: string) => intAttribute(node.node, attribute, 0) === 1;
  if (flag('transBatchA') || flag('transBatchB')) throw new NoRule('with its leading axes moved');
  const [transA, transB, alpha] = [flag('transA'), flag('transB'), floatAttribute(node.node, 'alpha', 1)];
  const vectors = [rankOf({ facts }, name(0)) === 1, rankOf({ facts }, name(1)) === 1] as const;
  const withAxis = (tensor: string, axis: number) => w.op('Unsqueeze', [tensor, w.ints([axis])]);
  const a = () => (vectors[0] ? withAxis(x(0), 0) : x(0));
  const b = () => (vectors[1] ? withAxis(x(1), 1) : x(1));
  const full = () => {
    const columns = vectors[1] ? withAxis(g, -1) : g;
    return vectors[0] ? withAxis(columns, -2) : columns;
  };
  const byA = () =>
    transA ? product(w, b(), full(), { transA: transB, transB: true, alpha }) : product(w, full(), b(), { transB: !transB, alpha });
  const byB = () =>
    transB ? product(w, full(), a(), { transA: true, transB: transA, alpha }) : product(w, a(), full(), { transA: !transA, alpha });
  return [() => gathered(node, byA(), 0, vectors[0]), () => gathered(node, byB(), 1, vectors[1])];
};

/** A factor's derivative, summed over the leading axes along which the factor was repeated. */
function gathered({ node, w, facts, name }: Backward, gradient: string, slot: 0 | 1, isVector: boolean): string {
  if (!isVector) return narrowed(w, facts, gradient, name(slot), node.outputs[0] ?? '', 2);
  const leading = Math.max(rankOf({ facts }, name(1 - slot)) - 2, 0);
  const matrix = leading === 0 ? gradient : w.sum(gradient, Array.from({ length: leading }, (_, axis) => axis), false); // prettier-ignore
  return w.op('Squeeze', [matrix, w.ints([slot])]);
}

/** y = α·A·B + β·C of two axes each, A and B as they are or transposed. */
const gemm: Rule = ({ node, w, g, x, name, narrowed: summed }) => {
  const transA = intAttribute(node, 'transA', 0);
  const transB = intAttribute(node, 'transB', 0);
  const alpha = { float: floatAttribute(node, 'alpha', 1) };
  const beta = floatAttribute(node, 'beta', 1);
  const plain = (a: string, b: string, ta: number, tb: number) => w.op('Gemm', [a, b], { alpha, transA: ta, transB: tb });
  return [
    () => (transA ? plain(x(1), g, transB, 1) : plain(g, x(1), 0, 1 - transB)),
    () => (transB ? plain(g, x(0), 1, transA) : plain(x(0), g, 1 - transA, 0)),
    name(2) ? () => summed(beta === 1 ? g : w.op('Mul', [g, w.number(beta)]), 2) : undefined,
  ];
};

/**
 * A sum of products over named axes. The derivative by a factor is the sum of products of g with the other factors, named the
 * other way round; axes that only this factor has were summed over, so it is repeated along them.
 */
const einsum: Rule = ({ node, w, g, x, name }) => {
  const [left = '', right] = (textAttribute(node, 'equation') ?? '').replaceAll(' ', '').split('->');
  const terms = left.split(',');
  return terms.map((term, slot) => () => {
    if (right === undefined) throw new NoRule('with an equation that does not say what comes out');
    if (new Set(term.replace('...', '.')).size < term.replace('...', '.').length) throw new NoRule(`with the diagonal "${term}"`);
    const others = terms.filter((_, each) => each !== slot);
    const known = new Set([right, ...others].join(''));
    const axes = [...term.replace('...', '.')];
    const missing = axes.flatMap((letter, axis) => (known.has(letter) ? [] : [axis]));
    if (missing.length > 0 && term.includes('.')) throw new NoRule(`with the sum over "${term}" of unknown length`);
    const kept = missing.length === 0 ? term : axes.filter((letter) => known.has(letter)).join('');
    const factors = [g, ...terms.flatMap((_, each) => (each === slot ? [] : [x(each)]))];
    const gradient = w.op('Einsum', factors, { equation: `${[right, ...others].join(',')}->${kept}` });
    if (missing.length === 0) return gradient;
    return w.op('Expand', [w.op('Unsqueeze', [gradient, w.ints(missing)]), w.op('Shape', [name(slot)])]);
  });
};

/** Rules by operator. */
export const products: Readonly<Record<string, Rule>> = {
  MatMul: matMul,
  FusedMatMul: matMul,
  Gemm: gemm,
  Einsum: einsum,
};
