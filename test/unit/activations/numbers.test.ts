import { execFileSync } from 'node:child_process';
import { writeFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { crc32 } from '../../../server/src/activations/crc32';
import { decodeFloat16 } from '../../../server/src/activations/float16';
import { NpyWriter, npyBytes, readNpy } from '../../../server/src/activations/npy';
import { npyHeaderBytes, parseNpyHeader } from '../../../server/src/activations/npyHeader';
import { openNpyMatrix } from '../../../server/src/activations/npyMatrix';
import { HalfEncoder } from '../../../server/src/activations/simd/halfEncoder';
import { InputError } from '../../../server/src/protocol/errors';
import { scratchFolder } from './scratch';

let folder: string;
beforeAll(() => (folder = scratchFolder('numbers')));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const encoder = new HalfEncoder();

function halves(values: readonly number[]): { bits: number[]; clamped: number; back: number[] } {
  encoder.values(values.length).set(values);
  const { bytes, clamped } = encoder.encode(values.length);
  const bits = new Uint16Array(bytes.slice().buffer);
  const back = new Float32Array(values.length);
  decodeFloat16(bits, back);
  return { bits: Array.from(bits), clamped, back: Array.from(back) };
}

describe('half precision', () => {
  test('known numbers have their known bits', () => {
    expect(halves([0, -0, 1, -2, 0.5, 65504, 2 ** -24, 2 ** -14, 1 / 3]).bits).toEqual([
      0, 0x8000, 0x3c00, 0xc000, 0x3800, 0x7bff, 1, 0x0400, 0x3555,
    ]);
  });

  test('ties go to the even neighbour', () => {
    expect(halves([1 + 2 ** -11, 1 + 3 * 2 ** -11, 1.5 * 2 ** -24, 0.5 * 2 ** -24, 65519]).back).toEqual([
      1,
      1 + 2 ** -9,
      2 ** -23,
      0,
      65504,
    ]);
  });

  test('finite numbers beyond the range become its end and are counted; infinity and NaN stay', () => {
    expect(halves([65520, -1e30, 65504, Infinity, -Infinity, NaN])).toMatchObject({
      clamped: 2,
      back: [65504, -65504, 65504, Infinity, -Infinity, NaN],
    });
  });

  test('what an earlier, longer call left behind is not counted', () => {
    expect(halves(new Array<number>(16).fill(1e6)).clamped).toBe(16);
    expect(halves([1, 1e6, 2]).clamped).toBe(1);
    expect(halves([])).toEqual({ bits: [], clamped: 0, back: [] });
  });

  test('every half comes back as itself', () => {
    const all = Uint16Array.from({ length: 0x10000 }, (_, i) => i).filter((h) => (h & 0x7c00) !== 0x7c00 || (h & 0x3ff) === 0);
    const wide = new Float32Array(all.length);
    decodeFloat16(all, wide);
    expect(halves(Array.from(wide)).bits).toEqual(Array.from(all));
  });

  test('no half is nearer to a number than the one chosen', () => {
    fc.assert(
      fc.property(fc.float({ min: -65504, max: 65504, noNaN: true }), (x) => {
        const { bits, back } = halves([x]);
        const neighbours = [bits[0]! - 1, bits[0]! + 1].filter((h) => h >= 0 && (h & 0x7c00) !== 0x7c00);
        const near = new Float32Array(neighbours.length);
        decodeFloat16(Uint16Array.from(neighbours), near);
        return Array.from(near).every((other) => Math.abs(other - x) >= Math.abs(back[0]! - x));
      }),
    );
  });
});

/** The definition, bit by bit. */
function slowCrc32(bytes: Uint8Array): number {
  let crc = -1;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}

test('checksums are those of zip and PNG', () => {
  expect(crc32(Buffer.from('123456789'))).toBe(0xcbf43926);
  fc.assert(fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => crc32(bytes) === slowCrc32(bytes)));
});

