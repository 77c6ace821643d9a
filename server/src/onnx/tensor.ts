/** Constants: their shapes, their sizes in bytes, and the values of small ones. */
import { memorySource, readSpan } from './bytes';
import type { ByteSpan } from './bytes';
import { bitsOf, dataType } from './model';
import type { AttributeProto, NodeProto, TensorProto } from './model';
import { WireReader } from './wireReader';

/** Sizes of a constant along its axes. Checked graphs have none that a double cannot hold. */
export function dimsOf(tensor: TensorProto): number[] {
  return tensor.dims.map(Number);
}

/** How many elements a constant has by its shape. */
export function elementCount(tensor: TensorProto): number {
  return tensor.dims.reduce<number>((product, dim) => product * Number(dim), 1);
}

/** Bytes that the values take in raw form; undefined for texts and unknown types. 4-bit types pack two in a byte. */
export function rawLength(tensor: TensorProto): number | undefined {
  const bits = bitsOf(tensor.dataType);
  return bits === undefined ? undefined : Math.ceil((elementCount(tensor) * bits) / 8);
}

/** Whether the values lie in another file. */
export function isExternal(tensor: TensorProto): boolean {
  return tensor.dataLocation === 1;
}

/**
 * The numbers of a small constant, such as the axes of a Squeeze or an epsilon. Undefined where they lie in another file,
 * are texts, or are more than `limit`. Integers beyond 2^53 come as the nearest double.
 */
export function smallValues(tensor: TensorProto, limit = 4096): number[] | undefined {
  const count = elementCount(tensor);
  if (isExternal(tensor) || !(count <= limit)) return undefined;
  if (tensor.rawData) return fromRaw(readSpan(tensor.rawData), tensor.dataType);
  if (tensor.floatData) return fromRaw(readSpan(tensor.floatData), dataType.float);
  if (tensor.doubleData) return fromRaw(readSpan(tensor.doubleData), dataType.double);
  const packed = tensor.int64Data ?? tensor.int32Data ?? tensor.uint64Data;
  if (packed === undefined) return count === 0 ? [] : undefined;
  const numbers = varints(packed);
  if (tensor.dataType === dataType.float16) return numbers.map(fromHalf);
  if (tensor.dataType === dataType.bfloat16) return numbers.map(fromBrainFloat);
  return numbers;
}

/** The numbers of a Constant node, whichever of its attributes holds them. */
export function constantValues(node: NodeProto): number[] | undefined {
  const value: AttributeProto | undefined = node.attributes[0];
  switch (value?.name) {
    case 'value':
      return value.t && smallValues(value.t);
    case 'value_float':
      return value.f === undefined ? undefined : [value.f];
    case 'value_int':
      return value.i === undefined ? undefined : [Number(value.i)];
    case 'value_floats':
      return [...value.floats];
    case 'value_ints':
      return value.ints.map(Number);
    default:
      return undefined;
  }
}

function varints(span: ByteSpan): number[] {
  const reader = new WireReader(memorySource(readSpan(span), span.source.name));
  const numbers: number[] = [];
  while (reader.position < span.length) numbers.push(Number(reader.int64()));
  return numbers;
}

function fromRaw(bytes: Uint8Array, type: number | undefined): number[] | undefined {
  const bits = bitsOf(type);
  const read = type === undefined ? undefined : readers[type];
  if (bits === undefined || read === undefined) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: Math.floor((bytes.length * 8) / bits) }, (_, i) => read(view, (i * bits) / 8));
}

const readers: Readonly<Record<number, (view: DataView, at: number) => number>> = {
  [dataType.float]: (view, at) => view.getFloat32(at, true),
  [dataType.double]: (view, at) => view.getFloat64(at, true),
  [dataType.float16]: (view, at) => fromHalf(view.getUint16(at, true)),
  [dataType.bfloat16]: (view, at) => fromBrainFloat(view.getUint16(at, true)),
  [dataType.int8]: (view, at) => view.getInt8(at),
  [dataType.uint8]: (view, at) => view.getUint8(at),
  [dataType.bool]: (view, at) => view.getUint8(at),
  [dataType.int16]: (view, at) => view.getInt16(at, true),
  [dataType.uint16]: (view, at) => view.getUint16(at, true),
  [dataType.int32]: (view, at) => view.getInt32(at, true),
  [dataType.uint32]: (view, at) => view.getUint32(at, true),
  [dataType.int64]: (view, at) => Number(view.getBigInt64(at, true)),
  [dataType.uint64]: (view, at) => Number(view.getBigUint64(at, true)),
};

/** The value of an IEEE half-precision number given by its 16 bits. */
function fromHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

function fromBrainFloat(bits: number): number {
  const view = new DataView(new ArrayBuffer(4));
  view.setUint32(0, (bits << 16) >>> 0);
  return view.getFloat32(0);
}
