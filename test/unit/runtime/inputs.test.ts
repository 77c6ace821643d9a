import { describe, expect, test } from 'vitest';
import { dataType } from '../../../server/src/onnx/model';
import type { GraphProto, ModelProto } from '../../../server/src/onnx/model';
import { openModelRun } from '../../../server/src/runtime/modelRun';
import { findingsOfAsync } from '../../helpers/findings';
import { intTensor, lookupModel, makeNode, makeValue, tokenInput } from '../../helpers/tinyModels';
import { batch, batchOf, extended, fetchOnce, folderOf, looked } from '../../helpers/tinyRuns';

/** The lookup model with more inputs, and nodes that show what they were filled with. */
function feedModel(inputs: GraphProto['inputs'], nodes: GraphProto['nodes'], output: string): ModelProto {
  return extended({ inputs: [tokenInput('input_ids'), ...inputs], nodes, outputs: [{ name: output }] });
}

describe('inputs', () => {
  test.each([
    ['attention_mask', [1, 1, 1, 0]],
    ['position_ids', [0, 1, 0, 0]],
    ['token_type_ids', [0, 0, 0, 0]],
  ])(
    // prettier-ignore
    '%s is filled as int64, int32 and float',
    async (name, expected) => {
      for (const type of [dataType.int64, dataType.int32, dataType.float]) {
        const model = feedModel([tokenInput(name, type)], [makeNode('Cast', [name], ['seen'], { to: dataType.float })], 'seen');
        const [, seen] = await fetchOnce(extendedWithIds(model), [{ tensor: 'sum' }, { tensor: 'seen' }], batchOf([1, 2], [3, -9]));
        expect(seen?.data).toEqual(expected);
      }
    },
  );

  test('positions count real tokens from the left, wherever the padding is', async () => {
    const model = extendedWithIds(
      feedModel([tokenInput('position_ids')], [makeNode('Cast', ['position_ids'], ['seen'], { to: 1 })], 'seen'),
    );
    const [, seen] = await fetchOnce(model, [{ tensor: 'sum' }, { tensor: 'seen' }], batchOf([-9, -9, 1, 2], [1, 2, 3, -9]));
    expect(seen?.data).toEqual([0, 0, 0, 1, 0, 1, 2, 0]);
  });

  test('caches are empty, whatever their float type', async () => {
    for (const type of [dataType.float, dataType.float16]) {
      const past = makeValue('past_key_values.0.key', type, ['batch', 2, 'past_sequence_length', 4]);
      const model = extendedWithIds(
        feedModel([past], [makeNode('Shape', [past.name], ['shape']), makeNode('Cast', ['shape'], ['seen'], { to: 1 })], 'seen'),
      );
      const [, seen] = await fetchOnce(model, [{ tensor: 'sum' }, { tensor: 'seen' }], batch);
      expect(seen?.data).toEqual([2, 2, 0, 4]);
    }
  });

  test('flags of exporters are set so that a text is run whole', async () => {
    const inputs = [
      makeValue('use_cache_branch', dataType.bool, [1]),
      makeValue('cache_position', dataType.int64, ['tokens']),
      makeValue('num_logits_to_keep', dataType.int64, []),
    ];
    const nodes = inputs.map(({ name }) => makeNode('Cast', [name], [`seen ${name}`], { to: dataType.float }));
    const found = await fetchOnce(
      extendedWithIds(feedModel(inputs, nodes, 'seen cache_position')),
      [{ tensor: 'sum' }, ...inputs.map(({ name }) => ({ tensor: `seen ${name}` }))],
      batchOf([1, 2, 3]),
    );
    expect(found.slice(1)).toEqual([{ dims: [1], data: [0] }, { dims: [3], data: [0, 1, 2] }, { dims: [], data: [0] }]); // prettier-ignore
  });

  test('ids may be int32', async () => {
    const [value] = await fetchOnce(extended({ inputs: [tokenInput('input_ids', dataType.int32)] }), [{ tensor: 'looked' }], batch);
    expect(value?.data).toEqual(looked);
  });

  test('a model exported for one text of four tokens runs any number of shorter texts', async () => {
    const model = extended({ inputs: [tokenInput('input_ids', dataType.int64, [1, 4])] });
    const [value] = await fetchOnce(model, [{ tensor: 'looked', layout: 'BTN' }], batch);
    expect(value).toEqual({ dims: [2, 2, 3], data: looked });
    const findings = await findingsOfAsync(() => fetchOnce(model, [{ tensor: 'looked' }], batchOf([1, 2, 3, 4, 1])));
    expect(findings).toMatchObject([{ code: 'MODEL_INPUTS', found: 'a text of 5 tokens' }]);
  });

  test('what text cannot fill is refused with all inputs listed', async () => {
    const pixels = makeValue('pixel_values', dataType.float, ['batch', 3, 32, 32]);
    const model = extendedWithIds(feedModel([pixels], [makeNode('Neg', ['pixel_values'], ['seen'])], 'seen'));
    const findings = await findingsOfAsync(() => fetchOnce(model, [{ tensor: 'sum' }, { tensor: 'seen' }], batch));
    expect(findings).toMatchObject([{ code: 'MODEL_INPUTS', place: { tensor: 'pixel_values' } }]);
    expect(findings[0]?.found).toContain('input_ids: int64 [batch, tokens], pixel_values: float [batch, 3, 32, 32]');
  });

  test('what a fetched tensor does not need is not asked for', async () => {
    const pixels = makeValue('pixel_values', dataType.float, ['batch', 3, 32, 32]);
    const model = feedModel([pixels], [makeNode('Neg', ['pixel_values'], ['seen'])], 'seen');
    expect(await fetchOnce(model, [{ tensor: 'looked' }], batch)).toHaveLength(1);
  });

  test('every id that the table does not have is refused by number and place, −1 too', async () => {
    const findings = await findingsOfAsync(() => fetchOnce(lookupModel(), [{ tensor: 'looked' }], batchOf([1, 5], [-1, 4], [5, 0])));
    expect(findings.map(({ code, found }) => [code, found])).toEqual([
      ['MODEL_TOKEN', 'the token id 5 (text 1, token 1)'],
      ['MODEL_TOKEN', 'the token id -1 (text 2, token 0)'],
    ]);
    expect(findings[0]?.expected).toContain('5 rows');
  });
});

