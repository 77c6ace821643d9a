import { describe, expect, test } from 'vitest';
import { randomStream } from '../../../server/src/methods/statistics/random';
import { luckP, luckSummary } from '../../../server/src/methods/evidence/luck';
import { shuffles, sentencesOf } from '../../../server/src/methods/evidence/shuffles';
import { rankMethod, rankNeurons } from '../../../server/src/methods';
import { matrixOfNeurons } from '../../helpers/matrices';
import { benchmark } from './benchmark';
import { concept, rankToy } from './toy';

const sum = (values: Iterable<number>) => Array.from(values).reduce((total, value) => total + value, 0);
const options = { nullRounds: 60, intervalsFor: 10, seed: 3 };

/** Uniform noise in [−1, 1). */
function noise(rows: number, ...keys: number[]): number[] {
  const next = randomStream(11, ...keys);
  return Array.from({ length: rows }, () => next() / 2 ** 31 - 1);
}

describe('shuffled labels', () => {
  const groups = Int32Array.from({ length: 60 }, (_, row) => Math.floor(row / 6));
  const labels = Int32Array.from({ length: 60 }, (_, row) => (row % 7 === 0 ? 1 : row % 11 === 0 ? -1 : 0));

  test('keep the number of rows of the concept in every sentence, and leave out what has no label', () => {
    const sentences = sentencesOf(groups, 60);
    for (const { rows } of shuffles({ labels, classes: 2 }, sentences, [1], { rounds: 20, seed: 5 })) {
      expect(rows.length).toBe(labels.filter((label) => label === 1).length);
      for (let sentence = 0; sentence < 10; sentence++) {
        const before = labels.filter((label, row) => label === 1 && groups[row] === sentence).length;
        expect(rows.filter((row) => groups[row] === sentence).length).toBe(before);
      }
      expect(rows.some((row) => labels[row] === -1)).toBe(false);
      expect([...rows]).toEqual([...new Set(rows)].sort((a, b) => a - b));
    }
  });

  test('are the same for the same seed and differ between rounds', () => {
    const sentences = sentencesOf(groups, 60);
    const draw = (seed: number) => shuffles({ labels, classes: 2 }, sentences, [1], { rounds: 3, seed }).map(({ rows }) => [...rows]);
    expect(draw(5)).toEqual(draw(5));
    expect(draw(5)).not.toEqual(draw(6));
    expect(draw(5)[0]).not.toEqual(draw(5)[1]);
  });

  test('exchange whole sentences where every sentence carries one label', async () => {
    const bySentence = concept(Array.from(groups, (group) => group % 2));
    const { rankings } = await rankToy([noise(60), noise(60, 1)], [bySentence], [['ap']], { groups, options });
    expect(rankings[0]!.null!.exchanged).toBe('whole sentences');
    expect(rankings[0]!.warnings.join()).toContain('whole sentences');
  });
});

describe('the best of all neurons under shuffled labels', () => {
  const methods = [
    ['ap'],
    ['auroc'],
    ['d-prime'],
    ['mean-select'],
    ['point-biserial'],
    ['anova-f'],
    ['probeless', { standardise: true }],
  ] as const;

  test('is reached by noise about as often as it should, and left far behind by a planted neuron', async () => {
    const rows = 600;
    const groups = Int32Array.from({ length: rows }, (_, row) => Math.floor(row / 12));
    const labels = Array.from({ length: rows }, (_, row) => Number(row % 9 === 4));
    const columns = Array.from({ length: 40 }, (_, c) => noise(rows, c));
    const planted = noise(rows, 99).map((value, row) => value + 3 * labels[row]!);
    const { rankings } = await rankToy([...columns, planted], [concept(labels)], methods, {
      groups,
      options: { ...options, nullRounds: 100 },
    });
    for (const { method, null: best, focus, score } of rankings) {
      expect.soft(focus[0], method).toMatchObject({ neuron: 40, p: 1 / 101 });
      expect.soft(score[40]!, method).toBeGreaterThan(best!.max);
      expect.soft(best!.median <= best!.q95 && best!.q95 <= best!.max, method).toBe(true);
      expect.soft(focus[1]!.p, method).toBeGreaterThan(0.01);
    }
  });

  test('screening loses nothing: of few neurons all are scored, and the null is that of scoring every shuffle', async () => {
    const rows = 120;
    const groups = Int32Array.from({ length: rows }, (_, row) => Math.floor(row / 10));
    const labels = Array.from({ length: rows }, (_, row) => Number(row % 5 === 2));
    const columns = [noise(rows, 1), noise(rows, 2), noise(rows, 3)];
    const { rankings } = await rankToy(columns, [concept(labels)], methods, { groups, options });
    const drawn = shuffles({ labels: Int32Array.from(labels), classes: 2 }, sentencesOf(groups, rows), [1], { rounds: 60, seed: 3 });
    const best: number[][] = methods.map(() => []);
    for (const { rows: positives } of drawn) {
      const shuffled = concept(labels.map((_, row) => Number(positives.includes(row))));
      const round = await rankToy(columns, [shuffled], methods);
      round.rankings.forEach(({ method, score }, m) =>
        best[m]!.push(Math.max(...score.map((value) => Math.abs(value! - (method === 'auroc' ? 0.5 : 0))))),
      );
    }
    rankings.forEach(({ method, null: found }, m) => {
      const sorted = best[m]!.sort((a, b) => a - b);
      const centre = method === 'auroc' ? 0.5 : 0;
      expect.soft((found!.max - centre) / sorted[59]!, method).toBeCloseTo(1, 5);
      expect.soft((found!.median - centre) / sorted[Math.ceil(0.5 * 59)]!, method).toBeCloseTo(1, 5);
    });
  });
});

