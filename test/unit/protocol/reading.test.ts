/** How scores of methods that count differently are read: by what the method says of them, never by its name. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { methods } from '../../../server/src/methods';
import { countText } from '../../../server/src/protocol/counted';
import { bestByStack, gain, isBetter, scaleOf, standsOut, strength } from '../../../server/src/protocol/reading';
import type { RankingColumns, ScoreScale } from '../../../server/src/protocol/results';
import { linkedOf } from '../../../server/src/worker/linkedConcepts';
import { sampleResult } from '../../helpers/sampleResult';

const [first] = sampleResult.rankings as [RankingColumns];
const ranking = (scale: ScoreScale, score: readonly (number | null)[], chance: number | null): RankingColumns => ({
  ...first,
  ...{ method: 'anything', scale, score, chance, null: null, direction: score.map(() => 1 as const) },
});
const gains = (one: RankingColumns): number[] => one.score.map((score) => gain(strength(one, score), scaleOf(one)));

test('a share begins at chance and ends at 1', () => {
  const one = ranking({ best: 'largest', centre: 0, end: 1 }, [0.2, 0.6, 0.1, null], 0.2);
  expect(scaleOf(one)).toEqual({ chance: 0.2, best: 1 });
  expect(gains(one)).toEqual([0, expect.closeTo(0.5), 0, 0]);
});

test('a score with two good ends counts from its centre', () => {
  const one = ranking({ best: 'farthest', centre: 0.5, end: 1 }, [0, 0.25, 0.5, null], 0.5);
  expect(gains(one)).toEqual([1, 0.5, 0, 0]);
  expect(isBetter(one, strength(one, 0.1), strength(one, 0.8))).toBe(true);
});

test('of losses the smallest has the longest bar, and zero is the end', () => {
  const one = ranking({ best: 'smallest', centre: 0, end: 0 }, [0.8, 0.4, 0.2, null], 0.8);
  expect(scaleOf(one)).toEqual({ chance: 0.8, best: 0 });
  expect(gains(one)).toEqual([0, 0.5, expect.closeTo(0.75), 0]);
  expect(bestByStack(sampleResult, one)).toEqual([{ stack: '', best: [0.8, 0.4, 0.2] }]);
});

test('without chance and end the bars of the smallest run from the worst to the best there is', () => {
  const one = ranking({ best: 'smallest', centre: 0, end: null }, [0.9, 0.5, 0.1, null], null);
  expect(gains(one)).toEqual([0, 0.5, 1, 0]);
});

test('a ranking without a single score has a scale all the same', () => {
  for (const best of ['largest', 'smallest', 'farthest'] as const) {
    const none = ranking({ best, centre: 0, end: null }, [null, null, null, null], null);
    const { chance, best: end } = scaleOf(none);
    expect([Number.isFinite(chance), Number.isFinite(end), chance !== end]).toEqual([true, true, true]);
  }
});

test('a loss stands out when it is less than the best of shuffled labels', () => {
  const luck = { rounds: 20, median: 0.5, q95: 0.3, max: 0.2 };
  const one = { ...ranking({ best: 'smallest', centre: 0, end: 0 }, [0.8, 0.4, 0.2, null], 0.8), null: luck, order: [2, 1, 0, 3] };
  expect(standsOut(one)).toBe(true);
  const linked = linkedOf({ ...sampleResult, rankings: [one] });
  expect([...linked.of.keys()]).toEqual([sampleResult.neurons[2]]);
  expect(linked.stripOf(one.concept)).toMatchObject({ chance: 0.8, end: 0.2 });
});

test('a file that states no scale is read by size', () => {
  const { scale: _, ...old } = ranking({ best: 'largest', centre: 0, end: 1 }, [-0.4, 0.2, 0, null], 0);
  expect(gains(old)).toEqual([1, 0.5, 0, 0]);
});

test('every method that scores says how its scores are read', () => {
  const scales = new Map(methods.flatMap((method) => ('scale' in method ? [[method.id, method.scale]] : [])));
  expect(scales.get('ap')).toEqual({ best: 'largest', centre: 0, end: 1 });
  expect(scales.get('auroc')).toEqual({ best: 'farthest', centre: 0.5, end: 1 });
  expect(scales.get('d-prime')).toEqual({ best: 'farthest', centre: 0, end: null });
  expect(scales.get('sparse')).toEqual({ best: 'smallest', centre: 0, end: 0 });
});

test('counts are grouped by thousands, as English groups them', () => {
  expect([0, 999, 1_000, 24_816, -1_234_567].map(countText)).toEqual(['0', '999', '1,000', '24,816', '-1,234,567']);
  fc.assert(fc.property(fc.maxSafeInteger(), (count) => countText(count) === count.toLocaleString('en-US')));
});

test('luck of whole sentences is not that of words: it does not stand beside scores of words', () => {
  const { provenance } = sampleResult;
  expect(linkedOf(sampleResult).luck('wink.xpos=VBD')).toBe(0.19);
  const activations = { ...provenance.activations, unit: 'sentence' } as const;
  expect(linkedOf({ ...sampleResult, provenance: { ...provenance, activations } }).luck('wink.xpos=VBD')).toBeNull();
});
