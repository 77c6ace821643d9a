import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkModel } from '../../../server/src/onnx/checks/checkModel';
import { locationFault } from '../../../server/src/onnx/checks/location';
import { decodeModelBytes, encodeModelBytes } from '../../../server/src/onnx/codec';
import { spanOf } from '../../../server/src/onnx/bytes';
import { sniffModel } from '../../../server/src/onnx/sniff';
import { memorySource } from '../../../server/src/onnx/bytes';
import type { GraphProto, ModelProto, TensorProto } from '../../../server/src/onnx/model';
import { posix, win32 } from 'node:path';
import { findingsOf } from '../../helpers/findings';
import { floatTensor, lookupModel, makeNode, modelOf } from '../../helpers/tinyModels';

const check = (model: ModelProto) => findingsOf(() => checkModel(model, 'model.onnx'));
const withGraph = (graph: Partial<GraphProto>): ModelProto => ({ ...lookupModel(), graph: { ...lookupModel().graph, ...graph } });
const withWeight = (tensor: Partial<TensorProto>) =>
  withGraph({ initializers: [...lookupModel().graph.initializers, { ...floatTensor('w', [2, 2], [1, 2, 3, 4]), ...tensor }] });

describe('a sound model', () => {
  test('passes', () => {
    expect(check(lookupModel())).toEqual([]);
  });
});

describe('a model that the runtime is too old for, or that is none', () => {
  test('says which opset it needs and which is supported', () => {
    const [finding, ...more] = check({ ...lookupModel(), opsetImport: [{ domain: '', version: 99 }] });
    expect(finding).toMatchObject({ code: 'MODEL_VERSION', place: { file: 'model.onnx' }, found: 'ONNX opset 99' });
    expect(finding?.expected).toContain('26');
    expect(more).toEqual([]);
  });

  test.each([
    ['the newest opset', { opsetImport: [{ domain: 'ai.onnx', version: 26 }], irVersion: 13 }, 0],
    ['one opset more', { opsetImport: [{ domain: '', version: 27 }] }, 1],
    ['a format of the future', { irVersion: 99999 }, 1],
    ['no format version and no opset', { irVersion: 0, opsetImport: [] }, 2],
  ])('%s', (_, change, count) => {
    expect(check({ ...lookupModel(), ...change }).map(({ code }) => code)).toEqual(new Array(count).fill('MODEL_VERSION'));
  });

  test('has no graph, or a graph that gives nothing', () => {
    const { graph: _, ...rest } = lookupModel();
    expect(check(rest)).toMatchObject([{ code: 'MODEL_NO_GRAPH' }]);
    expect(check(withGraph({ outputs: [] }))).toMatchObject([{ code: 'MODEL_NO_GRAPH' }]);
  });
});

describe('operators of domains that nobody has', () => {
  const foreign = makeNode('SecretSauce', ['doubled'], ['out'], {}, { domain: 'com.example', name: '/head/sauce' });

  test('are named with domain and node, each once', () => {
    const nodes = [...lookupModel().graph.nodes, foreign, { ...foreign, name: 'again', outputs: ['out2'] }];
    const [finding, ...more] = check(withGraph({ nodes }));
    expect(finding).toMatchObject({ code: 'MODEL_OP', place: { node: '/head/sauce' } });
    expect(finding?.found).toContain('com.example::SecretSauce');
    expect(more).toEqual([]);
  });

  test('are fine when the model defines them as functions', () => {
    const body = { name: 'SecretSauce', domain: 'com.example', overload: '', inputs: ['x'], outputs: ['y'], attributes: [], attributeProtos: [], nodes: [makeNode('Neg', ['x'], ['y'])], opsetImport: [{ domain: '', version: 17 }], valueInfo: [] }; // prettier-ignore
    const model = withGraph({ nodes: [...lookupModel().graph.nodes, foreign] });
    expect(check({ ...model, functions: [body] })).toEqual([]);
  });
});

