/** Fused operators taken apart, and quantised ones with their rounding passed over. */
import { describe, expect, test } from 'vitest';
import { floatTensor, intTensor, makeNode } from '../../../../server/src/onnx/build';
import type { AttributeValue } from '../../../../server/src/onnx/build';
import { spanOf } from '../../../../server/src/onnx/bytes';
import { dataType } from '../../../../server/src/onnx/model';
import type { TensorProto } from '../../../../server/src/onnx/model';
import { gradientsOf, worstError } from './differences';
import type { Case } from './differences';

const contrib = { domain: 'com.microsoft' };
const single = { single: true };
const ints = (name: string, values: readonly number[]) => intTensor(name, [values.length], values);

const int32 = (name: string, dims: readonly number[], values: readonly number[]): TensorProto => raw(name, dims, dataType.int32, Int32Array.from(values)); // prettier-ignore
const byteTensor = (name: string, dims: readonly number[], values: readonly number[]): TensorProto => raw(name, dims, dataType.uint8, Uint8Array.from(values)); // prettier-ignore
function raw(name: string, dims: readonly number[], type: number, values: Int32Array | Uint8Array): TensorProto {
  return { name, dims, dataType: type, rawData: spanOf(new Uint8Array(values.buffer)), stringData: [], externalData: [] };
}
const table = (name: string, dims: readonly number[]) => floatTensor(name, dims, Array.from({ length: dims.reduce((a, b) => a * b, 1) }, (_, i) => Math.sin(i))); // prettier-ignore
/** Cosines and sines of three positions for heads of four. */
const angles = [floatTensor('c', [3, 2], [1, 1, 0.5, 0.9, -0.4, 0.7]), floatTensor('s', [3, 2], [0, 0, 0.8, 0.4, 0.9, 0.6])];

