/** Scores on hand-made columns, planted, degenerate or short, against the field’s own implementations. */
import { describe, expect, test } from 'vitest';
import { readNpy } from '../../../server/src/activations/npy';
import { rankNeurons } from '../../../server/src/methods';
import type { LabelSet, Ranking } from '../../../server/src/methods';
import { matrixOf } from '../../helpers/matrices';
import { hasShared } from '../../helpers/shared';
import { folder, json, largestDifference, quiet, with_ } from './referenceFiles';

describe.skipIf(!hasShared)('against hand-made columns', () => {
  const set = (name: string, labels: ArrayLike<number>): LabelSet => ({
    name,
    kind: 'binary',
    classNames: ['other', name],
    labels: Int32Array.from(labels),
  });

  test('degenerate columns and labels score as the formulas say, and constant ones not at all', async () => {
    const x = readNpy(folder('synthetic/degenerate_X.npy'));
    const labels = readNpy(folder('synthetic/degenerate_labels.npy'));
    const { label_vectors: vectors, expected } = json('synthetic/degenerate.json');
    const asked = {
      ap: 'ap',
      auc: 'auroc',
      pearson: 'point-biserial',
      mean_select: 'mean-select',
      probeless: 'probeless',
      d_prime: 'd-prime',
    };
    const sets = (vectors as string[]).map((name, v) => set(name, labels.values.subarray(v * 64, (v + 1) * 64)));
    const { rankings } = await rankNeurons({
      parts: [{ point: null, matrix: matrixOf(64, 15, x.values as Float32Array) }],
      labelSets: sets,
      methods: Object.values(asked).map((id) => with_(id)),
      options: quiet,
    });
    for (const ranking of rankings) {
      const [name] = Object.entries(asked).find(([, id]) => id === ranking.method)!;
      const found = ranking.method === 'ap' ? ranking.extras['ap_high']! : ranking.score;
      const oneClass = ranking.concept.startsWith('all');
      (expected[ranking.concept][name] as (number | null)[]).forEach((want, column) => {
        // The first two columns are constant.
        if (column < 2 || oneClass || want === null) expect.soft(found[column], `${ranking.concept} ${name} ${column}`).toBeNull();
        else
          expect
            .soft(Math.abs(found[column]! - want) / Math.max(1, Math.abs(want)), `${ranking.concept} ${name} ${column}`)
            .toBeLessThan(1e-9);
      });
    }
  });

  test('planted columns score and rank as they do elsewhere', async () => {
    const x = readNpy(folder('synthetic/planted_X.npy'));
    const labels = readNpy(folder('synthetic/planted_labels.npy')).values;
    const plan = json('synthetic/planted.json').concepts;
    const names = ['A', 'B', 'type'];
    const { rankings } = await rankNeurons({
      parts: [{ point: null, matrix: matrixOf(600, 200, x.values as Float32Array, 128) }],
      labelSets: names.map((name, v) => set(name, labels.subarray(v * 600, (v + 1) * 600))),
      methods: ['ap', 'auroc', 'probeless', 'mean-select', 'd-prime'].map((id) => with_(id)),
      options: quiet,
    });
    names.forEach((name, n) => {
      const reference = readNpy(folder(`synthetic/planted_scores_${name}.npy`)).values;
      const [ap, auroc, probeless, select, dPrime] = rankings.slice(n * 5) as [Ranking, Ranking, Ranking, Ranking, Ranking];
      const rows = [ap.extras['ap_high']!, ap.extras['ap_low']!, auroc.score, probeless.score, select.score, dPrime.score];
      rows.forEach((found, r) => {
        expect(
          largestDifference(
            found.map((score, c) => (c === 199 ? null : score)),
            reference.subarray(r * 200, r * 200 + 199),
            new Set([199]),
          ),
        ).toBeLessThan(1e-9);
        expect(found[199]).toBeNull();
      });
      const best = (ranking: Ranking) => ranking.order.slice(0, 12);
      expect(best(ap)).toEqual(plan[name].top_ap_both);
      expect(best(probeless)).toEqual(plan[name].top_mean_difference);
      expect(best(dPrime)).toEqual(plan[name].top_d_prime);
      expect(best(select)).toEqual(plan[name].top_mean_select);
    });
  });

  test('short lists of scores and labels agree with scipy and scikit-learn', async () => {
    for (const { name, labels, scores, ...expected } of json('statistics/statistics.json').binary) {
      const matrix = matrixOf(scores.length, 1, Float64Array.from(scores));
      const { rankings } = await rankNeurons({
        parts: [{ point: null, matrix }],
        labelSets: [set(name, labels)],
        methods: ['ap', 'auroc', 'point-biserial', 'd-prime', 'anova-f'].map((id) => with_(id)),
        options: quiet,
      });
      const [ap, auroc, r, dPrime, f] = rankings as [Ranking, Ranking, Ranking, Ranking, Ranking];
      const constant = new Set(scores).size === 1 || new Set(labels).size === 1;
      const wanted: [number | null | undefined, number | null][] = [
        [ap.extras['ap_high']![0], expected.ap],
        [auroc.score[0], expected.auc],
        [r.score[0], expected.point_biserial],
        ...(expected.d_prime === undefined
          ? []
          : ([
              [dPrime.score[0], expected.d_prime],
              [f.score[0], expected.f],
            ] as [number | null | undefined, number][])),
      ];
      for (const [found, want] of wanted) {
        if (constant) expect.soft(found, name).toBeNull();
        // scipy's F of these values is off in the second digit; exact fractions give 0.0973745736.
        else if (name === 'large offset' && want === expected.f) expect.soft(found, name).toBeCloseTo(0.09737457365, 9);
        else expect.soft(found, name).toBeCloseTo(want!, 9);
      }
    }
  });
});
