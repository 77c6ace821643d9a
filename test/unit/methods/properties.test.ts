import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { detector } from '../../../server/src/methods/statistics/detection';
import { momentGatherer } from '../../../server/src/methods/statistics/moments';
import { columnSorter, restricted, tiedQuantile, quantile } from '../../../server/src/methods/statistics/order';
import { tieFinder } from '../../../server/src/methods/statistics/ties';
import { decodeFloat16 } from '../../../server/src/activations/float16';
import { matrixOfNeurons } from '../../helpers/matrices';
import { concept, rankToy } from './toy';

const rows = 24;
const asked = [
  ['ap'],
  ['auroc'],
  ['mean-select'],
  ['mean-select', { range: 'percentiles' }],
  ['d-prime'],
  ['anova-f'],
  ['point-biserial'],
  ['probeless'],
  ['probeless', { standardise: true }],
] as const;

/** Values with ties, and labels with at least two rows on either side. */
const neuron = fc.array(fc.oneof(fc.integer({ min: -3, max: 3 }), fc.double({ min: -5, max: 5, noNaN: true })), {
  minLength: rows,
  maxLength: rows,
});
const labels = fc
  .array(fc.integer({ min: 0, max: 1 }), { minLength: rows, maxLength: rows })
  .filter((values) => values.filter(Boolean).length >= 2 && values.filter((value) => !value).length >= 2);
const neurons = fc.array(neuron, { minLength: 2, maxLength: 4 });

const scoresOf = async (columns: readonly (readonly number[])[], values: readonly number[], blockRows?: number) =>
  (await rankToy(columns, [concept(values)], asked, blockRows === undefined ? {} : { blockRows })).rankings;

/** Equal up to rounding, undefined in the same places. */
function expectSame(found: readonly (number | null)[], expected: readonly (number | null)[], sign: 1 | -1 = 1): void {
  found.forEach((score, i) => {
    const want = expected[i] ?? null;
    if (score === null || want === null) expect(score).toBe(want);
    else expect(Math.abs(score - sign * want)).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(want)));
  });
}

describe('scores', () => {
  test('do not depend on how the rows come in blocks', async () => {
    await fc.assert(
      fc.asyncProperty(neurons, labels, fc.integer({ min: 1, max: rows }), async (columns, values, blockRows) => {
        const whole = await scoresOf(columns, values, rows);
        (await scoresOf(columns, values, blockRows)).forEach(({ score }, i) => expectSame(score, whole[i]!.score));
      }),
      { numRuns: 40 },
    );
  });

  test('do not depend on the order of the rows', async () => {
    await fc.assert(
      fc.asyncProperty(
        neurons,
        labels,
        fc.shuffledSubarray([...Array(rows).keys()], { minLength: rows }),
        async (columns, values, order) => {
          const whole = await scoresOf(columns, values);
          const moved = await scoresOf(
            columns.map((column) => order.map((row) => column[row]!)),
            order.map((row) => values[row]!),
          );
          moved.forEach(({ score }, i) => expectSame(score, whole[i]!.score));
        },
      ),
      { numRuns: 40 },
    );
  });

  test('go with their neuron when the neurons change places', async () => {
    await fc.assert(
      fc.asyncProperty(neurons, labels, async (columns, values) => {
        const forwards = await scoresOf(columns, values);
        const backwards = await scoresOf([...columns].reverse(), values);
        backwards.forEach(({ score }, i) => expect([...score].reverse()).toEqual(forwards[i]!.score));
      }),
      { numRuns: 40 },
    );
  });

  test('are the same for a neuron and its copy', async () => {
    await fc.assert(
      fc.asyncProperty(neuron, labels, async (column, values) => {
        for (const { score } of await scoresOf([column, column], values)) expect(score[0]).toBe(score[1]);
      }),
      { numRuns: 40 },
    );
  });

  test('change sign or side, and nothing else, with the sign of the neuron', async () => {
    await fc.assert(
      fc.asyncProperty(neuron, labels, async (column, values) => {
        const [ap, auroc, select, percentiles, dPrime, f, r, probeless, standardised] = await scoresOf(
          [column, column.map((value) => -value)],
          values,
        );
        for (const { score } of [ap!, f!, probeless!, standardised!]) expectSame([score[1]!], [score[0]!]);
        for (const { score } of [select!, percentiles!, dPrime!, r!]) expectSame([score[1]!], [score[0]!], -1);
        if (auroc!.score[0] !== null) expect(auroc!.score[1]).toBeCloseTo(1 - auroc!.score[0]!, 12);
        if (ap!.score[0] !== null) expect(ap!.extras['ap_low']![1]).toBeCloseTo(ap!.extras['ap_high']![0]!, 12);
      }),
      { numRuns: 40 },
    );
  });

  test('do not follow scale and offset of a neuron, but for means and plain Probeless', async () => {
    await fc.assert(
      // Powers of two and whole numbers, so that rescaling itself rounds nothing.
      fc.asyncProperty(
        fc.array(fc.integer({ min: -50, max: 50 }), { minLength: rows, maxLength: rows }),
        labels,
        fc.integer({ min: -3, max: 3 }),
        fc.integer({ min: -9, max: 9 }),
        async (column, values, power, offset) => {
          const scaled = column.map((value) => value * 2 ** power + offset);
          const rankings = await scoresOf([column, scaled], values);
          rankings.forEach(({ method, parameters, score }) => {
            if (method !== 'probeless' || parameters['standardise']) expectSame([score[1]!], [score[0]!]);
          });
        },
      ),
      { numRuns: 40 },
    );
  });

  test('do not rise when a constant neuron is added', async () => {
    await fc.assert(
      fc.asyncProperty(neuron, labels, async (column, values) => {
        const alone = await scoresOf([column], values);
        const beside = await scoresOf([column, new Array<number>(rows).fill(3)], values);
        beside.forEach(({ score, order }, i) => {
          expect(score[0]).toBe(alone[i]!.score[0]);
          expect(score[1]).toBeNull();
          expect(order).toEqual([0, 1]);
        });
      }),
      { numRuns: 20 },
    );
  });
});

