import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { gaussianProbe } from '../../../server/src/methods/probing/gaussian';
import { judge, stratified } from '../../../server/src/methods/probing/gaussianRows';
import type { Sample, SampleScores } from '../../../server/src/methods/sample';
import { conceptSample, rowsOf, tools } from './samples';
import { firstFour, toy } from './toy';

const labels = [...firstFour.labels];
const probe = (sample: Sample, parameters: Record<string, string | number | boolean> = {}): Promise<SampleScores> =>
  gaussianProbe.rank(sample, { prior: 'map', ...parameters }, tools);
const numbers = (found: SampleScores, name: string): number[] => found.fit[name] as number[];

describe('by hand, on eight rows', () => {
  test('a neuron by itself: variances of the published prior, bound in bits, rows told right', async () => {
    // neuron a: means 2.5 and 0.25, scatter 5 and 0.75, (1.25 + 5) / 10 = 0.625 and 0.09375
    const a = await probe(conceptSample([toy.a], labels));
    expect(numbers(a, 'mi')[0]).toBeCloseTo(0.74519, 6);
    expect(a.fit['accuracy']).toEqual([0.875]);
    expect(numbers(await probe(conceptSample([toy.b], labels)), 'mi')[0]).toBeCloseTo(0.034358, 6);
    expect(numbers(await probe(conceptSample([toy.c], labels)), 'mi')[0]).toBeCloseTo(0.999973, 6);
  });

  test('three neurons: each alone, and the best first', async () => {
    const found = await probe(conceptSample([toy.a, toy.b, toy.c], labels));
    [0.726094, 0.003171, 1].forEach((bits, neuron) => expect(found.beside['mi_alone']![neuron]).toBeCloseTo(bits, 6));
    expect(found.order![0]).toBe(2);
    expect(found.fit['entropy']).toBe(1);
    // High values of a, low values of c mark the concept.
    expect(found.direction.map(Number)).toEqual([1, -1, -1]);
  });

  test('the unbiased variant divides by one row less', async () => {
    // (5/3 + 5) / 10 = 2/3 and (0.25 + 0.75) / 10 = 0.1: densities by hand
    const found = await probe(conceptSample([toy.a], labels), { prior: 'unbiased' });
    const log = (x: number, y: number) =>
      y ? -((x - 2.5) ** 2) / (4 / 3) - 0.5 * Math.log(2 / 3) : -((x - 0.25) ** 2) / 0.2 - 0.5 * Math.log(0.1);
    const mean = toy.a.reduce<number>((sum, x, i) => sum - Math.log(1 + Math.exp(log(x, 1 - labels[i]!) - log(x, labels[i]!))) / 8, 0);
    expect(numbers(found, 'log_posterior')[0]).toBeCloseTo(mean, 12);
  });

  test('the score is what was reached when the neuron was chosen, in the unit of the objective', async () => {
    const sample = conceptSample([toy.a, toy.b, toy.c], labels);
    for (const [objective, name] of [
      ['log-posterior', 'log_posterior'],
      ['mi', 'mi'],
      ['accuracy', 'accuracy'],
    ] as const) {
      const found = await probe(sample, { objective });
      expect(found.order!.map((neuron) => found.score[neuron])).toEqual(found.fit[name]);
      expect(found.order!.map((neuron) => found.beside[name]![neuron])).toEqual(found.fit[name]);
    }
  });
});

/** Rows with classes that differ a little in every neuron, from numbers that fast-check draws. */
const drawn = fc
  .record({
    classes: fc.integer({ min: 2, max: 3 }),
    noise: fc.array(fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 4, maxLength: 4 }), { minLength: 24, maxLength: 40 }),
  })
  .map(({ classes, noise }) => {
    const rows = noise.length;
    const truth = Array.from({ length: rows }, (_, i) => i % classes);
    const neurons = [0, 1, 2, 3].map((j) =>
      noise.map((row, i) => row[j]! / 16 + (truth[i] === j % classes ? 1.5 : 0) + 0.01 * ((i * (j + 3)) % 7)),
    );
    return { truth, neurons, classes };
  });

