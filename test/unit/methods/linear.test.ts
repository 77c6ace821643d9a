import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { plainKernels } from '../../../server/src/methods/kernels';
import { checkParameters } from '../../../server/src/methods';
import { controlTaskOf, labelDrawer } from '../../../server/src/methods/probing/controlTask';
import { linguisticCorrelation } from '../../../server/src/methods/probing/lca';
import { linearProbe } from '../../../server/src/methods/probing/linear';
import { fitLinearProbe, weightsWithBias } from '../../../server/src/methods/probing/linearProbe';
import type { LinearProbe } from '../../../server/src/methods/probing/linearProbe';
import type { ProbeSettings } from '../../../server/src/methods/probing/probeParameters';
import type { Sample, SampleRows } from '../../../server/src/methods/sample';
import { conceptSample, rowsOf, tools } from './samples';
import { toy } from './toy';

const settings = (given: Partial<ProbeSettings> = {}): ProbeSettings => checkParameters(linearProbe, given) as unknown as ProbeSettings;

const classesOf = (columns: readonly (readonly number[])[], labels: readonly number[], classes = ['a', 'b', 'c']): Sample => ({
  ...conceptSample(columns, labels),
  ...{ classes, focus: -1 },
});

async function fitted(sample: Sample, given: Partial<ProbeSettings>): Promise<LinearProbe> {
  const probe = await fitLinearProbe(sample, settings(given), tools);
  if (typeof probe === 'string') throw new Error(probe);
  return probe;
}

const toyColumns = [toy.a, toy.b, toy.c];
const firstFour = [1, 1, 1, 1, 0, 0, 0, 0];

describe('the eight rows by other means', () => {
  test.each([
    [0.05, 0.01, [0.59092, 0, -1.408382], -0.940985, 0.19306663],
    [0.2, 0, [0, 0, -1.105485], 0, 0.39898941],
    [0, 0.05, [0.706443, 0.145878, -1.101887], -1.229429, 0.17439597],
  ])('l1 %d, l2 %d', async (l1, l2, weights, bias, objective) => {
    const probe = await fitted(conceptSample(toyColumns, firstFour), { l1, l2, standardise: false });
    const found = weightsWithBias(probe, false);
    [...weights, bias].forEach((value, j) => expect(found[j]).toBeCloseTo(value, 6));
    expect(probe.optimum.objective).toBeCloseTo(objective, 8);
    expect(probe.optimum.violation).toBeLessThan(1e-9);
    expect(probe.optimum.converged).toBe(true);
  });

  test('the smallest l1 that leaves every weight at zero is the steepest slope there', async () => {
    const probe = await fitted(conceptSample(toyColumns, firstFour), { l1: 0.875, l2: 0, standardise: false });
    expect(probe.optimum.l1Max).toBeCloseTo(0.875, 12);
    expect(probe.optimum.weights.every((weight) => weight === 0)).toBe(true);
  });
});

test('a softmax over a concept and the rest finds the weights of one logit, half on each side', async () => {
  // With v on both sides, the penalty 2·l2·v² on a difference of 2v is that of a single weight w = 2v under l2/2.
  const sample = conceptSample(toyColumns, firstFour);
  const two = await fitted(sample, { l2: 0.1, logits: 'softmax' });
  const one = await fitted(sample, { l2: 0.05 });
  const [mine, theirs] = [two.optimum.weights, one.optimum.weights];
  for (let j = 0; j < 3; j++) {
    expect(mine[3 + j]! - mine[j]!).toBeCloseTo(theirs[j]!, 7);
    expect(mine[3 + j]! + mine[j]!).toBeCloseTo(0, 7);
  }
});

const matrices = fc
  .tuple(fc.integer({ min: 6, max: 24 }), fc.integer({ min: 1, max: 5 }), fc.infiniteStream(fc.integer({ min: -20, max: 20 })))
  .map(([rows, neurons, numbers]) => {
    const next = () => (numbers.next().value as number) / 4;
    const columns = Array.from({ length: neurons }, () => Array.from({ length: rows }, next));
    return { columns, labels: Array.from({ length: rows }, () => Math.abs(Math.round(next() * 4)) % 3) };
  })
  .filter(({ labels }) => new Set(labels).size > 1);

const penalties = fc.record({
  l1: fc.constantFrom(0, 0.01, 0.1),
  l2: fc.constantFrom(0.01, 0.1),
  'l2-kind': fc.constantFrom('squared' as const, 'norm' as const),
  balanced: fc.boolean(),
});