/** Fused attentions and quantised products: taken apart, or with their rounding passed over. */
const fused: Record<string, Case> = {
  'Attention of onnxruntime, causal, with a mask': {
    shapes: [[2, 3, 4], [4, 12], [12]],
    nodes: [makeNode('Attention', ['x0', 'x1', 'x2', 'm'], ['y'], { num_heads: 2, unidirectional: 1 }, contrib)],
    constants: [int32('m', [2, 3], [1, 1, 1, 1, 1, 0])],
    ...single,
  },
  'Attention of onnxruntime with its past': {
    shapes: [[1, 3, 4], [4, 12], [12], [2, 1, 2, 2, 2]],
    nodes: [
      makeNode('Attention', ['x0', 'x1', 'x2', '', 'x3'], ['a', 'p'], { num_heads: 2, unidirectional: 1 }, contrib),
      makeNode('ReduceSum', ['p'], ['s'], { keepdims: 0 }),
      makeNode('Add', ['a', 's'], ['y']),
    ],
    ...single,
  },
  MultiHeadAttention: {
    shapes: [[2, 3, 4], [2, 5, 4], [2, 5, 4], [12]],
    nodes: [makeNode('MultiHeadAttention', ['x0', 'x1', 'x2', 'x3'], ['y'], { num_heads: 2 }, contrib)],
    ...single,
  },
  'Attention of operator set 23, two query heads to a key': {
    shapes: [
      [1, 4, 3, 2],
      [1, 2, 3, 2],
      [1, 2, 3, 2],
    ],
    nodes: [makeNode('Attention', ['x0', 'x1', 'x2'], ['y'], { is_causal: 1, softcap: { float: 2 } })],
    opset: 23,
    ...single,
  },
  'GroupQueryAttention, half of each head turned, in a window': {
    shapes: [
      [1, 4, 64],
      [1, 4, 32],
      [1, 4, 32],
    ],
    nodes: [
      makeNode('GroupQueryAttention', ['x0', 'x1', 'x2', '', '', 'lengths', 'longest', 'turns', 'turns'], ['y', 'k', 'v'], {
        num_heads: 2, kv_num_heads: 1, do_rotary: 1, local_window_size: 2, softcap: { float: 3 }, scale: { float: 0.7 },
      }, contrib),
    ],
    constants: [int32('lengths', [1], [3]), int32('longest', [], [4]), table('turns', [4, 8])],
    ...single,
  }, // prettier-ignore
  'GroupQueryAttention of one input that holds all three, behind an empty past': {
    shapes: [[1, 3, 64]],
    nodes: [
      makeNode('GroupQueryAttention', ['x0', '', '', 'past', 'past', 'lengths', 'longest', 'turns', 'turns'], ['a', 'k', 'v'], {
        num_heads: 2, kv_num_heads: 1, do_rotary: 1, rotary_interleaved: 1,
      }, contrib),
      makeNode('ReduceSum', ['k'], ['s'], { keepdims: 0 }),
      makeNode('Add', ['a', 's'], ['y']),
    ],
    constants: [int32('lengths', [1], [2]), int32('longest', [], [3]), table('turns', [3, 8]), table('past', [1, 1, 0, 16])],
    ...single,
  }, // prettier-ignore
  'GroupQueryAttention with a sink for each head': {
    shapes: [[2, 3, 32], [2, 3, 16], [2, 3, 16]],
    nodes: [
      makeNode('GroupQueryAttention', ['x0', 'x1', 'x2', '', '', 'lengths', 'longest', '', '', '', '', 'sinks'], ['y', 'k', 'v'], {
        num_heads: 2, kv_num_heads: 1,
      }, contrib),
    ],
    constants: [int32('lengths', [2], [2, 2]), int32('longest', [], [3]), floatTensor('sinks', [2], [0.4, -0.3])],
    ...single,
  }, // prettier-ignore
  'GroupQueryAttention with one more in the denominator of its softmax': {
    shapes: [[1, 3, 32], [1, 3, 16], [1, 3, 16]],
    nodes: [
      makeNode('GroupQueryAttention', ['x0', 'x1', 'x2', '', '', 'lengths', 'longest'], ['y', 'k', 'v'], {
        num_heads: 2, kv_num_heads: 1, smooth_softmax: 1,
      }, contrib),
    ],
    constants: [int32('lengths', [1], [2]), int32('longest', [], [3])],
    ...single,
  }, // prettier-ignore
  'RotaryEmbedding of operator set 23, interleaved': {
    shapes: [[1, 2, 3, 4]],
    nodes: [makeNode('RotaryEmbedding', ['x0', 'c', 's', 'p'], ['y'], { interleaved: 1 })],
    constants: [...angles, intTensor('p', [1, 3], [0, 1, 2])],
    opset: 23,
    ...single,
  },
  'RotaryEmbedding of onnxruntime': {
    shapes: [[1, 3, 8]],
    nodes: [makeNode('RotaryEmbedding', ['x0', 'p', 'c', 's'], ['y'], {}, contrib)],
    constants: [...angles, intTensor('p', [1], [0])],
    ...single,
  },
  'RMSNormalization of operator set 23': {
    shapes: [[2, 3, 4], [4]],
    nodes: [makeNode('RMSNormalization', ['x0', 'x1'], ['y'])],
    opset: 23,
    ...single,
  },
  MatMulNBits: {
    shapes: [[2, 16]],
    nodes: [makeNode('MatMulNBits', ['x0', 'b', 'c'], ['y'], { K: 16, N: 3, bits: 4, block_size: 16 }, contrib)],
    constants: [byteTensor('b', [3, 1, 8], Array.from({ length: 24 }, (_, i) => (i * 37 + 11) % 256)), floatTensor('c', [3], [0.1, 0.2, 0.3])], // prettier-ignore
    ...single,
  },
};

/** One quantised number a step: rounding is passed over, so what is compared is the product of the numbers they stand for. */
const scale = (name: string, value: number) => floatTensor(name, [], [value]);
const weightBytes = byteTensor('w', [3, 2], [120, 140, 131, 99, 128, 160]);

/** Another operand, of [2, 3]. */
const otherBytes = byteTensor('o', [2, 3], [120, 140, 131, 99, 128, 160]);
const others = floatTensor('o', [2, 3], [-0.16, 0.24, 0.06, -0.58, 0, 0.64]);
const plainly = (...nodes: Case['nodes']): Case => ({ shapes: [[2, 3]], nodes, constants: [others, ...parts], ...single });
const parts = [floatTensor('w', [3, 2], [-0.08, 0.12, 0.03, -0.29, 0, 0.32]), intTensor('columns', [1], [1]), raw('bool', [3], 9, Uint8Array.of(1, 0, 1))]; // prettier-ignore

