/** Probe rules of operators that treat each element alone. */
import { intAttribute } from '../../attributes';
import { dataType } from '../../model';
import { input, likeFirst } from './rule';
import type { Rule } from './rule';
import { broadcast, broadcastElement, fill, isFloat, isWhole } from './traced';
import type { Traced } from './traced';

const unary: Readonly<Record<string, (x: number) => number>> = {
  Identity: (x) => x,
  Dropout: (x) => x,
  Neg: (x) => -x,
  Abs: Math.abs,
  Sqrt: Math.sqrt,
  Exp: Math.exp,
  Log: Math.log,
  Sin: Math.sin,
  Cos: Math.cos,
  Tanh: Math.tanh,
  Sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  Relu: (x) => Math.max(x, 0),
  Reciprocal: (x) => 1 / x,
  Floor: Math.floor,
  Ceil: Math.ceil,
  Round: (x) => (Math.abs(x % 1) === 0.5 ? 2 * Math.round(x / 2) : Math.round(x)),
  Sign: Math.sign,
};

const predicates: Readonly<Record<string, (x: number) => boolean>> = {
  Not: (x) => x === 0,
  IsNaN: Number.isNaN,
  IsInf: (x) => x === Infinity || x === -Infinity,
};

const arithmetic: Readonly<Record<string, (x: number, y: number) => number>> = {
  Add: (x, y) => x + y,
  Sub: (x, y) => x - y,
  Mul: (x, y) => x * y,
  Div: (x, y) => x / y,
  Pow: (x, y) => x ** y,
  Mod: (x, y) => x - y * Math.floor(x / y),
  Min: Math.min,
  Max: Math.max,
  Sum: (x, y) => x + y,
  BitwiseAnd: (x, y) => x & y,
  BitwiseOr: (x, y) => x | y,
};

const comparisons: Readonly<Record<string, (x: number, y: number) => boolean>> = {
  Equal: (x, y) => x === y,
  Less: (x, y) => x < y,
  LessOrEqual: (x, y) => x <= y,
  Greater: (x, y) => x > y,
  GreaterOrEqual: (x, y) => x >= y,
  And: (x, y) => x !== 0 && y !== 0,
  Or: (x, y) => x !== 0 || y !== 0,
  Xor: (x, y) => (x !== 0) !== (y !== 0),
};

/** A number as a tensor of a type holds it, so that a quotient falls into the bucket in which the runtime puts it. */
function stored(value: number, type: number | undefined): number {
  if (isWhole(type)) return Math.trunc(value);
  return type === dataType.float ? Math.fround(value) : value;
}

const mapOne =
  (f: (x: number) => number, type?: number): Rule =>
  (_, inputs) => {
    const x = input(inputs, 0);
    const made = type ?? x.type;
    return [{ type: made, dims: x.dims, values: x.values?.map((value) => stored(f(value), made)) }];
  };

const mapTwo =
  (f: (x: number, y: number) => number, type?: number): Rule =>
  (_, inputs) => [
    inputs.reduce((a, b): Traced => {
      const dims = broadcast(a.dims, b.dims);
      const known = dims && a.values && b.values;
      const made = type ?? a.type;
      const values = known
        ? fill(dims, (index) => {
            const x = broadcastElement(a, index);
            const y = broadcastElement(b, index);
            if (x === undefined || y === undefined) return undefined;
            return stored(f(x, y), made);
          })
        : undefined;
      return { type: made, dims, values };
    }),
  ];

const cast: Rule = (node, inputs) => {
  const x = input(inputs, 0);
  const type = intAttribute(node, 'to') ?? input(inputs, 1).type;
  const finite = isFloat(type) || x.values?.every(Number.isFinite);
  const values =
    type === dataType.bool ? x.values?.map((v) => Number(v !== 0)) : finite ? x.values?.map((v) => stored(v, type)) : undefined;
  return [{ type, dims: x.dims, values }];
};

const where: Rule = (_, inputs) => {
  const [condition = {}, yes = {}, no = {}] = inputs;
  const dims = broadcast(broadcast(condition.dims, yes.dims), no.dims);
  const values =
    dims && condition.values ? fill(dims, (index) => broadcastElement(broadcastElement(condition, index) ? yes : no, index)) : undefined;
  return [{ type: yes.type ?? no.type, dims, values }];
};

const clip: Rule = (_, inputs) => {
  const [x = {}, low, high] = inputs;
  const bounded = inputs.every((each) => each.values !== undefined);
  const values = bounded
    ? x.values?.map((v) => Math.min(Math.max(v, low?.values?.[0] ?? -Infinity), high?.values?.[0] ?? Infinity))
    : undefined;
  return [{ type: x.type, dims: x.dims, values }];
};

const table = <F>(functions: Readonly<Record<string, F>>, rule: (f: F) => Rule): Record<string, Rule> =>
  Object.fromEntries(Object.entries(functions).map(([name, f]) => [name, rule(f)]));

const shapeOnly = [
  'Erf', 'Gelu', 'Elu', 'Selu', 'Celu', 'LeakyRelu', 'Softplus', 'Softsign', 'HardSigmoid', 'HardSwish', 'Mish', 'Swish', 'ThresholdedRelu',
  'Acos', 'Asin', 'Atan', 'Tan', 'Sinh', 'Cosh', 'Softmax', 'LogSoftmax', 'LpNormalization', 'BiasGelu', 'FastGelu', 'QuickGelu', 'BiasAdd',
  'RotaryEmbedding', 'LayerNormalization', 'SimplifiedLayerNormalization', 'RMSNormalization', 'GroupNormalization',
  'InstanceNormalization', 'BatchNormalization', 'BiasSoftmax', 'BiasDropout', 'PRelu', 'ScatterElements',
]; // prettier-ignore

/** Rules by operator. */
export const elementwise: Readonly<Record<string, Rule>> = {
  ...Object.fromEntries(shapeOnly.map((name) => [name, likeFirst])),
  ...table(unary, (f) => mapOne(f)),
  ...table(predicates, (f) => mapOne((x) => Number(f(x)), dataType.bool)),
  ...table(arithmetic, (f) => mapTwo(f)),
  ...table(comparisons, (f) => mapTwo((x, y) => Number(f(x, y)), dataType.bool)),
  Cast: cast,
  CastLike: cast,
  Where: where,
  Clip: clip,
};
