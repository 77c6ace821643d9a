/** Rules of operators that sum over axes: reductions, softmax, norms, running sums. */
import { floatAttribute, intAttribute, intsAttribute } from '../../attributes';
import { NoRule, axisOf, rankOf } from '../rule';
import type { Backward, Rule } from '../rule';

/** The axes that a reduction goes over, counted from the front; an attribute in older operator sets, an input in newer ones. */
function reducedAxes({ node, index, facts, name }: Backward): readonly number[] {
  const rank = rankOf({ facts }, name(0));
  const given = intsAttribute(node, 'axes') ?? (name(1) ? index.numbers(name(1)) : []);
  if (!given) throw new NoRule('its axes are computed while it runs');
  if (given.length === 0 && intAttribute(node, 'noop_with_empty_axes', 0) === 1) return [];
  return given.length === 0 ? Array.from({ length: rank }, (_, axis) => axis) : given.map((axis) => axisOf(axis, rank));
}

/** A tensor in the shape of a reduction's output, with the reduced axes put back as single elements. */
function restored(node: Backward, tensor: string, axes: readonly number[]): string {
  const kept = intAttribute(node.node, 'keepdims', 1) === 1 || axes.length === 0;
  return kept ? tensor : node.w.op('Unsqueeze', [tensor, node.w.ints(axes)]);
}

function spread({ w, name }: Backward, tensor: string): string {
  return w.op('Expand', [tensor, w.op('Shape', [name(0)])]);
}

const sum: Rule = (node) => [() => spread(node, restored(node, node.g, reducedAxes(node)))];

const mean: Rule = (node) => [
  () => {
    const { w, facts, name, g } = node;
    const axes = reducedAxes(node);
    const fixed = axes.reduce<number | undefined>((product, axis) => times(product, facts.fixedSize(name(0), axis)), 1);
    const count =
      fixed === undefined
        ? w.asFloat(w.op('ReduceProd', [w.op('Gather', [w.op('Shape', [name(0)]), w.ints(axes)])], { keepdims: 0 }))
        : w.number(fixed);
    return spread(node, restored(node, w.op('Div', [g, count]), axes));
  },
];

function times(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? undefined : a * b;
}

/** The largest or smallest: the derivative is shared by all elements that equal it. */
const extreme: Rule = (node) => [
  () => {
    const { w, x, y, g } = node;
    const axes = reducedAxes(node);
    const hits = w.asFloat(w.op('Equal', [x(0), restored(node, y(0), axes)]));
    return w.op('Mul', [w.op('Div', [restored(node, g, axes), w.sum(hits, axes)]), hits]);
  },
];

/** Σx²: 2x·g. */
const squares: Rule = (node) => [
  () => {
    const { w, x, g } = node;
    return w.op('Mul', [restored(node, g, reducedAxes(node)), w.op('Mul', [w.number(2), x(0)])]);
  },
];

/** √Σx²: x·g/y. */
const length: Rule = (node) => [
  () => {
    const { w, x, y, g } = node;
    const axes = reducedAxes(node);
    return w.op('Mul', [restored(node, w.op('Div', [g, y(0)]), axes), x(0)]);
  },
];

/** Σ|x|: the sign of x. */
const absolutes: Rule = (node) => [() => node.w.op('Mul', [restored(node, node.g, reducedAxes(node)), node.w.op('Sign', [node.x(0)])])];

/** y = softmax(x): y·g − y·Σ(y·g). */
const softmax: Rule = ({ node, w, g, y }) => [
  () => {
    const weighted = w.op('Mul', [g, y(0)]);
    return w.op('Sub', [weighted, w.op('Mul', [y(0), w.sum(weighted, [intAttribute(node, 'axis', -1)])])]);
  },
];

/** y = log softmax(x): g − eʸ·Σg. */
const logSoftmax: Rule = ({ node, w, g, y }) => [
  () => w.op('Sub', [g, w.op('Mul', [w.op('Exp', [y(0)]), w.sum(g, [intAttribute(node, 'axis', -1)])])]),
];

/**
 * y = x̂·scale + bias with x̂ = (x − mean)·r, r = 1/√(variance + ε): with h = g·scale, r·(h − mean(h) − x̂·mean(h·x̂)).
 * Mean and r are outputs that the operator may give (1 and 2).
 */
const layerNorm: Rule = (node) => {
  const { w, g, x, name, narrowed } = node;
  const centred = () => w.op('Sub', [x(0), w.asFloat(node.extraOutput(1))]);
  const scale = () => w.asFloat(node.extraOutput(2));
  const hat = () => w.op('Mul', [centred(), scale()]);
  return [
    () => normed(node, hat(), scale(), w.op('Mul', [g, x(1)]), normAxes(node), true),
    () => narrowed(w.op('Mul', [g, hat()]), 1),
    name(2) ? () => narrowed(g, 2) : undefined,
  ];
};

/** The same without a mean: x̂ = x/√(mean(x²) + ε). Zhang and Sennrich 2019. */
const rmsNorm: Rule = (node) => {
  const { w, g, x, narrowed } = node;
  const epsilon = w.number(floatAttribute(node.node, 'epsilon', 1e-5));
  const scale = () => {
    const meanSquare = w.mean(w.op('Mul', [x(0), x(0)]), normAxes(node));
    return w.op('Reciprocal', [w.op('Sqrt', [w.op('Add', [meanSquare, epsilon])])]);
  };
  const hat = () => w.op('Mul', [x(0), scale()]);
  return [() => normed(node, hat(), scale(), w.op('Mul', [g, x(1)]), normAxes(node), false), () => narrowed(w.op('Mul', [g, hat()]), 1)];
};

function normAxes({ node, facts, name }: Backward): readonly number[] {
  const axis = intAttribute(node, 'axis', -1);
  if (axis === -1) return [-1];
  const rank = rankOf({ facts }, name(0));
  const first = axisOf(axis, rank);
  return Array.from({ length: rank - first }, (_, i) => first + i);
}

function normed({ w }: Backward, hat: string, scale: string, h: string, axes: readonly number[], centred: boolean): string {
  const along = w.op('Mul', [hat, w.mean(w.op('Mul', [h, hat]), axes)]);
  const rest = centred ? w.op('Sub', [h, w.mean(h, axes)]) : h;
  return w.op('Mul', [scale, w.op('Sub', [rest, along])]);
}

/** A running sum: the derivative runs the other way. */
const runningSum: Rule = ({ node, w, g, name }) => [
  () =>
    w.op('CumSum', [g, name(1)], {
      exclusive: intAttribute(node, 'exclusive', 0),
      reverse: 1 - intAttribute(node, 'reverse', 0),
    }),
];

/** Rules by operator. */
export const reductions: Readonly<Record<string, Rule>> = {
  ReduceSum: sum,
  ReduceMean: mean,
  ReduceMax: extreme,
  ReduceMin: extreme,
  ReduceSumSquare: squares,
  ReduceL1: absolutes,
  ReduceL2: length,
  Softmax: softmax,
  LogSoftmax: logSoftmax,
  LayerNormalization: layerNorm,
  SimplifiedLayerNormalization: rmsNorm,
  RMSNormalization: rmsNorm,
  CumSum: runningSum,
};
