/** The Gaussian probe against three published programs and an independent search, on real activations (MiniLM, 1,500 words). */
import { beforeAll, describe, expect, test } from 'vitest';
import { readNpy } from '../../../server/src/activations/npy';
import { gaussianProbe } from '../../../server/src/methods/probing/gaussian';
import { gaussianClasses, placedLabels } from '../../../server/src/methods/probing/gaussianClasses';
import { covariancesWith, publishedEstimates, rowsByClass, shrunkEstimates } from '../../../server/src/methods/probing/gaussianCovariance';
import { candidates, judgedRows, stratified } from '../../../server/src/methods/probing/gaussianRows';
import { screenOf } from '../../../server/src/methods/probing/gaussianScreen';
import { greedySearch } from '../../../server/src/methods/probing/gaussianSearch';
import type { Sample, SampleRows } from '../../../server/src/methods/sample';
import { hasShared } from '../../helpers/shared';
import { folder, json } from './referenceFiles';
import { tools } from './samples';

/** One step of the reference's searches; neurons count inside its columns. */
interface Step {
  neuron: number;
  log_posterior: number;
  correct: number;
  selection_mi_bits: number;
  test_log_posterior: number;
  test_mi_bits: number;
}

interface Reference {
  columns: number[];
  every_column: number[];
  values: string[];
  counts: { train: number[]; dev: number[] };
  entropy_bits: { dev: number; train: number };
  independent: Record<string, Step[]>;
  reference: { intrinsic_accuracy_48_columns: { columns: number[]; steps: { neuron: number }[] } };
}

