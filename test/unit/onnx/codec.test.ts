import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InputError } from '../../../server/src/protocol/errors';
import { memorySource, readSpan } from '../../../server/src/onnx/bytes';
import type { ByteSource } from '../../../server/src/onnx/bytes';
import { decodeLimits, decodeModel, decodeModelBytes, encodeModel, encodeModelBytes } from '../../../server/src/onnx/codec';
import type { ModelProto } from '../../../server/src/onnx/model';
import { smallValues } from '../../../server/src/onnx/tensor';
import { media } from '../../helpers/media';
import { hasShared, shared } from '../../helpers/shared';
import { lookupModel, makeNode, modelOf } from '../../helpers/tinyModels';

const demoBert = media('models/demo-bert/onnx/model.onnx');

/** Bytes of one length-delimited field. */
const field = (number: number, ...content: number[]): number[] => [number * 8 + 2, content.length, ...content];

function codeOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof InputError) return error.code;
    throw error;
  }
  return 'nothing';
}

describe('a model that is read and written again', () => {
  test('is the same file, byte for byte, although nobody here knows all of its fields', () => {
    const bytes = readFileSync(demoBert);
    expect(Buffer.compare(bytes, encodeModelBytes(decodeModelBytes(bytes)))).toBe(0);
  });

  test('passes its weights on without a copy', () => {
    const bytes = new Uint8Array(readFileSync(demoBert));
    const shared = encodeModel(decodeModelBytes(bytes)).filter((chunk) => chunk.buffer === bytes.buffer);
    expect(shared.reduce((sum, chunk) => sum + chunk.length, 0)).toBeGreaterThan(bytes.length * 0.9);
  });

  test.skipIf(!hasShared).each(hasShared ? onnxFiles(shared('fixtures/models')) : [])('holds what it held: %s', (file) => {
    const bytes = readFileSync(shared(`fixtures/models/${file}`));
    const model = decodeModelBytes(bytes);
    const again = encodeModelBytes(model);
    // Some exporters write empty texts that say nothing; those are left out, all else is the same.
    if (again.length === bytes.length) expect(Buffer.compare(bytes, again)).toBe(0);
    else expect(comparable(decodeModelBytes(again))).toEqual(comparable(model));
  });

  test('keeps numbers beyond 2^53 exact, and negative ones', () => {
    const largest = 2n ** 63n - 1n;
    const node = makeNode('Slice', ['x'], ['y'], { axis: -1 });
    const ends = { ...makeNode('Slice', [], [], { ends: [0] }).attributes[0]!, ints: [largest, -1, 5, -(2n ** 63n)] };
    const model = modelOf({ nodes: [{ ...node, attributes: [...node.attributes, ends] }] });
    const [axis, again] = decodeModelBytes(encodeModelBytes(model)).graph?.nodes[0]?.attributes ?? [];
    expect(axis?.i).toBe(-1);
    expect(again?.ints).toEqual([largest, -1, 5, -(2n ** 63n)]);
  });

  test('has every node with any attribute that a node can have', () => {
    fc.assert(
      fc.property(fc.array(anyNode, { maxLength: 5 }), (nodes) => {
        const model = modelOf({ nodes });
        expect(decodeModelBytes(encodeModelBytes(model))).toEqual(model);
      }),
      { numRuns: 200 },
    );
  });
});

