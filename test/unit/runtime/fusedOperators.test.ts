/** Operators taken apart when a file is opened: they compute what the runtime computes for the whole. */
import { expect, test } from 'vitest';
import { spanOf } from '../../../server/src/onnx/bytes';
import { floatTensor, makeNode, makeValue } from '../../../server/src/onnx/build';
import { withFusionsApart } from '../../../server/src/onnx/fusedOperators';
import { dataType } from '../../../server/src/onnx/model';
import type { GraphProto, TensorProto } from '../../../server/src/onnx/model';
import { skeletonOf } from '../../../server/src/onnx/skeleton';
import { Tensor } from '../../../server/src/runtime/onnxruntime';
import { openSession } from '../../../server/src/runtime/session';
import { emptyGraph, modelOf } from '../../helpers/tinyModels';

const contrib = { domain: 'com.microsoft' };

const wave = (name: string, dims: readonly number[]) => floatTensor(name, dims, Array.from({ length: dims.reduce((a, b) => a * b, 1) }, (_, i) => Math.sin(1 + i))); // prettier-ignore
const bytes = (name: string, dims: readonly number[], values: readonly number[]): TensorProto => ({
  ...{ name, dims, dataType: dataType.uint8, rawData: spanOf(Uint8Array.from(values)), stringData: [], externalData: [] },
});
const table = (name: string, dims: readonly [number, number] | readonly [number]) =>
  bytes(
    name,
    dims,
    Array.from({ length: (dims[0] ?? 0) * (dims[1] ?? 1) }, (_, i) => (37 * i + 11 * name.length) % 256),
  );

/** What a graph makes of its inputs: in one float each of its outputs, and the operators it is of. */
async function outputsOf(graph: GraphProto, feeds: Readonly<Record<string, Tensor>>, opset: number): Promise<Float32Array[]> {
  const opsetImport = [{ domain: '', version: opset }, { domain: 'com.microsoft', version: 1 }]; // prettier-ignore
  const fetches = graph.outputs.map(({ name }) => ({ tensor: name }));
  const session = await openSession(skeletonOf({ ...modelOf(graph), opsetImport }, fetches), 'tiny.onnx', { optimisation: 'disabled' });
  const outputs = await session.run(feeds);
  await session.release();
  return outputs.map(({ data }) => data);
}

/** Runs a graph whole and taken apart. */
async function bothWays(graph: GraphProto, feeds: Readonly<Record<string, Tensor>>, opset = 17) {
  const apart = withFusionsApart(graph, opset);
  const [whole, parts] = [await outputsOf(graph, feeds, opset), await outputsOf(apart, feeds, opset)];
  const worst = whole.map((values, i) => Math.max(...values.map((value, at) => Math.abs(value - (parts[i]?.[at] ?? NaN)))));
  return { operators: apart.nodes.map(({ opType }) => opType), worst, shapes: whole.map(({ length }) => length) };
}

// Sums of a few floats in another order.
const near = (worst: readonly number[]) => worst.every((each) => each <= 1e-5);

test('a product with its activation becomes both, with the parameters of either', async () => {
  const attributes = { transB: 1, alpha: { float: 0.5 }, activation: 'LeakyRelu', activation_alpha: { float: 0.2 } };
  const graph = {
    ...emptyGraph,
    inputs: [makeValue('x', dataType.float, ['rows', 3])],
    nodes: [makeNode('FusedGemm', ['x', 'w', 'b'], ['y'], attributes, contrib)],
    initializers: [wave('w', [4, 3]), wave('b', [4])],
    outputs: [makeValue('y', dataType.float, ['rows', 4])],
  };
  const { operators, worst } = await bothWays(graph, { x: new Tensor('float32', Float32Array.of(1, -2, 3, -4, 5, -6), [2, 3]) });
  expect(operators).toEqual(['Gemm', 'LeakyRelu']);
  expect(worst).toSatisfy(near);
});

test('a convolution with its activation becomes both; one to which something is added stays', async () => {
  const graph = {
    ...emptyGraph,
    inputs: [makeValue('x', dataType.float, [1, 2, 'tokens', 1])],
    nodes: [makeNode('FusedConv', ['x', 'w'], ['y'], { pads: [1, 0, 1, 0], activation: 'Tanh' }, contrib)],
    initializers: [wave('w', [3, 2, 3, 1])],
    outputs: [makeValue('y', dataType.float, [1, 3, 'tokens', 1])],
  };
  const { operators, worst } = await bothWays(graph, {
    x: new Tensor(
      'float32',
      Float32Array.from({ length: 8 }, (_, i) => Math.cos(i)),
      [1, 2, 4, 1],
    ),
  });
  expect(operators).toEqual(['Conv', 'Tanh']);
  expect(worst).toSatisfy(near);
  const added = { ...graph, nodes: [makeNode('FusedConv', ['x', 'w', '', 'y0'], ['y'], { activation: 'Relu' }, contrib)] };
  expect(withFusionsApart(added, 17).nodes).toEqual(added.nodes);
});

test.each([12, 17])('operator set %i: a quantised embedding with its norm becomes look-ups, and counts the real tokens', async (opset) => {
  const parts = ['words', 'places', 'kinds', 'gain', 'bias'];
  const inputs = ['ids', 'segments', ...parts, 'mask', ...parts.map((part) => `${part} scale`), ...parts.map((part) => `${part} zero`)];
  const graph = {
    ...emptyGraph,
    inputs: ['ids', 'segments', 'mask'].map((name) => makeValue(name, dataType.int32, ['texts', 'tokens'])),
    nodes: [
      makeNode('QEmbedLayerNormalization', inputs, ['y', 'real'], { epsilon: { float: 1e-5 } }, contrib),
      makeNode('Cast', ['real'], ['count'], { to: 1 }),
    ],
    initializers: [
      ...[table('words', [5, 4]), table('places', [6, 4]), table('kinds', [2, 4]), table('gain', [4]), table('bias', [4])],
      ...parts.map((part, i) => floatTensor(`${part} scale`, [], [0.01 * (i + 1)])),
      ...parts.map((part, i) => bytes(`${part} zero`, [], [100 + i])),
    ],
    outputs: [makeValue('y', dataType.float, ['texts', 'tokens', 4]), makeValue('count', dataType.float, ['texts'])],
  };
  const rows = (...values: number[]) => new Tensor('int32', Int32Array.from(values), [2, 3]);
  const feeds = { ids: rows(0, 1, 2, 3, 4, 0), segments: rows(0, 0, 1, 0, 1, 1), mask: rows(1, 1, 1, 1, 1, 0) };
  const { operators, worst, shapes } = await bothWays(graph, feeds, opset);
  expect(operators).toContain('LayerNormalization');
  expect(operators).not.toContain('QEmbedLayerNormalization');
  expect(shapes).toEqual([24, 2]);
  expect(worst).toSatisfy(near);
});