/** Operators between quantised tensors: q is the input of [2, 3], s and z scale and zero point of it and of the result. */
const between: Record<string, { readonly inputs: string[]; readonly attributes?: Record<string, AttributeValue>; readonly plain: Case }> = {
  QLinearAdd: { inputs: ['q', 's', 'z', 'o', 's', 'z', 's', 'z'], plain: plainly(makeNode('Add', ['x0', 'o'], ['y'])) },
  QLinearMul: { inputs: ['q', 's', 'z', 'o', 's', 'z', 's', 'z'], plain: plainly(makeNode('Mul', ['x0', 'o'], ['y'])) },
  QLinearWhere: { inputs: ['bool', 'q', 's', 'z', 'o', 's', 'z', 's', 'z'], plain: plainly(makeNode('Where', ['bool', 'x0', 'o'], ['y'])) },
  QLinearConcat: { inputs: ['s', 'z', 'q', 's', 'z', 'o', 's', 'z'], attributes: { axis: 1 }, plain: plainly(makeNode('Concat', ['x0', 'o'], ['y'], { axis: 1 })) },
  QGemm: { inputs: ['q', 's', 'z', 'w', 'ws', 'z', 'c', 's', 'z'], plain: plainly(makeNode('MatMul', ['x0', 'w'], ['y'])) },
}; // prettier-ignore

/** Graphs with rounding, each beside the plain graph that has its derivative. */
const roundingCases: Record<string, { readonly rounds: Case; readonly plain: Case }> = {
  'QuantizeLinear and DequantizeLinear': {
    rounds: {
      shapes: [[2, 3]],
      nodes: [makeNode('QuantizeLinear', ['x0', 's', 'z'], ['q']), makeNode('DequantizeLinear', ['q', 't', 'z'], ['y'])],
      constants: [scale('s', 0.02), scale('t', 0.04), byteTensor('z', [], [128])],
      ...single,
    },
    plain: { shapes: [[2, 3]], nodes: [makeNode('Mul', ['x0', 'two'], ['y'])], constants: [scale('two', 2)], ...single },
  },
  QLinearMatMul: {
    rounds: {
      shapes: [[2, 3]],
      nodes: [
        makeNode('QuantizeLinear', ['x0', 's', 'z'], ['q']),
        makeNode('QLinearMatMul', ['q', 's', 'z', 'w', 'ws', 'z', 's', 'z'], ['p']),
        makeNode('DequantizeLinear', ['p', 's', 'z'], ['y']),
      ],
      constants: [scale('s', 0.02), scale('ws', 0.01), byteTensor('z', [], [128]), weightBytes],
      ...single,
    },
    plain: byWeights([-0.08, 0.12, 0.03, -0.29, 0, 0.32]),
  },
  ...Object.fromEntries(
    Object.entries(between).map(([operator, { inputs, attributes = {}, plain }]) => [
      operator,
      {
        rounds: {
          shapes: [[2, 3]],
          nodes: [
            makeNode('QuantizeLinear', ['x0', 's', 'z'], ['q']),
            makeNode(operator, inputs, ['p'], attributes, contrib),
            makeNode('DequantizeLinear', ['p', 's', 'z'], ['y']),
          ],
          constants: [
            scale('s', 0.02),
            scale('ws', 0.01),
            byteTensor('z', [], [128]),
            weightBytes,
            otherBytes,
            raw('c', [2], dataType.int32, Int32Array.of(300, -200)),
            raw('bool', [3], 9, Uint8Array.of(1, 0, 1)),
          ],
          ...single,
        },
        plain,
      },
    ]),
  ),
  MatMulIntegerToFloat: {
    rounds: {
      shapes: [[2, 3]],
      nodes: [
        makeNode('DynamicQuantizeLinear', ['x0'], ['q', 'qs', 'qz']),
        makeNode('MatMulIntegerToFloat', ['q', 'w', 'qs', 'ws', 'qz', 'z'], ['y'], {}, contrib),
      ],
      constants: [scale('ws', 0.01), byteTensor('z', [], [128]), weightBytes],
      ...single,
    },
    plain: byWeights([-0.08, 0.12, 0.03, -0.29, 0, 0.32]),
  },
  DynamicQuantizeMatMul: {
    rounds: {
      shapes: [[2, 3]],
      nodes: [makeNode('DynamicQuantizeMatMul', ['x0', 'w', 'ws', 'z'], ['y'], {}, contrib)],
      constants: [scale('ws', 0.01), byteTensor('z', [], [128]), weightBytes],
      ...single,
    },
    plain: byWeights([-0.08, 0.12, 0.03, -0.29, 0, 0.32]),
  },
};

function byWeights(values: readonly number[]): Case {
  return { shapes: [[2, 3]], nodes: [makeNode('MatMul', ['x0', 'w'], ['y'])], constants: [floatTensor('w', [3, 2], values)], ...single };
}

describe('a fused operator has the derivative that small changes of its inputs give', () => {
  // In float32, with steps of 0.01, differences are good to about three digits.
  test.each(Object.entries(fused))('%s', async (_, each) => {
    expect(await worstError(each)).toBeLessThan(5e-3);
  });
});

