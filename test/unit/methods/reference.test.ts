/** Scores on real activations against the field's own implementations (MiniLM, 1,500 words of an English treebank). */
import { beforeAll, describe, expect, test } from 'vitest';
import { readNpy } from '../../../server/src/activations/npy';
import type { NpyArray } from '../../../server/src/activations/npy';
import { oneAgainstRest, rankNeurons, topContexts, wordTypes } from '../../../server/src/methods';
import type { LabelSet, Ranking } from '../../../server/src/methods';
import { matrixOf } from '../../helpers/matrices';
import { hasShared } from '../../helpers/shared';
import { folder, json, largestDifference, quiet, with_ } from './referenceFiles';

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

/** Same types in the same order, scores within 1e-6. */
function expectTypes(found: readonly (readonly [string, number])[], expected: readonly (readonly [string, number])[]): void {
  expect(found.map(([word]) => word)).toEqual(expected.map(([word]) => word));
  found.forEach(([, score], i) => expect(Math.abs(score - expected[i]![1])).toBeLessThan(1e-6));
}
