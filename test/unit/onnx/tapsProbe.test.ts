import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { floatTensor, intTensor, makeNode, makeValue } from '../../../server/src/onnx/build';
import { indexGraph } from '../../../server/src/onnx/graph';
import { dataType } from '../../../server/src/onnx/model';
import type { NodeProto, TensorProto } from '../../../server/src/onnx/model';
import { axesOf, probeSizes } from '../../../server/src/onnx/taps/probe/axes';
import { probeGraph } from '../../../server/src/onnx/taps/probe/probe';
import type { Probe } from '../../../server/src/onnx/taps/probe/probe';
import { emptyGraph } from '../../helpers/tinyModels';

// Both inputs are [texts, tokens]: 3 × 5 in the first probe, 7 × 11 in the second.
function probes(nodes: readonly NodeProto[], initializers: readonly TensorProto[] = []): readonly [Probe, Probe] {
  const inputs = ['input_ids', 'attention_mask'].map((name) => makeValue(name, dataType.int64, ['batch', 'tokens']));
  const index = indexGraph({ ...emptyGraph, nodes, initializers, inputs });
  return [probeGraph(index, nodes, probeSizes[0]), probeGraph(index, nodes, probeSizes[1])];
}

const ints = (name: string, values: readonly number[]) => intTensor(name, [values.length], values);

describe('shapes', () => {
  test('are followed through the numbers that reshapes are given', () => {
    const nodes = [
      makeNode('Gather', ['table', 'input_ids'], ['rows']),
      makeNode('Reshape', ['rows', 'flat'], ['flattened']),
      makeNode('Reshape', ['rows', 'heads'], ['split']),
      makeNode('Transpose', ['split'], ['turned'], { perm: [0, 2, 1, 3] }),
    ];
    const found = probes(nodes, [floatTensor('table', [4, 6], Array(24).fill(0)), ints('flat', [-1, 6]), ints('heads', [0, 0, 2, 3])]);
    const counts = (tensor: string) => axesOf(found, tensor)?.map(({ counts, size }) => (counts === 'fixed' ? size : counts));
    expect(counts('rows')).toEqual(['B', 'T', 6]);
    expect(counts('flattened')).toEqual(['R', 6]);
    expect(counts('turned')).toEqual(['B', 2, 'T', 3]);
    expect(counts('unknown')).toBeUndefined();
  });

  test('heads that are folded into the rows are a factor of them', () => {
    const nodes = [makeNode('Gather', ['table', 'input_ids'], ['rows']), makeNode('Reshape', ['rows', 'folded'], ['heads'])];
    const found = probes(nodes, [floatTensor('table', [4, 6], Array(24).fill(0)), ints('folded', [-1, 1, 3])]);
    expect(axesOf(found, 'heads')?.[0]).toEqual({ counts: 'R', size: 2 });
  });
});

describe('values', () => {
  test('a causal mask has its zeros where queries see', () => {
    const nodes = [
      makeNode('Shape', ['input_ids'], ['size']),
      makeNode('Gather', ['size', 'one'], ['length']),
      makeNode('Range', ['zero', 'length', 'one'], ['places']),
      makeNode('Unsqueeze', ['places', 'last'], ['queries']),
      makeNode('Greater', ['places', 'queries'], ['later']),
      makeNode('Where', ['later', 'low', 'nothing'], ['mask']),
    ];
    const scalars = [
      intTensor('zero', [], [0]),
      intTensor('one', [], [1]),
      ints('last', [1]),
      floatTensor('low', [], [-9]),
      floatTensor('nothing', [], [0]),
    ];
    const [{ dims, values } = {}] = probes(nodes, scalars).map((probe) => probe.get('mask'));
    expect(dims).toEqual([5, 5]);
    expect(values).toEqual([0, -9, -9, -9, -9, 0, 0, -9, -9, -9, 0, 0, 0, -9, -9, 0, 0, 0, 0, -9, 0, 0, 0, 0, 0]);
  });

  test('positions are counted from the mask', () => {
    const nodes = [makeNode('CumSum', ['attention_mask', 'axis'], ['counted']), makeNode('Add', ['counted', 'offset'], ['positions'])];
    const [first] = probes(nodes, [intTensor('axis', [], [1]), intTensor('offset', [], [1])]);
    expect(first.get('positions')?.values?.slice(0, 5)).toEqual([2, 3, 4, 5, 6]);
  });

  test('division of whole numbers leaves whole numbers', () => {
    const nodes = [makeNode('Div', ['a', 'b'], ['c'])];
    expect(probes(nodes, [ints('a', [7, -7]), ints('b', [2, 2])])[0].get('c')?.values).toEqual([3, -3]);
  });

  test('elements are gathered where their indexes point', () => {
    const nodes = [makeNode('Concat', ['a', 'b'], ['joined'], { axis: 0 }), makeNode('GatherND', ['joined', 'at'], ['picked'])];
    const found = probes(nodes, [ints('a', [4, 5]), ints('b', [6]), intTensor('at', [2, 1], [2, 0])]);
    expect(found[0].get('picked')).toMatchObject({ dims: [2], values: [6, 4] });
  });

  test('a slice takes what JavaScript takes, from either end', () => {
    const list = fc.array(fc.integer({ min: 0, max: 99 }), { minLength: 1, maxLength: 8 });
    const bound = fc.integer({ min: -10, max: 10 });
    fc.assert(
      fc.property(list, bound, bound, (values, start, end) => {
        const nodes = [makeNode('Slice', ['x', 'start', 'end'], ['y'])];
        const [found] = probes(nodes, [ints('x', values), ints('start', [start]), ints('end', [end])]);
        expect(found.get('y')?.values).toEqual(values.slice(start, end));
      }),
    );
  });

  test('turning axes twice gives back what was', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([0, 1, 2], { minLength: 3 }), (perm) => {
        const back = perm.map((_, axis) => perm.indexOf(axis));
        const nodes = [makeNode('Transpose', ['x'], ['y'], { perm }), makeNode('Transpose', ['y'], ['z'], { perm: back })];
        const values = Array.from({ length: 24 }, (_, i) => i);
        expect(probes(nodes, [intTensor('x', [2, 3, 4], values)])[0].get('z')).toMatchObject({ dims: [2, 3, 4], values });
      }),
    );
  });
});
