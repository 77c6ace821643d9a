/** Linear probes and weight-mass rankings on real activations, against exact optima of the same objectives (MiniLM, 1,500 words). */
import { beforeAll, describe, expect, test } from 'vitest';
import { readNpy } from '../../../server/src/activations/npy';
import type { NpyArray } from '../../../server/src/activations/npy';
import { checkParameters } from '../../../server/src/methods';
import { designOf } from '../../../server/src/methods/probing/design';
import { linearProbe } from '../../../server/src/methods/probing/linear';
import { fitLinearProbe, predictedClasses, weightsWithBias } from '../../../server/src/methods/probing/linearProbe';
import { logisticLoss } from '../../../server/src/methods/probing/losses';
import { optimum } from '../../../server/src/methods/probing/optimum';
import type { ProbeSettings } from '../../../server/src/methods/probing/probeParameters';
import { neuronsOnly } from '../../../server/src/methods/probing/support';
import { entryThresholds, massRanking } from '../../../server/src/methods/probing/weightMass';
import type { SampleRows } from '../../../server/src/methods/sample';
import { runtimeKernels } from '../../../server/src/runtime/kernels';
import { hasShared } from '../../helpers/shared';
import { folder, json } from './referenceFiles';

interface Probe {
  readonly task: 'noun' | 'major';
  readonly logits: number;
  readonly input: 'standardised' | 'raw';
  readonly columns: 'all_columns' | 'second_layer_columns';
  readonly l1: number;
  readonly l2: number;
  readonly l2_kind: 'squared' | 'norm';
  readonly objective: number;
  readonly nonzero: number;
  readonly accuracy: Record<'train' | 'dev' | 'test', { correct: number; of: number }>;
  readonly ranking_mean_abs: number[] | null;
}

const probes: Record<string, Probe> = hasShared ? json('probing/linear.json').probes : {};
const lca = hasShared ? json('probing/lca.json').rankings : {};

