import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { encodeModelBytes } from '../../../server/src/onnx/codec';
import { decoderStartToken } from '../../../server/src/onnx/config';
import { openModelFile } from '../../../server/src/onnx/modelFile';
import { media } from '../../helpers/media';
import { emptyFolders } from '../../helpers/modelFolders';
import { lookupModel, makeNode } from '../../helpers/tinyModels';

const folders = emptyFolders();
const { write, open, refused } = folders;
const model = encodeModelBytes(lookupModel());

describe('which file of a folder is taken', () => {
  const taken = () => open().parts.map(({ stack, file }) => [stack, file.path.slice(folders.folder.length + 1)]);

  test('model.onnx at the top', () => {
    write('model.onnx', model);
    expect(taken()).toEqual([['', 'model.onnx']]);
    expect(open().notes).toEqual([]);
  });

  test('under onnx/, with config.json and tokenizer.json above', () => {
    write('onnx/model.onnx', model);
    write('config.json', '{"n_layer": 3}');
    expect(taken()).toEqual([['', 'onnx/model.onnx']]);
    expect(open().path).toBe(folders.folder);
    expect(open().config.get('n_layer')).toBe(3);
    expect(open(join(folders.folder, 'onnx/model.onnx')).path).toBe(folders.folder);
  });

  test('the plain one of several variants, and the others are named', () => {
    for (const name of ['model.onnx', 'model_fp16.onnx', 'model_quantized.onnx']) write(name, model);
    expect(taken()).toEqual([['', 'model.onnx']]);
    expect(open().notes).toEqual(['Took model.onnx; also there: model_fp16.onnx, model_quantized.onnx. Name a file to take it instead.']);
    expect(open(join(folders.folder, 'model_fp16.onnx')).parts[0]?.file.path).toBe(join(folders.folder, 'model_fp16.onnx'));
  });

  test('a variant where there is no plain one', () => {
    write('model_quantized.onnx', model);
    expect(taken()).toEqual([['', 'model_quantized.onnx']]);
  });

  test('encoder and decoder, the decoder without a cache', () => {
    for (const name of ['encoder_model.onnx', 'decoder_model.onnx', 'decoder_model_merged.onnx', 'decoder_with_past_model.onnx'])
      write(name, model);
    expect(taken()).toEqual([['enc', 'encoder_model.onnx'], ['dec', 'decoder_model.onnx']]); // prettier-ignore
    expect(open(join(folders.folder, 'decoder_model.onnx')).parts.map(({ stack }) => stack)).toEqual(['enc', 'dec']);
  });

  test('a decoder alone', () => {
    write('decoder_model.onnx', model);
    write('decoder_with_past_model.onnx', model);
    expect(taken()).toEqual([['', 'decoder_model.onnx']]);
  });

  test('the snapshot that main names, of a repository in the Hugging Face cache', () => {
    for (const commit of ['a1', 'b2']) write(`models--org--tiny/snapshots/${commit}/onnx/model.onnx`, model);
    write('models--org--tiny/snapshots/b2/config.json', '{}');
    const repository = join(folders.folder, 'models--org--tiny');
    expect(refused(repository)[0]).toMatchObject({ code: 'MODEL_FOLDER', found: 'snapshots a1, b2, none marked main' });
    write('models--org--tiny/refs/main', 'b2\n');
    const { name, parts, notes } = open(repository);
    expect({ name, notes }).toEqual({ name: 'org/tiny', notes: ['Took snapshot b2 of the Hugging Face cache.'] });
    expect(parts[0]?.file.path).toBe(join(repository, 'snapshots/b2/onnx/model.onnx'));
    expect(open(join(repository, 'snapshots/b2'))).toMatchObject({ name: 'org/tiny', notes: [] });
  });

  test('a cache of several models is no model: one of them is to be named', () => {
    write('models--a/snapshots/1/model.onnx', model);
    write('models--org--b/snapshots/2/model.safetensors', model);
    expect(refused()[0]).toMatchObject({ code: 'MODEL_NO_ONNX', found: 'a Hugging Face cache with 2 models' });
    const [finding] = refused(join(folders.folder, 'models--org--b'));
    expect(finding?.remedy).toContain('optimum-cli export onnx --model "org/b" "b-onnx"');
  });

  test('the only snapshot, where nothing is marked', () => {
    write('models--tiny/snapshots/a1/model.onnx', model);
    write('models--tiny/refs/main', '../../elsewhere');
    expect(open(join(folders.folder, 'models--tiny'))).toMatchObject({
      name: 'tiny',
      path: join(folders.folder, 'models--tiny/snapshots/a1'),
    });
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
    expect(refused(join(folders.folder, 'nowhere'))).toMatchObject([{ code: 'MODEL_FOLDER', found: 'nothing there' }]);
  });

  test('a folder or a pipe under the name of a model is refused without waiting', () => {
    mkdirSync(join(folders.folder, 'model.onnx'));
    expect(refused()).toMatchObject([{ code: 'MODEL_FOLDER' }]);
    rmSync(join(folders.folder, 'model.onnx'), { recursive: true });
    execFileSync('mkfifo', [join(folders.folder, 'model.onnx')]);
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
    expect(warned('{"n_layer": "six", "head_dim": null}')).toMatchObject([{ code: 'CONFIG_SCHEMA', found: '"n_layer" is "six"' }]);
  });

  test('65 levels are too many, and __proto__ is a key like any other', () => {
    expect(warned('['.repeat(65) + ']'.repeat(65))).toMatchObject([{ code: 'JSON_LIMIT', found: 'more than 64 levels' }]);
    expect(warned('{"__proto__": {"polluted": 1}}')).toEqual([]);
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });

  test.each([
    ['0, as in T5', 0, 0],
    ['2, as in BART', 2, 2],
    ['a negative id', -1, undefined],
    ['a text', '0', undefined],
  ])('the decoder begins with the token that is stated: %s', (_, stated, token) => {
    expect(decoderStartToken(new Map([['decoder_start_token_id', stated]]))).toBe(token);
  });

  test('a byte order mark does no harm', () => {
    expect(warned('\ufeff{"n_layer": 2}')).toEqual([]);
  });
});