describe('for any rows', () => {
  test('the search finds the neurons of one that reuses nothing', async () => {
    await fc.assert(
      fc.asyncProperty(drawn, fc.constantFrom('map', 'unbiased', 'mle'), async ({ truth, neurons, classes }, prior) => {
        const sample: Sample = {
          train: rowsOf(neurons, truth),
          held: rowsOf(neurons, truth),
          classes: ['x', 'y', 'z'].slice(0, classes),
          focus: -1,
        };
        const found = await probe(sample, { prior, 'min-rows': 2 });
        const slow = searchAfresh(neurons, truth, classes, prior);
        expect(found.order!.length).toBe(slow.length);
        slow.forEach(({ best }, step) => expect(numbers(found, 'log_posterior')[step]).toBeCloseTo(best, 8));
        // Where two neurons would do equally well either order is right.
        slow.forEach(({ neuron, gap }, step) => {
          if (gap > 1e-8 && slow.slice(0, step).every((before) => before.gap > 1e-8)) expect(found.order![step]).toBe(neuron);
        });
      }),
      { numRuns: 60 },
    );
  });

  test('other units of a neuron, and its negative, change nothing', async () => {
    await fc.assert(
      fc.asyncProperty(drawn, fc.constantFrom(-3, 0.25, 1000), async ({ truth, neurons, classes }, unit) => {
        const sample = (columns: number[][]): Sample => ({
          ...{ train: rowsOf(columns, truth), held: rowsOf(columns, truth), classes: ['x', 'y', 'z'].slice(0, classes), focus: -1 },
        });
        const before = await probe(sample(neurons), { prior: 'heldout' });
        const after = await probe(sample(neurons.map((neuron) => neuron.map((x) => unit * x + 8))), { prior: 'heldout' });
        numbers(before, 'mi').forEach((mi, step) => expect(numbers(after, 'mi')[step]).toBeCloseTo(mi, 6));
      }),
      { numRuns: 30 },
    );
  });
});

describe('what takes no part', () => {
  test('a copy is never chosen, in other units either', async () => {
    const sample = conceptSample([toy.a, toy.a.map((x) => 1 - 4 * x), toy.b, toy.c], labels);
    for (const prior of ['map', 'heldout', 'mle']) {
      const found = await probe(sample, { prior });
      expect(found.reasons).toEqual({ 1: 'copy' });
      expect(found.order).toHaveLength(3);
      expect(found.score[1]).toBeNull();
    }
  });

  test('sums of neurons that are chosen are copies too', async () => {
    const sum = toy.a.map((x, i) => x + toy.b[i]!);
    const found = await probe(conceptSample([toy.a, toy.b, sum], labels), { prior: 'map' });
    expect(found.order).toHaveLength(2);
    expect(Object.values(found.reasons)).toEqual(['copy']);
  });

  test('neurons beyond the steps, constant ones, ones that are not finite: each with its reason', async () => {
    const same = labels.map(() => 3);
    const found = await probe(conceptSample([toy.a, same, toy.b, toy.c, [NaN, ...toy.b.slice(1)], labels], labels), { steps: 1 });
    expect(found.order).toEqual([3]);
    expect(found.reasons).toEqual({ 0: 'not-selected', 1: 'constant', 2: 'not-selected', 4: 'not-finite', 5: 'no-variance' });
  });

  test('a value that is not finite among the rows held out alone', async () => {
    const held = rowsOf([[NaN, ...toy.a.slice(1)], toy.b], labels);
    const found = await probe(conceptSample([toy.a, toy.b], labels, held));
    expect(found.reasons).toEqual({ 0: 'not-finite' });
  });

  test('small classes are left out and said, unless two would not be left', async () => {
    const train = rowsOf(
      [
        [...toy.a, 9, 7],
        [...toy.c, 1, 2],
      ],
      [...labels, 2, 2],
    );
    const sample: Sample = { train, held: train, classes: ['x', 'y', 'z'], focus: -1 };
    const found = await probe(sample, { 'min-rows': 4 });
    expect(found.fit['rows']).toBe(8);
    expect(found.warnings).toContain('left out, with fewer than 4 rows to fit: z (2)');
    const all = await probe(sample);
    expect(all.fit['rows']).toBe(10);
    expect(all.warnings.join()).toContain('no two classes have 100 rows');
  });

  test('a neuron constant in one class keeps a small variance there, and that is said', async () => {
    const found = await probe(conceptSample([[0, 0, 0, 0, 1, 2, -1, 3]], labels));
    expect(found.order).toEqual([0]);
    expect(found.warnings.join()).toContain('constant within a class: 1 neuron');
  });

  test('one class, or no row held out: no score, and why', async () => {
    const one = await probe(
      conceptSample(
        [toy.a],
        labels.map(() => 1),
      ),
    );
    expect(one.reasons).toEqual({ 0: 'one-class' });
    const none = await probe(conceptSample([toy.a], labels, rowsOf([[]], [])));
    expect(none.score).toEqual([null]);
    expect(none.warnings.join()).toContain('no row of these classes is held out');
    const fitted = await probe(conceptSample([toy.a], labels, rowsOf([[]], [])), { 'score-on': 'train', prior: 'heldout' });
    expect(fitted.score[0]).not.toBeNull();
    expect(fitted.warnings.join()).toContain('how far to shrink');
  });
});

test('where fitted rows choose, the rows held out are measured beside them', async () => {
  const held = rowsOf([toy.c, toy.a, toy.b], labels);
  const sample = conceptSample([toy.a, toy.b, toy.c], labels, held);
  const found = await probe(sample, { 'score-on': 'train' });
  expect(found.fit['held_mi']).toHaveLength(3);
  // The same rows as fitted ones and held out: the same numbers, by another way.
  const same = await probe(conceptSample([toy.a, toy.b, toy.c], labels), { 'score-on': 'train' });
  numbers(same, 'mi').forEach((mi, step) => expect(numbers(same, 'held_mi')[step]).toBeCloseTo(mi, 10));
});