describe('what holds for any rows', () => {
  test('the optimum meets its conditions, and no weights nearby are better', { timeout: 60_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(matrices, penalties, async ({ columns, labels }, given) => {
        const probe = await fitted(classesOf(columns, labels), given);
        expect(probe.optimum.violation).toBeLessThan(1e-7);
      }),
      { numRuns: 150 },
    );
  });

  test('scale and zero of a neuron do not matter once it is standardised', { timeout: 60_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(matrices, async ({ columns, labels }) => {
        const plain = await fitted(classesOf(columns, labels), { l1: 0.01, l2: 0.05 });
        const moved = await fitted(
          classesOf(
            columns.map((column) => column.map((x) => 3 * x - 7)),
            labels,
          ),
          { l1: 0.01, l2: 0.05 },
        );
        plain.optimum.weights.forEach((weight, at) => expect(moved.optimum.weights[at]).toBeCloseTo(weight, 6));
      }),
      { numRuns: 50 },
    );
  });

  test('a copy gets the same weight under l2, and a constant none', async () => {
    const found = await linearProbe.rank(conceptSample([toy.a, toy.c, toy.a, toy.a.map(() => 5)], firstFour), {}, tools);
    expect(found.score[2]).toBeCloseTo(found.score[0]!, 8);
    expect(found.score[3]).toBeNull();
    expect(found.reasons).toEqual({ 3: 'constant' });
    expect(found.direction.slice(0, 2)).toEqual([1, -1]);
  });
});

describe('what cannot be fitted, or not to an end, is said', () => {
  test('one class alone', async () => {
    const found = await linearProbe.rank(conceptSample(toyColumns, [1, 1, 1, 1, 1, 1, 1, 1]), {}, tools);
    expect(found.score).toEqual([null, null, null]);
    expect(found.reasons).toEqual({ 0: 'one-class', 1: 'one-class', 2: 'one-class' });
  });

  test('classes that can be told apart have no optimum without a penalty', async () => {
    const found = await linearProbe.rank(conceptSample(toyColumns, firstFour), { l2: 0 }, tools);
    expect(found.warnings.join()).toMatch(/without a mistake and nothing is penalised/);
    expect(found.fit['train_accuracy']).toBe(1);
  });

  test('a penalty that leaves no weight', async () => {
    const found = await linguisticCorrelation.rank(conceptSample(toyColumns, firstFour), { l1: 2, l2: 0, standardise: false }, tools);
    expect(found.reasons).toEqual({ 0: 'no-weight', 1: 'no-weight', 2: 'no-weight' });
    expect(found.warnings.join()).toMatch(/with l1 below 0\.875/);
  });

  test('classes without rows to fit are left out by name', async () => {
    const found = await linearProbe.rank(classesOf(toyColumns, [0, 0, 0, 0, 2, 2, 2, 2]), {}, tools);
    expect(found.warnings.join()).toMatch(/left out.*: b;/);
    expect(found.fit['eval_class_accuracy']).toEqual([1, null, 1]);
  });
});

test('balanced rows count for classes alike: every class as if it had been repeated to the size of the largest', async () => {
  const columns = [
    [0, 1, 2, 3, 4, 5],
    [1, 0, 1, 3, 2, 5],
  ];
  const balanced = await fitted(conceptSample(columns, [0, 0, 0, 0, 1, 1]), { balanced: true, standardise: false, l2: 0.1 });
  const twice = [0, 1, 2, 3, 4, 5, 4, 5];
  const repeated = await fitted(
    conceptSample(
      columns.map((column) => twice.map((row) => column[row]!)),
      [0, 0, 0, 0, 1, 1, 1, 1],
    ),
    { standardise: false, l2: 0.1 },
  );
  repeated.optimum.weights.forEach((weight, j) => expect(balanced.optimum.weights[j]).toBeCloseTo(weight, 7));
});

describe('rankings from the same probe', () => {
  test('by weight and by weight mass fit it once', async () => {
    let products = 0;
    const counting = {
      ...plainKernels,
      product: (...of: Parameters<typeof plainKernels.product>) => (products++, plainKernels.product(...of)),
    };
    const sample = conceptSample(toyColumns, firstFour);
    await linearProbe.rank(sample, { l2: 0.05 }, { ...tools, kernels: counting });
    const once = products;
    await linguisticCorrelation.rank(sample, { l2: 0.05 }, { ...tools, kernels: counting });
    expect(products).toBe(once);
    await linguisticCorrelation.rank(sample, { l2: 0.06 }, { ...tools, kernels: counting });
    expect(products).toBeGreaterThan(once);
  });

  test('each class has its own order by weight mass, and the earliest of them is the order of all', async () => {
    const found = await linguisticCorrelation.rank(classesOf(toyColumns, [0, 0, 1, 1, 2, 2, 0, 1]), { l2: 0.05 }, tools);
    expect(found.perClass!.map(({ name }) => name)).toEqual(['a', 'b', 'c']);
    found.score.forEach((score, j) => expect(score).toBe(Math.min(...found.perClass!.map(({ score: own }) => own[j] ?? Infinity))));
  });

  test('a concept alone has no ranking by class', async () => {
    expect((await linguisticCorrelation.rank(conceptSample(toyColumns, firstFour), {}, tools)).perClass).toBeUndefined();
  });
});

