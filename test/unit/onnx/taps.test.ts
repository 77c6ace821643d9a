import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { tapText } from '../../../server/src/protocol/neurons';
import { floatTensor, makeNode } from '../../../server/src/onnx/build';
import { indexGraph } from '../../../server/src/onnx/graph';
import type { GraphProto } from '../../../server/src/onnx/model';
import { allTaps, findTaps } from '../../../server/src/onnx/taps';
import type { StackTaps } from '../../../server/src/onnx/taps';
import { findingsOf } from '../../helpers/findings';
import { tinyTransformer } from './tinyTransformer';
import type { TinyHabits } from './tinyTransformer';

function onlyStack(graph: GraphProto): StackTaps {
  const { stacks } = findTaps(indexGraph(graph));
  expect(stacks).toHaveLength(1);
  return stacks[0] as StackTaps;
}

const tensors = (stack: StackTaps) => Object.fromEntries(allTaps(stack).map(({ point, tensor }) => [tapText(point), tensor]));

const habits = fc.record<TinyHabits>(
  {
    layers: fc.integer({ min: 1, max: 4 }),
    norm: fc.constantFrom('pre', 'post'),
    gated: fc.boolean(),
    ffn: fc.constantFrom(4, 8, 12),
    causal: fc.boolean(),
    positions: fc.constantFrom(16, 40),
  },
  { requiredKeys: ['layers', 'norm'] },
);

describe('blocks', () => {
  test('a pre-norm model keeps its stream unnormed and ends in a final norm', () => {
    const { graph, taps } = tinyTransformer({ norm: 'pre' });
    const stack = onlyStack(graph);
    expect(tensors(stack)).toEqual(taps);
    expect(stack).toMatchObject({
      layers: 2,
      hiddenWidth: 8,
      ffnWidths: [12],
      heads: 2,
      headSize: 4,
      keyValueHeads: 2,
      norm: { kind: 'layer', place: 'pre' },
    });
    expect(stack).toMatchObject({
      activation: 'relu',
      gated: false,
      parallel: false,
      fusedQkv: false,
      causal: false,
      embedding: { input: 'input_ids', rows: 11 },
    });
    expect(stack.logits).toEqual({ tensor: graph.outputs[0]?.name, width: 11, perToken: true });
  });

  test('a post-norm model hands on the norm of each sum, and its last norm is the last hidden state, not a final norm', () => {
    const { graph, taps } = tinyTransformer({ norm: 'post' });
    const stack = onlyStack(graph);
    expect(tensors(stack)).toEqual(taps);
    expect(stack.norm.place).toBe('post');
    expect(stack.final).toBeUndefined();
  });

  test('attention and FFN that read one norm and are added together make one block', () => {
    const { graph, taps } = tinyTransformer({ parallel: true, layers: 3 });
    expect(tensors(onlyStack(graph))).toEqual(taps);
    expect(onlyStack(graph).parallel).toBe(true);
  });

  test('a residual that is scaled before it is added to is still the stream', () => {
    const { graph, taps } = tinyTransformer({ norm: 'post', residualScale: 1.5 });
    expect(tensors(onlyStack(graph))).toEqual(taps);
  });

  test('in a gated FFN the neurons are the product, and what precedes the activation is the gate', () => {
    const { graph, taps } = tinyTransformer({ gated: true });
    const stack = onlyStack(graph);
    expect(tensors(stack)).toEqual(taps);
    expect(stack).toMatchObject({ gated: true, activation: 'silu' });
  });

  test('an FFN as wide as the stream is no riddle', () => {
    const { graph, taps } = tinyTransformer({ ffn: 8 });
    expect(tensors(onlyStack(graph))).toEqual(taps);
  });
});

/** The graph as optimisers fuse it: sum and norm in one operator, whose sum is declared only if somebody reads it; bias and GELU in one. */
function fused(graph: GraphProto): GraphProto {
  const maker = (tensor: string) => graph.nodes.find(({ outputs }) => outputs[0] === tensor);
  const reads = (tensor: string) => graph.nodes.filter(({ inputs }) => inputs.includes(tensor));
  const gone = new Set<string>();
  const nodes = graph.nodes.map((node) => {
    const before = maker(node.inputs[0] ?? '');
    const [sum = ''] = before?.outputs ?? [];
    if (before?.opType !== 'Add') return node;
    if (node.opType === 'LayerNormalization' && before.inputs.every((name) => maker(name) !== undefined)) {
      gone.add(sum);
      const outputs = [node.outputs[0] ?? '', '', '', ...(reads(sum).length > 1 ? [sum] : [])];
      return makeNode('SkipLayerNormalization', [...before.inputs, ...node.inputs.slice(1)], outputs, {}, { domain: 'com.microsoft' });
    }
    if (node.opType !== 'Relu') return node;
    gone.add(sum);
    return makeNode('BiasGelu', before.inputs, node.outputs, {}, { domain: 'com.microsoft' });
  });
  return { ...graph, nodes: nodes.filter(({ opType, outputs }) => opType !== 'Add' || !gone.has(outputs[0] ?? '')) };
}

describe('fused operators', () => {
  const { graph, taps } = tinyTransformer({ norm: 'pre' });
  const stack = onlyStack(fused(graph));

  test('hide no tap: sums that are not declared are outputs to be added', () => {
    const { 'L2.hidden': last = '', ...others } = tensors(stack);
    const { 'L2.hidden': _, 'L1.preact': one, 'L2.preact': two, ...expected } = taps;
    expect(others).toMatchObject(expected);
    expect([one, two]).not.toContain(others['L1.preact']);
    expect(stack.blocks[1]?.hidden.addOutput).toEqual({ node: expect.any(Number) as number, index: 3, name: last });
    expect(stack.blocks[0]?.hidden.addOutput).toBeUndefined();
    expect(stack).toMatchObject({ norm: { place: 'pre' }, activation: 'gelu-erf' });
  });

  test('a bias that is added within the activation is named beside what precedes it', () => {
    const bias = graph.nodes.find(({ outputs }) => outputs[0] === taps['L1.preact'])?.inputs[1];
    expect(stack.blocks[0]?.preact).toMatchObject({ op: 'MatMul', plus: bias });
  });
});

