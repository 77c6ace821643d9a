/** Scores on real activations against the field's own implementations (MiniLM, 1,500 words of an English treebank). */
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { readNpy } from '../../../server/src/activations/npy';
import type { NpyArray } from '../../../server/src/activations/npy';
import { oneAgainstRest, parseParameters, rankMethod, rankNeurons, topContexts, wordTypes } from '../../../server/src/methods';
import type { LabelSet, Ranking } from '../../../server/src/methods';
import { matrixOf } from '../../helpers/matrices';
import { hasShared, shared } from '../../helpers/shared';

const folder = (path: string) => shared(`fixtures/methods/${path}`);
const json = (path: string) => JSON.parse(readFileSync(folder(path), 'utf8'));
const quiet = { nullRounds: 0, intervalsFor: 0 };
const with_ = (id: string, texts: Record<string, string> = {}) => ({
  method: rankMethod(id),
  parameters: parseParameters(rankMethod(id), texts),
});

/** Largest difference over the columns that are not nearly dead. */
function largestDifference(found: readonly (number | null)[], expected: ArrayLike<number>, dead: ReadonlySet<number>, relative = false) {
  let largest = 0;
  found.forEach((score, column) => {
    if (dead.has(column)) return;
    const want = expected[column]!;
    if (score === null || Number.isNaN(want)) {
      if (score !== null || !Number.isNaN(want)) largest = Infinity;
      return;
    }
    largest = Math.max(largest, Math.abs(score - want) / (relative ? Math.abs(want) : 1));
  });
  return largest;
}