test('worst first: the subsets {b} and {a, b} of three neurons', async () => {
  const found = await probe(conceptSample([toy.a, toy.b, toy.c], labels), { 'worst-first': true });
  expect(found.order).toEqual([1, 0, 2]);
  expect(numbers(found, 'mi')[0]).toBeCloseTo(0.003171, 6);
  expect(numbers(found, 'mi')[1]).toBeCloseTo(0.832075, 6);
});

test('a sample of rows keeps each class in its share, and follows from the seed', () => {
  const placed = Int32Array.from({ length: 1000 }, (_, i) => (i < 900 ? 0 : i < 999 ? 1 : 2));
  const taken = stratified(placed, 3, 100, 7);
  const counts = [0, 1, 2].map((k) => taken.filter((row) => placed[row] === k).length);
  expect(counts).toEqual([90, 9, 1]);
  expect([...taken]).toEqual([...taken].sort((a, b) => a - b));
  expect(stratified(placed, 3, 100, 7)).toEqual(taken);
  expect(stratified(placed, 3, 100, 8)).not.toEqual(taken);
  expect(stratified(placed, 3, 1000, 7)).toHaveLength(1000);
});

/** Greedy search that fits every subset by itself: densities by elimination, nothing kept from step to step. */
function searchAfresh(neurons: readonly (readonly number[])[], truth: readonly number[], classes: number, prior: string) {
  const d = neurons.length;
  const groups = Array.from({ length: classes }, (_, k) => [...truth.keys()].filter((i) => truth[i] === k));
  const means = groups.map((rows) => neurons.map((x) => rows.reduce((sum, i) => sum + x[i]!, 0) / rows.length));
  const covariance = (k: number, a: number, b: number): number => {
    const n = groups[k]!.length;
    const scatter = groups[k]!.reduce((sum, i) => sum + (neurons[a]![i]! - means[k]![a]!) * (neurons[b]![i]! - means[k]![b]!), 0);
    if (prior === 'mle') return scatter / (n - 1);
    return (scatter + (a === b ? scatter / (prior === 'map' ? n : n - 1) : 0)) / (n + 2 * d + 4);
  };
  const meanPosterior = (subset: readonly number[]): number => {
    const densities = groups.map((rows, k) => {
      const matrix = subset.map((a) => subset.map((b) => covariance(k, a, b)));
      return truth.map(
        (_, i) =>
          Math.log(rows.length / truth.length) +
          logDensity(
            matrix,
            subset.map((a) => neurons[a]![i]! - means[k]![a]!),
          ),
      );
    });
    return (
      truth.reduce((sum, y, i) => {
        const best = Math.max(...densities.map((of) => of[i]!));
        return sum + densities[y]![i]! - best - Math.log(densities.reduce((all, of) => all + Math.exp(of[i]! - best), 0));
      }, 0) / truth.length
    );
  };
  const chosen: number[] = [];
  return neurons.map(() => {
    const tried = neurons.flatMap((_, j) => (chosen.includes(j) ? [] : [{ j, value: meanPosterior([...chosen, j]) }]));
    tried.sort((a, b) => b.value - a.value || a.j - b.j);
    chosen.push(tried[0]!.j);
    return { neuron: tried[0]!.j, best: tried[0]!.value, gap: tried[0]!.value - (tried[1]?.value ?? -Infinity) };
  });
}

/** Of a Gaussian with that covariance at that distance from its mean, by Gauss elimination without pivots. */
function logDensity(covariance: readonly (readonly number[])[], deviation: readonly number[]): number {
  const rows = covariance.map((row, a) => [...row, deviation[a]!]);
  let logDeterminant = 0;
  let distance = 0;
  rows.forEach((row, a) => {
    const pivot = row[a]!;
    logDeterminant += Math.log(pivot);
    distance += row[rows.length]! ** 2 / pivot;
    rows.slice(a + 1).forEach((below) => {
      const factor = below[a]! / pivot;
      for (let c = a; c <= rows.length; c++) below[c] = below[c]! - factor * row[c]!;
    });
  });
  return -0.5 * (distance + logDeterminant);
}

test('posteriors by hand, also where a sum of exponentials would overflow', () => {
  const judged = {
    rows: 3,
    labels: Int32Array.of(0, 0, 1),
    places: Int32Array.of(0, 1, 2),
    joint: Float64Array.of(Math.log(3), -1000, 2, 0, 500, 2),
  };
  // odds 3 : 1; far off by 1500 nats; a tie, which goes to the first class
  const { logPosterior, correct } = judge(judged, 2);
  expect(logPosterior).toBeCloseTo((Math.log(0.75) - 1500 + Math.log(0.5)) / 3, 10);
  expect(correct).toBe(1);
});
