/** Taps of random transformers, however their graph is written: nothing but what is computed may decide. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { indexGraph } from '../../../server/src/onnx/graph';
import type { GraphProto } from '../../../server/src/onnx/model';
import { allTaps, findTaps } from '../../../server/src/onnx/taps';
import type { StackTaps } from '../../../server/src/onnx/taps';
import { openModelFolder } from '../../../server/src/onnx/modelFolder';
import { tapText } from '../../../server/src/protocol/neurons';
import { unpackFamily } from '../../helpers/families';
import { tempFolder } from '../../helpers/tempFiles';
import { emptyGraph } from '../../helpers/tinyModels';
import { shuffled, unfolded, withGemms, withHeads, withIdentities } from './graphVariants';
import { tinyTransformer } from './tinyTransformer';
import type { TinyHabits } from './tinyTransformer';

const habits: fc.Arbitrary<TinyHabits> = fc.record(
  {
    layers: fc.integer({ min: 1, max: 4 }),
    norm: fc.constantFrom('pre', 'post'),
    normForm: fc.constantFrom('operator', 'layer', 'rms'),
    gated: fc.boolean(),
    activation: fc.constantFrom('relu', 'gelu-erf', 'gelu-tanh', 'silu'),
    qkv: fc.constantFrom('apart', 'split', 'slice'),
    keyValueHeads: fc.constantFrom(1, 2),
    ffn: fc.constantFrom(4, 8, 12),
    causal: fc.boolean(),
    positions: fc.constantFrom(16, 40),
  },
  { requiredKeys: ['layers', 'norm', 'normForm', 'gated', 'activation', 'qkv', 'keyValueHeads'] },
);
const parallel = habits.map((habit): TinyHabits => ({ ...habit, norm: 'pre', parallel: true }));
const random = fc.infiniteStream(fc.nat(999));
const folder = tempFolder();

function onlyStack(graph: GraphProto): StackTaps {
  const { stacks } = findTaps(indexGraph(graph));
  expect(stacks).toHaveLength(1);
  return stacks[0] as StackTaps;
}

const tensors = (stack: StackTaps) => Object.fromEntries(allTaps(stack).map(({ point, tensor }) => [tapText(point), tensor]));

/** The tensors that hold what heads attend to, block by block. */
const attended = ({ stack, blocks }: StackTaps) =>
  blocks.flatMap(({ layer, weights }) => Object.entries(weights ?? {}).map(([tap, tensor]) => [`${stack}.L${layer}.${tap}`, tensor]));

/** Weights and biases by name: how many columns or cells they have; of weights, the rows they take. */
function widthsOf({ initializers }: GraphProto): Map<string, number> {
  return new Map(initializers.filter(({ dims }) => dims.length > 0).map(({ name, dims }) => [name, Number(dims[0])]));
}

describe('random transformers', () => {
  test.each([
    ['one sublayer after the other', habits],
    ['in parallel', parallel],
  ])('%s: the card says how they were made', (_, all) => {
    fc.assert(
      fc.property(all, (habit) => {
        const { graph, taps } = tinyTransformer(habit);
        const stack = onlyStack(graph);
        expect(tensors(stack)).toEqual(taps);
        expect(stack).toMatchObject({
          layers: habit.layers,
          heads: 2,
          headSize: 4,
          keyValueHeads: habit.keyValueHeads,
          fusedQkv: habit.qkv !== 'apart',
          gated: habit.gated,
          activation: habit.activation,
          norm: { kind: habit.normForm === 'rms' ? 'rms' : 'layer', place: habit.norm },
          causal: habit.causal ?? false,
          missing: [],
        });
      }),
      { numRuns: 40 },
    );
  });

  test('written in any other way, taps lie at the same tensors', () => {
    fc.assert(
      fc.property(fc.oneof(habits, parallel), random, fc.boolean(), (habit, stream, heads) => {
        const key = () => stream.next().value as number;
        const chance = () => key() % 3 === 0;
        const { graph, taps } = tinyTransformer(habit);
        const squares = graph.initializers.filter(({ dims }) => dims.length === 2 && Number(dims[0]) === 8);
        const [square = ''] = squares.filter(({ dims }) => Number(dims[1]) === 8).map(({ name }) => name);
        const [toVocabulary = ''] = squares.filter(({ dims }) => Number(dims[1]) === 11).map(({ name }) => name);
        const headed = heads ? withHeads(graph, taps['L1.hidden'] ?? '', square, toVocabulary) : graph;
        const variant = unfolded(withIdentities(withGemms(headed, widthsOf(graph), chance), chance), chance);
        const name = (tensor: string) => (tensor === 'input_ids' ? tensor : `${(tensor.length * 7919) % 10}-${tensor}`);
        const found = onlyStack(shuffled(variant, key, name));
        expect(tensors(found)).toEqual(Object.fromEntries(Object.entries(taps).map(([id, tensor]) => [id, name(tensor)])));
        expect(attended(found)).toEqual(attended(onlyStack(graph)).map(([id, tensor]) => [id, name(tensor ?? '')]));
        expect(attended(found)).toHaveLength(habit.layers ?? NaN);
        expect(found).toMatchObject({ activation: habit.activation, gated: habit.gated, missing: [] });
      }),
      { numRuns: 80 },
    );
  });
});

test('two halves in one graph, written in any other way, cross-attend at the same tensors', () => {
  const graph = openModelFolder(unpackFamily('bart', folder.path)).parts[0]?.file.model.graph ?? emptyGraph;
  const tensorsOf = (each: GraphProto) => {
    const { stacks } = findTaps(indexGraph(each));
    return [...stacks.flatMap((stack) => Object.entries(tensors(stack))), ...stacks.flatMap(attended)];
  };
  const taps = tensorsOf(graph);
  expect(taps.filter(([id]) => /xattn/.test(id ?? ''))).toHaveLength(4);
  const inputs = new Set(graph.inputs.map(({ name }) => name));
  fc.assert(
    fc.property(random, (stream) => {
      const key = () => stream.next().value as number;
      const name = (tensor: string) => (inputs.has(tensor) || tensor === '' ? tensor : `${(tensor.length * 7919) % 10}-${tensor}`);
      const variant = shuffled(
        unfolded(
          withIdentities(graph, () => key() % 9 === 0),
          () => key() % 9 === 0,
        ),
        key,
        name,
      );
      expect(new Set(tensorsOf(variant).map(String))).toEqual(new Set(taps.map(([id, tensor]) => String([id, name(tensor ?? '')]))));
    }),
    { numRuns: 4 },
  );
});