describe('what a graph says of its reach', () => {
  test('a mask that hides later tokens makes a model causal', () => {
    expect(onlyStack(tinyTransformer({ causal: true }).graph).causal).toBe(true);
    expect(onlyStack(tinyTransformer({ causal: false }).graph).causal).toBe(false);
  });

  test('a table of 40 positions of which the first two are not used holds 38 tokens', () => {
    expect(onlyStack(tinyTransformer({ positions: 40 }).graph).maxTokens).toBe(38);
    expect(onlyStack(tinyTransformer().graph).maxTokens).toBeUndefined();
  });

  test('a table of 16 angles that is copied for every text, and turns queries alone, holds 16 tokens', () => {
    expect(onlyStack(tinyTransformer({ angles: 16 }).graph).maxTokens).toBe(16);
  });
});

describe('mixtures of experts', () => {
  const { graph, taps } = tinyTransformer({ layers: 2 });
  const [neurons = '', before = ''] = [taps['L1.ffn'], taps['L1.preact']];
  const maker = (tensor = '') => graph.nodes.find(({ outputs }) => outputs[0] === tensor);
  const down = graph.nodes.find(({ inputs }) => inputs[0] === neurons);
  const back = graph.nodes.find(({ inputs }) => inputs[0] === down?.outputs[0]);
  const read = maker(maker(before)?.inputs[0])?.inputs[0] ?? '';
  const stacked = (name: string, dims: readonly number[]) => floatTensor(name, dims, new Float32Array(dims.reduce((a, b) => a * b, 1)));

  function missing(nodes: GraphProto['nodes'], initializers: GraphProto['initializers']) {
    const stack = onlyStack({ ...graph, nodes, initializers: [...graph.initializers, ...initializers] });
    expect(stack.blocks[0]?.ffn).toBeUndefined();
    expect(tensors(stack)).toMatchObject({ 'L1.attn': taps['L1.attn'], 'L1.hidden': taps['L1.hidden'], 'L2.ffn': taps['L2.ffn'] });
    return stack.missing.map(({ point, reason }) => `${point.tap}: ${reason.slice(0, 22)}`);
  }

  test('in one operator have no neurons of every token', () => {
    const whole = makeNode('MoE', [read, read, 'up', '', 'down'], back?.outputs ?? [], {}, { domain: 'com.microsoft' });
    const nodes = graph.nodes.map((node) => (node === back ? whole : node));
    expect(missing(nodes, [stacked('up', [5, 8, 12]), stacked('down', [5, 12, 8])])).toEqual(['ffn: a mixture of 5 experts']);
  });

  test('nor with stacked weights', () => {
    const nodes = graph.nodes.map((node) => (node === down ? { ...node, inputs: [neurons, 'down'] } : node));
    expect(missing(nodes, [stacked('down', [3, 12, 8])])).toEqual(['ffn: a mixture of 3 experts']);
  });
});

describe('names and order', () => {
  test('mean nothing: any names and any order of the nodes give the same taps', () => {
    fc.assert(
      fc.property(habits, fc.infiniteStream(fc.nat()), (habit, random) => {
        const { graph, taps } = tinyTransformer(habit);
        const name = (tensor: string) => (tensor === 'input_ids' ? tensor : `${(tensor.length * 7919) % 10}-${tensor}`);
        const nodes = graph.nodes.map((node) => ({ node: makeRenamed(node, name), key: random.next().value as number }));
        const shuffled: GraphProto = {
          ...graph,
          nodes: nodes.sort((a, b) => a.key - b.key).map(({ node }) => node),
          initializers: graph.initializers.map((tensor) => ({ ...tensor, name: name(tensor.name) })),
          outputs: graph.outputs.map((output) => ({ ...output, name: name(output.name) })),
        };
        expect(tensors(onlyStack(shuffled))).toEqual(Object.fromEntries(Object.entries(taps).map(([id, tensor]) => [id, name(tensor)])));
      }),
      { numRuns: 60 },
    );
  });
});

function makeRenamed(node: GraphProto['nodes'][number], name: (tensor: string) => string): GraphProto['nodes'][number] {
  return { ...node, name: '', inputs: node.inputs.map(name), outputs: node.outputs.map(name) };
}

describe('graphs that are no transformer', () => {
  test('are refused with what they are made of', () => {
    const { graph } = tinyTransformer();
    const plain: GraphProto = { ...graph, nodes: graph.nodes.filter(({ opType }) => opType === 'Gather'), outputs: [] };
    expect(findingsOf(() => findTaps(indexGraph(plain), { file: 'x.onnx' }))).toMatchObject([
      { code: 'MODEL_NOT_TRANSFORMER', place: { file: 'x.onnx' }, found: 'no transformer block: inputs "input_ids"; no attention' },
    ]);
  });

  test('a residual network of perceptrons is none either', () => {
    const { graph } = tinyTransformer();
    const softmax = graph.nodes.map((node) => (node.opType === 'Softmax' ? makeNode('Relu', node.inputs, node.outputs) : node));
    expect(findingsOf(() => findTaps(indexGraph({ ...graph, nodes: softmax })))[0]?.code).toBe('MODEL_NOT_TRANSFORMER');
  });
});
