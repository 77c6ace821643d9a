/** The messages of onnx.proto, field number by field number. The codec is driven by these tables alone. */

/**
 * How a field is written: `text` UTF-8; `bytes`; `int` a 64-bit varint; `int32`; `float` 32 bits; `span` bytes that stay in
 * the file; `varints`, `fixed32`, `fixed64` packed numbers that stay in the file likewise; otherwise a message.
 */
export type Kind = 'text' | 'bytes' | 'int' | 'int32' | 'float' | 'span' | 'varints' | 'fixed32' | 'fixed64' | (() => Schema);

export interface Field {
  readonly name: string;
  readonly kind: Kind;
  readonly repeated: boolean;
}

export interface Schema {
  /** The message's name in onnx.proto. */
  readonly name: string;
  readonly fields: ReadonlyMap<number, Field>;
}

const one = (name: string, kind: Kind): Field => ({ name, kind, repeated: false });
const many = (name: string, kind: Kind): Field => ({ name, kind, repeated: true });
const schema = (name: string, fields: Record<number, Field>): Schema => ({
  name,
  fields: new Map(Object.entries(fields).map(([number, field]) => [Number(number), field])),
});

const dimension = schema('Dimension', { 1: one('value', 'int'), 2: one('param', 'text') });
const tensorShape = schema('TensorShapeProto', { 1: many('dims', () => dimension) });
const tensorType = schema('TypeProto.Tensor', { 1: one('elemType', 'int32'), 2: one('shape', () => tensorShape) });
const type = schema('TypeProto', { 1: one('tensorType', () => tensorType) });
const valueInfo = schema('ValueInfoProto', { 1: one('name', 'text'), 2: one('type', () => type) });
const stringEntry = schema('StringStringEntryProto', { 1: one('key', 'text'), 2: one('value', 'text') });
const operatorSet = schema('OperatorSetIdProto', { 1: one('domain', 'text'), 2: one('version', 'int') });

const tensor = schema('TensorProto', {
  1: many('dims', 'int'),
  2: one('dataType', 'int32'),
  4: one('floatData', 'fixed32'),
  5: one('int32Data', 'varints'),
  6: many('stringData', 'bytes'),
  7: one('int64Data', 'varints'),
  8: one('name', 'text'),
  9: one('rawData', 'span'),
  10: one('doubleData', 'fixed64'),
  11: one('uint64Data', 'varints'),
  13: many('externalData', () => stringEntry),
  14: one('dataLocation', 'int32'),
});

const sparseTensor = schema('SparseTensorProto', {
  1: one('values', () => tensor),
  2: one('indices', () => tensor),
  3: many('dims', 'int'),
});

const attribute = schema('AttributeProto', {
  1: one('name', 'text'),
  2: one('f', 'float'),
  3: one('i', 'int'),
  4: one('s', 'bytes'),
  5: one('t', () => tensor),
  6: one('g', () => graph),
  7: many('floats', 'float'),
  8: many('ints', 'int'),
  9: many('strings', 'bytes'),
  10: many('tensors', () => tensor),
  11: many('graphs', () => graph),
  20: one('type', 'int32'),
  21: one('refAttrName', 'text'),
  22: one('sparseTensor', () => sparseTensor),
  23: many('sparseTensors', () => sparseTensor),
});

const node = schema('NodeProto', {
  1: many('inputs', 'text'),
  2: many('outputs', 'text'),
  3: one('name', 'text'),
  4: one('opType', 'text'),
  5: many('attributes', () => attribute),
  7: one('domain', 'text'),
  8: one('overload', 'text'),
});

const graph: Schema = schema('GraphProto', {
  1: many('nodes', () => node),
  2: one('name', 'text'),
  5: many('initializers', () => tensor),
  11: many('inputs', () => valueInfo),
  12: many('outputs', () => valueInfo),
  13: many('valueInfo', () => valueInfo),
  15: many('sparseInitializers', () => sparseTensor),
});

const functionBody = schema('FunctionProto', {
  1: one('name', 'text'),
  4: many('inputs', 'text'),
  5: many('outputs', 'text'),
  6: many('attributes', 'text'),
  7: many('nodes', () => node),
  9: many('opsetImport', () => operatorSet),
  10: one('domain', 'text'),
  11: many('attributeProtos', () => attribute),
  12: many('valueInfo', () => valueInfo),
  13: one('overload', 'text'),
});

/** The outermost message of an ONNX file. */
export const modelSchema = schema('ModelProto', {
  1: one('irVersion', 'int'),
  2: one('producerName', 'text'),
  3: one('producerVersion', 'text'),
  4: one('domain', 'text'),
  5: one('modelVersion', 'int'),
  7: one('graph', () => graph),
  8: many('opsetImport', () => operatorSet),
  25: many('functions', () => functionBody),
});

/** Whether values of a kind stay in the file. */
export function isSpan(kind: Kind): boolean {
  return kind === 'span' || kind === 'varints' || kind === 'fixed32' || kind === 'fixed64';
}
