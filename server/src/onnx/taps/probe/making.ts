/** Probe rules of operators that make tensors out of sizes: constants, ranges, shapes as numbers. */
import { attribute, intAttribute } from '../../attributes';
import { dataType } from '../../model';
import { constantValues, dimsOf, smallValues } from '../../tensor';
import { input } from './rule';
import type { Rule } from './rule';
import { fill, shapeTold, sizeOf, unknownSize, valueLimit, whole } from './traced';
import type { Traced } from './traced';

const int64 = (values: readonly number[]): Traced => ({ type: dataType.int64, dims: [values.length], values });

const shape: Rule = (node, inputs) => {
  const { dims } = input(inputs, 0);
  const sizes = dims?.slice(intAttribute(node, 'start', 0), intAttribute(node, 'end'));
  return [sizes && (whole(sizes) ? int64(sizes) : { type: dataType.int64, dims: [sizes.length] })];
};

const size: Rule = (_, inputs) => {
  const { dims } = input(inputs, 0);
  return [{ type: dataType.int64, dims: [], ...(whole(dims) && { values: [sizeOf(dims ?? [])] }) }];
};

const range: Rule = (_, inputs) => {
  const [start, limit, delta] = inputs.map(({ values }) => values?.[0]);
  const { type } = input(inputs, 0);
  if (start === undefined || limit === undefined || !delta) return [{ type, dims: [unknownSize] }];
  const count = Math.max(0, Math.ceil((limit - start) / delta));
  if (count > valueLimit) return [{ type, dims: [count] }];
  return [{ type, dims: [count], values: Array.from({ length: count }, (_, i) => start + i * delta) }];
};

const constantOfShape: Rule = (node, inputs) => {
  const dims = shapeTold(input(inputs, 0));
  const value = attribute(node, 'value')?.t;
  const type = value?.dataType ?? dataType.float;
  const each = (value && smallValues(value)?.[0]) ?? 0;
  return [{ type, dims, values: dims && fill(dims, () => each) }];
};

const eyeLike: Rule = (node, inputs) => {
  const { type, dims } = input(inputs, 0);
  const offset = intAttribute(node, 'k', 0);
  const values = dims && fill(dims, ([row = 0, column = 0]) => Number(column === row + offset));
  return [{ type: intAttribute(node, 'dtype') ?? type, dims, values }];
};

const constant: Rule = (node) => {
  const tensor = attribute(node, 'value')?.t;
  const values = constantValues(node);
  if (tensor) return [{ type: tensor.dataType, dims: dimsOf(tensor), values }];
  const [first] = node.attributes;
  const scalar = first?.name === 'value_int' || first?.name === 'value_float';
  const type = first?.name.startsWith('value_int') ? dataType.int64 : dataType.float;
  return [values && { type, dims: scalar ? [] : [values.length], values }];
};

/** Rules by operator. */
export const making: Readonly<Record<string, Rule>> = {
  Constant: constant,
  ConstantOfShape: constantOfShape,
  EyeLike: eyeLike,
  Range: range,
  Shape: shape,
  Size: size,
};
