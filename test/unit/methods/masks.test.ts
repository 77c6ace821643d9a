/** Methods that cut values into bins: overlap of masks, mutual information, and what stands beside them. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readNpy } from '../../../server/src/activations/npy';
import { sentencesOf, shuffles } from '../../../server/src/methods/evidence/shuffles';
import { rankNeurons } from '../../../server/src/methods';
import type { LabelSet, Ranking } from '../../../server/src/methods';
import { matrixOf } from '../../helpers/matrices';
import { hasShared } from '../../helpers/shared';
import { folder, json, largestDifference, quiet, with_ } from './referenceFiles';
import { attribute, concept, firstFour, rankOne, rankToy, toy } from './toy';

const { a, b, c } = toy;

describe('overlap of masks', () => {
  test('counts rows strictly above the quantile against the rows of the concept', async () => {
    const { score, extras, chance } = await rankOne('iou', [a, b, c], firstFour, { quantile: 0.75 });
    expect(extras['threshold']).toEqual([2.25, 1.25, 1.25]);
    expect(score).toEqual([0.5, 0.2, 0]);
    expect(extras['active']).toEqual([2, 2, 2]);
    expect(extras['both']).toEqual([2, 1, 0]);
    expect(extras['precision']).toEqual([1, 0.5, 0]);
    expect(extras['recall']).toEqual([0.5, 0.25, 0]);
    expect(extras['cap']).toEqual([0.5, 0.5, 0.5]);
    // A mask of a quarter of the rows and a concept of half of them: 0.125 / 0.625.
    expect(chance).toBeCloseTo(0.2, 12);
  });

  test('a neuron that is low on the concept overlaps with it below its quantile', async () => {
    const negated = c.map((value) => -value);
    const either = await rankOne('iou', [c, negated], firstFour, { quantile: 0.75, side: 'either' });
    expect(either.score[0]).toBe(either.score[1]);
    expect(either.direction).toEqual([-1, 1]);
    expect((await rankOne('iou', [c], firstFour, { quantile: 0.75, side: 'low' })).score[0]).toBe(either.score[0]);
  });

  test('of a negated neuron is that of the other side, to the last bit', async () => {
    const rows = 21;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(fc.integer({ min: -3, max: 3 }), fc.double({ min: -5, max: 5, noNaN: true })), {
          minLength: rows,
          maxLength: rows,
        }),
        fc.double({ min: 0.5, max: 1, noNaN: true }),
        async (values, quantile) => {
          const labels = concept(values.map((_, row) => row % 3 && 1));
          const { extras } = await rankOne('iou', [values, values.map((value) => -value)], labels, { quantile });
          const [high, low] = [extras['iou_high']!, extras['iou_low']!];
          expect([low[0], low[1]]).toEqual([high[1], high[0]]);
        },
      ),
    );
  });

  test('has no score without activity to compare: all rows equal', async () => {
    const ranking = await rankOne('iou', [new Array<number>(8).fill(2)], firstFour);
    expect(ranking.score).toEqual([null]);
    expect(ranking.undefined).toEqual({ 0: 'constant' });
  });

  test('has no active rows beyond the largest value, and then no precision', async () => {
    const { score, extras } = await rankOne('iou', [a], firstFour, { quantile: 1 });
    expect([score[0], extras['active']![0], extras['precision']![0]]).toEqual([0, 0, null]);
  });
});

describe('mutual information', () => {
  test('of a neuron that splits contexts at its median is one bit', async () => {
    const contexts = attribute([0, 1, 0, 1, 0, 2]);
    const { score, extras } = await rankOne('mutual-information', [[0.1, 0.9, 0.2, 0.8, 0.15, 0.85]], contexts, { bins: 2 });
    expect(score[0]).toBeCloseTo(Math.LN2, 12);
    // Two bins and three contexts in three cells: (2 + 3 − 3 − 1)/12 more.
    expect(extras['corrected']![0]).toBeCloseTo(Math.LN2 + 1 / 12, 12);
  });

  test('of the sign and the concept, in bits, is what the survey’s example says', async () => {
    // Two bins at the medians: of c, all rows of the concept lie below.
    const { score, direction } = await rankOne('mutual-information', [c], firstFour, { bins: 2 });
    expect(score[0]! / Math.LN2).toBeCloseTo(1, 12);
    expect(direction).toEqual([-1]);
  });

  test('joins bins whose edges are equal', async () => {
    const { extras } = await rankOne('mutual-information', [[0, 0, 0, 0, 0, 0, 1, 2]], firstFour, { bins: 4 });
    expect(extras['bins']).toEqual([2]);
  });

  test('lies between 0 and the entropy of the concept, and does not change under increasing maps', async () => {
    const values = fc.array(fc.integer({ min: -20, max: 20 }), { minLength: 16, maxLength: 16 });
    await fc.assert(
      fc.asyncProperty(values, fc.integer({ min: 2, max: 9 }), async (column, bins) => {
        fc.pre(new Set(column).size > 1);
        const labels = concept(column.map((_, row) => Number(row < 5)));
        const { score } = await rankOne('mutual-information', [column, column.map((value) => 4 * value + 8)], labels, { bins });
        expect(score[1]).toBe(score[0]);
        expect(score[0]).toBeGreaterThanOrEqual(0);
        expect(score[0]).toBeLessThanOrEqual(-(5 / 16) * Math.log(5 / 16) - (11 / 16) * Math.log(11 / 16) + 1e-12);
      }),
    );
  });
});

describe('evidence of methods that see bins', () => {
  const rows = 90;
  const groups = Int32Array.from({ length: rows }, (_, row) => Math.floor(row / 9));
  // Scrambled so that neither neuron follows the labels.
  const neurons = [7, 11, 13, 17].map((step) => Array.from({ length: rows }, (_, row) => (row * step + step) % 89));
  const labels = Int32Array.from({ length: rows }, (_, row) => Number((row * 29) % 10 < 3));
  const asked = [
    ['iou', { quantile: 0.8, side: 'either' }],
    ['mutual-information', { bins: 5 }],
  ] as const;

  test('the best of all neurons under a shuffle is that of labels shuffled by hand', async () => {
    const { rankings } = await rankToy(neurons, [concept([...labels])], asked, {
      groups,
      options: { nullRounds: 15, intervalsFor: 0, seed: 4 },
    });
    const drawn = shuffles({ labels, classes: 2 }, sentencesOf(groups, rows), [1], { rounds: 15, seed: 4 });
    const best: number[][] = [[], []];
    for (const shuffle of drawn) {
      const marks = new Array<number>(rows).fill(0);
      for (const row of shuffle.rows) marks[row] = 1;
      const again = await rankToy(neurons, [concept(marks)], asked);
      again.rankings.forEach(({ score }, method) => best[method]!.push(Math.max(...score.map(Number))));
    }
    rankings.forEach(({ null: luck }, method) => {
      expect(luck!.max).toBeCloseTo(Math.max(...best[method]!), 12);
      expect(luck!.median).toBeCloseTo(best[method]!.sort((x, y) => x - y)[7]!, 12);
    });
  });

  test('several classes have a null too', async () => {
    const three = attribute(Array.from({ length: rows }, (_, row) => (row * 29) % 3));
    const { rankings } = await rankToy(neurons, [three], [['mutual-information', { bins: 5 }]], {
      groups,
      options: { nullRounds: 9, intervalsFor: 0, seed: 4 },
    });
    const [{ null: luck, score, chance }] = rankings as [Ranking];
    expect(luck!.rounds).toBe(9);
    expect(luck!.max).toBeGreaterThanOrEqual(luck!.median);
    expect(chance).toBeCloseTo((4 * 2) / (2 * rows), 12);
    expect(Math.max(...score.map(Number))).toBeLessThan(Math.log(3));
  });

  test('an overlap has an interval around it; an estimate that grows with every draw has none and says so', async () => {
    const { rankings } = await rankToy(neurons, [concept([...labels])], asked, {
      groups,
      options: { nullRounds: 0, intervalsFor: 2, seed: 4 },
    });
    const [overlap, information] = rankings as [Ranking, Ranking];
    for (const { neuron, interval } of overlap.focus.slice(0, 2)) {
      expect(interval![0]).toBeLessThanOrEqual(overlap.score[neuron]!);
      expect(interval![1]).toBeGreaterThanOrEqual(overlap.score[neuron]!);
    }
    expect(information.focus.every(({ interval }) => interval === null)).toBe(true);
    expect(information.warnings.join()).toContain('no intervals');
  });

  test('the score without a word counts the other rows, with the thresholds of all', async () => {
    const words = Int32Array.from({ length: rows }, (_, row) => row % 4);
    const { rankings } = await rankToy(neurons, [concept([...labels])], [asked[0]], {
      groups,
      words,
      options: { nullRounds: 0, intervalsFor: 0, seed: 4 },
    });
    const [{ focus, extras, direction }] = rankings as [Ranking];
    const { neuron, word } = focus[0]!;
    const threshold = extras['threshold']![neuron]!;
    const counted = { either: 0, both: 0 };
    neurons[neuron]!.forEach((value, row) => {
      if (words[row] === word!.type) return;
      const active = direction[neuron]! > 0 ? value > threshold : value < threshold;
      counted.either += Number(active || labels[row] === 1);
      counted.both += Number(active && labels[row] === 1);
    });
    const other = extras[direction[neuron]! > 0 ? 'iou_low' : 'iou_high']![neuron]!;
    expect(word!.scoreWithout).toBeGreaterThanOrEqual(counted.both / counted.either);
    if (word!.scoreWithout !== counted.both / counted.either) expect(other).toBeGreaterThan(0);
  });
});

describe.skipIf(!hasShared)('against the reference values', () => {
  const setOf = (name: string, column: (row: number) => number): LabelSet => ({
    ...{ name, kind: 'binary', classNames: ['other', name] },
    labels: Int32Array.from({ length: 1500 }, (_, row) => column(row)),
  });
  const matrix = () => matrixOf(1500, 768, readNpy(folder('data/X_train.npy')).values as Float32Array, 400);
  const dead = () => new Set<number>(json('data/columns.json').near_dead);
  const rankedBy = async (labelSets: readonly LabelSet[], methods: ReturnType<typeof with_>[]) =>
    (await rankNeurons({ parts: [{ point: null, matrix: matrix() }], labelSets, methods, options: quiet })).rankings;

  test.each([
    ['mask_005', 0.995],
    ['mask_05', 0.95],
    ['mask_25', 0.75],
  ])('every count of %s is exact, on either side, for every atom', async (file, quantile) => {
    const atoms = readNpy(folder('data/atoms.npy')).values;
    const names: string[] = json('data/meta.json').atoms;
    const sets = names.map((name, atom) => setOf(name, (row) => atoms[row * names.length + atom]!));
    const given = (part: string) => readNpy(folder(`corpus/${file}_${part}.npy`)).values;
    const [active, overlap, negated, threshold] = [given('active'), given('overlap'), given('overlap_negated'), given('threshold')];
    const iou = file === 'mask_05' ? readNpy(folder('corpus/iou_05.npy')).values : undefined;
    const rankings = await rankedBy(sets, [
      with_('iou', { quantile: String(quantile) }),
      with_('iou', { quantile: String(quantile), side: 'low' }),
    ]);
    for (let atom = 0; atom < names.length; atom++) {
      const [high, low] = rankings.slice(2 * atom, 2 * atom + 2) as [Ranking, Ranking];
      if (high.support.positive === 0) continue;
      const row = (values: ArrayLike<number>) => Array.from({ length: 768 }, (_, j) => values[atom * 768 + j]!);
      expect(high.extras['active']).toEqual(Array.from(active));
      expect(high.extras['both']).toEqual(row(overlap));
      expect(low.extras['both']).toEqual(row(negated));
      expect(largestDifference(high.extras['threshold']!, threshold, new Set())).toBeLessThan(1e-10);
      if (iou) expect(high.score).toEqual(row(iou));
    }
  });

  test('mutual information agrees: parts of speech and a concept, plug-in and corrected', async () => {
    const upos = readNpy(folder('data/upos_train.npy')).values;
    const { rows } = json('corpus/mutual_information.json');
    const reference = readNpy(folder('corpus/mutual_information.npy')).values;
    const row = (name: string) => reference.subarray(rows.indexOf(name) * 768, (rows.indexOf(name) + 1) * 768);
    const names: string[] = json('data/meta.json').upos;
    const classes: LabelSet = { name: 'upos', kind: 'classes', classNames: names, labels: Int32Array.from(upos) };
    const [all, noun] = (await rankedBy(
      [classes, setOf('noun', (r) => Number(upos[r] === names.indexOf('NOUN')))],
      [with_('mutual-information')],
    )) as [Ranking, Ranking];
    expect(largestDifference(all.score, row('upos20'), dead())).toBeLessThan(1e-10);
    expect(largestDifference(all.extras['corrected']!, row('upos20_miller_madow'), dead())).toBeLessThan(1e-10);
    expect(largestDifference(noun.score, row('noun20'), dead())).toBeLessThan(1e-10);
  });
});
