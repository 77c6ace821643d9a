import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { checkModel } from '../../../server/src/onnx/checks/checkModel';
import { encodeModelBytes } from '../../../server/src/onnx/codec';
import { spanOf } from '../../../server/src/onnx/bytes';
import { attributeType, dataType } from '../../../server/src/onnx/model';
import type { GraphProto, ModelProto, NodeProto } from '../../../server/src/onnx/model';
import { openModelFolder } from '../../../server/src/onnx/modelFolder';
import type { Fetch } from '../../../server/src/onnx/outputs';
import { skeletonOf } from '../../../server/src/onnx/skeleton';
import { openForwardPass } from '../../../server/src/runtime/forwardPass';
import { openModelRun } from '../../../server/src/runtime/modelRun';
import type { TokenBatch } from '../../../server/src/runtime/rows';
import type { SessionOptions } from '../../../server/src/runtime/session';
import { findingsOfAsync } from '../../helpers/findings';
import { floatTensor, intTensor, lookupModel, makeNode, makeValue, modelOf, tokenInput } from '../../helpers/tinyModels';

const root = mkdtempSync(join(tmpdir(), 'golgi-runs-'));
afterAll(() => {
  rmSync(root, { recursive: true });
});
let count = 0;

/** Saves models as a folder and opens it; a graph on its own becomes model.onnx. */
function folderOf(models: ModelProto | Record<string, ModelProto>, config = '{}') {
  const folder = join(root, String(++count));
  mkdirSync(folder);
  writeFileSync(join(folder, 'config.json'), config);
  const files = 'opsetImport' in models ? { 'model.onnx': models as ModelProto } : (models as Record<string, ModelProto>);
  for (const [name, model] of Object.entries(files)) writeFileSync(join(folder, name), encodeModelBytes(model));
  return openModelFolder(folder);
}

/** Rows of ids as a batch; −9 is padding. */
function batchOf(...rows: number[][]): TokenBatch {
  const cells = rows.flat();
  return {
    size: rows.length,
    length: rows[0]?.length ?? 0,
    ids: Int32Array.from(cells, (id) => (id === -9 ? 0 : id)),
    mask: Uint8Array.from(cells, (id) => Number(id !== -9)),
  };
}

async function fetch(models: Parameters<typeof folderOf>[0], fetches: readonly Fetch[], batch: TokenBatch, options?: SessionOptions) {
  const run = await openModelRun(folderOf(models), fetches.map((each) => ({ stack: '' as const, ...each })), options); // prettier-ignore
  try {
    return (await run.run(batch)).map(({ dims, data }) => ({ dims, data: Array.from(data) }));
  } finally {
    await run.release();
  }
}

/** The lookup model with more nodes, its ids [batch, tokens]; the tensor `looked` is row r of [r, 10 r, 100 r]. */
function extended(change: Partial<GraphProto>): ModelProto {
  const { graph, ...rest } = lookupModel();
  return {
    ...rest,
    graph: {
      ...graph,
      ...change,
      nodes: [...graph.nodes, ...(change.nodes ?? [])],
      initializers: [...graph.initializers, ...(change.initializers ?? [])],
      inputs: change.inputs ?? graph.inputs,
    },
  };
}

const batch = batchOf([1, 2], [3, 4]);
const looked = [1, 10, 100, 2, 20, 200, 3, 30, 300, 4, 40, 400];

