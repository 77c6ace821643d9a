import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readNpy } from '../../../server/src/activations/npy';
import { fitOneNeuron, oneNeuronScores } from '../../../server/src/methods/probing/oneNeuron';
import type { OneNeuronFit } from '../../../server/src/methods/probing/oneNeuron';
import { sparseProbe } from '../../../server/src/methods/probing/sparse';
import { measuresOf } from '../../../server/src/methods/probing/sparseCurve';
import { sampleOrder } from '../../../server/src/methods/sample';
import type { Sample, SampleRows } from '../../../server/src/methods/sample';
import { randomStream } from '../../../server/src/methods/statistics/random';
import { hasShared } from '../../helpers/shared';
import { folder, json } from './referenceFiles';
import { conceptSample, tools } from './samples';

const plain = { l2: 0.001, balanced: false };
const fitted = (values: number[], target: number[], options = plain) =>
  fitOneNeuron(Float64Array.from(values), Int32Array.from(target), options) as OneNeuronFit;

describe('logistic regression on one neuron', () => {
  test('by hand: with two values, the loss is that of the shares when nothing is penalised', () => {
    // z = −1 and 1, three of four positive above and one of four below: odds 3 and 1/3, w = ln 3, b = 0
    const fit = fitted([0, 0, 0, 0, 2, 2, 2, 2], [1, 0, 0, 0, 1, 1, 1, 0], { l2: 0, balanced: false });
    expect(fit.weight).toBeCloseTo(Math.log(3), 8);
    expect(fit.bias).toBeCloseTo(0, 8);
    expect(fit.loss).toBeCloseTo(-(0.75 * Math.log(0.75) + 0.25 * Math.log(0.25)), 10);
  });

  test('separable classes have a finite weight, since it is penalised', () => {
    const fit = fitted([0, 0, 1, 1], [0, 0, 1, 1]);
    expect(Number.isFinite(fit.weight)).toBe(true);
    expect(oneNeuronScores(fit, Float64Array.of(0, 1), Int32Array.of(0, 1)).f1).toBe(1);
  });

  test('the gradient vanishes at what is found, and no step nearby is better', () => {
    const rows = fc.array(fc.tuple(fc.integer({ min: -40, max: 40 }), fc.boolean()), { minLength: 4, maxLength: 40 });
    fc.assert(
      fc.property(rows, fc.boolean(), (pairs, balanced) => {
        const values = pairs.map(([x]) => x / 8);
        const target = pairs.map(([, y]) => Number(y));
        const fit = fitOneNeuron(Float64Array.from(values), Int32Array.from(target), { l2: 0.01, balanced });
        if (typeof fit === 'string') return;
        const n = values.length;
        const positive = target.reduce((a, b) => a + b, 0);
        const share = (y: number) => (balanced ? n / (2 * (y ? positive : n - positive)) : 1) / n;
        let gw = 2 * 0.01 * fit.weight;
        let gb = 0;
        values.forEach((x, i) => {
          const z = (x - fit.mean) / fit.deviation;
          const error = share(target[i]!) * (1 / (1 + Math.exp(-(fit.weight * z + fit.bias))) - target[i]!);
          gw += error * z;
          gb += error;
        });
        expect(Math.abs(gw)).toBeLessThan(1e-8);
        expect(Math.abs(gb)).toBeLessThan(1e-8);
      }),
    );
  });

  test('what cannot be fitted has a reason', () => {
    expect(fitted([1, 2], [1, 1])).toBe('one-class');
    expect(fitted([3, 3], [0, 1])).toBe('constant');
    expect(fitted([3, NaN], [0, 1])).toBe('not-finite');
  });
});

test('neurons are ranked by loss, smallest first, undefined ones last', async () => {
  const rows = (values: number[], labels: number[]): SampleRows => ({
    ...{ rows: labels.length, neurons: 3, values: Float64Array.from(values), labels: Int32Array.from(labels), groups: null },
  });
  // neuron 0 knows little, neuron 1 nothing, neuron 2 all
  const train = rows([0, 5, 0, 1, 5, 0, 0, 5, 1, 1, 5, 1, 1, 5, 1, 1, 5, 0], [0, 0, 1, 1, 1, 0]);
  const found = await sparseProbe.rank({ train, held: train, classes: ['other', 'a'], focus: 1 }, { l2: 0.001, balanced: false }, tools);
  expect(found.reasons).toEqual({ 1: 'constant' });
  expect(found.score[1]).toBeNull();
  expect(found.score[2]!).toBeLessThan(found.score[0]!);
  expect(found.beside['f1']![2]).toBe(1);
});

