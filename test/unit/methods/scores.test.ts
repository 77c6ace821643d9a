import { describe, expect, test } from 'vitest';
import { CancelledError, InputError } from '../../../server/src/protocol/errors';
import { parseTap } from '../../../server/src/protocol/neurons';
import { oneAgainstRest, rankMethod, rankNeurons } from '../../../server/src/methods';
import { matrixOfNeurons } from '../../helpers/matrices';
import { attribute, concept, firstFour, rankOne, rankToy, toy } from './toy';

const abc = [toy.a, toy.b, toy.c];
const close = (expected: readonly number[]) => expected.map((value) => expect.closeTo(value, 6));

describe('the eight rows by hand', () => {
  test('average precision takes the better side and groups equal values', async () => {
    const { score, direction, extras } = await rankOne('ap', abc, firstFour);
    expect(extras['ap_high']).toEqual(close([0.95, 0.475, 0.39881]));
    expect(extras['ap_low']).toEqual(close([0.365476, 0.583333, 1]));
    expect(score).toEqual(close([0.95, 0.583333, 1]));
    expect(direction).toEqual([1, -1, -1]);
  });

  test('average precision in bins takes each for one value, and says that it is approximate', async () => {
    // Two bins of width 5: five rows with two of the concept, and the last row alone.
    const { rankings } = await rankToy([[0, 1, 2, 3, 4, 10]], [concept([0, 0, 1, 0, 1, 1])], [['ap', { bins: 2 }]]);
    const { extras, score, warnings } = rankings[0]!;
    expect([score[0], extras['ap_low']?.[0], extras['auroc']?.[0]]).toEqual(close([2 / 3, 13 / 30, 2 / 3]));
    expect(warnings).toContain('approximate: values were counted in 2 bins of equal width');
    // So narrow that no two values share one: the exact numbers.
    const exact = await rankOne('ap', abc, firstFour);
    const narrow = await rankOne('ap', abc, firstFour, { bins: 4096 });
    expect(narrow.score).toEqual(close(exact.score as number[]));
    expect(narrow.extras['ap_high']).toEqual(close(exact.extras['ap_high'] as number[]));
  });

  test('a neuron that is low on the concept comes first', async () => {
    expect((await rankOne('ap', abc, firstFour)).order).toEqual([2, 0, 1]);
    expect((await rankOne('auroc', abc, firstFour)).order).toEqual([2, 0, 1]);
  });

  test('the area under the ROC curve is 0.5 for a neuron of no use and 0 for a perfect low one', async () => {
    expect((await rankOne('auroc', abc, firstFour)).score).toEqual(close([0.96875, 0.40625, 0]));
  });

  test('MeanSelect is the difference of the means as a share of the range', async () => {
    const { score, extras } = await rankOne('mean-select', abc, firstFour);
    expect(score).toEqual(close([0.5625, -0.125, -0.583333]));
    expect(extras['difference']).toEqual(close([2.25, -0.25, -3.5]));
  });

  test('a far outlier shrinks MeanSelect unless the range is taken between percentiles', async () => {
    const outlier = Array.from({ length: 1000 }, (_, row) => (row === 999 ? 1e6 : row % 2));
    const labels = concept(outlier.map((_, row) => (row === 999 ? 0 : row % 2)));
    expect(Math.abs((await rankOne('mean-select', [outlier], labels)).score[0]!)).toBeLessThan(0.01);
    const { score } = await rankOne('mean-select', [outlier], labels, { range: 'percentiles' });
    expect(Math.abs(score[0]!)).toBeGreaterThan(1);
  });

  test('d′, F and the correlation agree with each other on balanced classes', async () => {
    const { rankings } = await rankToy(abc, [firstFour], [['d-prime'], ['anova-f'], ['point-biserial'], ['mean']]);
    expect(rankings[0]!.score).toEqual(close([2.298393, -0.280976, -3.655631]));
    expect(rankings[1]!.score).toEqual(close([10.565217, 0.157895, 26.727273]));
    expect(rankings[2]!.score).toEqual(close([0.798621, -0.160128, -0.903696]));
    expect(rankings[3]!.score).toEqual(close([2.5, 0.75, -1.75]));
  });

  test('Probeless of two values is the distance of their means, and follows the scale of a neuron', async () => {
    const { score, order } = await rankOne('probeless', abc, firstFour);
    expect(score).toEqual(close([2.25, 0.25, 3.5]));
    expect(order).toEqual([2, 0, 1]);
    const scaled = [toy.a.map((value) => 10 * value), toy.b, toy.c];
    expect((await rankOne('probeless', scaled, firstFour)).order).toEqual([0, 2, 1]);
    expect((await rankOne('probeless', scaled, firstFour, { standardise: true })).order).toEqual([2, 0, 1]);
  });

  test('Probeless of three values adds up their pairs, and each value its own', async () => {
    // Means by value: (3, 0, 5.1), (0, 2, 5), (1, 1, 5.2).
    const neurons = [
      [2, 4, 0, 0, 1, 1],
      [0, 0, 1, 3, 1, 1],
      [5, 5.2, 5, 5, 5.2, 5.2],
    ];
    const values = attribute([0, 0, 1, 1, 2, 2]);
    const { score, order } = await rankOne('probeless', neurons, values);
    expect(score).toEqual(close([6, 4, 0.4]));
    expect(order).toEqual([0, 1, 2]);
    const single = await rankToy(
      neurons,
      [0, 1, 2].map((k) => oneAgainstRest(values, k)),
      [['probeless']],
    );
    expect(single.rankings.map((ranking) => ranking.score)).toEqual([close([5, 3, 0.2]), close([4, 3, 0.3]), close([3, 2, 0.3])]);
    expect(single.rankings[0]!.direction).toEqual([1, -1, -1]);
  });

  test('the published unit test of average precision holds', async () => {
    const scores = [0.191519, 0.622109, 0.437728, 0.785359, 0.779976, 0.272593];
    const { extras } = await rankOne('ap', [scores], concept([1, 1, 0, 1, 0, 0]));
    expect(extras['ap_high']).toEqual(close([0.722222]));
  });
});