describe('tensors of a graph', () => {
  test('any of them can be fetched, twice too, each in a buffer of its own', async () => {
    const [first, second, third] = await fetch(lookupModel(), [{ tensor: 'looked' }, { tensor: 'doubled' }, { tensor: 'looked' }], batch);
    expect(first).toEqual({ dims: [2, 2, 3], data: looked });
    expect(second).toEqual({ dims: [2, 2, 3], data: looked.map((x) => 2 * x) });
    expect(third).toEqual(first);
    const run = await openModelRun(folderOf(lookupModel()), [{ stack: '', tensor: 'looked' }, { stack: '', tensor: 'looked' }]); // prettier-ignore
    const [a, b] = await run.run(batch);
    expect(a?.data.buffer).not.toBe(b?.data.buffer);
    await run.release();
  });

  test('a tensor that the graph does not have is named', async () => {
    const findings = await findingsOfAsync(() => fetch(lookupModel(), [{ tensor: 'nowhere' }], batch));
    expect(findings).toMatchObject([{ code: 'MODEL_TAP', place: { tensor: 'nowhere' } }]);
  });

  test('every layout comes out as batch, token, neuron', async () => {
    const nodes = [
      makeNode('Reshape', ['looked', 'rows'], ['RN']),
      makeNode('Transpose', ['looked'], ['TBN'], { perm: [1, 0, 2] }),
      makeNode('Transpose', ['looked'], ['BNT'], { perm: [0, 2, 1] }),
      makeNode('Unsqueeze', ['looked', 'last'], ['BTHD']),
      makeNode('Transpose', ['BTHD'], ['BHTD'], { perm: [0, 2, 1, 3] }),
      makeNode('Transpose', ['BTHD'], ['TBHD'], { perm: [1, 0, 2, 3] }),
      makeNode('Reshape', ['looked', 'heads'], ['RHD']),
    ];
    const initializers = [intTensor('rows', [2], [-1, 3]), intTensor('last', [1], [3]), intTensor('heads', [3], [-1, 3, 1])];
    const layouts = ['RN', 'TBN', 'BNT', 'BTHD', 'BHTD', 'TBHD', 'RHD'] as const;
    const found = await fetch(extended({ nodes, initializers }), layouts.map((layout) => ({ tensor: layout, layout })), batch); // prettier-ignore
    for (const each of found) expect(each).toEqual({ dims: [2, 2, 3], data: looked });
  });

  test('a bias that a fused operator adds inside is added', async () => {
    const model = extended({ initializers: [floatTensor('bias', [3], [0.5, 0, -1])] });
    const [value] = await fetch(model, [{ tensor: 'looked', layout: 'BTN', plus: 'bias' }], batch);
    expect(value?.data.slice(0, 3)).toEqual([1.5, 10, 99]);
  });

  test('an output that a node does not declare can be had', async () => {
    const ones = floatTensor('ones', [3], [1, 1, 1]);
    const nodes = [makeNode('LayerNormalization', ['looked', 'ones'], ['normed'], { axis: -1 })];
    const [mean] = await fetch(
      extended({ nodes, initializers: [ones] }),
      [{ tensor: 'mean', addOutput: { node: 2, index: 1, name: 'mean' } }],
      batch,
    );
    expect(mean).toEqual({ dims: [2, 2, 1], data: [37, 74, 111, 148] });
  });

  test.each([['float16', dataType.float16], ['bfloat16', dataType.bfloat16], ['double', dataType.double]] as const)(
    'values of %s come as float32', async (_, type) => {
      const nodes = [makeNode('Cast', ['looked'], ['other'], { to: type })];
      const [value] = await fetch(extended({ nodes }), [{ tensor: 'other', layout: 'BTN' }], batch);
      expect(value?.data).toEqual(looked);
    },
  ); // prettier-ignore

  test('a weight is a tensor too', async () => {
    const [value] = await fetch(lookupModel(), [{ tensor: 'table' }], batch);
    expect(value?.dims).toEqual([5, 3]);
  });
});

