/** Rules of functions of one element: activations, and the steps that exporters take them apart into. */
import { floatAttribute, textAttribute } from '../../attributes';
import type { Backward, Rule } from '../rule';

/** A rule from the derivative of the function, given as a tensor in the shape of the input. */
const byFactor =
  (factor: (node: Backward) => string): Rule =>
  (node) => [() => node.w.op('Mul', [node.g, factor(node)])];

/** The derivative passes where a condition on the input holds, and is zero elsewhere. */
const byCondition =
  (condition: (node: Backward) => string): Rule =>
  (node) => [() => node.w.op('Where', [condition(node), node.g, node.w.number(0)])];

const unchanged: Rule = ({ g }) => [() => g];

/** a·x + b and such, for tensors and numbers alike. */
const arithmetic = ({ w }: Pick<Backward, 'w'>) => ({
  n: w.number,
  mul: (a: string, b: string) => w.op('Mul', [a, b]),
  add: (a: string, b: string) => w.op('Add', [a, b]),
  sub: (a: string, b: string) => w.op('Sub', [a, b]),
  div: (a: string, b: string) => w.op('Div', [a, b]),
  exp: (a: string) => w.op('Exp', [a]),
});

/** Gelu = x·Φ(x), Φ the normal distribution: Φ(x) + x·φ(x). The tanh form approximates Φ (Hendrycks and Gimpel 2016). */
const gelu = byFactor((node) => {
  const { node: proto, w, x } = node;
  const { n, mul, add, sub, exp } = arithmetic(node);
  const v = x(0);
  const square = mul(v, v);
  if (textAttribute(proto, 'approximate') === 'tanh') return geluTanhFactor(node, v);
  const phi = mul(n(1 / Math.sqrt(2 * Math.PI)), exp(mul(n(-0.5), square)));
  const Phi = mul(n(0.5), add(n(1), w.op('Erf', [mul(v, n(Math.SQRT1_2))])));
  return sub(Phi, mul(n(-1), mul(v, phi)));
});

/** With t = tanh(k(x + 0.044715x³)), k = √(2/π): ½(1 + t) + ½x(1 − t²)·k(1 + 0.134145x²). */
function geluTanhFactor(node: Backward, v: string): string {
  const { w } = node;
  const { n, mul, add, sub } = arithmetic(node);
  const k = Math.sqrt(2 / Math.PI);
  const square = mul(v, v);
  const t = w.op('Tanh', [mul(n(k), mul(v, add(n(1), mul(n(0.044715), square))))]);
  const slope = mul(n(0.5 * k), mul(v, add(n(1), mul(n(3 * 0.044715), square))));
  return add(mul(n(0.5), add(n(1), t)), mul(sub(n(1), mul(t, t)), slope));
}

/** x·σ(αx): with s = σ(αx), s·(1 + αx(1 − s)). */
const sigmoidGated = (fallback: number) =>
  byFactor((node) => {
    const { n, mul, add, sub } = arithmetic(node);
    const scaled = mul(n(floatAttribute(node.node, 'alpha', fallback)), node.x(0));
    const s = node.w.op('Sigmoid', [scaled]);
    return mul(s, add(n(1), mul(scaled, sub(n(1), s))));
  });

const sigmoid = byFactor((node) => {
  const { n, mul, sub } = arithmetic(node);
  return mul(node.y(0), sub(n(1), node.y(0)));
});

const tanh = byFactor((node) => {
  const { n, mul, sub } = arithmetic(node);
  return sub(n(1), mul(node.y(0), node.y(0)));
});

/** x·tanh(softplus(x)): with t the tanh and s = σ(x), t + x·s·(1 − t²). */
const mish = byFactor((node) => {
  const { n, mul, add, sub } = arithmetic(node);
  const t = node.w.op('Tanh', [node.w.op('Softplus', [node.x(0)])]);
  return add(t, mul(node.x(0), mul(node.w.op('Sigmoid', [node.x(0)]), sub(n(1), mul(t, t)))));
});

