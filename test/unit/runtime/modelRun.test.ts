import { describe, expect, test } from 'vitest';
import { spanOf } from '../../../server/src/onnx/bytes';
import { attributeType, dataType } from '../../../server/src/onnx/model';
import type { GraphProto, NodeProto } from '../../../server/src/onnx/model';
import { skeletonOf } from '../../../server/src/onnx/skeleton';
import { openForwardPass } from '../../../server/src/runtime/forwardPass';
import { openModelRun } from '../../../server/src/runtime/modelRun';
import { findingsOfAsync } from '../../helpers/findings';
import { floatTensor, intTensor, lookupModel, makeNode, makeValue, modelOf, tokenInput } from '../../helpers/tinyModels';
import { batch, batchOf, extended, fetchOnce, folderOf, looked } from '../../helpers/tinyRuns';

describe('tensors of a graph', () => {
  test('any of them can be fetched, twice too, each in a buffer of its own', async () => {
    const [first, second, third] = await fetchOnce(
      lookupModel(),
      [{ tensor: 'looked' }, { tensor: 'doubled' }, { tensor: 'looked' }],
      batch,
    );
    expect(first).toEqual({ dims: [2, 2, 3], data: looked });
    expect(second).toEqual({ dims: [2, 2, 3], data: looked.map((x) => 2 * x) });
    expect(third).toEqual(first);
    const run = await openModelRun(folderOf({ 'model.onnx': lookupModel() }), [{ stack: '', tensor: 'looked' }, { stack: '', tensor: 'looked' }]); // prettier-ignore
    const [a, b] = await run.run(batch);
    expect(a?.data.buffer).not.toBe(b?.data.buffer);
    await run.release();
  });

  test('a tensor that the graph does not have is named', async () => {
    const findings = await findingsOfAsync(() => fetchOnce(lookupModel(), [{ tensor: 'nowhere' }], batch));
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
    const found = await fetchOnce(extended({ nodes, initializers }), layouts.map((layout) => ({ tensor: layout, layout })), batch); // prettier-ignore
    for (const each of found) expect(each).toEqual({ dims: [2, 2, 3], data: looked });
  });

  test('a bias that a fused operator adds inside is added', async () => {
    const model = extended({ initializers: [floatTensor('bias', [3], [0.5, 0, -1])] });
    const [value] = await fetchOnce(model, [{ tensor: 'looked', layout: 'BTN', plus: 'bias' }], batch);
    expect(value?.data.slice(0, 3)).toEqual([1.5, 10, 99]);
  });

  test('an output that a node does not declare can be had', async () => {
    const ones = floatTensor('ones', [3], [1, 1, 1]);
    const nodes = [makeNode('LayerNormalization', ['looked', 'ones'], ['normed'], { axis: -1 })];
    const [mean] = await fetchOnce(
      extended({ nodes, initializers: [ones] }),
      [{ tensor: 'mean', addOutput: { node: 2, index: 1, name: 'mean' } }],
      batch,
    );
    expect(mean).toEqual({ dims: [2, 2, 1], data: [37, 74, 111, 148] });
  });

  test.each([['float16', dataType.float16], ['bfloat16', dataType.bfloat16], ['double', dataType.double]] as const)(
    'values of %s come as float32', async (_, type) => {
      const nodes = [makeNode('Cast', ['looked'], ['other'], { to: type })];
      const [value] = await fetchOnce(extended({ nodes }), [{ tensor: 'other', layout: 'BTN' }], batch);
      expect(value?.data).toEqual(looked);
    },
  ); // prettier-ignore

  test('a weight is a tensor too', async () => {
    const [value] = await fetchOnce(lookupModel(), [{ tensor: 'table' }], batch);
    expect(value?.dims).toEqual([5, 3]);
  });
});

describe('a skeleton', () => {
  test('is as small as the graph, however large the weights, and gives the same values', async () => {
    const rows = 4000;
    const table = Float32Array.from({ length: rows * 3 }, (_, i) => i % 1000);
    const { graph, ...rest } = lookupModel();
    const initializers = [floatTensor('table', [rows, 3], table), ...graph.initializers.slice(1)];
    const folder = folderOf({ 'model.onnx': { ...rest, graph: { ...graph, initializers } } });
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
    const [end, inner] = await fetchOnce(model, [{ tensor: 'y' }, { tensor: 'inner' }], batch);
    expect(inner?.data).toEqual(looked.map((x) => -x));
    expect(end?.data).toEqual(looked.map((x) => 1 - x));
  });

  test('constant conditions choose, and branches side by side may use the same names', async () => {
    const truth = { ...intTensor('yes', [], [1]), dataType: dataType.bool, rawData: spanOf(Uint8Array.of(1)) };
    const nodes = [choice('yes', 'a', 'Neg', 'Exp'), choice('yes', 'b', 'Identity', 'Exp')];
    const [a, b] = await fetchOnce(extended({ nodes, initializers: [truth] }), [{ tensor: 'a' }, { tensor: 'b' }], batch);
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
    expect((await fetchOnce(model, [{ tensor: 'y' }], batch))[0]?.data[0]).toBe(0);
    expect((await fetchOnce(model, [{ tensor: 'y' }], batchOf([1])))[0]?.data[0]).toBe(2);
  });
});

test('a pass gives taps in their order with their widths, and says how long a text may be', async () => {
  const tap = { point: { stack: '', layer: 1, tap: 'ffn' }, tensor: 'looked', width: 3, layout: 'BTN', op: 'Gather', readBy: [] } as const;
  const pass = await openForwardPass(folderOf({ 'model.onnx': lookupModel() }), [tap], { maxTokens: 64 });
  expect(pass.taps).toEqual([{ point: tap.point, width: 3 }]);
  expect(pass.maxTokens).toBe(64);
  expect(await pass.run(batch)).toEqual([Float32Array.from(looked)]);
  await pass.release();
});