describe('what every opened model may be trusted in', () => {
  test('weights that an old file lists among its inputs are weights', () => {
    const { graph, ...rest } = lookupModel();
    write('model.onnx', encodeModelBytes({ ...rest, irVersion: 3, graph: { ...graph, inputs: [...graph.inputs, { name: 'table' }] } }));
    const { model: opened, index } = openModelFile(join(folders.folder, 'model.onnx'));
    expect(opened.graph.inputs.map(({ name }) => name)).toEqual(['input_ids']);
    expect(index.constant('table')?.name).toBe('table');
  });

  test('two nodes of one name get two names, which is said', () => {
    const { graph, ...rest } = lookupModel();
    const nodes = [
      ...graph.nodes,
      makeNode('Neg', ['looked'], ['n'], {}, { name: 'double' }),
      makeNode('Abs', ['n'], ['m'], {}, { name: 'double#2' }),
    ];
    write('model.onnx', encodeModelBytes({ ...rest, graph: { ...graph, nodes } }));
    const { model, warnings } = openModelFile(join(folders.folder, 'model.onnx'));
    expect(model.graph.nodes.map(({ name }) => name)).toEqual(['lookup', 'double', 'double#3', 'double#2']);
    expect(warnings).toMatchObject([{ code: 'MODEL_GRAPH', place: { node: 'double' }, found: '2 nodes of the name "double"' }]);
  });
});

describe('the bundled models', () => {
  test.each(['demo-bert', 'demo-gpt2'])('%s opens without a finding', (name) => {
    const { warnings, notes, parts } = open(media(`models/${name}`));
    expect([warnings, notes, parts.length]).toEqual([[], [], 1]);
  });
});