describe.skipIf(!hasShared)('against the reference implementations', () => {
  let x: NpyArray;
  let upos: Int32Array;
  let atoms: NpyArray;
  let names: { upos: string[]; atoms: string[]; concepts: Record<string, string>; n_train: number };
  let dead: ReadonlySet<number>;
  const row = (array: NpyArray, r: number) => array.values.subarray(r * array.shape[1]!, (r + 1) * array.shape[1]!);

  beforeAll(() => {
    x = readNpy(folder('data/X_train.npy'));
    upos = readNpy(folder('data/upos_train.npy')).values as Int32Array;
    atoms = readNpy(folder('data/atoms.npy'));
    names = json('data/meta.json');
    dead = new Set(json('data/columns.json').near_dead);
  });

  const matrix = () => matrixOf(1500, 768, x.values as Float32Array, 400);
  const concept = (name: string): LabelSet => {
    const atom = names.atoms.indexOf(names.concepts[name]!);
    return {
      name,
      kind: 'binary',
      classNames: ['other', name],
      labels: Int32Array.from({ length: 1500 }, (_, r) => atoms.values[r * 50 + atom]!),
    };
  };
  const classes = (): LabelSet => ({ name: 'upos', kind: 'classes', classNames: names.upos, labels: upos });
  const ranked = async (labelSets: LabelSet[], methods: ReturnType<typeof with_>[]): Promise<readonly Ranking[]> =>
    (await rankNeurons({ parts: [{ point: null, matrix: matrix() }], labelSets, methods, options: quiet })).rankings;

  test.each(['noun', 'number', 'time', 'plural'])('every score of the concept %s agrees', async (name) => {
    const reference = readNpy(folder(`corpus/scores_${name}.npy`));
    const rankings = await ranked(
      [concept(name)],
      [
        with_('mean'),
        with_('mean-select'),
        with_('mean-select', { range: 'percentiles' }),
        with_('ap'),
        with_('auroc'),
        with_('d-prime'),
        with_('anova-f'),
        with_('point-biserial'),
      ],
    );
    const [mean, select, percentiles, ap, auroc, dPrime, f, r] = rankings as [
      Ranking,
      Ranking,
      Ranking,
      Ranking,
      Ranking,
      Ranking,
      Ranking,
      Ranking,
    ];
    const differences = {
      mean: largestDifference(mean.score, row(reference, 0), dead),
      mean_other: largestDifference(mean.extras['mean_other']!, row(reference, 1), dead),
      select: largestDifference(select.score, row(reference, 2), dead),
      percentiles: largestDifference(percentiles.score, row(reference, 3), dead),
      ap_high: largestDifference(ap.extras['ap_high']!, row(reference, 5), dead),
      ap_low: largestDifference(ap.extras['ap_low']!, row(reference, 6), dead),
      auroc: largestDifference(auroc.score, row(reference, 7), dead),
      dPrime: largestDifference(dPrime.score, row(reference, 8), dead),
      f: largestDifference(f.score, row(reference, 9), dead, true),
      r: largestDifference(r.score, row(reference, 10), dead),
    };
    // F near 0 is where the reference itself keeps fewer digits.
    for (const [score, difference] of Object.entries(differences))
      expect.soft(difference, score).toBeLessThan(score === 'f' ? 1e-7 : 1e-10);
    const alive = (order: readonly number[]) => order.filter((column) => !dead.has(column)).slice(0, 47);
    const rankingsOfConcept = json('corpus/concepts.json').concepts[name];
    expect(alive(ap.order)).toEqual(alive(rankingsOfConcept.ranking_ap_best_sign));
    expect(alive(select.order)).toEqual(alive(rankingsOfConcept.ranking_mean_select));
  });

  test('Probeless agrees: all classes, classes of at least 20 rows, standardised, and every single class', async () => {
    const [overall, min20, standardised] = (await ranked(
      [classes()],
      [with_('probeless'), with_('probeless', { 'min-rows': '20' }), with_('probeless', { 'min-rows': '20', standardise: 'true' })],
    )) as [Ranking, Ranking, Ranking];
    const relative = (found: Ranking, file: string) =>
      largestDifference(found.score, readNpy(folder(`corpus/${file}.npy`)).values, dead, true);
    expect(relative(overall, 'probeless_overall')).toBeLessThan(1e-10);
    expect(relative(min20, 'probeless_overall_min20')).toBeLessThan(1e-10);
    expect(relative(standardised, 'probeless_standardised_min20')).toBeLessThan(1e-10);
    const rankings = json('corpus/rankings.json');
    const alive = (order: readonly number[]) => order.filter((column) => !dead.has(column));
    expect(alive(overall.order)).toEqual(alive(rankings.probeless_overall));
    expect(alive(min20.order)).toEqual(alive(rankings.probeless_min20));
    expect(alive(standardised.order)).toEqual(alive(rankings.probeless_standardised_min20));

    const perClass = readNpy(folder('corpus/probeless_per_class.npy'));
    const single = await ranked(
      names.upos.map((_, k) => oneAgainstRest(classes(), k)),
      [with_('probeless')],
    );
    single.forEach((ranking, k) => expect(largestDifference(ranking.score, row(perClass, k), dead, true)).toBeLessThan(1e-10));
  });

  test('class means agree', async () => {
    const means = readNpy(folder('corpus/class_means.npy'));
    const single = await ranked(
      names.upos.map((_, k) => oneAgainstRest(classes(), k)),
      [with_('mean')],
    );
    single.forEach((ranking, k) => {
      if (ranking.support.positive > 0) expect(largestDifference(ranking.score, row(means, k), dead)).toBeLessThan(1e-10);
      else expect(ranking.score.every((score) => score === null)).toBe(true);
    });
  });

  test('the strongest rows agree at both ends', async () => {
    const high = readNpy(folder('corpus/top_rows_high.npy'));
    const low = readNpy(folder('corpus/top_rows_low.npy'));
    const values = await matrix().readColumns(0, 768);
    for (let c = 0; c < 768; c += 7) {
      const found = topContexts.describe({ values: values.subarray(c * 1500, (c + 1) * 1500) }, { 'per-decile': 0 });
      expect(found.high.map(({ row: r }) => r)).toEqual(Array.from(row(high, c)));
      expect(found.low.map(({ row: r }) => r)).toEqual(Array.from(row(low, c)));
    }
  });

  test('word types agree with NeuroX, and with its signed and counted variants', async () => {
    const reference = json('corpus/top_words.json');
    const texts = (json('data/rows.json').word as string[]).slice(0, 1500);
    const vocabulary = [...new Set(texts)];
    const words = Int32Array.from(texts, (text) => vocabulary.indexOf(text));
    for (const column of reference.columns as number[]) {
      const values = await matrix().readColumns(column, column + 1);
      const all = wordTypes.describe({ values, words }, { 'min-count': 1, shrink: 0, top: 30 });
      expectTypes(
        all!.strongest.map(({ type, relative }) => [vocabulary[type]!, relative]),
        reference.words[column].neurox,
      );
      const counted = wordTypes.describe({ values, words }, { 'min-count': 5, shrink: 0, top: 15 });
      expectTypes(
        counted!.strongest.map(({ type, strength }) => [vocabulary[type]!, strength]),
        reference.words[column].min_count_5,
      );
      const signed = wordTypes.describe({ values, words }, { 'min-count': 1, shrink: 4, top: 15 });
      expectTypes(
        signed!.high.map(({ type, signed: z }) => [vocabulary[type]!, z]),
        reference.words[column].smoothed_signed_high,
      );
      expectTypes(
        signed!.low.map(({ type, signed: z }) => [vocabulary[type]!, z]),
        reference.words[column].smoothed_signed_low,
      );
    }
  });

  test('expert units agree: sentences by their maximum', async () => {
    const sentences = (json('data/rows.json').sent as number[]).slice(0, 1500);
    const { sentence_labels: labels, ranking, max_ap: maxAp } = json('corpus/expert_units.json');
    const count = labels.length;
    const responses = new Float32Array(count * 768).fill(-Infinity);
    sentences.forEach((sentence, r) => {
      for (let c = 0; c < 768; c++) responses[sentence * 768 + c] = Math.max(responses[sentence * 768 + c]!, x.values[r * 768 + c]!);
    });
    const set: LabelSet = { name: 'number', kind: 'binary', classNames: ['other', 'number'], labels: Int32Array.from(labels) };
    const { rankings } = await rankNeurons({
      parts: [{ point: null, matrix: matrixOf(count, 768, responses) }],
      labelSets: [set],
      methods: [with_('ap')],
      options: quiet,
    });
    const reference = readNpy(folder('corpus/expert_units.npy'));
    const high = rankings[0]!.extras['ap_high']!;
    expect(largestDifference(high, row(reference, 0), dead)).toBeLessThan(1e-10);
    expect(largestDifference(rankings[0]!.extras['auroc']!, row(reference, 4), dead)).toBeLessThan(1e-10);
    expect(Math.max(...high.map((ap) => ap ?? 0))).toBeCloseTo(maxAp, 10);
    expect(ranking.length).toBeGreaterThan(0);
  });
});

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

/** Same types in the same order, scores within 1e-6. */
function expectTypes(found: readonly (readonly [string, number])[], expected: readonly (readonly [string, number])[]): void {
  expect(found.map(([word]) => word)).toEqual(expected.map(([word]) => word));
  found.forEach(([, score], i) => expect(Math.abs(score - expected[i]![1])).toBeLessThan(1e-6));
}