describe('constants that cannot be', () => {
  test.each<[string, Partial<TensorProto>, string]>([
    ['a negative size', { dims: [-1, 4] }, '[-1, 4]'],
    ['a product beyond 2^63', { dims: [2 ** 31, 2 ** 31] }, '18446744073709551616 bytes'],
    ['a size beyond any double', { dims: [2n ** 63n - 1n] }, '[9223372036854775807]'],
    ['fewer bytes than the shape', { rawData: spanOf(new Uint8Array(12)) }, '12 bytes'],
    ['more bytes than the shape', { rawData: spanOf(new Uint8Array(20)) }, '20 bytes'],
    ['an unknown type', { dataType: 99 }, 'type 99'],
    ['no type', { dataType: 0 }, 'type 0'],
  ])('%s', (_, change, found) => {
    const [finding, ...more] = check(withWeight(change));
    expect(finding).toMatchObject({ code: 'MODEL_TENSOR', place: { tensor: 'w' } });
    expect(`${finding?.found} ${finding?.expected}`).toContain(found);
    expect(more).toEqual([]);
  });

  test('are found within nodes too, and the node is named', () => {
    const value = { ...floatTensor('', [3], [1, 2, 3]), dims: [4] };
    const nodes = [...lookupModel().graph.nodes, makeNode('Constant', [], ['c'], { value }, { name: 'bad constant' })];
    expect(check(withGraph({ nodes }))).toMatchObject([{ code: 'MODEL_TENSOR', place: { node: 'bad constant' } }]);
  });

  test('four-bit numbers take half a byte each', () => {
    expect(check(withWeight({ dims: [3], dataType: 22, rawData: spanOf(new Uint8Array(2)) }))).toEqual([]);
  });
});

describe('tensors that cannot be made', () => {
  const { nodes } = lookupModel().graph;

  test('a reader of nothing is named with what it reads', () => {
    const [finding] = check(withGraph({ nodes: [...nodes, makeNode('Softmax', ['not_there'], ['s'], {}, { name: 'softmax' })] }));
    expect(finding).toMatchObject({ code: 'MODEL_GRAPH', place: { node: 'softmax', tensor: 'not_there' } });
    expect(finding?.found).toBe('the node "softmax" (Softmax) reads "not_there", which nothing makes');
  });

  test('two makers of one name are both named', () => {
    const [finding] = check(withGraph({ nodes: [...nodes, makeNode('Neg', ['looked'], ['doubled'], {}, { name: 'again' })] }));
    expect(finding).toMatchObject({ code: 'MODEL_GRAPH', place: { node: 'again', tensor: 'doubled' } });
    expect(finding?.found).toContain('the node "double"');
  });

  test('an output that nothing makes', () => {
    expect(check(withGraph({ outputs: [{ name: 'nowhere' }] }))).toMatchObject([{ code: 'MODEL_GRAPH', place: { tensor: 'nowhere' } }]);
  });

  test('a cycle names its nodes', () => {
    const loop = [makeNode('Neg', ['b'], ['a'], {}, { name: 'first' }), makeNode('Abs', ['a'], ['b'], {}, { name: 'second' })];
    const [finding, ...more] = check(withGraph({ nodes: [...nodes, ...loop] }));
    expect(finding).toMatchObject({ code: 'MODEL_GRAPH', place: { node: 'first', tensor: 'b' } });
    expect(finding?.found).toBe('a cycle of 2 nodes: "first" → "second" → "first", each needing the next');
    expect(more).toEqual([]);
  });

  test('a node that needs itself is a cycle of one', () => {
    const [finding] = check(withGraph({ nodes: [...nodes, makeNode('Add', ['a', 'looked'], ['a'], {}, { name: 'self' })] }));
    expect(finding?.found).toBe('a cycle of 1 node: "self" → "self", each needing the next');
  });

  test('all findings are listed, of every kind', () => {
    const bad = [makeNode('Softmax', ['x'], ['s']), makeNode('Odd', ['y'], ['t'], {}, { domain: 'nowhere' })];
    const model = { ...withWeight({ dims: [-1] }), opsetImport: [{ domain: '', version: 99 }] };
    const codes = check({ ...model, graph: { ...lookupModel().graph, ...model.graph, nodes: [...nodes, ...bad] } }).map(({ code }) => code);
    expect(codes).toEqual(['MODEL_VERSION', 'MODEL_OP', 'MODEL_TENSOR', 'MODEL_GRAPH', 'MODEL_GRAPH']);
  });

  test('a thousand findings are cut at a hundred, and the rest counted', () => {
    const bad = Array.from({ length: 1000 }, (_, i) => makeNode('Neg', [`missing${i}`], [`o${i}`]));
    const findings = check(withGraph({ nodes: [...nodes, ...bad] }));
    expect(findings).toHaveLength(101);
    expect(findings.at(-1)?.found).toBe('900 findings more');
  });

  test('names with controls, markup or a megabyte of text are shown safely', () => {
    const name = `\u202e<img src=x>[a](command:b)${'x'.repeat(1_000_000)}`;
    const [finding] = check(withGraph({ nodes: [...nodes, makeNode('Neg', [name], ['o'], {}, { name })] }));
    expect(finding?.found.length).toBeLessThan(700);
    expect(finding?.found).not.toContain('\u202e');
  });
});

