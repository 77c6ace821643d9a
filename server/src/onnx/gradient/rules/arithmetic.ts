/** Rules of arithmetic between tensors, with broadcasting. `g` is the derivative by the output. */
import { NoRule } from '../rule';
import type { Backward, Rule } from '../rule';

const add: Rule = ({ node, g, narrowed }) => node.inputs.map((_, slot) => () => narrowed(g, slot));

const subtract: Rule = ({ w, g, narrowed }) => [() => narrowed(g, 0), () => narrowed(w.op('Neg', [g]), 1)];

const multiply: Rule = ({ w, g, x, narrowed }) => [() => narrowed(w.op('Mul', [g, x(1)]), 0), () => narrowed(w.op('Mul', [g, x(0)]), 1)];

/** y = a/b: da = g/b, db = −g·y/b. */
const divide: Rule = ({ w, g, x, y, narrowed }) => [
  () => narrowed(w.op('Div', [g, x(1)]), 0),
  () => narrowed(w.op('Neg', [w.op('Div', [w.op('Mul', [g, y(0)]), x(1)])]), 1),
];

/** y = a^c: da = g·c·a^(c−1). Small whole exponents go by products, since the power of a negative number may be undefined. */
const power: Rule = (node) => {
  const { w, g, x, y, narrowed } = node;
  const base = (): string => {
    const exponent = constantExponent(node);
    const times = (factor: string) => w.op('Mul', [g, factor]);
    switch (exponent) {
      case 1:
        return g;
      case 2:
        return times(w.op('Mul', [w.number(2), x(0)]));
      case 3:
        return times(w.op('Mul', [w.number(3), w.op('Mul', [x(0), x(0)])]));
      case 0.5:
        return w.op('Div', [w.op('Mul', [g, w.number(0.5)]), y(0)]);
      default:
        return times(w.op('Mul', [x(1), w.op('Pow', [x(0), w.op('Sub', [x(1), w.number(1)])])]));
    }
  };
  return [() => narrowed(base(), 0), () => narrowed(w.op('Mul', [g, w.op('Mul', [y(0), w.op('Log', [x(0)])])]), 1)];
};

function constantExponent({ index, name }: Backward): number | undefined {
  const values = index.numbers(name(1));
  return values?.length === 1 ? values[0] : undefined;
}

const average: Rule = ({ node, w, g, narrowed }) =>
  node.inputs.map((_, slot) => () => narrowed(w.op('Mul', [g, w.number(1 / node.inputs.length)]), slot));

/** The largest or smallest of several: the derivative goes to the first that was chosen. */
const chosen: Rule = ({ node, w, g, x, y, narrowed }) =>
  node.inputs.map((_, slot) => () => {
    const equals = (each: number) => w.op('Equal', [x(each), y(0)]);
    const earlier = Array.from({ length: slot }, (_unused, each) => equals(each));
    const taken = earlier.reduce((mask, each) => w.op('And', [mask, w.op('Not', [each])]), equals(slot));
    return narrowed(w.op('Where', [taken, g, w.number(0)]), slot);
  });

/** y = a where the condition holds, else b. Zeros by choice, not by product: 0 · ∞ would be no number. */
const where: Rule = ({ w, g, name, narrowed }) => [
  undefined,
  () => narrowed(w.op('Where', [name(0), g, w.number(0)]), 1),
  () => narrowed(w.op('Where', [name(0), w.number(0), g]), 2),
];

/** The remainder of a division: the whole part is constant almost everywhere. */
const remainder: Rule = ({ g, narrowed }) => [
  () => narrowed(g, 0),
  () => {
    throw new NoRule('the divisor of a remainder depends on the tap');
  },
];

/** Rules by operator. */
export const arithmetic: Readonly<Record<string, Rule>> = {
  Add: add,
  Sum: add,
  Sub: subtract,
  Mul: multiply,
  Div: divide,
  Pow: power,
  Mean: average,
  Max: chosen,
  Min: chosen,
  Where: where,
  Mod: remainder,
};
