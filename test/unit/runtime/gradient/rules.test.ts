/** Every rule against central differences: in float64 to many digits where the runtime has a kernel, else in float32. */
import { describe, expect, test } from 'vitest';
import { floatTensor, intTensor, makeNode } from '../../../../server/src/onnx/build';
import type { AttributeValue } from '../../../../server/src/onnx/build';
import { worstError } from './differences';
import type { Case } from './differences';

const one = (op: string, attributes: Record<string, AttributeValue> = {}, more: Partial<Case> = {}): Case => ({
  shapes: [[2, 3]],
  nodes: [makeNode(op, ['x0'], ['y'], attributes)],
  ...more,
});
const two = (op: string, shapes: Case['shapes'], attributes: Record<string, AttributeValue> = {}, more: Partial<Case> = {}): Case => ({
  shapes,
  nodes: [makeNode(op, ['x0', 'x1'], ['y'], attributes)],
  ...more,
});
const contrib = { domain: 'com.microsoft' };
const ints = (name: string, values: readonly number[]) => intTensor(name, [values.length], values);
/** Away from zero, where functions bend. */
const away = (_: number, i: number) => (i % 2 ? 1 : -1) * (0.3 + 0.17 * i);
const above = (_: number, i: number) => 0.4 + 0.23 * i;
const single = { single: true };

