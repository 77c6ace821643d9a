/** How fits do on held rows without their commonest word: T1, its rows being words, four of them the concept. */
import { describe, expect, test } from 'vitest';
import { checkParameters } from '../../../server/src/methods';
import { gaussianProbe } from '../../../server/src/methods/probing/gaussian';
import { linguisticCorrelation } from '../../../server/src/methods/probing/lca';
import { linearProbe } from '../../../server/src/methods/probing/linear';
import { regressionProbe } from '../../../server/src/methods/probing/regression';
import { sparseProbe } from '../../../server/src/methods/probing/sparse';
import { withoutWord } from '../../../server/src/methods/probing/withoutWord';
import type { Sample, SampleMethod, WithoutWord } from '../../../server/src/methods/sample';
import { withoutWordLines } from '../../../server/src/protocol/fitReading';
import { conceptSample, rowsOf, tools } from './samples';
import { toy } from './toy';

const labels = [1, 1, 1, 1, 0, 0, 0, 0];
// Of the four rows of the concept two are word 5; so is row 4, which does not carry it.
const types = Int32Array.from([5, 6, 5, 7, 5, 8, 8, 8]);

describe('which word it is', () => {
  const held = { types, labels: Int32Array.from(labels) };

  test('the commonest among the rows that carry the concept goes from all of them', () => {
    const seen: boolean[] = [];
    const found = withoutWord({ held, focus: 1 }, (kept) => {
      labels.forEach((_, row) => seen.push(kept(row)));
      return { accuracy: 0.5 };
    });
    expect(found).toEqual({ word: { type: 5, share: 0.5 }, rows: 5, numbers: { accuracy: 0.5 }, reason: null });
    expect(seen).toEqual([false, true, false, true, false, true, true, true]);
  });

  test('where all classes are told apart it is the commonest of all, the first of several; rows that take no part count nowhere', () => {
    const judged = withoutWord({ held: { types, labels: Int32Array.from([0, 1, 2, 0, -1, 1, 2, -1]) }, focus: -1 }, () => ({}));
    expect(judged).toMatchObject({ word: { type: 5, share: 2 / 6 }, rows: 4 });
  });

  const never = (): never => {
    throw new Error('nothing to judge');
  };
  const none = new Int32Array(0);
  test.each<[string, Parameters<typeof withoutWord>[0], Partial<WithoutWord>]>([
    ['words are not known', { held: { labels: held.labels }, focus: 1 }, { reason: 'no-words', word: null }],
    ['no row of the concept is held out', { held: { types: none, labels: none }, focus: 1 }, { reason: 'none-held', word: null }],
    [
      'the concept is one word',
      { held: { ...held, types: new Int32Array(8).fill(3) }, focus: 1 },
      { reason: 'one-word', word: { type: 3, share: 1 } },
    ],
  ])('a reason stands where the numbers would: %s', (_, asked, expected) => {
    expect(withoutWord(asked, never)).toMatchObject({ ...expected, numbers: {}, rows: 0 });
  });
});

// A neuron that marks word 5 and nothing else: right of rows 0, 2 (of the concept), wrong of 1, 3 and 4.
const marksWord = [1, 0, 1, 0, 1, 0, 0, 0];
const rows = { ...rowsOf([marksWord], labels), types };

async function judged(method: SampleMethod, parameters: Record<string, unknown>, sample: Sample): Promise<WithoutWord | undefined> {
  const { withoutWord: found } = await method.rank(sample, checkParameters(method, parameters), tools);
  return found;
}

test.each([linearProbe, linguisticCorrelation])('a probe of one word knows nothing without it: $id', async (method) => {
  const found = await judged(
    method,
    { l1: 0, l2: 0.001, 'control-task': false, 'min-rows': 2 },
    { ...conceptSample([marksWord], labels), train: rows, held: rows },
  );
  // Without word 5 rows 1 and 3 carry the concept, 5, 6 and 7 do not, and all get the same answer: no.
  expect(found).toMatchObject({ word: { type: 5, share: 0.5 }, rows: 5, numbers: { accuracy: 0.6, balanced_accuracy: 0.5 }, reason: null });
});

test('greedy selection and larger sparse probes are judged in the same way', async () => {
  const columns = [toy.a, toy.c];
  const given = { ...rowsOf(columns, labels), types };
  const sample = { ...conceptSample(columns, labels), train: given, held: given };
  const gaussian = await judged(gaussianProbe, { steps: 2, 'min-rows': 2 }, sample);
  expect(gaussian).toMatchObject({ word: { type: 5, share: 0.5 }, rows: 5, numbers: { accuracy: 1 } });
  const sparse = await judged(sparseProbe, { k: 2 }, sample);
  expect(sparse).toMatchObject({ word: { type: 5, share: 0.5 }, rows: 5, numbers: { f1: 1, mcc: 1, pr_auc: 1 } });
  expect(await judged(sparseProbe, { k: 1 }, sample)).toBeUndefined();
});

test('a probe of numbers leaves out the commonest word of all rows', async () => {
  const target = Float64Array.from([0, 1, 2, 3, 4, 5, 6, 7]);
  const line = { ...rowsOf([[...target]], new Array<number>(8).fill(0)), target, types };
  const found = await judged(regressionProbe, { l1: 0, l2: 0 }, { train: line, held: line, classes: ['n'], focus: -1 });
  expect(found).toMatchObject({ word: { type: 5, share: 3 / 8 }, rows: 5 });
  expect(found?.numbers['r2']).toBeCloseTo(1, 8);
});

test('it is said in a line, and so is why it is not known', () => {
  expect(
    withoutWordLines({
      word: { text: 'said', share: 0.25 },
      rows: 1204,
      numbers: { accuracy: 0.951, balanced_accuracy: 0.88 },
      reason: null,
    }),
  ).toEqual(['without “said”, 25.0 % of the held rows in question: 95.1 % right, all classes alike 88.0 %, of 1,204 others']);
  expect(withoutWordLines({ word: null, rows: 0, numbers: {}, reason: 'no-words' })).toEqual([
    'without the commonest word: not known, since the words of its rows are not known',
  ]);
  expect(withoutWordLines(undefined)).toEqual([]);
});