describe('the forms that protobuf allows', () => {
  test('packed and unpacked numbers are the same', () => {
    const ints = (...content: number[]) => decodeModelBytes(Uint8Array.from(field(7, ...field(1, ...field(5, ...content)))));
    const unpacked = ints(0x40, 3, 0x40, 4).graph?.nodes[0]?.attributes[0]?.ints;
    const packed = ints(...field(8, 3, 4)).graph?.nodes[0]?.attributes[0]?.ints;
    expect(unpacked).toEqual([3, 4]);
    expect(packed).toEqual([3, 4]);
  });

  test('constants in unpacked int64_data have the values of packed ones', () => {
    const tensor = (...content: number[]) =>
      decodeModelBytes(Uint8Array.from(field(7, ...field(5, 0x08, 2, 0x10, 7, ...content)))).graph?.initializers[0];
    const [unpacked, packed] = [tensor(0x38, 9, 0x38, 8), tensor(...field(7, 9, 8))];
    expect(unpacked && smallValues(unpacked)).toEqual([9, 8]);
    expect(packed && smallValues(packed)).toEqual([9, 8]);
  });

  test('two occurrences of the graph are one graph', () => {
    const name = [...field(2, 0x67)];
    const model = decodeModelBytes(Uint8Array.from([...field(7, ...name, ...field(1)), ...field(7, ...field(1))]));
    expect(model.graph).toMatchObject({ name: 'g' });
    expect(model.graph?.nodes).toHaveLength(2);
  });

  test('the last of two raw values counts, packed ones add up', () => {
    const tensor = (...content: number[]) => decodeModelBytes(Uint8Array.from(field(7, ...field(5, ...content)))).graph?.initializers[0];
    const raw = tensor(...field(9, 1, 2), ...field(9, 3))?.rawData;
    const packed = tensor(...field(7, 1, 2), ...field(7, 3))?.int64Data;
    expect(raw && readSpan(raw)).toEqual(Uint8Array.of(3));
    expect(packed && Array.from(readSpan(packed))).toEqual([1, 2, 3]);
  });

  test('a known field in an unknown form is kept, not misread', () => {
    const bytes = Uint8Array.from(field(7, 0x10, 5));
    expect(decodeModelBytes(bytes).graph?.name).toBe('');
    expect(encodeModelBytes(decodeModelBytes(bytes))).toEqual(bytes);
  });
});

describe('hostile and broken files', () => {
  const bytes = encodeModelBytes(lookupModel());

  test('a file cut at any byte is refused or lacks whole parts; it never crashes', () => {
    for (let length = 0; length < bytes.length; length++) {
      const code = codeOf(() => decodeModelBytes(bytes.subarray(0, length)));
      expect(['MODEL_TRUNCATED', 'nothing']).toContain(code);
    }
  });

  test('a cut file says where, which field, how much it claims and how much there is', () => {
    const cut = bytes.subarray(0, bytes.length - 60);
    expect(() => decodeModelBytes(cut, 'model.onnx')).toThrow(
      /MODEL_TRUNCATED model\.onnx@\d+ — the field "graph" claims \d+ bytes, \d+ remain: the file ends after \d+ bytes/,
    );
  });

  test('bytes changed at random give a model or a typed error, nothing else', () => {
    const change = fc.record({ at: fc.nat(bytes.length - 1), value: fc.nat(255) });
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 8 }), (changes) => {
        const changed = Uint8Array.from(bytes);
        for (const { at, value } of changes) changed[at] = value;
        expect(['nothing', 'MODEL_TRUNCATED', 'MODEL_NOT_ONNX', 'MODEL_DEPTH', 'MODEL_LIMIT']).toContain(
          codeOf(() => decodeModelBytes(changed)),
        );
      }),
      { numRuns: 2000 },
    );
  });

  test('random bytes are refused or read', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (random) => {
        expect(['nothing', 'MODEL_TRUNCATED', 'MODEL_NOT_ONNX', 'MODEL_DEPTH']).toContain(codeOf(() => decodeModelBytes(random)));
      }),
      { numRuns: 2000 },
    );
  });

  test('200 nested branches are too deep, not truncated', () => {
    let model = modelOf({ nodes: [makeNode('Identity', ['x'], ['y'])] });
    for (let depth = 0; depth < 200; depth++) {
      const branch = { ...makeNode('If', ['x'], ['y'], { then_branch: 0 }).attributes[0]!, g: model.graph };
      model = modelOf({ nodes: [{ ...makeNode('If', ['x'], ['y']), attributes: [branch] }] });
    }
    expect(codeOf(() => decodeModelBytes(encodeModelBytes(model)))).toBe('MODEL_DEPTH');
  });

  test('100,000 nested groups are too deep as well', () => {
    expect(codeOf(() => decodeModelBytes(new Uint8Array(100_000).fill(0x7b)))).toBe('MODEL_DEPTH');
  });

  test('a limit allows what it says and refuses one more', () => {
    const source = memorySource(bytes);
    const read = (limits: Partial<typeof decodeLimits>) => codeOf(() => decodeModel(source, { ...decodeLimits, ...limits }));
    expect(read({ nodes: 2 })).toBe('nothing');
    expect(read({ nodes: 1 })).toBe('MODEL_LIMIT');
    expect(read({ structureBytes: bytes.length })).toBe('nothing');
    expect(read({ structureBytes: 100 })).toBe('MODEL_LIMIT');
    expect(read({ fields: 20 })).toBe('MODEL_LIMIT');
    expect(read({ messages: 5 })).toBe('MODEL_LIMIT');
  });

  test('a name that is no UTF-8 is refused with its place', () => {
    expect(codeOf(() => decodeModelBytes(Uint8Array.from(field(7, ...field(2, 0xff, 0xfe)))))).toBe('MODEL_NOT_ONNX');
  });
});