const cases: Record<string, Case> = {
  Identity: one('Identity'),
  Neg: one('Neg'),
  Abs: one('Abs', {}, { value: away }),
  Sqrt: one('Sqrt', {}, { value: above }),
  Reciprocal: one('Reciprocal', {}, { value: away }),
  Exp: one('Exp'),
  Log: one('Log', {}, { value: above }),
  Sin: one('Sin'),
  Cos: one('Cos'),
  Erf: one('Erf', {}, single),
  Tanh: one('Tanh'),
  Sigmoid: one('Sigmoid'),
  Relu: one('Relu', {}, { value: away }),
  LeakyRelu: one('LeakyRelu', { alpha: { float: 0.2 } }, { value: away, ...single }),
  ThresholdedRelu: one('ThresholdedRelu', { alpha: { float: 0.5 } }, { value: away, ...single }),
  Elu: one('Elu', { alpha: { float: 0.7 } }, { value: away, ...single }),
  Softplus: one('Softplus', {}, single),
  Softsign: one('Softsign', {}, { value: away, ...single }),
  HardSigmoid: one('HardSigmoid', {}, { value: (_, i) => 2 * i - 5.3, ...single }),
  HardSwish: one('HardSwish', {}, { value: (_, i) => 2 * i - 5.3, ...single }),
  Mish: one('Mish', {}, single),
  Gelu: one('Gelu', {}, { opset: 20, ...single }),
  'Gelu by tanh': one('Gelu', { approximate: 'tanh' }, { opset: 20, ...single }),
  'Gelu of onnxruntime': { shapes: [[2, 3]], nodes: [makeNode('Gelu', ['x0'], ['y'], {}, contrib)], ...single },
  FastGelu: { shapes: [[2, 3]], nodes: [makeNode('FastGelu', ['x0'], ['y'], {}, contrib)], ...single },
  'FastGelu with bias': { shapes: [[2, 3], [3]], nodes: [makeNode('FastGelu', ['x0', 'x1'], ['y'], {}, contrib)], ...single },
  BiasGelu: { shapes: [[2, 3], [3]], nodes: [makeNode('BiasGelu', ['x0', 'x1'], ['y'], {}, contrib)], ...single },
  QuickGelu: { shapes: [[2, 3]], nodes: [makeNode('QuickGelu', ['x0'], ['y'], { alpha: { float: 1.7 } }, contrib)], ...single },
  Clip: {
    shapes: [[2, 3]],
    nodes: [makeNode('Clip', ['x0', 'low', 'high'], ['y'])],
    constants: [floatTensor('low', [], [-0.5]), floatTensor('high', [], [0.6])],
    value: away,
    ...single,
  },

  'Add, both spread': two('Add', [
    [2, 1, 3],
    [4, 1],
  ]),
  'Sub, axes missing': two('Sub', [[3], [2, 4, 3]]),
  'Mul, one number': two('Mul', [[2, 3], []]),
  'Mod of floats': {
    shapes: [[2, 3]],
    nodes: [makeNode('Mod', ['x0', 'd'], ['y'], { fmod: 1 })],
    constants: [floatTensor('d', [], [0.35])],
    value: (_, i) => 0.1 + 0.11 * i,
    ...single,
  },
  'Add, spread over sizes that only a run knows': {
    shapes: [
      [2, 1, 3],
      [2, 4, 3],
    ],
    nodes: [
      makeNode('Mul', ['x0', 'x0'], ['square']),
      makeNode('NonZero', ['square'], ['places']),
      makeNode('Shape', ['places'], ['both'], { start: 0, end: 1 }),
      makeNode('Concat', ['two', 'one', 'both'], ['shape'], { axis: 0 }),
      makeNode('Reshape', ['square', 'shape'], ['reshaped']),
      makeNode('Add', ['reshaped', 'x1'], ['y']),
    ],
    constants: [ints('two', [2]), ints('one', [1])],
  },
  'Mul with itself': { shapes: [[2, 3]], nodes: [makeNode('Mul', ['x0', 'x0'], ['y'])] },
  Div: two(
    'Div',
    [
      [2, 3],
      [2, 1],
    ],
    {},
    { value: away },
  ),
  'Pow by a number': {
    shapes: [[2, 3]],
    nodes: [makeNode('Cast', ['c'], ['e'], { to: 11 }), makeNode('Pow', ['x0', 'e'], ['y'])],
    constants: [floatTensor('c', [], [1.7])],
    value: above,
  },
  'Pow 2': { shapes: [[2, 3]], nodes: [makeNode('Pow', ['x0', 'c'], ['y'])], constants: [floatTensor('c', [], [2])] },
  'Pow 3': { shapes: [[2, 3]], nodes: [makeNode('Pow', ['x0', 'c'], ['y'])], constants: [floatTensor('c', [], [3])] },
  'Pow by a tensor': two('Pow', [[2, 3], [3]], {}, { value: above }),
  'Sum of three': { shapes: [[2, 3], [3], [1, 1]], nodes: [makeNode('Sum', ['x0', 'x1', 'x2'], ['y'])] },
  'Mean of two': two('Mean', [[2, 3], [3]], {}, single),
  'Max of three': { shapes: [[2, 3], [3], [2, 1]], nodes: [makeNode('Max', ['x0', 'x1', 'x2'], ['y'])] },
  Min: two('Min', [
    [2, 3],
    [2, 3],
  ]),
  Where: {
    shapes: [[2, 3], [3]],
    nodes: [makeNode('Greater', ['x0', 'x1'], ['c']), makeNode('Where', ['c', 'x0', 'x1'], ['y'])],
  },

  'ReduceSum, axes as input': { shapes: [[2, 3, 4]], nodes: [makeNode('ReduceSum', ['x0', 'a'], ['y'], { keepdims: 0 })], constants: [ints('a', [0, -1])] }, // prettier-ignore
  'ReduceSum of all': one('ReduceSum', { keepdims: 0 }),
  'ReduceMean, axes as attribute': one('ReduceMean', { axes: [1], keepdims: 0 }, { opset: 13, shapes: [[2, 3, 4]] }),
  'ReduceMean over a length that varies': one('ReduceMean', { axes: [1] }, { opset: 13, shapes: [[2, 3, 4]], declared: [['b', 't', 4]] }),
  ReduceMax: one('ReduceMax', { axes: [-1] }, { opset: 13 }),
  ReduceMin: one('ReduceMin', { axes: [0], keepdims: 0 }, { opset: 13 }),
  ReduceL2: one('ReduceL2', { axes: [1] }, { opset: 13, ...single }),
  ReduceL1: one('ReduceL1', { axes: [1] }, { opset: 13, value: away, ...single }),
  ReduceSumSquare: one('ReduceSumSquare', { axes: [1], keepdims: 0 }, { opset: 13 }),
  Softmax: one('Softmax', { axis: 1 }, { shapes: [[2, 3, 4]] }),
  LogSoftmax: one('LogSoftmax'),
  CumSum: { shapes: [[2, 3]], nodes: [makeNode('CumSum', ['x0', 'a'], ['y'], { exclusive: 1 })], constants: [intTensor('a', [], [1])] },
  LayerNormalization: {
    shapes: [[2, 3, 4], [4], [4]],
    nodes: [makeNode('LayerNormalization', ['x0', 'x1', 'x2'], ['y'], { epsilon: { float: 0.1 } })],
  },
  'LayerNormalization over two axes': {
    shapes: [
      [2, 3, 4],
      [3, 4],
    ],
    nodes: [makeNode('LayerNormalization', ['x0', 'x1'], ['y'], { axis: 1 })],
  },
  SimplifiedLayerNormalization: {
    shapes: [[2, 3, 4], [4]],
    nodes: [makeNode('SimplifiedLayerNormalization', ['x0', 'x1'], ['y'], { epsilon: { float: 0.1 } })],
    ...single,
  },
  SkipLayerNormalization: {
    shapes: [[2, 3, 4], [2, 3, 4], [4], [4], [4]],
    nodes: [
      makeNode('SkipLayerNormalization', ['x0', 'x1', 'x2', 'x3', 'x4'], ['n', '', '', 's'], { epsilon: { float: 0.1 } }, contrib),
      makeNode('Mul', ['n', 's'], ['y']),
    ],
    ...single,
  },

  MatMul: two('MatMul', [[2, 3], [3, 4]]), // prettier-ignore
  'MatMul, weights of two axes': two('MatMul', [[2, 5, 3], [3, 4]], {}, { declared: [['b', 't', 3], [3, 4]] }), // prettier-ignore
  'MatMul, leading axes spread on both sides': two('MatMul', [[2, 1, 5, 3], [4, 3, 2]]), // prettier-ignore
  'MatMul of a row': two('MatMul', [[3], [2, 3, 4]]), // prettier-ignore
  'MatMul by a column': two('MatMul', [[2, 4, 3], [3]]), // prettier-ignore
  'MatMul of two vectors': two('MatMul', [[3], [3]]), // prettier-ignore
  'FusedMatMul, both transposed': { shapes: [[2, 3, 5], [2, 4, 3]], nodes: [makeNode('FusedMatMul', ['x0', 'x1'], ['y'], { transA: 1, transB: 1, alpha: { float: 0.5 } }, contrib)], ...single }, // prettier-ignore
  'FusedMatMul, left transposed': { shapes: [[2, 3, 5], [2, 3, 4]], nodes: [makeNode('FusedMatMul', ['x0', 'x1'], ['y'], { transA: 1 }, contrib)], ...single }, // prettier-ignore
  ...Object.fromEntries(
    [[0, 0], [0, 1], [1, 0], [1, 1]].map(([transA = 0, transB = 0]) => [
      `Gemm ${transA}${transB}`,
      {
        shapes: [transA ? [3, 2] : [2, 3], transB ? [4, 3] : [3, 4], [4]],
        nodes: [makeNode('Gemm', ['x0', 'x1', 'x2'], ['y'], { transA, transB, alpha: { float: 0.5 }, beta: { float: 2 } })],
      },
    ]),
  ), // prettier-ignore
  'Einsum of three': { shapes: [[2, 3, 4], [4, 5], [3]], nodes: [makeNode('Einsum', ['x0', 'x1', 'x2'], ['y'], { equation: 'bij,jk,i->bk' })] }, // prettier-ignore
  'Einsum that sums an axis alone': { shapes: [[2, 3], [2, 4]], nodes: [makeNode('Einsum', ['x0', 'x1'], ['y'], { equation: 'ij,ik->ik' })] }, // prettier-ignore

  'Conv of one axis, grouped, with strides that leave elements over': {
    shapes: [[2, 4, 8]],
    nodes: [makeNode('Conv', ['x0', 'w', 'b'], ['y'], { kernel_shape: [3], strides: [2], pads: [1, 0], group: 2 })],
    constants: [
      floatTensor(
        'w',
        [4, 2, 3],
        Array.from({ length: 24 }, (_, i) => Math.sin(i)),
      ),
      floatTensor('b', [4], [1, 2, 3, 4]),
    ],
    declared: [['b', 4, 't']],
    ...single,
  },
  'Conv that pads so that lengths stay, more of it before': {
    shapes: [[1, 1, 5]],
    nodes: [makeNode('Conv', ['x0', 'w'], ['y'], { auto_pad: 'SAME_LOWER' })],
    constants: [floatTensor('w', [2, 1, 2], [0.3, -0.7, 0.5, 1.1])],
    ...single,
  },
  'Conv of two axes, dilated': {
    shapes: [[1, 2, 5, 6]],
    nodes: [makeNode('Conv', ['x0', 'w'], ['y'], { strides: [1, 3], dilations: [2, 1], pads: [1, 2, 1, 2] })],
    constants: [
      floatTensor(
        'w',
        [3, 2, 2, 3],
        Array.from({ length: 36 }, (_, i) => Math.cos(i)),
      ),
    ],
    ...single,
  },

  Reshape: { shapes: [[2, 3, 4]], nodes: [makeNode('Reshape', ['x0', 's'], ['y'])], constants: [ints('s', [0, -1])] },
  Flatten: one('Flatten', { axis: 1 }, { shapes: [[2, 3, 4]] }),
  Squeeze: { shapes: [[2, 1, 3]], nodes: [makeNode('Squeeze', ['x0', 'a'], ['y'])], constants: [ints('a', [1])] },
  Unsqueeze: { shapes: [[2, 3]], nodes: [makeNode('Unsqueeze', ['x0', 'a'], ['y'])], constants: [ints('a', [0, 3])] },
  Transpose: one('Transpose', { perm: [2, 0, 1] }, { shapes: [[2, 3, 4]] }),
  'Transpose without order': one('Transpose', {}, { shapes: [[2, 3, 4]] }),
  Expand: { shapes: [[3, 1]], nodes: [makeNode('Expand', ['x0', 's'], ['y'])], constants: [ints('s', [2, 1, 4])] },
  Tile: { shapes: [[2, 3]], nodes: [makeNode('Tile', ['x0', 'r'], ['y'])], constants: [ints('r', [2, 3])] },
  'Concat of three': { shapes: [[2, 1], [2, 3], [2, 2]], nodes: [makeNode('Concat', ['x0', 'x1', 'x2'], ['y'], { axis: -1 })] }, // prettier-ignore
  'Concat with nothing': { shapes: [[2, 0, 2], [2, 3, 2]], nodes: [makeNode('Concat', ['x0', 'x1'], ['y'], { axis: 1 })] }, // prettier-ignore
  'Split, one part unread': {
    shapes: [[2, 6]],
    nodes: [makeNode('Split', ['x0', 's'], ['a', 'b', 'c'], { axis: 1 }), makeNode('Concat', ['c', 'a'], ['y'], { axis: 1 })],
    constants: [ints('s', [1, 2, 3])],
  },
  'Slice from the end': slice([2, 5, 3], [-4, 0], [-1, 1 << 30], [1, 0]),
  'Slice with steps that a node makes': {
    shapes: [[3, 5]],
    nodes: [makeNode('Neg', ['m'], ['steps']), makeNode('Slice', ['x0', 's', 'e', 'a', 'steps'], ['y'])],
    constants: [ints('m', [-2]), ints('s', [0]), ints('e', [5]), ints('a', [1])],
  },
  'Slice without axes': { shapes: [[3, 4]], nodes: [makeNode('Slice', ['x0', 's', 'e'], ['y'])], constants: [ints('s', [1, 1]), ints('e', [3, 3])] }, // prettier-ignore
  'Slice with steps': slice([2, 7, 6], [1, 5], [7, -100], [1, 2], [2, -2]),
  Pad: { shapes: [[2, 3]], nodes: [makeNode('Pad', ['x0', 'p'], ['y'])], constants: [ints('p', [1, 0, 2, 3])] },
  Trilu: one('Trilu', { upper: 0 }, { shapes: [[2, 3, 3]] }),

  'Gather rows': gather([5, 3], [2], [1, 4], 0),
  'Gather a row twice': gather([5, 3], [2, 2], [1, 1, -1, 0], 0),
  'Gather one in the middle': gather([2, 4, 3], [], [2], 1),
  'Gather along the last axis': gather([2, 4, 3], [2, 1], [2, 2], -1),
  GatherElements: { shapes: [[2, 4]], nodes: [makeNode('GatherElements', ['x0', 'i'], ['y'], { axis: 1 })], constants: [intTensor('i', [2, 3], [1, 1, 0, 3, -1, 2])] }, // prettier-ignore
  GatherND: { shapes: [[2, 3, 2]], nodes: [makeNode('GatherND', ['x0', 'i'], ['y'])], constants: [intTensor('i', [2, 2], [1, 1, 0, 2])] },
  ScatterND: { shapes: [[4, 3], [2, 3]], nodes: [makeNode('ScatterND', ['x0', 'i', 'x1'], ['y'])], constants: [intTensor('i', [2, 1], [1, 3])] }, // prettier-ignore
  ScatterElements: { shapes: [[2, 4], [2, 2]], nodes: [makeNode('ScatterElements', ['x0', 'i', 'x1'], ['y'], { axis: 1 })], constants: [intTensor('i', [2, 2], [1, 3, 0, 2])] }, // prettier-ignore
  TopK: { shapes: [[2, 4]], nodes: [makeNode('TopK', ['x0', 'k'], ['y', 'i'])], constants: [ints('k', [2])] },
};

function slice(shape: number[], starts: number[], ends: number[], axes: number[], steps?: number[]): Case {
  const lists = { s: starts, e: ends, a: axes, ...(steps ? { p: steps } : {}) };
  return {
    shapes: [shape],
    nodes: [makeNode('Slice', ['x0', ...Object.keys(lists)], ['y'])],
    constants: Object.entries(lists).map(([name, values]) => ints(name, values)),
  };
}

function gather(shape: number[], indexShape: number[], indices: number[], axis: number): Case {
  return { shapes: [shape], nodes: [makeNode('Gather', ['x0', 'i'], ['y'], { axis })], constants: [intTensor('i', indexShape, indices)] };
}

describe('the rule of an operator gives what small changes of its inputs do', () => {
  // Differences in float64 are good to about ten digits; in float32, with steps of 0.01, to about three.
  test.each(Object.entries(cases))('%s', async (_, each) => {
    expect(await worstError(each)).toBeLessThan(each.single ? 5e-3 : 1e-7);
  });
});