/** Quantised operators that are not linear, or that take weights, beside the same between DequantizeLinear and QuantizeLinear. */
const rounded = { q: ['q', 's', 'z'], out: ['s', 'z'] } as const;
const apart: Record<string, { readonly shape?: number[]; readonly whole: Case['nodes'][number]; readonly plain: Case['nodes'] }> = {
  QLinearSigmoid: {
    whole: makeNode('QLinearSigmoid', [...rounded.q, ...rounded.out], ['p'], {}, contrib),
    plain: [makeNode('Sigmoid', ['x'], ['r'])],
  },
  QLinearSoftmax: {
    whole: makeNode('QLinearSoftmax', [...rounded.q, ...rounded.out], ['p'], { axis: -1, opset: 13 }, contrib),
    plain: [makeNode('Softmax', ['x'], ['r'], { axis: -1 })],
  },
  QLinearReduceMean: {
    whole: makeNode('QLinearReduceMean', [...rounded.q, ...rounded.out], ['p'], { axes: [1], keepdims: 0 }, contrib),
    plain: [makeNode('ReduceMean', ['x', 'columns'], ['r'], { keepdims: 0 })],
  },
  QLinearConv: {
    shape: [1, 2, 3],
    whole: makeNode('QLinearConv', [...rounded.q, 'kernel', 'ws', 'z', ...rounded.out, 'c'], ['p']),
    plain: [makeNode('DequantizeLinear', ['kernel', 'ws', 'z'], ['k']), makeNode('Conv', ['x', 'k'], ['r'])],
  },
  ConvInteger: {
    shape: [1, 2, 3],
    whole: makeNode('ConvInteger', ['q', 'kernel', 'z', 'z'], ['i']),
    plain: [makeNode('DequantizeLinear', ['kernel', 'ws', 'z'], ['k']), makeNode('Conv', ['x', 'k'], ['r'])],
  },
  QAttention: {
    shape: [1, 3, 2],
    whole: makeNode(
      'QAttention',
      ['q', 'projection', 'bias', 's', 'ws', '', 'z', 'z'],
      ['y'],
      { num_heads: 1, unidirectional: 1 },
      contrib,
    ),
    plain: [
      makeNode('DequantizeLinear', ['projection', 'ws', 'z'], ['k']),
      makeNode('Attention', ['x', 'k', 'bias'], ['r'], { num_heads: 1, unidirectional: 1 }, contrib),
    ],
  },
};
const constants = [
  scale('s', 0.02), scale('ws', 0.01), scale('both', 0.0002), byteTensor('z', [], [128]), raw('c', [2], dataType.int32, Int32Array.of(300, -200)),
  byteTensor('kernel', [2, 2, 2], [120, 140, 131, 99, 128, 160, 200, 40]), ints('columns', [1]), table('bias', [6]),
  byteTensor('projection', [2, 6], [120, 140, 131, 99, 128, 160, 200, 40, 77, 90, 170, 150]),
]; // prettier-ignore
const apartCases = Object.fromEntries(
  Object.entries(apart).map(([operator, { shape = [2, 3], whole, plain }]) => {
    const enter = makeNode('QuantizeLinear', ['x0', 's', 'z'], ['q']);
    const leave =
      operator === 'ConvInteger'
        ? [makeNode('Cast', ['i'], ['f'], { to: 1 }), makeNode('Mul', ['f', 'both'], ['y'])]
        : [makeNode('DequantizeLinear', ['p', 's', 'z'], ['y'])];
    const made = (nodes: Case['nodes']): Case => ({ shapes: [shape], nodes, constants, ...single });
    const rounds = made([enter, whole, ...(whole.outputs.includes('y') ? [] : leave)]);
    return [operator, { rounds, plain: made([enter, makeNode('DequantizeLinear', ['q', 's', 'z'], ['x']), ...plain, makeNode('Identity', ['r'], ['y'])]) }];
  }),
); // prettier-ignore

describe('rounding is passed over', () => {
  test.each(Object.entries({ ...roundingCases, ...apartCases }))(
    '%s has the derivative of the numbers that it stands for',
    async (_, { rounds, plain }) => {
      const [[found], [expected]] = [await gradientsOf(rounds), await gradientsOf(plain)];
      expect(found?.length).toBe(6);
      // Both in float32, of numbers below one.
      found?.forEach((value, i) => expect(value).toBeCloseTo(expected?.[i] ?? NaN, 5));
    },
  );
});