describe('class moments', () => {
  test('keep nine digits of the spread under an offset a million times larger', async () => {
    const values = Array.from({ length: 1000 }, (_, row) => Math.sin(row * 12.9898) * 0.5);
    const shifted = values.map((value) => value + 2 ** 20);
    const label = { labels: Int32Array.from(values, (_, row) => row % 2), classes: 2 };
    const [plain] = await momentGatherer([label], values.length)(matrixOfNeurons([values]));
    const [offset] = await momentGatherer([label], shifted.length)(matrixOfNeurons([shifted]));
    // The shifted values themselves are rounded to 2⁻³³, so more cannot be asked of them.
    for (const k of [0, 1]) expect(Math.abs(offset!.scatter[k]! / plain!.scatter[k]! - 1)).toBeLessThan(1e-9);
  });

  test('of concepts that cut the rows into many cells equal those of each concept alone', async () => {
    const wide = 3000;
    const column = Array.from({ length: wide }, (_, row) => Math.cos(row));
    const sets = Array.from({ length: 12 }, (_, k) => ({
      labels: Int32Array.from(column, (_value, row) => ((row * 2654435761) >>> k) & 1),
      classes: 2,
    }));
    const together = await momentGatherer(sets, wide)(matrixOfNeurons([column], 700));
    for (const [k, set] of sets.entries()) {
      const [alone] = await momentGatherer([set], wide)(matrixOfNeurons([column], 700));
      expect(together[k]!.count).toEqual(alone!.count);
      together[k]!.mean.forEach((mean, i) => expect(mean).toBeCloseTo(alone!.mean[i]!, 12));
      together[k]!.scatter.forEach((scatter, i) => expect(scatter).toBeCloseTo(alone!.scatter[i]!, 8));
    }
  });
});

