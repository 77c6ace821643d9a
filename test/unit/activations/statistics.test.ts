import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RowBlock } from '../../../server/src/activations/simd/rowBlock';
import { StatisticsGatherer, maximum, mergeStatistics, minimum } from '../../../server/src/activations/statistics';
import { statisticsFromBytes, statisticsSize, statisticsToBytes } from '../../../server/src/activations/statisticsBytes';

/** Statistics of one neuron, rows numbered from 0, given in blocks. */
function gathered(...blocks: readonly (readonly number[])[]): StatisticsGatherer {
  const gatherer = new StatisticsGatherer(1);
  const block = new RowBlock(1, 'f32');
  let from = 0;
  for (const values of blocks)
    for (let at = 0; at < values.length; at += block.rows) {
      const part = values.slice(at, at + block.rows);
      block.bytes.set(new Uint8Array(Float32Array.from(part).buffer));
      gatherer.add(block, Array.from(part.keys()), from);
      from += part.length;
    }
  return gatherer;
}

describe('merging', () => {
  test('two sets give what their union gives', () => {
    // methods.md 0.2: {1,2,3} and {10,14} give n 5, mean 6, M2 130
    const whole = mergeStatistics(1, [gathered([1, 2, 3]).result, gathered([10, 14]).result]);
    expect([whole.count[0], whole.mean[0], whole.m2[0]]).toEqual([5, 6, 130]);
    expect([minimum(whole, 0), maximum(whole, 0)]).toEqual([1, 14]);
  });

  test('however values are cut into blocks and parts, and in whatever order parts come', () => {
    const value = fc.oneof(
      fc.float({ noNaN: true, min: -1000, max: 1000 }),
      fc.integer({ min: -2, max: 2 }),
      fc.constantFrom(NaN, Infinity, -Infinity),
    );
    fc.assert(
      fc.property(
        fc.array(fc.array(value, { maxLength: 30 }), { minLength: 1, maxLength: 6 }),
        fc.infiniteStream(fc.nat()),
        (blocks, random) => {
          const one = gathered(blocks.flat()).result;
          const parts = blocks.map((block) => ({ part: gathered(block).result, at: random.next().value }));
          const many = mergeStatistics(
            1,
            parts.sort((a, b) => a.at - b.at).map(({ part }) => part),
          );
          expect(many.count).toEqual(one.count);
          expect(many.nonFinite).toEqual(one.nonFinite);
          expect(many.min).toEqual(one.min);
          expect(many.max).toEqual(one.max);
          expect(many.mean[0]).toBeCloseTo(one.mean[0]!, 8);
          expect(many.m2[0]! / Math.max(1, one.m2[0]!)).toBeCloseTo(one.m2[0]! / Math.max(1, one.m2[0]!), 8);
        },
      ),
    );
  });
});

describe('moments', () => {
  test('a large offset costs no digits', () => {
    const values = Array.from({ length: 3000 }, (_, i) => 10_000 + (i % 7) / 1024);
    const stored = Float32Array.from(values);
    const mean = stored.reduce((a, b) => a + b, 0) / stored.length;
    const m2 = stored.reduce((sum, x) => sum + (x - mean) ** 2, 0);
    const { result } = gathered(values.slice(0, 1100), values.slice(1100, 1117), values.slice(1117));
    expect(result.m2[0]! / m2).toBeCloseTo(1, 9);
  });

  test('a constant neuron has no spread at all', () => {
    const { result } = gathered(new Array<number>(37).fill(0.1), new Array<number>(41).fill(0.1));
    expect(result.m2[0]).toBe(0);
    expect(result.mean[0]).toBe(Math.fround(0.1));
  });
});

describe('smallest and largest value', () => {
  test('are those of all rows, however many do not fill a group of four', () => {
    const { result } = gathered([3, -1, 4, 1, -5], [9, 2, 6]);
    expect([minimum(result, 0), maximum(result, 0)]).toEqual([-5, 9]);
  });

  test('of no rows are none, not zero', () => {
    const { result } = gathered();
    expect([minimum(result, 0), maximum(result, 0)]).toEqual([null, null]);
  });
});

test('values that are not finite change nothing but their count', () => {
  fc.assert(
    fc.property(fc.array(fc.option(fc.float({ noNaN: true, noDefaultInfinity: true, min: -100, max: 100 }), { nil: NaN })), (values) => {
      const { result, firstNonFinite } = gathered(values);
      const finite = values.filter((x) => !Number.isNaN(x));
      const rest = gathered(finite).result;
      expect(result.nonFinite[0]).toBe(values.length - finite.length);
      expect(result.count[0]).toBe(finite.length);
      expect(result.mean[0]).toBeCloseTo(rest.mean[0]!, 9);
      expect(result.m2[0]).toBeCloseTo(rest.m2[0]!, 5);
      expect([result.min, result.max]).toEqual([rest.min, rest.max]);
      expect(firstNonFinite?.row ?? -1).toBe(values.findIndex(Number.isNaN));
    }),
  );
});

test('statistics come back from their bytes', () => {
  const { result } = gathered([3, NaN, -1, 4]);
  const bytes = statisticsToBytes(result);
  expect(bytes).toHaveLength(statisticsSize(1));
  expect(statisticsFromBytes(bytes, 1)).toEqual(result);
});
