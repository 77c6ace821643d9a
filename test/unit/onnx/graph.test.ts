import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { capturedNames, indexGraph, topologicalOrder } from '../../../server/src/onnx/graph';
import { embeddingRows } from '../../../server/src/onnx/embedding';
import { pruned } from '../../../server/src/onnx/prune';
import { withReads } from '../../../server/src/onnx/rename';
import type { GraphProto, NodeProto } from '../../../server/src/onnx/model';
import { emptyGraph, floatTensor, intTensor, lookupModel, makeNode, makeValue, tokenInput } from '../../helpers/tinyModels';

const graphOf = (graph: Partial<GraphProto>): GraphProto => ({ ...emptyGraph, ...graph });

/** A node whose branch reads `captured` from outside and makes `own` itself. */
function branching(captured: string, output: string): NodeProto {
  const branch = graphOf({ nodes: [makeNode('Neg', [captured], ['own']), makeNode('Abs', ['own'], ['end'])], outputs: [{ name: 'end' }] });
  const node = makeNode('If', ['condition'], [output], { then_branch: 0 });
  return { ...node, attributes: node.attributes.map((attribute) => ({ ...attribute, g: branch })) };
}

describe('who makes and who reads a tensor', () => {
  const index = indexGraph(lookupModel().graph);

  test('each tensor has one maker and its readers by slot', () => {
    expect(index.producer('looked')).toMatchObject({ node: { opType: 'Gather' }, slot: 0 });
    expect(index.uses('looked').map(({ node, slot }) => [node.opType, slot])).toEqual([['Mul', 0]]);
    expect(index.producer('input_ids')).toBeUndefined();
    expect(index.isInput('input_ids')).toBe(true);
    expect(index.isOutput('doubled')).toBe(true);
  });

  test('a branch that reads an outer name is a reader of it', () => {
    const node = branching('x', 'y');
    expect([...capturedNames(node)]).toEqual(['x']);
    expect(indexGraph(graphOf({ nodes: [node] })).uses('x')).toEqual([{ node, slot: -1 }]);
  });

  test('a weight is found through any number of Identity nodes, a Constant by its value', () => {
    const graph = graphOf({
      initializers: [floatTensor('w', [2], [1, 2])],
      nodes: [
        makeNode('Identity', ['w'], ['a']),
        makeNode('Identity', ['a'], ['b']),
        makeNode('Constant', [], ['c'], { value: intTensor('', [2], [7, 8]) }),
        makeNode('Constant', [], ['d'], { value_ints: [3, 4] }),
        makeNode('Identity', ['e'], ['e']),
      ],
    });
    const index = indexGraph(graph);
    expect(index.constant('b')?.name).toBe('w');
    expect(index.numbers('b')).toEqual([1, 2]);
    expect(index.numbers('c')).toEqual([7, 8]);
    expect(index.numbers('d')).toEqual([3, 4]);
    expect(index.constant('e')).toBeUndefined();
  });
});

describe('an order in which everything is made before it is read', () => {
  test('is the order of the file where that will do', () => {
    const { graph } = lookupModel();
    expect(topologicalOrder(indexGraph(graph))).toEqual(graph.nodes);
  });

  test('respects what branches capture', () => {
    const [reader, maker] = [branching('x', 'y'), makeNode('Neg', ['input'], ['x'])];
    expect(topologicalOrder(indexGraph(graphOf({ nodes: [reader, maker] })))).toEqual([maker, reader]);
  });

  test('does not exist for a cycle', () => {
    const nodes = [makeNode('Neg', ['b'], ['a']), makeNode('Neg', ['a'], ['b'])];
    expect(topologicalOrder(indexGraph(graphOf({ nodes })))).toBeUndefined();
  });

  test('exists for every shuffled graph without a cycle', () => {
    // Node i reads any of the nodes before it; then the list is shuffled.
    const graphs = fc.integer({ min: 1, max: 12 }).chain((count) =>
      fc
        .tuple(...Array.from({ length: count }, (_, i) => fc.uniqueArray(fc.nat(Math.max(0, i - 1)), { maxLength: i === 0 ? 0 : 3 })))
        .map((reads) =>
          reads.map((inputs, i) =>
            makeNode(
              'Sum',
              inputs.map((each) => `t${each}`),
              [`t${i}`],
            ),
          ),
        ) // prettier-ignore
        .chain((nodes) => fc.shuffledSubarray(nodes, { minLength: nodes.length })),
    );
    fc.assert(
      fc.property(graphs, (nodes) => {
        const order = topologicalOrder(indexGraph(graphOf({ nodes }))) ?? [];
        expect(order).toHaveLength(nodes.length);
        const made = new Set<string>();
        for (const { inputs, outputs } of order) {
          expect(inputs.every((input) => made.has(input))).toBe(true);
          outputs.forEach((output) => made.add(output));
        }
      }),
    );
  });
});

describe('a pruned graph', () => {
  const { graph } = lookupModel();

  test('has nothing that its outputs do not need', () => {
    const looked = pruned(graph, ['looked']);
    expect(looked.nodes.map(({ opType }) => opType)).toEqual(['Gather']);
    expect(looked.initializers.map(({ name }) => name)).toEqual(['table']);
    expect(looked.outputs).toEqual([{ name: 'looked' }]);
  });

  test('drops inputs that only dropped nodes read', () => {
    const more = { ...graph, inputs: [...graph.inputs, tokenInput('unused')] };
    expect(pruned(more, ['doubled']).inputs.map(({ name }) => name)).toEqual(['input_ids']);
  });

  test('keeps what a branch captures', () => {
    const captured = graphOf({
      nodes: [makeNode('Neg', ['input'], ['x']), branching('x', 'y'), makeNode('Neg', ['y'], ['z'])],
      inputs: [{ name: 'input' }, { name: 'condition' }],
    });
    expect(pruned(captured, ['y']).nodes.map(({ opType }) => opType)).toEqual(['Neg', 'If']);
    expect(pruned(captured, ['y']).inputs.map(({ name }) => name)).toEqual(['input', 'condition']);
  });
});

test('a renamed tensor is renamed within branches too, but not where a branch makes that name itself', () => {
  const node = withReads(branching('x', 'y'), new Map([['x', 'x2'], ['own', 'other'], ['condition', 'c2']])); // prettier-ignore
  expect(node.inputs).toEqual(['c2']);
  expect(node.attributes[0]?.g?.nodes.map(({ inputs }) => inputs)).toEqual([['x2'], ['own']]);
});

describe('the number of tokens that a model knows', () => {
  test('is the rows of the table that ids are looked up in', () => {
    expect(embeddingRows(indexGraph(lookupModel().graph), 'input_ids')).toBe(5);
  });

  test('is found through casts of ids and a quantised table', () => {
    const graph = graphOf({
      inputs: [tokenInput('ids')],
      initializers: [floatTensor('table', [7, 2], new Float32Array(14)), floatTensor('positions', [9], new Float32Array(9))],
      nodes: [
        makeNode('Cast', ['ids'], ['wide'], { to: 7 }),
        makeNode('DequantizeLinear', ['table', 'scale'], ['weights']),
        makeNode('Gather', ['weights', 'wide'], ['out']),
        makeNode('Gather', ['positions', 'wide'], ['vector']),
      ],
      outputs: [makeValue('out', 1, ['b', 't', 2])],
    });
    expect(embeddingRows(indexGraph(graph), 'ids')).toBe(7);
    expect(embeddingRows(indexGraph(graph), 'other')).toBeUndefined();
  });
});