test('evidence is the same whether the neurons lie in one matrix or in several', async () => {
  const rows = 90;
  const groups = Int32Array.from({ length: rows }, (_, row) => Math.floor(row / 9));
  const words = Int32Array.from({ length: rows }, (_, row) => (row * 7) % 13);
  const set = concept(Array.from({ length: rows }, (_, row) => Number(row % 4 === 1)));
  const values = {
    names: ['p', 'q', 'r'],
    labels: Int32Array.from({ length: rows }, (_, row) => (row % 4 === 1 ? 2 : (row % 3) - 1)),
    focus: 2,
  };
  const columns = Array.from({ length: 12 }, (_, c) => noise(rows, c));
  const asked = ['ap', 'd-prime', 'probeless', 'mean-select'].map((id) => ({ method: rankMethod(id), parameters: {} }));
  const rank = (parts: readonly (readonly (readonly number[])[])[]) =>
    rankNeurons({
      parts: parts.map((part) => ({ point: null, matrix: matrixOfNeurons(part, 17) })),
      labelSets: [{ ...set, values }],
      methods: asked,
      ...{ groups, words, options },
    });
  const one = await rank([columns]);
  const several = await rank([columns.slice(0, 5), columns.slice(5, 6), columns.slice(6)]);
  expect(several.rankings).toEqual(one.rankings);
  expect(one.rankings[2]!.support).toEqual({ positive: 23, negative: 44 });
});

describe('intervals', () => {
  test('hold the score, and narrow as sentences are added', async () => {
    const width = async (rows: number) => {
      const groups = Int32Array.from({ length: rows }, (_, row) => Math.floor(row / 5));
      const labels = Array.from({ length: rows }, (_, row) => Number(row % 3 === 0));
      const neuron = noise(rows, 7).map((value, row) => value + labels[row]! * 0.5);
      const { rankings } = await rankToy([neuron], [concept(labels)], [['ap'], ['d-prime'], ['probeless']], {
        groups,
        options: { ...options, nullRounds: 0 },
      });
      return rankings.map(({ focus, score }) => {
        const [low, high] = focus[0]!.interval!;
        expect(low).toBeLessThanOrEqual(score[0]!);
        expect(high).toBeGreaterThanOrEqual(score[0]!);
        return high - low;
      });
    };
    const [few, many] = [await width(100), await width(2500)];
    few.forEach((value, i) => expect(many[i]!).toBeLessThan(value / 2));
  });

  /** `sentences` sentences of three rows, the first of each with the concept. */
  const inSentences = (sentences: number) => ({
    labels: Array.from({ length: 3 * sentences }, (_, row) => Number(row % 3 === 0)),
    groups: Int32Array.from({ length: 3 * sentences }, (_, row) => Math.floor(row / 3)),
  });

  test('of a neuron that tells the concept perfectly are a point', async () => {
    const { labels, groups } = inSentences(6);
    const { rankings } = await rankToy([labels.map((label) => 2 * label)], [concept(labels)], [['ap']], { groups, options });
    expect(rankings[0]!.focus[0]!.interval).toEqual([1, 1]);
  });

  test('are not given from fewer than six sentences, and the ranking says why', async () => {
    const { labels, groups } = inSentences(5);
    const { rankings } = await rankToy([labels.map((label) => 2 * label)], [concept(labels)], [['ap'], ['mean']], { groups, options });
    for (const { focus, warnings } of rankings) {
      expect(focus[0]!.interval).toBeNull();
      expect(warnings.join('\n')).toContain('the concept stands in 5 sentences only');
    }
  });

  test('need as many sentences of the other rows', async () => {
    const groups = Int32Array.from({ length: 30 }, (_, row) => Math.floor(row / 3));
    const labels = Array.from(groups, (sentence) => Number(sentence > 0));
    const { rankings } = await rankToy([noise(30)], [concept(labels)], [['ap']], { groups, options });
    expect(rankings[0]!.focus[0]!.interval).toBeNull();
    expect(rankings[0]!.warnings.join('\n')).toContain('the rows to compare stand in 1 sentence only');
  });

  test('that nobody asked for take no words away', async () => {
    const { labels, groups } = inSentences(8);
    const words = Int32Array.from(labels, (_, row) => row % 4);
    const ranked = (intervalsFor: number) =>
      rankToy([noise(24), noise(24, 2)], [concept(labels)], [['ap']], { groups, words, options: { nullRounds: 0, intervalsFor } });
    const [{ rankings: asked }, { rankings: none }] = [await ranked(10), await ranked(0)];
    expect(asked[0]!.focus.every(({ interval }) => interval !== null)).toBe(true);
    expect(none[0]!.focus).toEqual(asked[0]!.focus.map((focus) => ({ ...focus, interval: null })));
    expect(none[0]!.focus[0]!.topWords.length).toBeGreaterThan(0);
  });
});