describe('a model of 1.7 GB', () => {
  test('is opened by reading less than a megabyte of it', () => {
    const { source, read } = hugeModel(1_700_000_000);
    const model = decodeModel(source);
    const weight = model.graph?.initializers[0]?.rawData;
    expect(weight).toMatchObject({ length: 1_700_000_000 });
    expect(read()).toBeLessThan(1_000_000);
    expect(model.graph?.name).toBe('after the weights');
    expect(weight && readSpan({ ...weight, length: 4 })).toEqual(new Uint8Array(4));
  });
});

/** A file that is not there: a graph with one weight of that many zeros and a name after it. Counts the bytes read. */
function hugeModel(length: number): { source: ByteSource; read: () => number } {
  const varint = (value: number): number[] => (value < 128 ? [value] : [(value % 128) | 128, ...varint(Math.floor(value / 128))]);
  const name = [...field(2, ...new TextEncoder().encode('after the weights'))];
  const raw = [9 * 8 + 2, ...varint(length)];
  const tensor = [5 * 8 + 2, ...varint(raw.length + length), ...raw];
  const head = Uint8Array.from([7 * 8 + 2, ...varint(tensor.length + length + name.length), ...tensor]);
  const tail = Uint8Array.from(name);
  let total = 0;
  const source: ByteSource = {
    name: 'huge.onnx',
    size: head.length + length + tail.length,
    read(offset, count) {
      total += count;
      return Uint8Array.from({ length: count }, (_, i) => {
        const at = offset + i;
        return head[at] ?? (at >= head.length + length ? tail[at - head.length - length] : 0) ?? 0;
      });
    },
  };
  return { source, read: () => total };
}

const anyText = fc.string({ unit: 'grapheme', maxLength: 8 });
const anyInt = fc.oneof(
  fc.maxSafeInteger(),
  fc.bigInt({ min: 2n ** 60n, max: 2n ** 63n - 1n }),
  fc.bigInt({ min: -(2n ** 63n), max: -(2n ** 60n) }),
);
const anyFloat = fc.float({ noNaN: true });
const anyNode = fc.record({
  name: anyText,
  opType: anyText,
  domain: anyText,
  overload: fc.constant(''),
  inputs: fc.array(anyText, { maxLength: 3 }),
  outputs: fc.array(anyText, { maxLength: 3 }),
  attributes: fc.array(
    fc.record(
      {
        name: anyText,
        refAttrName: anyText,
        type: fc.nat(14),
        f: anyFloat,
        i: anyInt,
        s: fc.uint8Array({ maxLength: 5 }),
        floats: fc.array(anyFloat, { maxLength: 3 }),
        ints: fc.array(anyInt, { maxLength: 3 }),
        strings: fc.array(fc.uint8Array({ maxLength: 5 }), { maxLength: 3 }),
        tensors: fc.constant([]),
        graphs: fc.constant([]),
        sparseTensors: fc.constant([]),
      },
      { requiredKeys: ['name', 'refAttrName', 'floats', 'ints', 'strings', 'tensors', 'graphs', 'sparseTensors'] },
    ),
    { maxLength: 3 },
  ),
});

function onnxFiles(folder: string): string[] {
  return readdirSync(folder).flatMap((name) =>
    ['model.onnx', 'onnx/model.onnx', 'encoder_model.onnx', 'decoder_model.onnx']
      .map((file) => join(name, file))
      .filter((file) => existsSync(join(folder, file))),
  );
}

/** Spans replaced by their bytes, so that models from two files can be compared. */
function comparable(model: ModelProto): unknown {
  return JSON.parse(
    JSON.stringify(model, (key, value: unknown) => {
      if (typeof value === 'bigint') return `${value}n`;
      if (key.endsWith('Data') && typeof value === 'object' && value !== null && 'source' in value) {
        return Buffer.from(readSpan(value as Parameters<typeof readSpan>[0])).toString('base64');
      }
      return value;
    }),
  );
}