describe.skipIf(!hasShared)('against the reference implementations', () => {
  let large: Reference;
  let small: Reference;
  let classes: string[];
  let train: SampleRows;
  let dev: SampleRows;
  let held: SampleRows;

  beforeAll(() => {
    large = json('probing/gaussian.json');
    small = json('probing/gaussian_small.json');
    classes = json('data/meta.json').upos;
    const rows = (split: 'train' | 'eval', from: number, to: number): SampleRows => {
      const x = readNpy(folder(`data/X_${split}.npy`)).values as Float32Array;
      const labels = readNpy(folder(`data/upos_${split}.npy`)).values as Int32Array;
      return { rows: to - from, neurons: 768, values: x.slice(from * 768, to * 768), labels: labels.slice(from, to), groups: null };
    };
    train = rows('train', 0, 1500);
    dev = rows('eval', 0, 300);
    held = rows('eval', 300, 600);
  });

  const cut = (rows: SampleRows, columns: readonly number[]): SampleRows => ({
    ...rows,
    neurons: columns.length,
    values: Float32Array.from({ length: rows.rows * columns.length }, (_, i) => {
      return rows.values[Math.floor(i / columns.length) * 768 + columns[i % columns.length]!]!;
    }),
  });
  const sample = (columns: readonly number[], evaluation = dev): Sample => ({
    ...{ train: cut(train, columns), held: cut(evaluation, columns), classes, focus: -1 },
  });
  const steps = (found: Awaited<ReturnType<typeof gaussianProbe.rank>>, name: string) => found.fit[name] as number[];

  test.each([
    ['gaussian.json', 'intrinsic', 'map', 'log-posterior'],
    ['gaussian.json', 'pitfalls', 'unbiased', 'mi'],
    ['gaussian_small.json', 'intrinsic', 'map', 'mi'],
    ['gaussian_small.json', 'pitfalls', 'unbiased', 'log-posterior'],
  ])('%s, %s: the same neurons, posteriors and bounds, held-out rows choosing', async (file, name, prior, objective) => {
    const reference = file === 'gaussian.json' ? large : small;
    const expected = reference.independent[name]!;
    const found = await gaussianProbe.rank(sample(reference.columns), { prior, objective, steps: expected.length }, tools);
    expect(found.order).toEqual(expected.map(({ neuron }) => neuron));
    expect(found.fit['entropy']).toBeCloseTo(reference.entropy_bits.dev, 10);
    expected.forEach((step, i) => {
      expect(Math.abs(steps(found, 'log_posterior')[i]! - step.log_posterior)).toBeLessThan(1e-4);
      expect(Math.abs(steps(found, 'mi')[i]! - step.selection_mi_bits)).toBeLessThan(1e-4);
      expect(steps(found, 'accuracy')[i]! * 254).toBeCloseTo(step.correct, 6);
    });
    expect(found.warnings.join('\n')).toMatch(/left out, with fewer than 100 rows to fit: ADV \(70\), CCONJ \(41\), INTJ \(4\)/);
  });

  test.each(['gaussian.json', 'gaussian_small.json'])(
    '%s, neurox: fitted rows choosing, the test rows measured beside them',
    async (file) => {
      const reference = file === 'gaussian.json' ? large : small;
      const expected = reference.independent['neurox']!;
      const options = { prior: 'unbiased', 'score-on': 'train', steps: expected.length };
      const found = await gaussianProbe.rank(sample(reference.columns, held), options, tools);
      expect(found.order).toEqual(expected.map(({ neuron }) => neuron));
      expected.forEach((step, i) => {
        expect(Math.abs(steps(found, 'log_posterior')[i]! - step.log_posterior)).toBeLessThan(1e-4);
        expect(Math.abs(steps(found, 'held_log_posterior')[i]! - step.test_log_posterior)).toBeLessThan(1e-4);
        expect(Math.abs(steps(found, 'held_mi')[i]! - step.test_mi_bits)).toBeLessThan(1e-4);
      });
    },
  );

  test('without any prior, on 48 columns', async () => {
    const expected = large.independent['intrinsic_mle_48_columns']!;
    const columns = large.reference.intrinsic_accuracy_48_columns.columns;
    const found = await gaussianProbe.rank(sample(columns.map((c) => large.columns[c]!)), { prior: 'mle', steps: expected.length }, tools);
    expect(found.order!.map((neuron) => columns[neuron])).toEqual(expected.map(({ neuron }) => neuron));
    expected.forEach((step, i) => expect(Math.abs(steps(found, 'log_posterior')[i]! - step.log_posterior)).toBeLessThan(1e-4));
  });

  test('accuracy choosing, ties to the first', async () => {
    const { columns, steps: expected } = large.reference.intrinsic_accuracy_48_columns;
    const chosen = columns.map((c) => large.columns[c]!);
    const found = await gaussianProbe.rank(sample(chosen), { prior: 'map', objective: 'accuracy', steps: expected.length }, tools);
    expect(found.order!.map((neuron) => columns[neuron])).toEqual(expected.map(({ neuron }) => neuron));
  });

  test.each([
    ['unshrunk', 'columns'],
    ['unshrunk_all_columns', 'every_column'],
  ] as const)('%s: a weight of one row', async (name, columns) => {
    const expected = small.independent[name]!;
    const { train: fitted, held: evaluated, ...rest } = sample(small[columns]);
    const model = gaussianClasses({ train: fitted, held: evaluated, ...rest }, 100);
    const placed = placedLabels(evaluated, model.classes);
    const judged = judgedRows(stratified(placed, model.classes.length, 4000, 1), placed, model);
    const found = await greedySearch({
      ...{ model, train: fitted, trainLabels: placedLabels(fitted, model.classes), estimates: shrunkEstimates(model.counts, 1) },
      candidates: candidates(judged, evaluated, model),
      screen: screenOf(judged, evaluated, model),
      ...{ steps: expected.length, value: ({ logPosterior }) => logPosterior, worstFirst: false, step: tools.step },
    });
    expect(found.chosen.map(({ neuron }) => neuron)).toEqual(expected.map(({ neuron }) => neuron));
    expected.forEach((step, i) => {
      expect(Math.abs(found.chosen[i]!.judgement.logPosterior - step.log_posterior)).toBeLessThan(1e-4);
      expect(found.chosen[i]!.judgement.correct).toBe(step.correct);
    });
  });

  test.each([
    ['map', 'gaussian_map_covariance_16.npy'],
    ['unbiased', 'gaussian_map_covariance_16_unbiased.npy'],
  ] as const)('means and covariances of the prior %s', (prior, file) => {
    const fitted = cut(train, large.columns);
    const model = gaussianClasses({ train: fitted, held: fitted, classes, focus: -1 }, 100);
    expect(model.counts).toEqual(large.counts.train);
    const means = readNpy(folder('probing/gaussian_mean.npy')).values;
    model.means.forEach((mean, i) => expect(Math.abs(mean - means[i]!)).toBeLessThan(1e-5));
    const expected = readNpy(folder(`probing/${file}`)).values;
    const estimates = publishedEstimates(prior, model.counts, model.neurons.length);
    for (let a = 0; a < 16; a++) {
      const column = covariancesWith(fitted, rowsByClass(placedLabels(fitted, model.classes), model.classes.length), model, a);
      estimates.forEach(({ variance, covariance }, k) => {
        for (let b = 0; b < 16; b++) {
          const found = a === b ? variance * model.variances[k * 381 + a]! : covariance * column[k * 381 + b]!;
          expect(Math.abs(found - expected[(k * 16 + a) * 16 + b]!)).toBeLessThan(1e-5);
        }
      });
    }
  });

  test('shrunk as held-out rows want, the bound stays above that of the published prior', async () => {
    const found = await gaussianProbe.rank(sample(large.columns), { steps: 10 }, tools);
    expect(steps(found, 'mi')[9]!).toBeGreaterThan(small.independent['unshrunk_all_columns']![9]!.selection_mi_bits);
    expect(found.fit['shrinkage']).toBeGreaterThan(1);
  });
});