describe('the fewest neurons that do', () => {
  // Neuron 1 alone tells the concept; what neuron 0 says is right in five rows of eight, and 2 and 3 say nothing.
  const columns = [
    [1, 0, 1, 1, 0, 1, 0, 1],
    [3, 2, 3, 2, -2, -3, -2, -3],
    [1, -1, 1, -1, 1, -1, 1, -1],
    [1, 1, -1, -1, 1, 1, -1, -1],
  ];

  test('one neuron is enough where one tells all', async () => {
    const found = await linguisticCorrelation.rank(conceptSample(columns, firstFour), { 'minimal-set': true }, tools);
    expect(found.order![0]).toBe(1);
    expect(found.fit).toMatchObject({ minimal_size: 1, minimal_accuracy: 1, minimal_sizes: [1], minimal_accuracies: [1] });
  });

  test('where two neurons tell a class each, one is not; whoever allows the loss has enough with one', async () => {
    const two = [
      [5, 6, 5, 6, 0, 0, 0, 0, 0, 0, 0, 0],
      [0, 0, 0, 0, 3, 4, 3, 4, 0, 0, 0, 0],
      ...[1, 2, 3].map((k) => Array.from({ length: 12 }, (_, row) => Number(((row * k) % 5) - 2) / 20)),
    ];
    const sample = classesOf(two, [0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2]);
    const strict = await linguisticCorrelation.rank(sample, { 'minimal-set': true }, tools);
    expect(strict.fit).toMatchObject({ minimal_size: 2, minimal_accuracy: 1 });
    const lax = await linguisticCorrelation.rank(sample, { 'minimal-set': true, tolerance: 0.4 }, tools);
    expect(lax.fit).toMatchObject({ minimal_size: 1 });
  });
});

describe('a control task', () => {
  const rows = (labels: readonly number[], types: readonly number[]): SampleRows => ({
    ...rowsOf([types.map((type) => Number(type % 4 === 0)), types.map((type) => Number(type % 4 === 1))], labels),
    types: Int32Array.from(types),
  });
  const types = Array.from({ length: 60 }, (_, row) => row % 20);
  const labels = types.map((type) => Number(type % 4 === 0));
  const sample: Sample = {
    train: rows(labels, types),
    held: rows(labels.slice(0, 30), types.slice(0, 30)),
    classes: ['other', 'y'],
    focus: 1,
  };

  test('gives every word form one label, in rows to fit and rows held out alike, about as often as the real ones', () => {
    const task = controlTaskOf(sample, 5);
    const labelOf = new Map<number, number>();
    [...task.train.labels, ...task.held.labels].forEach((label, i) => {
      const type = [...types, ...types.slice(0, 30)][i]!;
      expect(labelOf.get(type) ?? label).toBe(label);
      labelOf.set(type, label);
    });
    const draw = labelDrawer([0.2, 0, 0.8], 9);
    const drawn = Array.from({ length: 2000 }, (_, type) => draw(type));
    expect(drawn.filter((label) => label === 0).length / 2000).toBeCloseTo(0.2, 1);
    expect(drawn.includes(1)).toBe(false);
    expect(task.chance).toBeCloseTo(0.25 ** 2 + 0.75 ** 2, 12);
  });

  test('a probe on what the words share cannot learn it by heart: its selectivity is accuracy less that of the control', async () => {
    const { fit } = await linearProbe.rank(sample, { 'control-task': true }, tools);
    expect(fit['eval_accuracy']).toBe(1);
    expect(fit['selectivity']).toBeCloseTo(1 - (fit['control_eval_accuracy'] as number), 12);
    expect(fit['selectivity']).toBeGreaterThan(0);
    expect(fit['control_seen_rows']).toBe(30);
  });

  test('needs to know the words', async () => {
    const asked = linearProbe.rank(conceptSample(toyColumns, firstFour), { 'control-task': true }, tools);
    await expect(asked).rejects.toMatchObject({ problems: [{ code: 'METHOD_PARAMETER' }] });
  });
});

test('classes with too few rows to fit leave with their rows, a concept with too few has no score', async () => {
  const found = await linearProbe.rank(classesOf(toyColumns, [0, 0, 0, 0, 2, 2, 2, 1]), { 'min-rows': 2 }, tools);
  expect(found.warnings.join()).toMatch(/fewer than 2 of them are fitted: b/);
  expect(found.fit).toMatchObject({ train_rows: 7, eval_rows: 7, eval_class_accuracy: [1, null, 1], eval_balanced_accuracy: 1 });
  const rare = await linearProbe.rank(conceptSample(toyColumns, [0, 0, 0, 0, 0, 0, 0, 1]), { 'min-rows': 2 }, tools);
  expect(rare.reasons).toEqual({ 0: 'few-rows', 1: 'few-rows', 2: 'few-rows' });
});