describe.skipIf(!hasShared)('against exact optima', () => {
  const kernels = runtimeKernels();
  const matrices = {} as Record<'train' | 'eval', { x: NpyArray; upos: NpyArray }>;
  const scaling = {} as { mean: NpyArray; sd: NpyArray };
  let tasks: Record<'all_columns' | 'second_layer_columns', number[]> & {
    major_classes: string[];
    major_rows: Record<'train' | 'dev' | 'test', number[]>;
  };
  let upos: string[];

  beforeAll(() => {
    for (const split of ['train', 'eval'] as const)
      matrices[split] = { x: readNpy(folder(`data/X_${split}.npy`)), upos: readNpy(folder(`data/upos_${split}.npy`)) };
    scaling.mean = readNpy(folder('probing/mean.npy'));
    scaling.sd = readNpy(folder('probing/sd.npy'));
    tasks = json('probing/tasks.json');
    upos = json('data/meta.json').upos;
    return async () => kernels.release();
  });

  /** Rows of a task; the reference standardises by all training rows, whichever the task uses. */
  function rowsOf({ task, columns, input }: Probe, split: 'train' | 'dev' | 'test'): SampleRows {
    const { x, upos: labels } = matrices[split === 'train' ? 'train' : 'eval'];
    const first = split === 'test' ? 300 : 0;
    const count = split === 'train' ? 1500 : 300;
    const own = task === 'major' ? tasks.major_rows[split] : Array.from({ length: count }, (_, row) => row);
    const rows = own.map((row) => row + first);
    const picked = tasks[columns];
    const values = new Float64Array(rows.length * picked.length);
    rows.forEach((row, r) =>
      picked.forEach((column, c) => {
        const value = x.values[row * 768 + column]!;
        values[r * picked.length + c] = input === 'raw' ? value : (value - scaling.mean.values[column]!) / scaling.sd.values[column]!;
      }),
    );
    const name = (row: number) => upos[labels.values[row]!]!;
    const label = (row: number) => (task === 'major' ? tasks.major_classes.indexOf(name(row)) : Number(name(row) === 'NOUN'));
    return { rows: rows.length, neurons: picked.length, values, labels: Int32Array.from(rows, label), groups: null };
  }

  test.each(Object.keys(probes))('%s: objective, weights, predictions, order', { timeout: 60_000 }, async (name) => {
    const reference = probes[name]!;
    const train = rowsOf(reference, 'train');
    const classes = reference.task === 'major' ? tasks.major_classes : ['other', 'NOUN'];
    const focus = reference.task === 'major' ? -1 : 1;
    const given = { l1: reference.l1, l2: reference.l2, 'l2-kind': reference.l2_kind, standardise: false };
    const logits = reference.logits === 1 ? 'auto' : 'softmax';
    const settings = checkParameters(linearProbe, { ...given, logits }) as unknown as ProbeSettings;
    const tools = { kernels, step: async () => undefined };
    const probe = await fitLinearProbe({ train, classes, focus }, settings, tools);
    if (typeof probe === 'string') throw new Error(probe);

    expect(probe.optimum.objective).toBeCloseTo(reference.objective, 10);
    expect(probe.optimum.violation).toBeLessThan(1e-8);
    expect(probe.optimum.weights.filter((weight) => weight !== 0)).toHaveLength(reference.nonzero);
    const expected = readNpy(folder(`probing/linear/${name}.npy`));
    const found = weightsWithBias(probe, false);
    expect(found).toHaveLength(expected.values.length);
    // 1e-6 where the README of the reference allows 1e-4.
    expect(found.reduce((worst, weight, at) => Math.max(worst, Math.abs(weight - expected.values[at]!)), 0)).toBeLessThan(1e-6);
    for (const split of ['train', 'dev', 'test'] as const) {
      const rows = rowsOf(reference, split);
      const predicted = await predictedClasses(probe, rows, kernels);
      const correct = predicted.filter((label, row) => label === rows.labels[row]).length;
      expect({ split, correct }).toEqual({ split, correct: reference.accuracy[split].correct });
      if (split === 'test') expect([...predicted]).toEqual([...readNpy(folder(`probing/linear/${name}_test_predictions.npy`)).values]);
    }
    const ranking = await linearProbe.rank({ train, held: train, classes, focus }, { ...given, logits }, { ...tools, seed: 1 });
    if (reference.ranking_mean_abs === null) {
      expect(ranking.score.every((score) => score === null)).toBe(true);
    } else {
      const order = [...ranking.score.keys()].sort((a, b) => ranking.score[b]! - ranking.score[a]! || a - b);
      expect(order.slice(0, 100).map((column) => tasks[reference.columns][column])).toEqual(reference.ranking_mean_abs);
    }
  });

  test('probes on the first neurons by weight mass, as a minimal set tries them', async () => {
    const whole = { ...probes['upos_ridge']!, columns: 'all_columns' as const };
    const { weight_mass: order }: { weight_mass: number[] } = json('evaluation/ablation.json').rankings;
    const [train, test] = [rowsOf(whole, 'train'), rowsOf(whole, 'test')];
    const settings = checkParameters(linearProbe, { standardise: false }) as unknown as ProbeSettings;
    for (const { n, objective, correct } of json('evaluation/ablation.json').retrained.weight_mass_top.slice(2, 4)) {
      const first = order.slice(0, n);
      const sample = { train: neuronsOnly(train, first), classes: tasks.major_classes, focus: -1 };
      const probe = await fitLinearProbe(sample, settings, { kernels, step: async () => undefined });
      if (typeof probe === 'string') throw new Error(probe);
      const said = await predictedClasses(probe, neuronsOnly(test, first), kernels);
      expect(probe.optimum.objective).toBeCloseTo(objective, 9);
      expect(said.filter((label, row) => label === test.labels[row]).length).toBe(correct);
    }
  });

  test('a control task: what a random label a word form lets the same probe reach, on words it has seen and on others', async () => {
    const { label_of_type: labelOf, ...same } = json('probing/control.json').control.same;
    const { word }: { word: string[] } = json('data/rows.json');
    const control = (split: 'train' | 'test') => {
      const words = tasks.major_rows[split].map((row) => word[row + (split === 'train' ? 0 : 1800)]!);
      return { words, rows: { ...rowsOf(probes['upos_elastic']!, split), labels: Int32Array.from(words, (each) => labelOf[each]) } };
    };
    const [train, test] = [control('train'), control('test')];
    const classes = tasks.major_classes;
    const settings = checkParameters(linearProbe, { standardise: false }) as unknown as ProbeSettings;
    const probe = await fitLinearProbe({ train: train.rows, classes, focus: -1 }, settings, { kernels, step: async () => undefined });
    if (typeof probe === 'string') throw new Error(probe);
    expect(probe.optimum.objective).toBeCloseTo(same.probe.objective, 9);
    const right = (await predictedClasses(probe, test.rows, kernels)).map((label, row) => Number(label === test.rows.labels[row]));
    const seen = new Set(train.words);
    const count = (wanted: (one: string) => boolean) => right.reduce((sum, one, row) => sum + (wanted(test.words[row]!) ? one : 0), 0);
    expect([count((one) => seen.has(one)), count((one) => !seen.has(one))]).toEqual([
      same.test_seen_types.correct,
      same.test_unseen_types.correct,
    ]);
  });

  test('without a standardised copy, the optimum is the same', async () => {
    const reference = probes['noun_ridge']!;
    const raw = rowsOf({ ...reference, input: 'raw' }, 'train');
    const rows = { ...raw, values: Float32Array.from(raw.values) };
    const loss = logisticLoss(rows.labels, new Float64Array(rows.rows).fill(1));
    const design = designOf(rows, kernels, true, 0);
    expect(design.small).toBe(false);
    const found = await optimum({ design, loss, penalty: { l1: 0, l2: reference.l2, kind: 'squared' } }, { tolerance: 1e-9 });
    expect(found.violation).toBeLessThan(1e-9);
    expect(found.objective).toBeCloseTo(reference.objective, 10);
  });

  test.each(['upos_ridge', 'upos_elastic'])('weight mass of %s: entries, order, sets', (name) => {
    const { shape, values } = readNpy(folder(`probing/linear/${name}.npy`));
    const [outputs, width] = shape as [number, number];
    const neurons = width - 1;
    const kept = Float64Array.from({ length: outputs * neurons }, (_, at) => values[Math.floor(at / neurons) * width + (at % neurons)]!);
    const weights = { outputs, neurons, values: kept };
    const expected = readNpy(folder(`probing/lca_${name}_entry.npy`)).values;
    entryThresholds(weights).forEach((entry, at) => expect(Math.abs(entry - expected[at]!)).toBeLessThan(1e-12));
    const { order, entry } = massRanking(weights);
    expect(order).toEqual(lca[name].exact_order);
    order.forEach((neuron, place) => expect(entry[neuron]).toBeCloseTo(lca[name].exact_entry[place], 12));
    for (const share of ['0.1', '0.15', '0.2', '0.5']) {
      // Those that enter below a share are the fewest that hold it.
      const sets = Array.from({ length: outputs }, (_, k) =>
        Array.from(entryThresholds(weights).subarray(k * neurons, (k + 1) * neurons)).flatMap((at, neuron) =>
          at >= 0 && at < Number(share) ? [neuron] : [],
        ),
      );
      expect(sets.map((set) => set.length)).toEqual(Object.values(lca[name].top[share].per_class));
      expect([...new Set(sets.flat())].sort((a, b) => a - b)).toEqual(lca[name].top[share].union);
    }
  });

  test('weight mass with ties and zeros', () => {
    const { weights: rows, exact_order, exact_entry } = lca.small_with_ties_and_zeros;
    const weights = { outputs: 3, neurons: 6, values: Float64Array.from(rows.flat()) };
    const expected = readNpy(folder('probing/lca_small_with_ties_and_zeros_entry.npy')).values;
    entryThresholds(weights).forEach((entry, at) => expect(entry).toBeCloseTo(expected[at]!, 12));
    expect(massRanking(weights).order).toEqual(exact_order);
    massRanking(weights).order.forEach((neuron, place) => expect(massRanking(weights).entry[neuron]).toBeCloseTo(exact_entry[place], 12));
  });
});
