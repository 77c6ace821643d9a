/** Probes of numbers: optima of scikit-learn, a matrix by hand, and what holds for any rows. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkParameters } from '../../../server/src/methods';
import { agreementOf } from '../../../server/src/methods/probing/agreement';
import { regressionProbe } from '../../../server/src/methods/probing/regression';
import type { Sample, SampleRows, SampleScores } from '../../../server/src/methods/sample';
import { rowsOf, tools } from './samples';
import { toy } from './toy';

interface Reference {
  readonly standardise: boolean;
  readonly l1: number;
  readonly l2: number;
  readonly weights: readonly number[];
  readonly intercept: number;
  readonly objective: number;
  readonly train_r2: number;
  readonly eval_r2: number;
  readonly eval_correlation: number;
  readonly eval_rank_correlation: number;
}

const reference = JSON.parse(readFileSync(new URL('../../fixtures/regression/reference.json', import.meta.url), 'utf8')) as {
  readonly rows: number;
  readonly held: number;
  readonly neurons: number;
  readonly probes: readonly Reference[];
};

// The rows of test/tools/regression.py.
const value = (i: number, j: number): number => ((i * (7 + 2 * j) + 3 * j * j + ((i * i) % (5 + j))) % 13) - 6;
const numberOf = (i: number): number => 2 * value(i, 0) - value(i, 2) + ((i * 5) % 7) / 2;

function withNumbers(columns: readonly (readonly number[])[], numbers: readonly number[]): SampleRows {
  const labels = numbers.map(() => 0);
  return { ...rowsOf(columns, labels), target: Float64Array.from(numbers) };
}

const sampleOf = (train: SampleRows, held = train): Sample => ({ train, held, classes: ['number:position'], focus: -1 });

async function probed(sample: Sample, given: Record<string, unknown> = {}): Promise<SampleScores> {
  return regressionProbe.rank(sample, checkParameters(regressionProbe, { permutations: 0, ...given }), tools);
}

describe('optima of scikit-learn', () => {
  const part = (from: number, count: number): SampleRows => {
    const rows = Array.from({ length: count }, (_, i) => from + i);
    return withNumbers(
      Array.from({ length: reference.neurons }, (_, j) => rows.map((i) => value(i, j))),
      rows.map(numberOf),
    );
  };
  const sample = sampleOf(part(0, reference.rows), part(reference.rows, reference.held));

  test.each(reference.probes)('l1 $l1, l2 $l2, standardise $standardise', async (expected) => {
    const { l1, l2, standardise } = expected;
    const { fit, weights, score, order: given } = await probed(sample, { l1, l2, standardise });
    [...expected.weights, expected.intercept].forEach((weight, j) => expect(weights?.values[j]).toBeCloseTo(weight, 6));
    expect(fit['objective']).toBeCloseTo(expected.objective, 8);
    for (const name of ['train_r2', 'eval_r2', 'eval_correlation', 'eval_rank_correlation'] as const)
      expect(fit[name], name).toBeCloseTo(expected[name], 6);
    expect(score.every((size, j) => Math.abs((size ?? 0) - Math.abs(expected.weights[j] ?? 0)) < 1e-6)).toBe(true);
    expect(given).toBeUndefined();
  });
});

test('of two neurons that are orthogonal to each other, each has the weight that it would have alone', async () => {
  // y = 3a − b; the rows of a and b: (1, 1), (1, −1), (−1, 1), (−1, −1). With l2 = 1 weights are halved: Σx²/n = 1.
  const train = withNumbers(
    [
      [1, 1, -1, -1],
      [1, -1, 1, -1],
    ],
    [2, 4, -4, -2],
  );
  const { score, direction, beside, fit, weights } = await probed(sampleOf(train), { l2: 1 });
  expect(score[0]).toBeCloseTo(1.5, 9);
  expect(score[1]).toBeCloseTo(0.5, 9);
  expect(direction).toEqual([1, -1]);
  expect(beside['mass']).toEqual([0, 0.75]);
  // cov(a, y)/(sd a · sd y) = 3/√10.
  expect(beside['correlation']?.[0]).toBeCloseTo(3 / Math.sqrt(10), 12);
  expect(fit['train_r2']).toBeCloseTo(0.75, 9);
  expect(fit['objective']).toBeCloseTo(5, 9);
  expect(weights?.outputs).toEqual(['number:position']);
});

describe('what cannot be predicted', () => {
  test('a number that never varies leaves every neuron without a score, and says why', async () => {
    const { score, reasons, fit } = await probed(sampleOf(withNumbers([toy.a, toy.b], [7, 7, 7, 7, 7, 7, 7, 7])));
    expect(score).toEqual([null, null]);
    expect(reasons).toEqual({ 0: 'constant-target', 1: 'constant-target' });
    expect(fit['eval_r2']).toBeNull();
  });

  test('one row alone, or none', async () => {
    expect((await probed(sampleOf(withNumbers([[1]], [2])))).reasons).toEqual({ 0: 'few-rows' });
    expect((await probed(sampleOf(withNumbers([[]], [])))).reasons).toEqual({ 0: 'few-rows' });
  });

  test('a constant neuron and one with values that are not finite have no score; the others do', async () => {
    const numbers = [1, 2, 3, 4, 5, 6, 7, 8];
    const { score, reasons } = await probed(sampleOf(withNumbers([toy.a, numbers.map(() => 2), [Number.NaN, ...toy.b.slice(1)]], numbers)));
    expect(reasons).toEqual({ 1: 'constant', 2: 'not-finite' });
    expect(score[0]).toBeGreaterThan(0);
  });

  test('held rows that are missing leave their numbers null', async () => {
    const { fit } = await probed(sampleOf(withNumbers([toy.a], [1, 2, 3, 4, 5, 6, 7, 8]), withNumbers([[]], [])), { permutations: 2 });
    expect(fit).toMatchObject({ eval_r2: null, eval_correlation: null, eval_squared_error: null, control_eval_r2: null, control_fits: 0 });
    expect(fit['train_r2']).toBeGreaterThan(0);
  });

  test('a penalty above its largest useful value leaves every weight at zero, and that value is said', async () => {
    const { reasons, warnings } = await probed(sampleOf(withNumbers([toy.a], [1, 2, 3, 4, 5, 6, 7, 8])), { l1: 100 });
    expect(reasons).toEqual({ 0: 'no-weight' });
    expect(warnings.join()).toMatch(/every weight at zero; with l1 below/);
  });
});

describe('controls', () => {
  const columns = Array.from({ length: 4 }, (_, j) => Array.from({ length: 240 }, (_, i) => value(i, j)));
  const numbers = columns[0]!.map((x, i) => x + value(i, 5) / 10);
  const types = Int32Array.from({ length: 240 }, (_, i) => i % 50);
  const rows = { ...withNumbers(columns, numbers), types };

  test('numbers in random order are not predicted where the real ones are', async () => {
    const { fit } = await probed(sampleOf(rows), { permutations: 4, 'control-task': true });
    expect(fit['eval_r2']).toBeGreaterThan(0.9);
    expect(fit['control_fits']).toBe(4);
    expect(fit['control_best_eval_r2']).toBeLessThan(0.2);
    expect(fit['selectivity']).toBeCloseTo((fit['eval_r2'] as number) - (fit['word_control_eval_r2'] as number), 12);
  });

  test('a control task without words is refused', async () => {
    const { types: _, ...wordless } = rows;
    await expect(probed(sampleOf(wordless), { 'control-task': true })).rejects.toMatchObject({ code: 'METHOD_PARAMETER' });
  });
});

describe('what holds for any rows', () => {
  const matrices = fc
    .tuple(fc.integer({ min: 5, max: 15 }), fc.integer({ min: 1, max: 4 }), fc.infiniteStream(fc.integer({ min: -20, max: 20 })))
    .map(([rows, neurons, numbers]) => {
      const next = () => (numbers.next().value as number) / 4;
      return { columns: Array.from({ length: neurons }, () => Array.from({ length: rows }, next)), y: Array.from({ length: rows }, next) };
    })
    .filter(({ y }) => new Set(y).size > 1);
  const penalties = fc.record({
    l1: fc.constantFrom(0, 0.1),
    l2: fc.constantFrom(0.01, 0.5),
    'l2-kind': fc.constantFrom('squared', 'norm'),
  });

  test('another unit and origin of the number scale the weights of l2 and leave what is explained', async () => {
    await fc.assert(
      fc.asyncProperty(matrices, fc.constantFrom(1e-6, 3, 1e9), fc.integer({ min: -5, max: 5 }), async ({ columns, y }, unit, origin) => {
        const own = await probed(sampleOf(withNumbers(columns, y)), { l2: 0.1 });
        const other = await probed(
          sampleOf(
            withNumbers(
              columns,
              y.map((one) => unit * (one + origin)),
            ),
          ),
          { l2: 0.1 },
        );
        own.score.forEach((size, j) => expect((other.score[j] ?? 0) / unit).toBeCloseTo(size ?? 0, 6));
        expect(other.fit['train_r2']).toBeCloseTo(own.fit['train_r2'] as number, 6);
      }),
      { numRuns: 15 },
    );
  });

  test('no step along one weight leads down from the optimum', async () => {
    await fc.assert(
      fc.asyncProperty(matrices, penalties, async ({ columns, y }, given) => {
        const { weights, fit } = await probed(sampleOf(withNumbers(columns, y)), { ...given, standardise: false });
        const found = weights?.values ?? new Float64Array();
        const objective = (w: Float64Array): number => {
          const squares = y.reduce((sum, want, i) => {
            const said = columns.reduce((total, column, j) => total + (w[j] ?? 0) * (column[i] ?? 0), w.at(-1) ?? 0);
            return sum + (want - said) ** 2;
          }, 0);
          const own = w.subarray(0, columns.length);
          const square = own.reduce((sum, one) => sum + one * one, 0);
          return (
            squares / y.length +
            given.l1 * own.reduce((sum, one) => sum + Math.abs(one), 0) +
            given.l2 * (given['l2-kind'] === 'norm' ? Math.sqrt(square) : square)
          );
        };
        expect(objective(found)).toBeCloseTo(fit['objective'] as number, 7);
        for (let j = 0; j < found.length; j++) {
          for (const step of [-1e-3, 1e-3]) {
            const moved = found.map((weight, at) => (at === j ? weight + step : weight));
            expect(objective(moved)).toBeGreaterThan((fit['objective'] as number) - 1e-9);
          }
        }
      }),
      { numRuns: 25 },
    );
  });

  test('rows in another order give the same probe', async () => {
    await fc.assert(
      fc.asyncProperty(matrices, async ({ columns, y }) => {
        const turned = await probed(
          sampleOf(
            withNumbers(
              columns.map((column) => [...column].reverse()),
              [...y].reverse(),
            ),
          ),
        );
        const own = await probed(sampleOf(withNumbers(columns, y)));
        own.score.forEach((size, j) => expect(turned.score[j] ?? 0).toBeCloseTo(size ?? 0, 7));
      }),
      { numRuns: 15 },
    );
  });
});

test('equal numbers share a rank, and what does not vary has no correlation', () => {
  const numbers = Float64Array.of(1, 2, 2, 3);
  // Ranks 1, 2.5, 2.5, 4 against 1, 2, 3, 4: 4.5/√(4.5 · 5).
  expect(agreementOf(Float64Array.of(1, 2, 3, 4), numbers).rankCorrelation).toBeCloseTo(4.5 / Math.sqrt(22.5), 12);
  expect(agreementOf(Float64Array.of(5, 5, 5, 5), numbers)).toMatchObject({ correlation: null, rankCorrelation: null });
  expect(agreementOf(new Float64Array(), new Float64Array())).toEqual({
    r2: null,
    correlation: null,
    rankCorrelation: null,
    squaredError: null,
  });
});
