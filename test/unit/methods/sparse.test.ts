import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { plainKernels } from '../../../server/src/methods/kernels';
import { fitOneNeuron, oneNeuronScores } from '../../../server/src/methods/probing/oneNeuron';
import type { OneNeuronFit } from '../../../server/src/methods/probing/oneNeuron';
import { sparseProbe } from '../../../server/src/methods/probing/sparse';
import type { SampleRows } from '../../../server/src/methods/sample';

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
  const found = await sparseProbe.rank(
    { train, held: train, classes: ['other', 'a'], focus: 1 },
    { l2: 0.001, balanced: false },
    { kernels: plainKernels, seed: 1, step: async () => undefined },
  );
  expect(found.reasons).toEqual({ 1: 'constant' });
  expect(found.score[1]).toBeNull();
  expect(found.score[2]!).toBeLessThan(found.score[0]!);
  expect(found.beside['f1']![2]).toBe(1);
});