describe('.npy files', () => {
  test.each([
    ['f2', Uint16Array.of(0x3c00, 0xc000), [1, -2]],
    ['f4', Float32Array.of(1.5, -2), [1.5, -2]],
    ['f8', Float64Array.of(0.1, 1e300), [0.1, 1e300]],
    ['i1', Int8Array.of(-1, 5), [-1, 5]],
    ['i2', Int16Array.of(-300, 5), [-300, 5]],
    ['i4', Int32Array.of(-70000, 5), [-70000, 5]],
    ['i8', BigInt64Array.of(-5000000000n, 5n), [-5000000000, 5]],
    ['u1', Uint8Array.of(255, 5), [255, 5]],
    ['u2', Uint16Array.of(65535, 5), [65535, 5]],
    ['u4', Uint32Array.of(4294967295, 5), [4294967295, 5]],
    ['u8', BigUint64Array.of(5000000000n, 5n), [5000000000, 5]],
    ['b1', Uint8Array.of(1, 0), [1, 0]],
  ] as const)('elements of type %s are read as numbers', (dtype, data, expected) => {
    const path = join(folder, `${dtype}.npy`);
    writeFileSync(path, npyBytes({ dtype, shape: [2], data }));
    expect(Array.from(readNpy(path).values)).toEqual(expected);
  });

  test('big-endian numbers, and headers as other versions write them, are read', () => {
    const path = join(folder, 'other.npy');
    const header = "{'shape': (2L,), 'fortran_order': False, \"descr\": '>f4'}\n";
    const start = Buffer.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 2, 0, header.length, 0, 0, 0]);
    writeFileSync(path, Buffer.concat([start, Buffer.from(header), Buffer.from([0x3f, 0x80, 0, 0, 0xc0, 0, 0, 0])]));
    expect(readNpy(path)).toMatchObject({ shape: [2], values: Float32Array.of(1, -2) });
  });

  test('an integer that no double holds is refused at its byte', () => {
    const path = join(folder, 'wide.npy');
    writeFileSync(path, npyBytes({ dtype: 'i8', shape: [2], data: BigInt64Array.of(1n, 2n ** 60n) }));
    expect(() => readNpy(path)).toThrow(
      expect.objectContaining({ problems: [expect.objectContaining({ place: { file: path, byte: 136 } })] }) as Error,
    );
  });

  test('rows can be written as they come', () => {
    const path = join(folder, 'stream.npy');
    const writer = new NpyWriter(path, 'f4', [2]);
    for (let r = 0; r < 3; r++) writer.append(Float32Array.of(r, -r));
    expect(writer.finish()).toBe(3);
    expect(readNpy(path)).toMatchObject({ shape: [3, 2], values: Float32Array.of(0, -0, 1, -1, 2, -2) });
  });

  test.each([
    ['nothing', '', 0],
    ['text', 'hello, world, this is no matrix', 0],
    ['a zip', 'PK\x03\x04aaaaaaaaaaaaa', 0],
    ['an unknown version', '\x93NUMPY\x09\x00v\x00', 6],
    ['a header that is cut', '\x93NUMPY\x01\x00v\x00{', 11],
    ['a header of 4 GB', '\x93NUMPY\x02\x00\xff\xff\xff\xff{', 8],
  ])('%s is refused at its byte', (_what, text, byte) => {
    const bytes = Buffer.from(text, 'latin1');
    expect(() => parseNpyHeader(bytes, bytes.length, 'x.npy')).toThrow(
      expect.objectContaining({ code: 'MATRIX_FORMAT', problems: [expect.objectContaining({ place: { file: 'x.npy', byte } })] }) as Error,
    );
  });

  test.each([
    ["{'descr': '|O', 'fortran_order': False, 'shape': (1,), }"],
    ["{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,), }"],
    ["{'descr': '<f4', 'fortran_order': False, 'shape': (1,), 'x': (1,), }"],
    ["{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (1,), }"],
    ["{'descr': '<f4', 'fortran_order': 0, 'shape': (1,), }"],
    ["{'descr': '<f4', 'fortran_order': False, 'shape': (1,,2), }"],
    ["{'descr': '<f4', 'fortran_order': False, 'shape': (-1,), }"],
    ["{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999, 99999999999), }"],
    ["{'descr': '<f4', 'fortran_order': False, 'shape': (1000,), }"],
    ["{'descr': '<f4', 'fortran_order': False, }"],
    ["__import__('os').system('x')"],
  ])('%s is refused', (dictionary) => {
    const bytes = Buffer.from(npyHeaderBytes('f4', [1]));
    bytes.fill(' ', 10, 127);
    bytes.write(dictionary, 10);
    expect(() => parseNpyHeader(bytes, bytes.length + 4, 'x.npy')).toThrow(expect.objectContaining({ code: 'MATRIX_FORMAT' }) as Error);
  });

  test('whatever bytes come, the header is read or refused', () => {
    const good = Buffer.from(npyHeaderBytes('f4', [3, 4]));
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(127), fc.nat(255)), { maxLength: 4 }), fc.nat(128), (changes, cut) => {
        const bytes = Buffer.from(good);
        for (const [at, byte] of changes) bytes[at] = byte;
        try {
          parseNpyHeader(bytes.subarray(0, 128 - cut), 176, 'x');
        } catch (error) {
          expect(error).toBeInstanceOf(InputError);
        }
      }),
      { numRuns: 2000 },
    );
  });

  const hasNumpy = ((): boolean => {
    try {
      execFileSync('python3', ['-c', 'import numpy'], { stdio: 'ignore' });
      return true;
    } catch {
      return false;
    }
  })();

  test.skipIf(!hasNumpy)('NumPy reads what we write, and we read what NumPy writes', () => {
    const path = join(folder, 'ours.npy');
    writeFileSync(path, npyBytes({ dtype: 'f2', shape: [2, 1], data: Uint16Array.of(0x3c00, 0x7bff) }));
    const script = `
import numpy as np
a = np.load(${JSON.stringify(path)}, mmap_mode='r')
assert a.dtype == np.float16 and a.tolist() == [[1.0], [65504.0]], a
np.save(${JSON.stringify(join(folder, 'c.npy'))}, np.arange(6.0).reshape(2, 3))
np.save(${JSON.stringify(join(folder, 'fortran.npy'))}, np.asfortranarray(np.arange(6.0).reshape(2, 3)))`;
    execFileSync('python3', ['-c', script]);
    expect(readNpy(join(folder, 'c.npy'))).toMatchObject({ shape: [2, 3], fortran: false, values: Float64Array.of(0, 1, 2, 3, 4, 5) });
    expect(readNpy(join(folder, 'fortran.npy'))).toMatchObject({ shape: [2, 3], fortran: true, values: Float64Array.of(0, 3, 1, 4, 2, 5) });
  });
});

