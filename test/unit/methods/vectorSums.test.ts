import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { rowSummer, tileColumns } from '../../../server/src/methods/evidence/rowSummer';
import { momentGatherer } from '../../../server/src/methods/statistics/moments';
import { matrixOf } from '../../helpers/matrices';

describe('rows added by vector instructions', () => {
  test('give the sums that plain loops give, whatever rows are listed and how often', () => {
    const rows = 9;
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -999, max: 999 }), { minLength: rows * tileColumns, maxLength: rows * tileColumns }),
        fc.array(fc.array(fc.nat({ max: rows - 1 }), { minLength: 1, maxLength: 20 }), { minLength: 1, maxLength: 4 }),
        (values, lists) => {
          const valueBytes = 4 * rows * tileColumns;
          const listBytes = 16 * 20;
          const { memory, add } = rowSummer(valueBytes + listBytes + 4 * tileColumns);
          new Float32Array(memory, 0, values.length).set(values);
          const list = new Int32Array(memory, valueBytes, 20);
          const sums = new Float32Array(memory, valueBytes + listBytes, tileColumns);
          const expected = new Array<number>(tileColumns).fill(0);
          for (const chosen of lists) {
            list.set(chosen.map((row) => 4 * tileColumns * row));
            add(valueBytes, valueBytes + 4 * chosen.length, sums.byteOffset);
            for (const row of chosen) expected.forEach((sum, c) => (expected[c] = sum + values[row * tileColumns + c]!));
          }
          // Sums of small whole numbers are exact in float32.
          expect(Array.from(sums)).toEqual(expected.map((sum) => sum + 0));
        },
      ),
    );
  });

  test.each([
    ['float32', Float32Array],
    ['float64', Float64Array],
  ] as const)('give the class moments that two passes over %s give, at any width and block length', async (_, Values) => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 11 }),
        fc.integer({ min: 1, max: 7 }),
        fc.array(fc.tuple(fc.integer({ min: -1, max: 2 }), fc.nat({ max: 1e6 })), { minLength: 1, maxLength: 40 }),
        async (columns, blockRows, given) => {
          const places = Array.from({ length: given.length * columns }, (_, i) => [Math.floor(i / columns), i % columns] as const);
          const values = Values.from(places.map(([row, c]) => 100 + Math.sin(given[row]![1] * (1 + c))));
          const labels = Int32Array.from(given, ([label]) => label);
          const found = await momentGatherer([{ labels, classes: 3 }], given.length)(matrixOf(given.length, columns, values, blockRows));
          for (let k = 0; k < 3; k++) {
            const rows = [...labels.keys()].filter((row) => labels[row] === k);
            expect(found[0]!.count[k]).toBe(rows.length);
            for (let c = 0; c < columns && rows.length > 0; c++) {
              const column = rows.map((row) => values[row * columns + c]!);
              const mean = column.reduce((sum, value) => sum + value, 0) / column.length;
              const scatter = column.reduce((sum, value) => sum + (value - mean) ** 2, 0);
              const at = k * columns + c;
              expect(found[0]!.mean[at]).toBeCloseTo(mean, 11);
              expect(found[0]!.scatter[at]).toBeCloseTo(scatter, 10);
              expect(found[0]!.min[at]).toBe(Math.min(...column));
              expect(found[0]!.max[at]).toBe(Math.max(...column));
            }
          }
        },
      ),
      { numRuns: 40 },
    );
  });

  test('leave no scatter where all values of a class are equal, and NaN where one is no number', async () => {
    const values = Float32Array.from([0.1, 1, 0.1, NaN, 0.1, 3, 7, 8]);
    const labels = Int32Array.from([0, 0, 0, 1]);
    const [found] = await momentGatherer([{ labels, classes: 2 }], 4)(matrixOf(4, 2, values, 1));
    expect(found!.scatter[0]).toBe(0);
    expect(found!.scatter[1]).toBeNaN();
    expect(Array.from(found!.scatter.subarray(2))).toEqual([0, 0]);
    expect(Array.from(found!.mean.subarray(2))).toEqual([7, 8]);
  });
});