describe('probes on 1, 2, 4, … neurons', () => {
  // The concept is the sum of neurons 1 and 3; 0 and 2 are noise, 4 does not vary.
  const next = randomStream(3);
  const noise = () => next() / 2 ** 31 - 1;
  const neurons = [0, 1, 2, 3].map(() => Array.from({ length: 300 }, noise));
  const labels = neurons[1]!.map((x, i) => Number(x + neurons[3]![i]! > 0));
  const sample = conceptSample([...neurons, labels.map(() => 5)], labels);

  test('two neurons that make the concept together are the set of two, and the curve jumps there', async () => {
    const found = await sparseProbe.rank(sample, { k: 4 }, tools);
    const { k, loss, f1, mcc, pr_auc: prAuc } = found.fit as Record<string, number[]>;
    expect(k).toEqual([1, 2, 4]);
    const set = found.beside['smallest_set']!;
    expect([set[1], set[3]].map(Number).sort()).toEqual([1, 2]);
    expect([set[0], set[2], set[4]]).toEqual([4, 4, null]);
    expect(loss![1]!).toBeLessThan(loss![0]! / 2);
    expect(loss![2]!).toBeLessThanOrEqual(loss![1]!);
    for (const measure of [f1, mcc, prAuc]) expect(measure![1]!).toBeGreaterThan(0.95);
    expect(loss![0]).toBeCloseTo(Math.min(...found.score.filter((score) => score !== null)), 8);
  });

  test('k = 1 makes no curve, and the ranking is the same with one', async () => {
    const alone = await sparseProbe.rank(sample, {}, tools);
    expect(alone.fit).toEqual({});
    expect((await sparseProbe.rank(sample, { k: 3 }, tools)).score).toEqual(alone.score);
  });

  test('measures by hand: two right, one wrong, one missed, one passed', () => {
    const { f1, mcc, prAuc } = measuresOf(Float64Array.of(3, 2, 1, -1, -2), Int32Array.of(1, 0, 1, 1, 0));
    expect(f1).toBeCloseTo(2 / 3, 12);
    // (2·1 − 1·1) / √(3·3·2·2)
    expect(mcc).toBeCloseTo(1 / 6, 12);
    expect(prAuc).toBeCloseTo((1 + 2 / 3 + 3 / 4) / 3, 12);
    expect(measuresOf(Float64Array.of(-1), Int32Array.of(0))).toEqual({ f1: null, mcc: null, prAuc: null });
  });
});

describe.skipIf(!hasShared)('against the reference on real activations', () => {
  const noun = ['NOUN', 'noun', { l2: 0.001, balanced: false }] as const;
  const load = (
    split: 'train' | 'eval',
    from: number,
    to: number,
    columns: readonly number[],
    label: (row: number) => number,
  ): SampleRows => {
    const x = readNpy(folder(`data/X_${split}.npy`)).values;
    const values = Float64Array.from({ length: (to - from) * columns.length }, (_, i) => {
      return x[(from + Math.floor(i / columns.length)) * 768 + columns[i % columns.length]!]!;
    });
    const labels = Int32Array.from({ length: to - from }, (_, row) => label(from + row));
    return { rows: to - from, neurons: columns.length, values, labels, groups: null };
  };
  const nouns = (columns: readonly number[]): Sample => {
    const focus = json('data/meta.json').upos.indexOf(noun[0]);
    const is = (split: string) => {
      const upos = readNpy(folder(`data/upos_${split}.npy`)).values;
      return (row: number) => Number(upos[row] === focus);
    };
    return {
      train: load('train', 0, 1500, columns, is('train')),
      held: load('eval', 0, 300, columns, is('eval')),
      ...{ classes: ['other', 'noun'], focus: 1 },
    };
  };

  test('every neuron by itself: weight, bias, loss, F1 on the rows held out', async () => {
    const columns: number[] = json('probing/tasks.json').all_columns;
    const expected = readNpy(folder('probing/sparse_k1_noun.npy')).values;
    const row = (r: number, j: number) => expected[r * columns.length + j]!;
    const found = await sparseProbe.rank(nouns(columns), noun[2], tools);
    columns.forEach((_, j) => {
      expect(Math.abs(found.beside['weight']![j]! - row(0, j))).toBeLessThan(1e-4);
      expect(Math.abs(found.beside['bias']![j]! - row(1, j))).toBeLessThan(1e-4);
      expect(Math.abs(found.score[j]! - row(2, j))).toBeLessThan(1e-6);
      expect(found.beside['f1']![j]).toBeCloseTo(row(4, j), 6);
    });
    const order = sampleOrder(sparseProbe, found).slice(0, 20);
    expect(order.map((j) => columns[j])).toEqual(json('probing/sparse.json').k1.noun.best_by_loss);
  });

  test('the pair that is kept is among the best of all pairs of the same neurons', async () => {
    const { prefilter_by_mean_difference: columns, k2_best: pairs } = json('probing/sparse.json');
    const found = await sparseProbe.rank(nouns(columns), { ...noun[2], k: 2 }, tools);
    const losses = pairs.map(({ loss }: { loss: number }) => loss);
    // Giving up half at a time is no search of all pairs: the 20 best of 276 are written down.
    expect((found.fit['loss'] as number[])[1]!).toBeLessThanOrEqual(losses.at(-1) + 1e-6);
    expect((found.fit['loss'] as number[])[1]!).toBeGreaterThanOrEqual(losses[0] - 1e-6);
  });
});
