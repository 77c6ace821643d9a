import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeFloat16 } from '../../../server/src/activations/float16';
import { type RowType, RowBlock } from '../../../server/src/activations/simd/rowBlock';

/** Rows of any width as they are stored, with the values that stand in them. */
const stored = fc.constantFrom<RowType>('f16', 'f32').chain((type) =>
  fc.record({
    type: fc.constant(type),
    width: fc.integer({ min: 1, max: 37 }),
    picks: fc.array(fc.boolean(), { minLength: 1, maxLength: 20 }).map((picks) => [true, ...picks]),
    seed: fc.integer({ min: 0, max: 0xffff }),
  }),
);

/** Any bits at all of halves, or singles of moderate size. */
function valuesOf(type: RowType, count: number, seed: number): { bytes: Uint8Array; values: Float32Array } {
  const bits = Uint16Array.from({ length: count }, (_, i) => Math.imul(i + 1, 40_503) + seed);
  const values = new Float32Array(count);
  decodeFloat16(bits, values);
  if (type === 'f16') return { bytes: new Uint8Array(bits.buffer), values };
  values.forEach((x, i) => (values[i] = x / 3));
  return { bytes: new Uint8Array(values.buffer), values };
}

test('sums and ranges are those of plain loops, for all widths, types and choices of rows', () => {
  fc.assert(
    fc.property(stored, ({ type, width, picks, seed }) => {
      const { bytes, values } = valuesOf(type, width * picks.length, seed);
      const block = new RowBlock(width, type);
      block.bytes.set(bytes);
      const rows = picks.flatMap((picked, r) => (picked ? [r] : []));
      block.gather(rows);
      for (let c = 0; c < width; c++) {
        const column = rows.map((r) => values[r * width + c]!);
        expect(rows.map((r) => block.value(r, c))).toEqual(column);
        const found = block.sums(c, { first: 0, sum: 0, square: 0, min: 0, max: 0 });
        const distances = column.map((x) => x - column[0]!);
        const sum = distances.reduce((a, b) => a + b, 0);
        if (!Number.isFinite(sum)) {
          expect(found.sum - found.sum).toBeNaN();
          continue;
        }
        expect(found.first).toBe(column[0]);
        expect(found.sum).toBe(sum);
        expect(found.square).toBe(distances.reduce((a, d) => a + d * d, 0));
        expect([found.min, found.max]).toEqual([Math.min(...column) + 0, Math.max(...column) + 0]);
      }
    }),
  );
});

test('rows are read to the last of a full block', () => {
  const block = new RowBlock(3, 'f16');
  block.bytes.fill(0);
  block.bytes.set([0x00, 0x3c], block.bytes.length - 2);
  block.gather(Array.from({ length: block.rows }, (_, r) => r));
  expect(block.sums(2, { first: 0, sum: 0, square: 0, min: 0, max: 0 })).toMatchObject({ sum: 1, square: 1, min: 0, max: 1 });
});
