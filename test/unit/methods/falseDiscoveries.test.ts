/** q-values: by hand, against every shuffle scored, and on noise. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { benjaminiHochberg, nullTally } from '../../../server/src/methods/evidence/falseDiscoveries';
import { shuffles, sentencesOf } from '../../../server/src/methods/evidence/shuffles';
import { randomStream } from '../../../server/src/methods/statistics/random';
import { concept, rankToy } from './toy';

function noise(rows: number, ...keys: number[]): number[] {
  const next = randomStream(17, ...keys);
  return Array.from({ length: rows }, () => next() / 2 ** 31 - 1);
}

describe('the share of false discoveries', () => {
  test('by hand: the p-value times neurons over its place, and never more than that of a worse one', () => {
    const p = [0.216, 0.001, 0.039, 0.041, null, 0.042, 0.06, 0.074, 0.205, 0.212, 0.008];
    const q = [0.216, 0.01, 0.084, 0.084, null, 0.084, 0.1, 0.74 / 7, 0.216, 0.216, 0.04];
    benjaminiHochberg(p).forEach((value, i) => {
      const wanted = q[i]!;
      if (wanted === null) expect(value).toBeNull();
      else expect(value).toBeCloseTo(wanted, 12);
    });
  });

  test('is never below its p-value nor above 1, rises with it, and does not depend on the order of neurons', () => {
    const share = fc.double({ min: 1e-6, max: 1, noNaN: true });
    fc.assert(
      fc.property(fc.array(share, { minLength: 1, maxLength: 40 }), (p) => {
        const q = benjaminiHochberg(p) as number[];
        p.forEach((value, i) => expect(q[i]! >= value * (1 - 1e-12) && q[i]! <= 1).toBe(true));
        p.forEach((a, i) => p.forEach((b, j) => expect(a <= b && q[i]! > q[j]!).toBe(false)));
        expect(benjaminiHochberg([...p].reverse())).toEqual([...q].reverse());
      }),
      { numRuns: 50 },
    );
  });
});

test('null scores are counted against the scores of the ranking, those that stand for several as often', () => {
  const tally = nullTally([0.2, 0.5, 0.9, 0.5]);
  [0.1, 0.2, 0.3, 0.5, 0.95, -Infinity].forEach((strength) => tally.add(strength));
  tally.add(0.6, 3);
  // Nine null scores in all; 0.95 reaches 0.9; 0.5, 0.6 three times and 0.95 reach 0.5; all but 0.1 and the one without reach 0.2.
  expect([0.9, 0.5, 0.2].map(tally.pValue)).toEqual([2 / 10, 6 / 10, 8 / 10]);
});

test('counting finds what comparing all pairs finds', () => {
  const strength = fc.integer({ min: -30, max: 30 }).map((n) => n / 7);
  fc.assert(
    fc.property(fc.array(strength, { minLength: 1 }), fc.array(strength), (levels, nulls) => {
      const tally = nullTally(levels);
      nulls.forEach((value) => tally.add(value));
      for (const level of levels) {
        expect(tally.pValue(level)).toBe((nulls.filter((value) => value >= level).length + 1) / (nulls.length + 1));
      }
    }),
    { numRuns: 50 },
  );
});

describe('q-values of a ranking', () => {
  const rows = 120;
  const rounds = 40;
  const groups = Int32Array.from({ length: rows }, (_, row) => Math.floor(row / 10));
  const labels = Array.from({ length: rows }, (_, row) => Number(row % 5 === 2));
  const all = [['ap'], ['auroc'], ['d-prime'], ['mean-select'], ['iou', { quantile: 0.9 }], ['mutual-information', { bins: 4 }]] as const;
  type Asked = (typeof all)[number];
  const options = { nullRounds: rounds, intervalsFor: 0, seed: 3 };

  /** q-values with the null scores of all neurons in all rounds. */
  async function byScoringAll(columns: readonly number[][], methods: readonly Asked[]) {
    const drawn = shuffles({ labels: Int32Array.from(labels), classes: 2 }, sentencesOf(groups, rows), [1], { rounds, seed: 3 });
    const strengthOf = (method: string, score: number) => Math.round(Math.abs(score - (method === 'auroc' ? 0.5 : 0)) * 1e9);
    const nulls: number[][] = methods.map(() => []);
    for (const { rows: positives } of drawn) {
      const shuffled = concept(labels.map((_, row) => Number(positives.includes(row))));
      const { rankings } = await rankToy(columns, [shuffled], methods);
      rankings.forEach(({ method, score }, m) => nulls[m]!.push(...score.map((value) => strengthOf(method, value!))));
    }
    const { rankings } = await rankToy(columns, [concept(labels)], methods);
    return rankings.map(({ method, score }, m) =>
      benjaminiHochberg(
        score.map((value) => {
          const reached = nulls[m]!.filter((strength) => strength >= strengthOf(method, value!)).length;
          return (reached + 1) / (nulls[m]!.length + 1);
        }),
      ),
    );
  }

  test('of few neurons are those of scoring every shuffle', async () => {
    const columns = [noise(rows, 1), noise(rows, 2), noise(rows, 3).map((value, row) => value + 2 * labels[row]!)];
    const { rankings } = await rankToy(columns, [concept(labels)], all, { groups, options });
    const scored = await byScoringAll(columns, all);
    rankings.forEach(({ method, q }, m) => q!.forEach((value, j) => expect.soft(value, method).toBeCloseTo(scored[m]![j]!, 9)));
    expect(rankings[0]!.q![2]).toBeCloseTo(3 / (3 * rounds + 1), 12);
  });

  test('of more neurons than are scored again are close to them, and noise is no discovery', async () => {
    const columns = Array.from({ length: 110 }, (_, c) => noise(rows, 7, c).map((value, row) => value + (c < 4 ? 1.5 : 0) * labels[row]!));
    const some = [all[0], all[2]];
    const { rankings } = await rankToy(columns, [concept(labels)], some, { groups, options });
    const scored = await byScoringAll(columns, some);
    rankings.forEach(({ method, q }, m) => {
      q!.forEach((value, j) => expect.soft(Math.abs(value! - scored[m]![j]!), `${method} ${j}`).toBeLessThan(0.08));
      const found = Array.from(q!.keys()).filter((j) => q![j]! < 0.1);
      expect.soft(found.filter((j) => j >= 4).length, method).toBeLessThanOrEqual(1);
    });
    expect(Array.from(rankings[0]!.q!.keys()).filter((j) => rankings[0]!.q![j]! < 0.1)).toEqual([0, 1, 2, 3]);
  });

  test('are not given where no labels are shuffled', async () => {
    const { rankings } = await rankToy([noise(rows, 1)], [concept(labels)], [['ap']], { groups, options: { ...options, nullRounds: 0 } });
    expect(rankings[0]!.q).toBeNull();
  });
});
