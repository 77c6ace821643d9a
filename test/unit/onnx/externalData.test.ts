import { execFileSync } from 'node:child_process';
import { cpSync, linkSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readSpan } from '../../../server/src/onnx/bytes';
import { encodeModelBytes } from '../../../server/src/onnx/codec';
import { hashModel } from '../../../server/src/onnx/hash';
import { openModelFile } from '../../../server/src/onnx/modelFile';
import type { StringEntry, TensorProto } from '../../../server/src/onnx/model';
import { skeletonOf } from '../../../server/src/onnx/skeleton';
import { smallValues } from '../../../server/src/onnx/tensor';
import { findingsOf } from '../../helpers/findings';
import { emptyFolders } from '../../helpers/modelFolders';
import { hasShared, shared } from '../../helpers/shared';
import { floatTensor, lookupModel } from '../../helpers/tinyModels';

const folders = emptyFolders();
const { write, open, refused, root } = folders;

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
    expect(hash(join(folders.folder, 'model.onnx'))).toEqual(hash(join(folders.folder, 'inside/model.onnx')));
    write('w', tableBytes);
    expect(hash(join(folders.folder, 'model.onnx')).weights).not.toBe(hash(join(folders.folder, 'inside/model.onnx')).weights);
    expect(hash(join(folders.folder, 'model.onnx')).graph).toBe(hash(join(folders.folder, 'inside/model.onnx')).graph);
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

  test('a folders.folder, a pipe, a link out of the folders.folder, a link to nothing, a link to itself', () => {
    write('model.onnx', external({ location: 'w' }));
    const path = join(folders.folder, 'w');
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
    symlinkSync(root, join(folders.folder, 'sub'));
    expect(refused()).toMatchObject([{ code: 'MODEL_EXTDATA_LINK' }]);
  });

  test('the links of a Hub cache are followed', () => {
    const snapshot = join(folders.folder, 'snapshots/1');
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
    writeFileSync(join(folders.folder, 'original'), tableBytes);
    linkSync(join(folders.folder, 'original'), join(folders.folder, 'w'));
    expect(refused()).toMatchObject([{ code: 'MODEL_EXTDATA_HARDLINK' }]);
    expect(refused(folders.folder, { allowHardLinks: true })).toEqual([]);
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
    const opened = open().parts[0]?.file;
    const table = opened?.index.initializer('table');
    write('new', new Uint8Array(6000));
    renameSync(join(folders.folder, 'new'), join(folders.folder, 'w'));
    expect(findingsOf(() => table?.rawData && readSpan(table.rawData))).toMatchObject([{ code: 'FILE_CHANGED' }]);
    expect(findingsOf(() => opened && skeletonOf(opened.model, [{ tensor: 'looked' }]))).toMatchObject([{ code: 'FILE_CHANGED' }]);
  });
});

test.skipIf(!hasShared)('weights beside the model or within it are the same weights', () => {
  const hash = (name: string) => hashModel(openModelFile(shared(`fixtures/models/${name}/model.onnx`)).model);
  expect(hash('bert-external-data')).toEqual(hash('bert'));
  cpSync(shared('fixtures/models/bert'), folders.folder, { recursive: true });
  expect(hashModel(openModelFile(join(folders.folder, 'model.onnx')).model)).toEqual(hash('bert'));
});
