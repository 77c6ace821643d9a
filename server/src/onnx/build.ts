/** Making nodes, attributes and constants: what graph edits and tests write graphs with. */
import { spanOf } from './bytes';
import { attributeType, dataType } from './model';
import type { AttributeProto, NodeProto, TensorProto, ValueInfoProto } from './model';

/** A value of an attribute: whole numbers as `number` or `number[]`, floats as `{ float }` or `{ floats }`. */
export type AttributeValue =
  number | readonly number[] | string | TensorProto | { readonly float: number } | { readonly floats: readonly number[] };

/** A node of the standard operators unless a domain is given. */
export function makeNode(
  opType: string,
  inputs: readonly string[],
  outputs: readonly string[],
  attributes: Readonly<Record<string, AttributeValue>> = {},
  { name = '', domain = '' }: { readonly name?: string; readonly domain?: string } = {},
): NodeProto {
  return {
    opType, name, domain, overload: '', inputs, outputs,
    attributes: Object.entries(attributes).map(([key, value]) => makeAttribute(key, value)),
  }; // prettier-ignore
}

function makeAttribute(name: string, value: AttributeValue): AttributeProto {
  const blank = { name, refAttrName: '', floats: [], ints: [], strings: [], tensors: [], graphs: [], sparseTensors: [] };
  if (typeof value === 'number') return { ...blank, type: attributeType.int, i: value };
  if (typeof value === 'string') return { ...blank, type: attributeType.string, s: new TextEncoder().encode(value) };
  if (Array.isArray(value)) return { ...blank, type: attributeType.ints, ints: value as readonly number[] };
  if ('float' in value) return { ...blank, type: attributeType.float, f: value.float };
  if ('floats' in value) return { ...blank, type: attributeType.floats, floats: value.floats };
  return { ...blank, type: attributeType.tensor, t: value as TensorProto };
}

/** A float32 constant. */
export function floatTensor(name: string, dims: readonly number[], values: ArrayLike<number>): TensorProto {
  return makeTensor(name, dims, dataType.float, Float32Array.from(values));
}

/** An int64 constant. */
export function intTensor(name: string, dims: readonly number[], values: ArrayLike<number>): TensorProto {
  return makeTensor(name, dims, dataType.int64, BigInt64Array.from(Array.from(values, BigInt)));
}

function makeTensor(name: string, dims: readonly number[], type: number, values: Float32Array | BigInt64Array): TensorProto {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  return { name, dims, dataType: type, rawData: spanOf(bytes), stringData: [], externalData: [] };
}

/** The declaration of an input or output: sizes as numbers, names for sizes that vary. */
export function makeValue(name: string, elemType: number, dims: readonly (number | string)[]): ValueInfoProto {
  const shape = { dims: dims.map((dim) => (typeof dim === 'number' ? { value: dim } : { param: dim })) };
  return { name, type: { tensorType: { elemType, shape } } };
}
