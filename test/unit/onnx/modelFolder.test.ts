import { execFileSync } from 'node:child_process';
import { cpSync, linkSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { readSpan } from '../../../server/src/onnx/bytes';
import { encodeModelBytes } from '../../../server/src/onnx/codec';
import { hashModel } from '../../../server/src/onnx/hash';
import { openModelFile } from '../../../server/src/onnx/modelFile';
import { openModelFolder } from '../../../server/src/onnx/modelFolder';
import type { ExternalDataOptions } from '../../../server/src/onnx/externalData';
import type { StringEntry, TensorProto } from '../../../server/src/onnx/model';
import { smallValues } from '../../../server/src/onnx/tensor';
import { findingsOf } from '../../helpers/findings';
import { media } from '../../helpers/media';
import { hasShared, shared } from '../../helpers/shared';
import { floatTensor, lookupModel, makeNode } from '../../helpers/tinyModels';

const root = mkdtempSync(join(tmpdir(), 'golgi-models-'));
afterAll(() => {
  rmSync(root, { recursive: true });
});
let folder = '';
let count = 0;
beforeEach(() => {
  folder = join(root, String(++count));
  mkdirSync(folder);
});

const write = (name: string, content: string | Uint8Array): string => {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  return path;
};
const model = encodeModelBytes(lookupModel());
const open = (path = folder, options?: ExternalDataOptions) => openModelFolder(path, options);
const refused = (path = folder, options?: ExternalDataOptions) => findingsOf(() => open(path, options));

describe('which file of a folder is taken', () => {
  const taken = () => open().parts.map(({ stack, file }) => [stack, file.path.slice(folder.length + 1)]);

  test('model.onnx at the top', () => {
    write('model.onnx', model);
    expect(taken()).toEqual([['', 'model.onnx']]);
    expect(open().notes).toEqual([]);
  });

  test('under onnx/, with config.json and tokenizer.json above', () => {
    write('onnx/model.onnx', model);
    write('config.json', '{"n_layer": 3}');
    expect(taken()).toEqual([['', 'onnx/model.onnx']]);
    expect(open().path).toBe(folder);
    expect(open().config.get('n_layer')).toBe(3);
    expect(open(join(folder, 'onnx/model.onnx')).path).toBe(folder);
  });

  test('the plain one of several variants, and the others are named', () => {
    for (const name of ['model.onnx', 'model_fp16.onnx', 'model_quantized.onnx']) write(name, model);
    expect(taken()).toEqual([['', 'model.onnx']]);
    expect(open().notes).toEqual(['Took model.onnx; also there: model_fp16.onnx, model_quantized.onnx. Name a file to take it instead.']);
    expect(open(join(folder, 'model_fp16.onnx')).parts[0]?.file.path).toBe(join(folder, 'model_fp16.onnx'));
  });

  test('a variant where there is no plain one', () => {
    write('model_quantized.onnx', model);
    expect(taken()).toEqual([['', 'model_quantized.onnx']]);
  });

  test('encoder and decoder, the decoder without a cache', () => {
    for (const name of ['encoder_model.onnx', 'decoder_model.onnx', 'decoder_model_merged.onnx', 'decoder_with_past_model.onnx'])
      write(name, model);
    expect(taken()).toEqual([['enc', 'encoder_model.onnx'], ['dec', 'decoder_model.onnx']]); // prettier-ignore
    expect(open(join(folder, 'decoder_model.onnx')).parts.map(({ stack }) => stack)).toEqual(['enc', 'dec']);
  });

  test('a decoder alone', () => {
    write('decoder_model.onnx', model);
    write('decoder_with_past_model.onnx', model);
    expect(taken()).toEqual([['', 'decoder_model.onnx']]);
  });

  test('any other single file', () => {
    write('my-bert.onnx', model);
    expect(taken()).toEqual([['', 'my-bert.onnx']]);
  });
});

describe('folders without a model', () => {
  test('PyTorch weights get the command that exports them', () => {
    write('model.safetensors', 'x');
    const [finding] = refused();
    expect(finding).toMatchObject({ code: 'MODEL_NO_ONNX', found: 'PyTorch weights (model.safetensors) and no ONNX graph' });
    expect(finding?.remedy).toContain('optimum-cli export onnx --model');
  });

  test('nothing at all, and a path that does not exist', () => {
    expect(refused()).toMatchObject([{ code: 'MODEL_NO_ONNX' }]);
    expect(refused(join(folder, 'nowhere'))).toMatchObject([{ code: 'MODEL_FOLDER', found: 'nothing there' }]);
  });

  test('a folder or a pipe under the name of a model is refused without waiting', () => {
    mkdirSync(join(folder, 'model.onnx'));
    expect(refused()).toMatchObject([{ code: 'MODEL_FOLDER' }]);
    rmSync(join(folder, 'model.onnx'), { recursive: true });
    execFileSync('mkfifo', [join(folder, 'model.onnx')]);
    expect(refused()).toMatchObject([{ code: 'MODEL_FOLDER' }]);
  });
});

describe('config.json', () => {
  const warned = (content: string) => {
    write('model.onnx', model);
    write('config.json', content);
    return open().warnings;
  };

  test('missing is said', () => {
    write('model.onnx', model);
    expect(open().warnings).toMatchObject([{ code: 'CONFIG_MISSING' }]);
  });

  test.each([
    ['a missing comma', '{\n  "a": 1\n  "b": 2\n}', 3, 3],
    ['a trailing comma', '{"a": 1,}', 1, 9],
    ['an end too early', '{"a": [1, 2', 1, 12],
    ['text after the end', '{}\n\n x', 3, 2],
    ['single quotes', "{'a': 1}", 1, 2],
    ['NaN', '{"a": NaN}', 1, 7],
    ['a bare word', 'hello', 1, 1],
    ['wrong brackets', '{"a": [1}', 1, 9],
  ])('%s is a warning with line and column', (_, content, line, column) => {
    expect(warned(content)).toMatchObject([{ code: 'CONFIG_JSON', place: { line, column } }]);
  });

  test('a list is no config', () => {
    expect(warned('[1, 2]')).toMatchObject([{ code: 'CONFIG_SCHEMA', found: 'a list' }]);
  });

  test('65 levels are too many, and __proto__ is a key like any other', () => {
    expect(warned('['.repeat(65) + ']'.repeat(65))).toMatchObject([
      { code: 'CONFIG_JSON', found: 'more than 64 levels, which is no JSON' },
    ]);
    expect(warned('{"__proto__": {"polluted": 1}}')).toEqual([]);
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });

  test('a byte order mark does no harm', () => {
    expect(warned('\ufeff{"n_layer": 2}')).toEqual([]);
  });
});

/** The lookup model with its table in another file. */
function external(entries: readonly StringEntry[] | Record<string, string>, dims: readonly number[] = [5, 3]): Uint8Array {
  const { graph, ...rest } = lookupModel();
  const list = Array.isArray(entries)
    ? (entries as readonly StringEntry[])
    : Object.entries(entries).map(([key, value]) => ({ key, value: String(value) }));
  const { rawData: _, ...table } = floatTensor('table', dims, []);
  const outside: TensorProto = { ...table, dataLocation: 1, externalData: list };
  return encodeModelBytes({
    ...rest,
    graph: { ...graph, initializers: graph.initializers.map((each) => (each.name === 'table' ? outside : each)) },
  });
}

const tableBytes = new Uint8Array(Float32Array.from({ length: 15 }, (_, i) => i).buffer);

describe('weights in a file beside the model', () => {
  test('are found where the model says', () => {
    write('model.onnx', external({ location: 'sub/weights.bin', offset: '4', length: '60' }));
    write('sub/weights.bin', Buffer.concat([Buffer.alloc(4), tableBytes]));
    const table = open().parts[0]?.file.index.initializer('table');
    expect(table && smallValues(table)).toEqual(Array.from({ length: 15 }, (_, i) => i));
  });

  test('make the same model as weights within', () => {
    const inside = lookupModel();
    const table = inside.graph.initializers[0];
    write('inside/model.onnx', encodeModelBytes(inside));
    write('model.onnx', external({ location: 'w' }));
    write('w', (table?.rawData && readSpan(table.rawData)) ?? '');
    const hash = (path: string) => hashModel(openModelFile(path).model);
    expect(hash(join(folder, 'model.onnx'))).toEqual(hash(join(folder, 'inside/model.onnx')));
    write('w', tableBytes);
    expect(hash(join(folder, 'model.onnx')).weights).not.toBe(hash(join(folder, 'inside/model.onnx')).weights);
    expect(hash(join(folder, 'model.onnx')).graph).toBe(hash(join(folder, 'inside/model.onnx')).graph);
  });

  test.each<[string, string, string]>([
    ['another folder', '../outside.bin', 'MODEL_EXTDATA_ESCAPE'],
    ['an absolute path', '/etc/hostname', 'MODEL_EXTDATA_ESCAPE'],
    ['a device of Windows', 'con', 'MODEL_EXTDATA_BADNAME'],
    ['a file that is not there', 'w.bin', 'MODEL_EXTDATA_MISSING'],
  ])('%s', (_, location, code) => {
    writeFileSync(join(root, 'outside.bin'), tableBytes);
    write('model.onnx', external({ location }));
    expect(refused()).toMatchObject([{ code, place: { tensor: 'table' } }]);
    expect(refused()[0]?.found).toContain(location);
  });

  test('a folder, a pipe, a link out of the folder, a link to nothing, a link to itself', () => {
    write('model.onnx', external({ location: 'w' }));
    const path = join(folder, 'w');
    const codeWith = (make: () => void) => {
      make();
      const [finding] = refused();
      rmSync(path, { recursive: true });
      return finding?.code;
    };
    writeFileSync(join(root, 'secret'), tableBytes);
    expect(codeWith(() => mkdirSync(path))).toBe('MODEL_EXTDATA_NOT_A_FILE');
    expect(codeWith(() => execFileSync('mkfifo', [path]))).toBe('MODEL_EXTDATA_NOT_A_FILE');
    expect(codeWith(() => symlinkSync(join(root, 'secret'), path))).toBe('MODEL_EXTDATA_LINK');
    expect(codeWith(() => symlinkSync(join(root, 'nothing'), path))).toBe('MODEL_EXTDATA_MISSING');
    expect(codeWith(() => symlinkSync('w', path))).toBe('MODEL_EXTDATA_LINK');
  });

  test('a linked folder that leads outside', () => {
    write('model.onnx', external({ location: 'sub/secret' }));
    writeFileSync(join(root, 'secret'), tableBytes);
    symlinkSync(root, join(folder, 'sub'));
    expect(refused()).toMatchObject([{ code: 'MODEL_EXTDATA_LINK' }]);
  });

  test('the links of a Hub cache are followed', () => {
    const snapshot = join(folder, 'snapshots/1');
    mkdirSync(snapshot, { recursive: true });
    write('blobs/aaa', external({ location: 'model.onnx_data' }));
    write('blobs/bbb', tableBytes);
    symlinkSync('../../blobs/aaa', join(snapshot, 'model.onnx'));
    symlinkSync('../../blobs/bbb', join(snapshot, 'model.onnx_data'));
    const table = open(snapshot).parts[0]?.file.index.initializer('table');
    expect(table && smallValues(table)).toHaveLength(15);
  });

  test('a hard link is refused until a person agrees', () => {
    write('model.onnx', external({ location: 'w' }));
    writeFileSync(join(folder, 'original'), tableBytes);
    linkSync(join(folder, 'original'), join(folder, 'w'));
    expect(refused()).toMatchObject([{ code: 'MODEL_EXTDATA_HARDLINK' }]);
    expect(refused(folder, { allowHardLinks: true })).toEqual([]);
  });

  test.each<[string, Record<string, string>, string]>([
    ['a negative offset', { offset: '-16' }, 'MODEL_EXTDATA_RANGE'],
    ['a negative length', { length: '-1' }, 'MODEL_EXTDATA_RANGE'],
    ['a word', { offset: 'abc' }, 'MODEL_EXTDATA_RANGE'],
    ['2^53 + 1', { offset: '9007199254740993' }, 'MODEL_EXTDATA_RANGE'],
    ['beyond the end', { offset: '1' }, 'MODEL_EXTDATA_RANGE'],
    ['another length than the shape', { length: '56' }, 'MODEL_EXTDATA_RANGE'],
    ['an unknown key', { __class__: 'x' }, 'MODEL_EXTDATA_KEY'],
  ])('%s', (_, change, code) => {
    write('model.onnx', external([{ key: 'location', value: 'w' }, ...Object.entries(change).map(([key, value]) => ({ key, value }))]));
    write('w', tableBytes);
    expect(refused()).toMatchObject([{ code, place: { tensor: 'table' } }]);
  });

  test('two locations, and none', () => {
    write('w', tableBytes);
    write('model.onnx', external([{ key: 'location', value: 'w' }, { key: 'location', value: '../x' }])); // prettier-ignore
    expect(refused()).toMatchObject([{ code: 'MODEL_EXTDATA_KEY' }]);
    write('model.onnx', external([]));
    expect(refused()).toMatchObject([{ code: 'MODEL_EXTDATA_KEY', found: 'no location' }]);
  });

  test('a file that changed since it was opened is not read as if it were the same', () => {
    write('model.onnx', external({ location: 'w' }, [500, 3]));
    write('w', new Uint8Array(6000));
    const table = open().parts[0]?.file.index.initializer('table');
    write('new', new Uint8Array(6000));
    renameSync(join(folder, 'new'), join(folder, 'w'));
    expect(findingsOf(() => table?.rawData && readSpan(table.rawData))).toMatchObject([{ code: 'FILE_CHANGED' }]);
  });
});

describe('what every opened model may be trusted in', () => {
  test('weights that an old file lists among its inputs are weights', () => {
    const { graph, ...rest } = lookupModel();
    write('model.onnx', encodeModelBytes({ ...rest, irVersion: 3, graph: { ...graph, inputs: [...graph.inputs, { name: 'table' }] } }));
    const { model: opened, index } = openModelFile(join(folder, 'model.onnx'));
    expect(opened.graph.inputs.map(({ name }) => name)).toEqual(['input_ids']);
    expect(index.constant('table')?.name).toBe('table');
  });

  test('two nodes of one name get two names', () => {
    const { graph, ...rest } = lookupModel();
    const nodes = [
      ...graph.nodes,
      makeNode('Neg', ['looked'], ['n'], {}, { name: 'double' }),
      makeNode('Abs', ['n'], ['m'], {}, { name: 'double#2' }),
    ];
    write('model.onnx', encodeModelBytes({ ...rest, graph: { ...graph, nodes } }));
    expect(openModelFile(join(folder, 'model.onnx')).model.graph.nodes.map(({ name }) => name)).toEqual([
      'lookup',
      'double',
      'double#3',
      'double#2',
    ]);
  });
});

describe('the bundled models', () => {
  test.each(['demo-bert', 'demo-gpt2'])('%s opens without a finding', (name) => {
    const { warnings, notes, parts } = open(media(`models/${name}`));
    expect([warnings, notes, parts.length]).toEqual([[], [], 1]);
  });
});

describe.skipIf(!hasShared)('the broken folders', () => {
  const bad = (name: string) => shared(`fixtures/bad/${name}`);

  test.each<[string, string, RegExp]>([
    ['truncated', 'MODEL_TRUNCATED', /the file ends after 30957 bytes/],
    ['empty-file', 'MODEL_EMPTY', /0 bytes/],
    ['not-protobuf', 'MODEL_NOT_ONNX', /web page/],
    ['git-lfs-pointer', 'MODEL_LFS_POINTER', /438,012,345 bytes.*git lfs pull/],
    ['missing-external-data', 'MODEL_EXTDATA_MISSING', /model\.onnx_data/],
    ['short-external-data', 'MODEL_EXTDATA_RANGE', /17440 bytes.*12400 to 19440/],
    ['escaping-external-data', 'MODEL_EXTDATA_ESCAPE', /\.\.\/outside\.bin/],
    ['absolute-external-data', 'MODEL_EXTDATA_ESCAPE', /\/etc\/hostname.*absolute/],
    ['no-onnx', 'MODEL_NO_ONNX', /model\.safetensors.*optimum-cli export onnx/],
    ['custom-op', 'MODEL_OP', /com\.example::SecretSauce/],
    ['future-opset', 'MODEL_VERSION', /opset 99.*opset 1 to 26/],
    ['huge-dims', 'MODEL_TENSOR', /2147483648, 2147483648.*brings 4/],
    ['cycle', 'MODEL_GRAPH', /a cycle of \d+ nodes/],
    ['missing-input', 'MODEL_GRAPH', /Softmax.*"not_there", which nothing makes/],
  ])('%s is refused with one finding', (name, code, says) => {
    const findings = refused(bad(name));
    expect(findings.map((each) => each.code)).toEqual([code]);
    expect(findings.map(({ found, expected, remedy }) => `${found}; ${expected}; ${remedy}`).join()).toMatch(says);
    expect(findings[0]?.place.file).toContain(bad(name));
  });

  test('the first tensor that does not fit is named', () => {
    expect(refused(bad('short-external-data'))[0]?.place.tensor).toBe('onnx::MatMul_225');
  });

  test.each<[string, string[]]>([
    ['no-config', ['CONFIG_MISSING']],
    ['broken-config', ['CONFIG_JSON']],
    ['config-mismatch', []],
    ['no-tokenizer', []],
    ['wrong-tokenizer', []],
    ['nan-weights', []],
    ['cnn', []],
  ])('%s opens', (name, codes) => {
    expect(open(bad(name)).warnings.map(({ code }) => code)).toEqual(codes);
  });

  test('the error in broken-config is found at its line and column', () => {
    expect(open(bad('broken-config')).warnings[0]?.place).toMatchObject({ line: 2, column: 1 });
  });
});

test.skipIf(!hasShared)('weights beside the model or within it are the same weights', () => {
  const hash = (name: string) => hashModel(openModelFile(shared(`fixtures/models/${name}/model.onnx`)).model);
  expect(hash('bert-external-data')).toEqual(hash('bert'));
  cpSync(shared('fixtures/models/bert'), folder, { recursive: true });
  expect(hashModel(openModelFile(join(folder, 'model.onnx')).model)).toEqual(hash('bert'));
});