describe('what a ranking says beside its scores', () => {
  test('chance is the prevalence for average precision and 0.5 for AUROC', async () => {
    const { rankings } = await rankToy(abc, [concept([1, 0, 0, 0, 0, 0, 0, 1])], [['ap'], ['auroc'], ['mean-select'], ['mean']]);
    expect(rankings.map(({ chance }) => chance)).toEqual([0.25, 0.5, 0, null]);
    expect(rankings[0]!.support).toEqual({ positive: 2, negative: 6 });
  });

  test('few rows are said to be few', async () => {
    const { warnings } = await rankOne('ap', abc, firstFour);
    expect(warnings.join()).toContain('only 4 rows carry the concept');
  });

  test('the second column compares with rows of the same attribute only', async () => {
    const set = { ...concept([1, 1, 0, 0, 0, 0, 0, 0]), against: Int32Array.of(1, 1, 0, 0, -1, -1, -1, -1) };
    const { rankings } = await rankToy([toy.a], [set], [['mean-select'], ['ap']]);
    const [select, ap] = rankings;
    expect(select!.score[0]).toBeCloseTo((3.5 - 4 / 6) / 4, 12);
    // Against rows 3 and 4 only, the range is that of the four rows.
    expect(select!.against!.score[0]).toBeCloseTo((3.5 - 1.5) / 3, 12);
    expect(ap!.against).toMatchObject({ chance: 0.5, support: { positive: 2, negative: 2 }, score: [1] });
  });

  test('rows without a label take no part', async () => {
    const left = await rankToy(abc, [concept([1, 1, -1, 1, 0, -1, 0, 0])], [['ap'], ['d-prime'], ['probeless']]);
    const without = abc.map((values) => values.filter((_, row) => row !== 2 && row !== 5));
    const cut = await rankToy(without, [concept([1, 1, 1, 0, 0, 0])], [['ap'], ['d-prime'], ['probeless']]);
    expect(left.rankings.map(({ score }) => score)).toEqual(cut.rankings.map(({ score }) => score));
  });

  test('values of an attribute become one concept each for a method that takes a concept', async () => {
    const { rankings } = await rankToy(abc, [attribute([0, 0, 2, 2, 2, 2, -1, -1])], [['ap'], ['probeless'], ['anova-f']]);
    expect(rankings.map(({ concept: name, method }) => `${name} ${method}`)).toEqual([
      'attribute=x ap',
      'attribute=z ap',
      'attribute probeless',
      'attribute anova-f',
    ]);
  });

  test('nearly dead neurons are named, and score all the same', async () => {
    const faint = toy.c.map((value) => value * 1e-9);
    const { warnings, score } = await rankOne('ap', [toy.a, toy.b, faint], firstFour);
    expect(warnings.join()).toContain('1 neuron hardly varies (2)');
    expect(score[2]).toBe(1);
    expect((await rankOne('ap', abc, firstFour)).warnings.join()).not.toContain('hardly');
  });

  test('neurons are named by tap and unit, ties go to the earlier layer and unit', async () => {
    const [late, early] = ['L2.ffn', 'L1.ffn'].map((text) => parseTap(text)!);
    const matrix = matrixOfNeurons([toy.a, toy.a, toy.c]);
    const { neurons, rankings } = await rankNeurons({
      parts: [
        { point: late!, matrix, columns: [0, 2] },
        { point: early!, matrix, columns: [1] },
      ],
      labelSets: [firstFour],
      methods: [{ method: rankMethod('ap'), parameters: {} }],
      options: { nullRounds: 0, intervalsFor: 0 },
    });
    expect(neurons).toEqual(['L1.ffn.1', 'L2.ffn.0', 'L2.ffn.2']);
    expect(rankings[0]!.order).toEqual([2, 0, 1]);
  });
});