describe('sorting by bits', () => {
  const special = fc.oneof(
    fc.double({ noNaN: true }),
    fc.constantFrom(0, -0, Infinity, -Infinity, Number.MIN_VALUE, -Number.MIN_VALUE, 1, -1),
  );

  test.each([
    ['float32', Float32Array],
    ['float64', Float64Array],
  ] as const)('puts %s in order, equal values by row', (_, Values) => {
    const sort = columnSorter(64);
    fc.assert(
      fc.property(fc.array(special, { minLength: 1, maxLength: 64 }), (list) => {
        const values = Values.from(list);
        const expected = [...values.keys()].sort((a, b) => (values[a]! < values[b]! ? -1 : values[a]! > values[b]! ? 1 : a - b));
        expect(Array.from(sort(values).rows)).toEqual(expected);
      }),
    );
  });

  test('detection equals its definition, pair by pair and threshold by threshold', () => {
    const find = tieFinder(rows);
    const all = new Uint8Array(rows).fill(1);
    const detect = detector(rows);
    fc.assert(
      fc.property(neuron, labels, (list, values) => {
        const positives = [...values.keys()].filter((row) => values[row] === 1);
        const others = [...values.keys()].filter((row) => values[row] === 0);
        const found = detect(find(Float64Array.from(list), all), Int32Array.from(positives));
        const wins = positives.flatMap((p) => others.map((o) => (list[p]! > list[o]! ? 1 : list[p] === list[o] ? 0.5 : 0)));
        expect(found.auroc).toBeCloseTo(wins.reduce((sum: number, win) => sum + win, 0) / wins.length, 12);
        // Each positive adds the precision among the rows that reach its value.
        const precision = (p: number) =>
          positives.filter((q) => list[q]! >= list[p]!).length / list.filter((value) => value >= list[p]!).length;
        expect(found.apHigh).toBeCloseTo(positives.reduce((sum, p) => sum + precision(p), 0) / positives.length, 12);
      }),
    );
  });

  const half = fc.oneof(
    // Zeros of both signs, the smallest and largest halves, the smallest normal one, infinities.
    fc.constantFrom(0x0000, 0x8000, 0x0001, 0x8001, 0x7bff, 0xfbff, 0x0400, 0x8400, 0x7c00, 0xfc00),
    // Every half but those that are no numbers.
    fc.tuple(fc.nat({ max: 0x7c00 }), fc.boolean()).map(([magnitude, negative]) => magnitude | (negative ? 0x8000 : 0)),
    fc.integer({ min: 0x3c00, max: 0x3c03 }),
  );
  /** Halves as the store gives them; the last of the two kinds of rows takes no part. */
  const column = fc.array(fc.tuple(half, fc.boolean()), { minLength: 1, maxLength: 64 }).map((list) => ({
    values: widened(list.map(([bits]) => bits)),
    included: Uint8Array.from(list, ([, takesPart], row) => Number(takesPart || row === 0)),
  }));

  test('puts halves in order as it puts the floats that they are', () => {
    const sort = columnSorter(64);
    fc.assert(
      fc.property(column, ({ values }) => {
        const expected = [...values.keys()].sort((a, b) => (values[a]! < values[b]! ? -1 : values[a]! > values[b]! ? 1 : a - b));
        const sorted = sort(values);
        expect(Array.from(sorted.rows)).toEqual(expected);
        expect(Array.from(sorted.values, (value) => value + 0)).toEqual(expected.map((row) => values[row]! + 0));
      }),
    );
  });

  test('counting halves finds the ties that sorting finds, whatever column came before', () => {
    const find = tieFinder(64);
    const sort = columnSorter(64);
    fc.assert(
      fc.property(column, fc.double({ min: 0, max: 1, noNaN: true }), ({ values, included }, share) => {
        const found = find(values, included);
        const expected = restricted(sort(values), included);
        expect(Array.from(found.tieStarts)).toEqual(Array.from(expected.tieStarts));
        expect(Array.from(found.tieValues, (value) => value + 0)).toEqual(Array.from(expected.tieValues, (value) => value + 0));
        for (const [row, takesPart] of included.entries()) {
          if (takesPart) expect(found.tieOfKey[found.keyOfRow[row]!]).toBe(expected.tie[row]);
        }
        // Between −∞ and ∞ there is no quantile, either way.
        expect(tiedQuantile(found, share)).toEqual(quantile(expected, share));
      }),
    );
  });

  test('a value that is no number keeps all other rows in their order', () => {
    const values = Float32Array.from([2, NaN, -1, 0, -0, 1]);
    const { rows: sorted } = columnSorter(6)(values);
    expect(Array.from(sorted).filter((row) => row !== 1)).toEqual([2, 3, 4, 5, 0]);
  });
});

function widened(bits: readonly number[]): Float32Array {
  const values = new Float32Array(bits.length);
  decodeFloat16(Uint16Array.from(bits), values);
  return values;
}
