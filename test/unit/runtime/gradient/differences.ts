/** Derivatives by running a graph twice: what the rules are held against. */
import { InferenceSession, Tensor } from '../../../../server/src/runtime/onnxruntime';
import { makeValue } from '../../../../server/src/onnx/build';
import { encodeModelBytes } from '../../../../server/src/onnx/codec';
import type { SoundModel } from '../../../../server/src/onnx/checks/checkModel';
import { withGradients } from '../../../../server/src/onnx/gradient';
import { dataType } from '../../../../server/src/onnx/model';
import type { NodeProto, TensorProto } from '../../../../server/src/onnx/model';
import { pruned } from '../../../../server/src/onnx/prune';

export interface Case {
  /** Shapes of the inputs x0, x1 … by which is differentiated; `declared` has names for sizes that vary. */
  readonly shapes: readonly (readonly number[])[];
  readonly declared?: readonly (readonly (number | string)[])[];
  readonly nodes: readonly NodeProto[];
  readonly constants?: readonly TensorProto[];
  readonly opset?: number;
  /** float32 where the runtime has no kernel in float64. */
  readonly single?: boolean;
  /** Value of element `i` of input `slot`; some functions are defined, or smooth, only in places. */
  readonly value?: (slot: number, i: number) => number;
  /** Names of the tensors to differentiate by, where they are not the inputs themselves. */
  readonly by?: readonly string[];
}

/** A small generator of numbers (mulberry32), so that a failing case fails again. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

const size = (shape: readonly number[]) => shape.reduce((product, dim) => product * dim, 1);

function modelOf({ nodes, constants = [], opset = 18 }: Case, inputs: SoundModel['graph']['inputs']): SoundModel {
  return {
    irVersion: 9,
    producerName: 'test',
    producerVersion: '',
    domain: '',
    functions: [],
    opsetImport: [
      { domain: '', version: opset },
      { domain: 'com.microsoft', version: 1 },
    ],
    graph: { name: 'case', nodes, initializers: constants, sparseInitializers: [], inputs, outputs: [{ name: 'y' }], valueInfo: [] },
  };
}

/**
 * The largest difference, relative to the largest derivative, between what the rules give and central differences. The graph
 * makes `y` of the inputs; the scalar is its elements weighted with random numbers.
 */
export async function worstError(given: Case): Promise<number> {
  const { shapes, declared = shapes, single = false } = given;
  const type = single ? dataType.float : dataType.double;
  const values = declared.map((dims, slot) => makeValue(`x${slot}`, type, dims));
  const weights = makeValue('weights', type, declared.length > 0 ? Array.from({ length: 9 }, (_, i) => `w${i}`) : []);
  const inputs = shapes.map((_, slot) => `x${slot}`);
  const { by = inputs } = given;
  const plain = modelOf(given, values);
  const { model, gradients } = withGradients(plain, { of: 'y', weights: 'weights', by, double: !single }, 'case');
  const wanted = gradients.map((name) => name ?? '');
  const graph = pruned({ ...model.graph, inputs: [...values, { name: weights.name, type: { tensorType: { elemType: type } } }] }, wanted);

  const random = numbers(7);
  const data = shapes.map((shape, slot) => Array.from({ length: size(shape) }, (_, i) => given.value?.(slot, i) ?? 2 * random() - 1));
  const tensor = (content: readonly number[], dims: readonly number[]) =>
    single ? new Tensor('float32', Float32Array.from(content), dims) : new Tensor('float64', Float64Array.from(content), dims);
  const feeds = (content: readonly (readonly number[])[]) =>
    Object.fromEntries(content.map((each, slot) => [`x${slot}`, tensor(each, shapes[slot] ?? [])]));

  const options = { logSeverityLevel: 4 as const };
  const forward = await InferenceSession.create(encodeModelBytes({ ...plain, graph: pruned(plain.graph, ['y']) }), options);
  const { y } = await forward.run(feeds(data));
  const weight = Array.from({ length: y?.size ?? 0 }, () => 2 * random() - 1);
  const scalar = async (content: readonly (readonly number[])[]) => {
    const run = (await forward.run(feeds(content)))['y'];
    return Array.from(run?.data as Float64Array).reduce((sum, each, i) => sum + each * (weight[i] ?? 0), 0);
  };
  const backward = await InferenceSession.create(encodeModelBytes({ ...model, graph }), options);
  const found = await backward.run({ ...feeds(data), weights: tensor(weight, y?.dims ?? []) });

  const step = single ? 1e-2 : 1e-5;
  let scale = 0;
  let worst = 0;
  for (const [slot, name] of wanted.entries()) {
    const derivative = Array.from((found[name]?.data ?? []) as Float64Array);
    if (derivative.length !== data[slot]?.length) return Infinity;
    for (const [i, each] of derivative.entries()) {
      const moved = (by: number) => data.map((row, s) => (s === slot ? row.map((value, j) => (j === i ? value + by : value)) : row));
      const expected = ((await scalar(moved(step))) - (await scalar(moved(-step)))) / (2 * step);
      scale = Math.max(scale, Math.abs(expected));
      worst = Math.max(worst, Number.isNaN(each) ? Infinity : Math.abs(each - expected));
    }
  }
  await forward.release();
  await backward.release();
  return worst / Math.max(scale, 1e-6);
}

/** What the rules give at fixed inputs, every element of `y` weighted by one; for graphs in float32 alone. */
export async function gradientsOf(given: Case): Promise<Float32Array[]> {
  const values = given.shapes.map((dims, slot) => makeValue(`x${slot}`, dataType.float, dims));
  const { model, gradients } = withGradients(modelOf(given, values), { of: 'y', by: values.map(({ name }) => name) }, 'case');
  const wanted = gradients.map((name) => name ?? '');
  const session = await InferenceSession.create(encodeModelBytes({ ...model, graph: pruned(model.graph, wanted) }), {
    logSeverityLevel: 4,
  });
  const random = numbers(7);
  const feeds = given.shapes.map((dims, slot): [string, Tensor] => [
    `x${slot}`,
    new Tensor(
      'float32',
      Float32Array.from({ length: size(dims) }, () => 2 * random() - 1),
      dims,
    ),
  ]);
  const found = await session.run(Object.fromEntries(feeds));
  await session.release();
  return wanted.map((name) => found[name]?.data as Float32Array);
}