describe('what is undefined', () => {
  test('a constant neuron has no score, a reason, and the last place', async () => {
    const { score, undefined: reasons, order } = await rankOne('ap', [[5, 5, 5, 5, 5, 5, 5, 5], toy.b], firstFour);
    expect(score[0]).toBeNull();
    expect(reasons).toEqual({ 0: 'constant' });
    expect(order).toEqual([1, 0]);
  });

  test('without a row of the concept, or without another one, no neuron has a score', async () => {
    for (const label of [0, 1]) {
      const { score, undefined: reasons } = await rankOne('ap', abc, concept(new Array<number>(8).fill(label)));
      expect(score).toEqual([null, null, null]);
      expect(new Set(Object.values(reasons))).toEqual(new Set(['one-class']));
    }
  });

  test('d′ of a single row is undefined', async () => {
    const { undefined: reasons } = await rankOne('d-prime', abc, concept([1, 0, 0, 0, 0, 0, 0, 0]));
    expect(reasons).toEqual({ 0: 'few-rows', 1: 'few-rows', 2: 'few-rows' });
  });

  test('d′ of a neuron that is the label itself is undefined, its correlation is 1', async () => {
    const { rankings } = await rankToy(
      [[0.1, 0.1, 0.1, 0.1, 0.7, 0.7, 0.7, 0.7]],
      [firstFour],
      [['d-prime'], ['point-biserial'], ['anova-f']],
    );
    expect(rankings[0]!.undefined).toEqual({ 0: 'no-variance' });
    expect(rankings[1]!.score[0]).toBeCloseTo(-1, 12);
    expect(rankings[2]!.undefined).toEqual({ 0: 'no-variance' });
  });

  test('a neuron with a value that is not finite is undefined, and no other one suffers', async () => {
    const broken = [1, Number.NaN, 3, 4, 5, 6, 7, 8];
    const infinite = [1, 2, 3, 4, 5, 6, 7, Infinity];
    const { score, undefined: reasons } = await rankOne('ap', [broken, toy.c, infinite], firstFour);
    expect(score).toEqual([null, 1, null]);
    expect(reasons).toEqual({ 0: 'not-finite', 2: 'not-finite' });
  });
});

describe('bad input', () => {
  test('labels that do not fit the rows are all listed', async () => {
    const sets = [concept([1, 0]), concept([1, 0, 0, 0, 0, 0, 0, 7])];
    const error = await rankToy(abc, sets, [['ap']]).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(InputError);
    expect((error as InputError).problems.map(({ code, found }) => `${code} ${found}`)).toEqual([
      'LABEL_COUNT 2 labels',
      'LABEL_COUNT label 7 of "y"',
    ]);
  });

  test('a stop is heard between blocks', async () => {
    const controller = new AbortController();
    const ranking = rankToy(abc, [firstFour], [['ap']], { signal: controller.signal, onProgress: () => controller.abort() });
    await expect(ranking).rejects.toBeInstanceOf(CancelledError);
  });
});