/** The same model with `sum`, a tensor that needs the ids, so that a run always has them. */
function extendedWithIds(model: ModelProto): ModelProto {
  return {
    ...model,
    ...(model.graph && { graph: { ...model.graph, nodes: [...model.graph.nodes, makeNode('ReduceSum', ['doubled'], ['sum'])] } }),
  };
}

describe('an encoder and its decoder', () => {
  const states = makeValue('encoder_hidden_states', dataType.float, ['batch', 'from', 3]);
  const decoder = extended({
    inputs: [tokenInput('input_ids'), states, tokenInput('encoder_attention_mask')],
    nodes: [
      makeNode('ReduceSum', ['encoder_hidden_states', 'one'], ['read'], { keepdims: 1 }),
      makeNode('Add', ['looked', 'read'], ['joined']),
    ],
    initializers: [intTensor('one', [1], [1])],
    outputs: [{ name: 'joined' }],
  });
  const folder = () => folderOf({ 'encoder_model.onnx': lookupModel(), 'decoder_model.onnx': decoder });
  const both = { ...batchOf([1, 2], [3, 4]), decoder: { length: 1, ids: Int32Array.of(1, 2), mask: Uint8Array.of(1, 1) } };

  test('run one after the other, the decoder on the states of the encoder', async () => {
    const run = await openModelRun(folder(), [{ stack: 'dec', tensor: 'joined', layout: 'BTN' }, { stack: 'enc', tensor: 'looked', layout: 'BTN' }]); // prettier-ignore
    const [joined, encoded] = await run.run(both);
    // The encoder's output doubles: (1 + 2) · 2 + 1 = 7, (3 + 4) · 2 + 2 = 16.
    expect(joined).toEqual({ dims: [2, 1, 3], data: Float32Array.of(7, 70, 700, 16, 160, 1600) });
    expect(encoded?.dims).toEqual([2, 2, 3]);
    await run.release();
  });

  test('need a text for the decoder', async () => {
    const findings = await findingsOfAsync(async () => (await openModelRun(folder(), [{ stack: 'dec', tensor: 'joined' }])).run(batch));
    expect(findings).toMatchObject([{ code: 'MODEL_INPUTS', found: 'no text for the decoder' }]);
  });

  test('the encoder alone needs none', async () => {
    const run = await openModelRun(folder(), [{ stack: 'enc', tensor: 'looked' }]);
    expect((await run.run(batch))[0]?.dims).toEqual([2, 2, 3]);
    await run.release();
  });
});
