/** Sentences as rows: the largest value of each neuron over the words of a sentence. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { largestOfGroups } from '../../../server/src/activations/largestOfGroups';
import type { Matrix } from '../../../server/src/activations/matrix';
import { memoryMatrix } from '../../../server/src/activations/memoryMatrix';

// Six words of two neurons, in sentences 0 0 1 1 1 2, of which the fourth word takes no part.
const words = Float32Array.of(1, -5, 3, -7, -2, 4, 9, 9, -1, 0, 8, -8);
const groupOf = Int32Array.of(0, 0, 1, -1, 1, 2);
const expected = [3, -5, -1, 4, 8, -8];

describe('the largest value over the words of a sentence', () => {
  test('is that of the words that take part, low values too', async () => {
    const matrix = largestOfGroups(memoryMatrix(6, 2, words), groupOf, 3);
    expect([matrix.rows, matrix.columns]).toEqual([3, 2]);
    expect(await byBlocks(matrix)).toEqual(expected);
    expect(Array.from(await matrix.readColumns(1, 2))).toEqual([-5, 4, -8]);
  });

  test('is no number where one of them is none, and keeps the precision of what it read', async () => {
    const doubles = Float64Array.of(1, Number.NaN, 2, 1 / 3);
    const matrix = largestOfGroups(memoryMatrix(4, 1, doubles), Int32Array.of(0, 0, 0, 1), 2);
    expect(await byBlocks(matrix)).toEqual([Number.NaN, 1 / 3]);
    expect(Array.from(await matrix.readColumns(0, 1))).toEqual([Number.NaN, 1 / 3]);
  });

  test('does not depend on where blocks end, and rows and columns agree', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ next: fc.boolean(), out: fc.boolean(), values: fc.tuple(fc.float(), fc.float()) }), { minLength: 1 }),
        fc.integer({ min: 1, max: 5 }),
        async (rows, block) => {
          let groups = 0;
          const given = Int32Array.from(rows, ({ next, out }) => {
            if (out) return -1;
            if (next || groups === 0) groups++;
            return groups - 1;
          });
          const source = memoryMatrix(rows.length, 2, Float32Array.from(rows.flatMap(({ values }) => values)));
          const pooled = largestOfGroups(inBlocks(source, block), given, groups);
          const columns = await pooled.readColumns(0, 2);
          const wanted = Array.from({ length: groups * 2 }, (_, i) => columns[(i % 2) * groups + (i >> 1)]);
          expect(await byBlocks(pooled)).toEqual(wanted);
        },
      ),
    );
  });
});

async function byBlocks(matrix: Matrix): Promise<number[]> {
  const values: number[] = [];
  for await (const block of matrix.blocks()) {
    expect(block.from * matrix.columns).toBe(values.length);
    values.push(...block.values.subarray(0, block.rows * matrix.columns));
  }
  return values;
}

/** The same matrix, read in blocks of that many rows. */
function inBlocks(matrix: Matrix, size: number): Matrix {
  return {
    ...matrix,
    async *blocks() {
      for await (const { values, rows } of matrix.blocks()) {
        for (let from = 0; from < rows; from += size) {
          const to = Math.min(rows, from + size);
          yield { from, rows: to - from, values: values.slice(from * matrix.columns, to * matrix.columns) };
        }
      }
    },
  };
}
