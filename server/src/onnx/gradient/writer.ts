/** Writing the nodes of a derivative: names, constants and the few operators whose form depends on the operator set. */
import { floatTensor, intTensor, makeNode } from '../build';
import type { AttributeValue } from '../build';
import { spanOf } from '../bytes';
import { dataType } from '../model';
import type { NodeProto, TensorProto } from '../model';

export type Attributes = Readonly<Record<string, AttributeValue>>;

/** Collects nodes and constants. The same operator on the same inputs is written once. */
export interface Writer {
  readonly nodes: readonly NodeProto[];
  readonly constants: readonly TensorProto[];
  /** Whether derivatives are computed in float64. */
  readonly double: boolean;
  /** The first output of a node of the standard operators; `output` gives it a name that something reads already. */
  op(opType: string, inputs: readonly string[], attributes?: Attributes, output?: string): string;
  /** The first output of one of onnxruntime's own operators. */
  contrib(opType: string, inputs: readonly string[], attributes?: Attributes, output?: string): string;
  /** All outputs of a node that has several. */
  several(opType: string, inputs: readonly string[], attributes: Attributes, outputs: readonly string[]): void;
  /** A name that nothing has yet. */
  fresh(hint: string): string;
  /** A constant list of whole numbers. */
  ints(values: readonly number[]): string;
  /** A constant whole number without axes. */
  int(value: number): string;
  /** A constant number, of the type in which derivatives are computed. */
  number(value: number): string;
  /** A tensor in the type in which derivatives are computed. */
  asFloat(tensor: string): string;
  /** Sum, or mean, over axes. */
  sum(tensor: string, axes: readonly number[], keepAxes?: boolean): string;
  mean(tensor: string, axes: readonly number[]): string;
  /** Zeros in the shape of a tensor. */
  zerosLike(tensor: string): string;
}

export interface WriterOptions {
  /** The version of the standard operators. */
  readonly opset: number;
  /** In which numbers derivatives are computed: float32, or float64 where a test asks for more digits. */
  readonly double?: boolean;
  /** Element type of a tensor of the graph, as far as known. */
  readonly typeOf: (tensor: string) => number | undefined;
  /** Names begin so; two writers for one graph need two prefixes. */
  readonly prefix: string;
}

/** A writer that has written nothing. */
export function createWriter({ opset, double = false, typeOf, prefix }: WriterOptions): Writer {
  const nodes: NodeProto[] = [];
  const constants = new Map<string, TensorProto>();
  const written = new Map<string, string>();
  const type = double ? dataType.double : dataType.float;
  const floats = new Set<string>();
  let count = 0;

  const fresh = (hint: string) => `${prefix}${hint}#${count++}`;
  const write = (domain: string, opType: string, inputs: readonly string[], attributes: Attributes, output?: string): string => {
    const key = JSON.stringify([domain, opType, inputs, attributes]);
    const known = output === undefined ? written.get(key) : undefined;
    if (known !== undefined) return known;
    const name = output ?? fresh(opType);
    nodes.push(makeNode(opType, inputs, [name], attributes, { domain }));
    written.set(key, name);
    return name;
  };
  const constant = (key: string, make: (name: string) => TensorProto): string => {
    const name = `${prefix}${key}`;
    if (!constants.has(name)) constants.set(name, make(name));
    return name;
  };

  const writer: Writer = {
    nodes,
    double,
    get constants() {
      return [...constants.values()];
    },
    op: (opType, inputs, attributes = {}, output) => write('', opType, inputs, attributes, output),
    contrib: (opType, inputs, attributes = {}, output) => write('com.microsoft', opType, inputs, attributes, output),
    several(opType, inputs, attributes, outputs) {
      nodes.push(makeNode(opType, inputs, outputs, attributes));
    },
    fresh,
    ints: (values) => constant(`[${values.join(',')}]`, (name) => intTensor(name, [values.length], values)),
    int: (value) => constant(`int ${value}`, (name) => intTensor(name, [], [value])),
    number: (value) => constant(`${value}`, (name) => (double ? doubleScalar(name, value) : floatTensor(name, [], [value]))),
    asFloat(tensor) {
      if (floats.has(tensor) || typeOf(tensor) === type) return tensor;
      const cast = write('', 'Cast', [tensor], { to: type });
      floats.add(cast);
      return cast;
    },
    sum: (tensor, axes, keepAxes = true) => writer.op('ReduceSum', [tensor, writer.ints(axes)], { keepdims: keepAxes ? 1 : 0 }),
    mean: (tensor, axes) =>
      opset < 18
        ? writer.op('ReduceMean', [tensor], { axes, keepdims: 1 })
        : writer.op('ReduceMean', [tensor, writer.ints(axes)], { keepdims: 1 }),
    zerosLike: (tensor) => writer.op('Expand', [writer.number(0), writer.op('Shape', [tensor])]),
  };
  return writer;
}

function doubleScalar(name: string, value: number): TensorProto {
  const rawData = spanOf(new Uint8Array(Float64Array.of(value).buffer));
  return { name, dims: [], dataType: dataType.double, rawData, stringData: [], externalData: [] };
}