/** One slope for positive elements and, given by `below`, another for the others. */
const bent = (below: (node: Backward) => string): Rule =>
  byFactor((node) => node.w.op('Where', [positive(node), node.w.number(1), below(node)]));

const positive = ({ w, x }: Backward): string => w.op('Greater', [x(0), w.number(0)]);

/** x/6 · clip(x + 3, 0, 6) with α = 1/6: 0 below −3, 1 above 3, (2x + 3)/6 between. */
const hardSwish = byFactor((node) => {
  const { w, x } = node;
  const { n, mul, add } = arithmetic(node);
  const inner = w.op('Where', [w.op('Less', [x(0), n(3)]), mul(n(1 / 6), add(mul(n(2), x(0)), n(3))), n(1)]);
  return w.op('Where', [w.op('Greater', [x(0), n(-3)]), inner, n(0)]);
});

const hardSigmoid = byFactor((node) => {
  const { w, y } = node;
  const within = w.op('And', [w.op('Greater', [y(0), w.number(0)]), w.op('Less', [y(0), w.number(1)])]);
  return w.op('Where', [within, w.number(floatAttribute(node.node, 'alpha', 0.2)), w.number(0)]);
});

/** Rules by operator. Those that round have the derivative zero and are no rules: nothing passes them. */
export const functions: Readonly<Record<string, Rule>> = {
  Identity: unchanged,
  Dropout: unchanged,
  Cast: unchanged,
  CastLike: unchanged,
  Neg: ({ w, g }) => [() => w.op('Neg', [g])],
  Abs: byFactor(({ w, x }) => w.op('Sign', [x(0)])),
  Sqrt: ({ w, g, y }) => [() => w.op('Div', [w.op('Mul', [g, w.number(0.5)]), y(0)])],
  Reciprocal: byFactor(({ w, y }) => w.op('Neg', [w.op('Mul', [y(0), y(0)])])),
  Exp: byFactor(({ y }) => y(0)),
  Log: ({ w, g, x }) => [() => w.op('Div', [g, x(0)])],
  Sin: byFactor(({ w, x }) => w.op('Cos', [x(0)])),
  Cos: byFactor(({ w, x }) => w.op('Neg', [w.op('Sin', [x(0)])])),
  Erf: byFactor((node) => {
    const { n, mul, exp } = arithmetic(node);
    return mul(n(2 / Math.sqrt(Math.PI)), exp(mul(n(-1), mul(node.x(0), node.x(0)))));
  }),
  Tanh: tanh,
  Sigmoid: sigmoid,
  Softplus: byFactor(({ w, x }) => w.op('Sigmoid', [x(0)])),
  Softsign: byFactor((node) => {
    const { n, mul, add, div } = arithmetic(node);
    const size = add(n(1), node.w.op('Abs', [node.x(0)]));
    return div(n(1), mul(size, size));
  }),
  Relu: byCondition(positive),
  ThresholdedRelu: byCondition(({ node, w, x }) => w.op('Greater', [x(0), w.number(floatAttribute(node, 'alpha', 1))])),
  LeakyRelu: bent(({ node, w }) => w.number(floatAttribute(node, 'alpha', 0.01))),
  // α(eˣ − 1) below zero has the slope y + α.
  Elu: bent(({ node, w, y }) => w.op('Add', [y(0), w.number(floatAttribute(node, 'alpha', 1))])),
  // What clipping left as it was has slope one, bounds included.
  Clip: byCondition(({ w, x, y }) => w.op('Equal', [x(0), y(0)])),
  Gelu: gelu,
  FastGelu: byFactor((node) => geluTanhFactor(node, node.x(0))),
  QuickGelu: sigmoidGated(1.702),
  Swish: sigmoidGated(1),
  Mish: mish,
  HardSwish: hardSwish,
  HardSigmoid: hardSigmoid,
};