test('a model changed at random in any byte is sound or refused by a typed error', () => {
  const bytes = encodeModelBytes(lookupModel());
  fc.assert(
    fc.property(fc.nat(bytes.length - 1), fc.nat(255), (at, value) => {
      const changed = Uint8Array.from(bytes);
      changed[at] = value;
      for (const { code } of findingsOf(() => checkModel(decodeModelBytes(changed), 'm'))) expect(code).toMatch(/^MODEL_/);
    }),
    { numRuns: 2000 },
  );
});

describe('names of weight files', () => {
  test.each(['model.onnx_data', './model.onnx_data', 'sub/weights.bin', 'a..b', '...data', 'Gewichte ä.bin'])('%s is a name', (name) => {
    expect(locationFault(name)).toBeUndefined();
  });

  test.each([
    '../secret.bin', 'sub/../../secret.bin', './a/./../../b', 'a/../b', '..', '/etc/passwd', '\\\\server\\share\\x', '\\x', '..\\secret.bin',
    'C:\\x', 'c:x', '.. /x',
  ])('%s leaves the folder', (name) => {
    expect(locationFault(name)?.code).toBe('MODEL_EXTDATA_ESCAPE');
  }); // prettier-ignore

  test.each([
    '', '.', 'a//b', 'a/', 'a\\b', '%2e%2e/secret.bin', 'a%2fb', 'a\u0000b', 'nul', 'sub/COM1.bin', 'weights.bin.', 'weights ', 'data:stream', 'a*',
  ])('%j is no name that every system takes for the same file', (name) => {
    expect(locationFault(name)?.code).toBe('MODEL_EXTDATA_BADNAME');
  }); // prettier-ignore

  test('what passes lies in the folder, by the rules of Windows and of the others', () => {
    const part = fc.oneof(fc.constantFrom('..', '.', '', 'a', '...', ' ', '%2e%2e', 'C:', 'nul', '..;'), fc.string({ maxLength: 4 }));
    const separators = fc.constantFrom('/', '\\', '//');
    fc.assert(
      fc.property(fc.array(fc.tuple(part, separators), { minLength: 1, maxLength: 5 }), (parts) => {
        const location = parts.map(([name, separator]) => name + separator).join('').slice(0, -1); // prettier-ignore
        if (locationFault(location)) return;
        expect(posix.join('/home/model', location).startsWith('/home/model/')).toBe(true);
        expect(win32.resolve('D:\\home\\model', location).startsWith('D:\\home\\model\\')).toBe(true);
      }),
      { numRuns: 3000 },
    );
  });
});

describe('files that only claim to be models', () => {
  const text = (content: string) => new TextEncoder().encode(content);
  const sniff = (bytes: Uint8Array) => findingsOf(() => sniffModel(memorySource(bytes, 'model.onnx')));

  test('an empty file', () => {
    expect(sniff(new Uint8Array(0))).toMatchObject([{ code: 'MODEL_EMPTY', found: 'an empty file (0 bytes)' }]);
  });

  test('a Git LFS pointer, with the size of the real file', () => {
    const pointer = text('version https://git-lfs.github.com/spec/v1\noid sha256:abc\nsize 438012345\n');
    expect(sniff(pointer)).toMatchObject([{ code: 'MODEL_LFS_POINTER', expected: 'the real file of 438,012,345 bytes' }]);
  });

  test.each<[string, Uint8Array, RegExp]>([
    ['a web page', text('<!DOCTYPE html><html>'), /HTML/],
    ['a zip archive', Uint8Array.of(0x50, 0x4b, 3, 4, 0), /zip/],
    ['a pickle', Uint8Array.of(0x80, 2, 0x7d), /pickle/],
    ['safetensors', Uint8Array.of(0x40, 0, 0, 0, 0, 0, 0, 0, 0x7b, 0x22), /safetensors/],
    ['a picture', Uint8Array.of(0x89, 0x50, 0x4e, 0x47), /PNG/],
    ['JSON', text('{"a": 1}'), /JSON/],
    ['plain text', text('Entry not found'), /text/],
  ])('%s', (_, bytes, found) => {
    const [finding] = sniff(bytes);
    expect(finding?.code).toBe('MODEL_NOT_ONNX');
    expect(finding?.found).toMatch(found);
  });

  test('a model is not taken for anything else', () => {
    expect(sniff(encodeModelBytes(modelOf({})))).toEqual([]);
  });
});