describe('words behind a score', () => {
  const labels = [1, 1, 1, 1, 0, 0, 0, 0];
  const words = Int32Array.of(7, 7, 7, 3, 3, 5, 5, 7);
  const neuron = [9, 8, 7, 1, 2, 0, 3, 4];

  test('the commonest word among the hits is named with its share, and the score without it', async () => {
    const { rankings } = await rankToy([neuron], [concept(labels)], [['ap'], ['mean']], { words, options });
    // The four strongest rows are 1, 2, 3 and 8; the hits among them are three times word 7.
    const { word, topWords } = rankings[0]!.focus[0]!;
    expect(word).toMatchObject({ type: 7, share: 1 });
    // Without word 7: values 1 (concept), 2, 0, 3, where high values give 1/3 and low ones 1/2.
    expect(word!.scoreWithout).toBeCloseTo(1 / 2, 12);
    expect(topWords[0]).toEqual({ type: 7, count: 4 });
    expect(rankings[1]!.focus[0]!.word!.scoreWithout).toBe(1);
  });

  test('there is no score without the word when the concept is that word', async () => {
    const { rankings } = await rankToy([neuron], [concept([1, 1, 1, 0, 0, 0, 0, 1])], [['ap']], { words, options });
    expect(rankings[0]!.focus[0]!.word).toEqual({ type: 7, share: 1, scoreWithout: null });
  });
});

describe('planted neurons', () => {
  test('scores of one neuron find what is in one neuron, and the group only weakly', async () => {
    const { neurons, a, b, planted } = benchmark();
    const { rankings } = await rankToy(
      neurons,
      [a, b],
      [['ap'], ['d-prime'], ['mean-select'], ['probeless'], ['probeless', { standardise: true }]],
    );
    const [ap, dPrime, select, raw, standardised] = rankings as [
      (typeof rankings)[0],
      (typeof rankings)[0],
      (typeof rankings)[0],
      (typeof rankings)[0],
      (typeof rankings)[0],
    ];
    const single = [planted.focused, planted.shared, ...planted.copies];
    for (const { method, order } of [ap, dPrime, select, standardised]) {
      expect
        .soft(
          order.slice(0, 5).sort((x, y) => x - y),
          method,
        )
        .toEqual([...single].sort((x, y) => x - y));
    }
    expect(raw.order[0]).toBe(planted.loud);
    expect(standardised.order.slice(0, 20)).not.toContain(planted.loud);
    expect(rankings[5]!.order[0]).toBe(planted.shared);
    expect(sum(planted.group.map((neuron) => ap.score[neuron]!)) / 5).toBeLessThan(ap.score[planted.focused]! - 0.2);
  });

  test('a neuron that remembers words is given away by the score without its word', async () => {
    const { neurons, byWord, words, planted } = benchmark();
    const { rankings } = await rankToy(neurons, [byWord], [['ap']], { words, options: { nullRounds: 0, intervalsFor: 1 } });
    expect(rankings[0]!.order[0]).toBe(planted.word);
    const { word } = rankings[0]!.focus[0]!;
    expect(word!.share).toBeGreaterThan(0.9);
    expect(word!.scoreWithout! - rankings[0]!.chance!).toBeLessThan(0.2);
  });

  test('shuffled labels give scores near chance', async () => {
    const { neurons, a, planted } = benchmark();
    const next = randomStream(5);
    const shuffled = Int32Array.from(a.labels).sort(() => next() - 2 ** 31);
    const { rankings } = await rankToy(neurons, [{ ...a, labels: shuffled }], [['auroc']]);
    const others = rankings[0]!.score.filter((_, neuron) => neuron !== planted.loud);
    expect(sum(others.map((score) => score!)) / others.length).toBeCloseTo(0.5, 1);
  });
});

test('what luck gives is told by shuffles that have happened, and no p-value is 0', () => {
  const best = Float64Array.from({ length: 20 }, (_, round) => round + 1);
  expect(luckSummary(best)).toEqual({ rounds: 20, median: 11, q95: 20, max: 20 });
  expect(luckSummary(best, (strength) => -strength)).toMatchObject({ median: -11, max: -20 });
  expect([luckP(best, 19), luckP(best, 20.5)]).toEqual([3 / 21, 1 / 21]);
});