describe('a skeleton', () => {
  test('is as small as the graph, however large the weights, and gives the same values', async () => {
    const rows = 4000;
    const table = Float32Array.from({ length: rows * 3 }, (_, i) => i % 1000);
    const { graph, ...rest } = lookupModel();
    const initializers = [floatTensor('table', [rows, 3], table), ...graph.initializers.slice(1)];
    const folder = folderOf({ ...rest, graph: { ...graph, initializers } });
    const part = folder.parts[0];
    const skeleton = part && skeletonOf(part.file.model, [{ tensor: 'looked' }]);
    expect(skeleton?.bytes.length).toBeLessThan(1000);
    for (const prepack of [true, false]) {
      const run = await openModelRun(folder, [{ stack: '', tensor: 'looked' }], { prepack });
      const [value] = await run.run(batchOf([rows - 1]));
      expect(Array.from(value?.data ?? [])).toEqual(Array.from(table.subarray(-3)));
      await run.release();
    }
  });
});

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
        const [, seen] = await fetch(extendedWithIds(model), [{ tensor: 'sum' }, { tensor: 'seen' }], batchOf([1, 2], [3, -9]));
        expect(seen?.data).toEqual(expected);
      }
    },
  );

  test('positions count real tokens from the left, wherever the padding is', async () => {
    const model = extendedWithIds(
      feedModel([tokenInput('position_ids')], [makeNode('Cast', ['position_ids'], ['seen'], { to: 1 })], 'seen'),
    );
    const [, seen] = await fetch(model, [{ tensor: 'sum' }, { tensor: 'seen' }], batchOf([-9, -9, 1, 2], [1, 2, 3, -9]));
    expect(seen?.data).toEqual([0, 0, 0, 1, 0, 1, 2, 0]);
  });

  test('caches are empty, whatever their float type', async () => {
    for (const type of [dataType.float, dataType.float16]) {
      const past = makeValue('past_key_values.0.key', type, ['batch', 2, 'past_sequence_length', 4]);
      const model = extendedWithIds(
        feedModel([past], [makeNode('Shape', [past.name], ['shape']), makeNode('Cast', ['shape'], ['seen'], { to: 1 })], 'seen'),
      );
      const [, seen] = await fetch(model, [{ tensor: 'sum' }, { tensor: 'seen' }], batch);
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
    const found = await fetch(
      extendedWithIds(feedModel(inputs, nodes, 'seen cache_position')),
      [{ tensor: 'sum' }, ...inputs.map(({ name }) => ({ tensor: `seen ${name}` }))],
      batchOf([1, 2, 3]),
    );
    expect(found.slice(1)).toEqual([{ dims: [1], data: [0] }, { dims: [3], data: [0, 1, 2] }, { dims: [], data: [0] }]); // prettier-ignore
  });

  test('ids may be int32', async () => {
    const [value] = await fetch(extended({ inputs: [tokenInput('input_ids', dataType.int32)] }), [{ tensor: 'looked' }], batch);
    expect(value?.data).toEqual(looked);
  });

  test('a model exported for one text of four tokens runs any number of shorter texts', async () => {
    const model = extended({ inputs: [tokenInput('input_ids', dataType.int64, [1, 4])] });
    const [value] = await fetch(model, [{ tensor: 'looked', layout: 'BTN' }], batch);
    expect(value).toEqual({ dims: [2, 2, 3], data: looked });
    const findings = await findingsOfAsync(() => fetch(model, [{ tensor: 'looked' }], batchOf([1, 2, 3, 4, 1])));
    expect(findings).toMatchObject([{ code: 'MODEL_INPUTS', found: 'a text of 5 tokens' }]);
  });

  test('what text cannot fill is refused with all inputs listed', async () => {
    const pixels = makeValue('pixel_values', dataType.float, ['batch', 3, 32, 32]);
    const model = extendedWithIds(feedModel([pixels], [makeNode('Neg', ['pixel_values'], ['seen'])], 'seen'));
    const findings = await findingsOfAsync(() => fetch(model, [{ tensor: 'sum' }, { tensor: 'seen' }], batch));
    expect(findings).toMatchObject([{ code: 'MODEL_INPUTS', place: { tensor: 'pixel_values' } }]);
    expect(findings[0]?.found).toContain('input_ids: int64 [batch, tokens], pixel_values: float [batch, 3, 32, 32]');
  });

  test('what a fetched tensor does not need is not asked for', async () => {
    const pixels = makeValue('pixel_values', dataType.float, ['batch', 3, 32, 32]);
    const model = feedModel([pixels], [makeNode('Neg', ['pixel_values'], ['seen'])], 'seen');
    expect(await fetch(model, [{ tensor: 'looked' }], batch)).toHaveLength(1);
  });

  test('every id that the table does not have is refused by number and place, −1 too', async () => {
    const findings = await findingsOfAsync(() => fetch(lookupModel(), [{ tensor: 'looked' }], batchOf([1, 5], [-1, 4], [5, 0])));
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

describe('branches that are decided before a run', () => {
  const part = (op: string): GraphProto => ({ ...modelOf({}).graph, nodes: [makeNode(op, ['looked'], ['inner']), makeNode('Add', ['inner', 'unit'], ['end'])], initializers: [floatTensor('unit', [], [1])], outputs: [{ name: 'end' }] }); // prettier-ignore
  const choice = (condition: string, output: string, whenTrue: string, whenFalse: string): NodeProto => {
    const node = makeNode('If', [condition], [output], { then_branch: '', else_branch: '' });
    const branches = [part(whenTrue), part(whenFalse)];
    return {
      ...node,
      attributes: node.attributes.map(({ s: _, ...each }, i) => ({ ...each, type: attributeType.graph, g: branches[i] ?? part('') })),
    };
  };

  test('the branch without a cache is the model, and its tensors can be fetched', async () => {
    const flag = makeValue('use_cache_branch', dataType.bool, [1]);
    const model = extended({
      inputs: [tokenInput('input_ids'), flag],
      nodes: [choice('use_cache_branch', 'y', 'Exp', 'Neg')],
      outputs: [{ name: 'y' }],
    });
    const [end, inner] = await fetch(model, [{ tensor: 'y' }, { tensor: 'inner' }], batch);
    expect(inner?.data).toEqual(looked.map((x) => -x));
    expect(end?.data).toEqual(looked.map((x) => 1 - x));
  });

  test('constant conditions choose, and branches side by side may use the same names', async () => {
    const truth = { ...intTensor('yes', [], [1]), dataType: dataType.bool, rawData: spanOf(Uint8Array.of(1)) };
    const nodes = [choice('yes', 'a', 'Neg', 'Exp'), choice('yes', 'b', 'Identity', 'Exp')];
    const [a, b] = await fetch(extended({ nodes, initializers: [truth] }), [{ tensor: 'a' }, { tensor: 'b' }], batch);
    expect(a?.data).toEqual(looked.map((x) => 1 - x));
    expect(b?.data).toEqual(looked.map((x) => 1 + x));
  });

  test('a condition that the text decides stays a branch', async () => {
    const nodes = [
      makeNode('ReduceMax', ['looked'], ['most'], { keepdims: 0 }),
      makeNode('Greater', ['most', 'limit'], ['large']),
      choice('large', 'y', 'Neg', 'Identity'),
    ];
    const model = extended({ nodes, initializers: [floatTensor('limit', [], [150])] });
    expect((await fetch(model, [{ tensor: 'y' }], batch))[0]?.data[0]).toBe(0);
    expect((await fetch(model, [{ tensor: 'y' }], batchOf([1])))[0]?.data[0]).toBe(2);
  });
});

describe('what the runtime refuses', () => {
  test('an operator that it does not know is named with its node', async () => {
    const model = extended({ nodes: [makeNode('Frobnicate', ['looked'], ['x'], {}, { name: 'the odd one' })] });
    const [finding] = await findingsOfAsync(() => fetch(model, [{ tensor: 'x' }], batch));
    expect(finding?.code).toBe('MODEL_OP');
    expect(finding?.found).toContain('Frobnicate');
  });

  test('a node that fails while running is named, in one line', async () => {
    const model = extended({
      nodes: [makeNode('Reshape', ['looked', 'to'], ['x'], {}, { name: 'wrong shape' })],
      initializers: [intTensor('to', [1], [7])],
    });
    const [finding] = await findingsOfAsync(() => fetch(model, [{ tensor: 'x' }], batch));
    expect(finding).toMatchObject({ code: 'MODEL_RUNTIME', place: { node: 'wrong shape' } });
    expect(finding?.found).not.toContain('\n');
  });

  test('and the next model works', async () => {
    expect(checkModel(modelOf(lookupModel().graph), 'm').graph.nodes).toHaveLength(2);
    expect(await fetch(lookupModel(), [{ tensor: 'looked' }], batch)).toHaveLength(1);
  });
});

test('a pass gives taps in their order with their widths, and says how long a text may be', async () => {
  const tap = { point: { stack: '', layer: 1, tap: 'ffn' }, tensor: 'looked', width: 3, layout: 'BTN', op: 'Gather', readBy: [] } as const;
  const pass = await openForwardPass(folderOf(lookupModel()), [tap], { maxTokens: 64 });
  expect(pass.taps).toEqual([{ point: tap.point, width: 3 }]);
  expect(pass.maxTokens).toBe(64);
  expect(await pass.run(batch)).toEqual([Float32Array.from(looked)]);
  await pass.release();
});
