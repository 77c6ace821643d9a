/**
 * What an ONNX file holds, as plain data. Names follow onnx.proto; singular fields that a file leaves out are undefined,
 * except texts and repeated fields, which are empty. Fields that nobody here needs stay in `unknown` as their bytes, so that
 * nothing is lost when a model is written again. All of it is read-only: an edit makes new objects around the old ones.
 */
import type { ByteSpan } from './bytes';

/** A 64-bit whole number; a bigint only where a double cannot hold it exactly (such as INT64_MAX, "to the end", in Slice). */
export type Int64 = number | bigint;

/** A field kept as it was read: tag and payload. */
export interface RawField {
  readonly field: number;
  readonly bytes: Uint8Array;
}

interface Message {
  readonly unknown?: readonly RawField[];
}

export interface ModelProto extends Message {
  readonly irVersion?: Int64;
  readonly producerName: string;
  readonly producerVersion: string;
  readonly domain: string;
  readonly modelVersion?: Int64;
  readonly graph?: GraphProto;
  readonly opsetImport: readonly OperatorSetId[];
  readonly functions: readonly FunctionProto[];
}

export interface OperatorSetId extends Message {
  readonly domain: string;
  readonly version?: Int64;
}

export interface GraphProto extends Message {
  readonly name: string;
  readonly nodes: readonly NodeProto[];
  readonly initializers: readonly TensorProto[];
  readonly sparseInitializers: readonly SparseTensorProto[];
  readonly inputs: readonly ValueInfoProto[];
  readonly outputs: readonly ValueInfoProto[];
  readonly valueInfo: readonly ValueInfoProto[];
}

export interface NodeProto extends Message {
  readonly name: string;
  readonly opType: string;
  /** `''` and `ai.onnx` are the same: the standard operators. */
  readonly domain: string;
  readonly overload: string;
  /** `''` stands for an optional input that is left out. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: readonly AttributeProto[];
}

export interface AttributeProto extends Message {
  readonly name: string;
  /** One of `attributeType`. */
  readonly type?: number;
  /** In a function's body: the attribute of the calling node that supplies the value. */
  readonly refAttrName: string;
  readonly f?: number;
  readonly i?: Int64;
  readonly s?: Uint8Array;
  readonly t?: TensorProto;
  readonly g?: GraphProto;
  readonly sparseTensor?: SparseTensorProto;
  readonly floats: readonly number[];
  readonly ints: readonly Int64[];
  readonly strings: readonly Uint8Array[];
  readonly tensors: readonly TensorProto[];
  readonly graphs: readonly GraphProto[];
  readonly sparseTensors: readonly SparseTensorProto[];
}

/** A constant. Its values lie in exactly one of `rawData`, the typed fields (packed as in the file), or an external file. */
export interface TensorProto extends Message {
  readonly name: string;
  readonly dims: readonly Int64[];
  /** One of `dataType`. */
  readonly dataType?: number;
  readonly rawData?: ByteSpan;
  readonly floatData?: ByteSpan;
  readonly int32Data?: ByteSpan;
  readonly int64Data?: ByteSpan;
  readonly doubleData?: ByteSpan;
  readonly uint64Data?: ByteSpan;
  readonly stringData: readonly Uint8Array[];
  /** 1: the values lie in the file that `externalData` names. */
  readonly dataLocation?: number;
  readonly externalData: readonly StringEntry[];
}

export interface SparseTensorProto extends Message {
  readonly values?: TensorProto;
  readonly indices?: TensorProto;
  readonly dims: readonly Int64[];
}

export interface StringEntry extends Message {
  readonly key: string;
  readonly value: string;
}

export interface ValueInfoProto extends Message {
  readonly name: string;
  readonly type?: TypeProto;
}

/** Only tensors are told apart; sequences, maps and optionals stay in `unknown`. */
export interface TypeProto extends Message {
  readonly tensorType?: TensorTypeProto;
}

export interface TensorTypeProto extends Message {
  readonly elemType?: number;
  readonly shape?: TensorShapeProto;
}

export interface TensorShapeProto extends Message {
  readonly dims: readonly DimensionProto[];
}

/** A size, a name for a size that varies, or neither. */
export interface DimensionProto extends Message {
  readonly value?: Int64;
  readonly param?: string;
}

/** An operator that the model brings with it. */
export interface FunctionProto extends Message {
  readonly name: string;
  readonly domain: string;
  readonly overload: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** Attributes without a default. */
  readonly attributes: readonly string[];
  /** Attributes with their defaults. */
  readonly attributeProtos: readonly AttributeProto[];
  readonly nodes: readonly NodeProto[];
  readonly opsetImport: readonly OperatorSetId[];
  readonly valueInfo: readonly ValueInfoProto[];
}

/** Element types by their number in the file. */
export const dataType = {
  float: 1, uint8: 2, int8: 3, uint16: 4, int16: 5, int32: 6, int64: 7, string: 8, bool: 9, float16: 10, double: 11,
  uint32: 12, uint64: 13, complex64: 14, complex128: 15, bfloat16: 16, float8e4m3fn: 17, float8e4m3fnuz: 18,
  float8e5m2: 19, float8e5m2fnuz: 20, uint4: 21, int4: 22, float4e2m1: 23, float8e8m0: 24, uint2: 25, int2: 26,
} as const; // prettier-ignore

/** Kinds of attribute by their number in the file. */
export const attributeType = {
  float: 1, int: 2, string: 3, tensor: 4, graph: 5, floats: 6, ints: 7, strings: 8, tensors: 9, graphs: 10,
  sparseTensor: 11, sparseTensors: 12,
} as const; // prettier-ignore

const bits: Readonly<Record<number, number>> = {
  1: 32, 2: 8, 3: 8, 4: 16, 5: 16, 6: 32, 7: 64, 9: 8, 10: 16, 11: 64, 12: 32, 13: 64, 14: 64, 15: 128, 16: 16,
  17: 8, 18: 8, 19: 8, 20: 8, 21: 4, 22: 4, 23: 4, 24: 8, 25: 2, 26: 2,
}; // prettier-ignore

/** Bits of one element of a data type; undefined for texts and for numbers that are no type. */
export function bitsOf(type: number | undefined): number | undefined {
  return type === undefined ? undefined : bits[type];
}

/** The name of a data type (`float16`), or `type 99` where there is none. */
export function dataTypeName(type: number | undefined): string {
  const found = Object.entries(dataType).find(([, number]) => number === type);
  return found ? found[0] : type === undefined ? 'no type' : `type ${type}`;
}