describe('a matrix in a file', () => {
  const write = (name: string, fortran: boolean): string => {
    const path = join(folder, name);
    // rows (1 2 3), (4 5 6)
    const data = fortran ? Float32Array.of(1, 4, 2, 5, 3, 6) : Float32Array.of(1, 2, 3, 4, 5, 6);
    writeFileSync(path, Buffer.concat([npyHeaderBytes('f4', [2, 3], fortran), new Uint8Array(data.buffer)]));
    return path;
  };

  test.each([false, true])('gives rows and columns alike, Fortran order: %s', async (fortran) => {
    const matrix = openNpyMatrix(write(`order-${fortran}.npy`, fortran));
    expect([matrix.rows, matrix.columns]).toEqual([2, 3]);
    for await (const { from, rows, values } of matrix.blocks()) {
      expect({ from, rows, values: Array.from(values) }).toEqual({ from: 0, rows: 2, values: [1, 2, 3, 4, 5, 6] });
    }
    expect(Array.from(await matrix.readColumns(1, 3))).toEqual([2, 5, 3, 6]);
    matrix.close();
  });

  test('comes in blocks whose size does not grow with the file', async () => {
    const path = join(folder, 'long.npy');
    const rows = 3_000_000;
    writeFileSync(path, npyBytes({ dtype: 'f4', shape: [rows], data: Float32Array.from({ length: rows }, (_, i) => i) }));
    const matrix = openNpyMatrix(path);
    let seen = 0;
    for await (const block of matrix.blocks()) {
      expect(block.from).toBe(seen);
      expect(block.values[0]).toBe(seen);
      expect(block.rows).toBeLessThanOrEqual(1 << 20);
      seen += block.rows;
    }
    expect(seen).toBe(rows);
    matrix.close();
  });

  test.each([[[0, 3]], [[3, 0]], [[1, 2, 3]], [[]]])('of shape %j is refused', (shape) => {
    const path = join(folder, 'shape.npy');
    writeFileSync(path, npyBytes({ dtype: 'f4', shape, data: new Float32Array(6) }));
    expect(() => openNpyMatrix(path)).toThrow(expect.objectContaining({ code: 'MATRIX_SHAPE' }) as Error);
  });
});
