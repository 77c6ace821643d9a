/** The words behind neurons of rankings that were fitted: T1, its rows being words. */
import { expect, test } from 'vitest';
import { memoryMatrix } from '../../../server/src/activations/memoryMatrix';
import { fittedWords } from '../../../server/src/methods';
import type { LabelSet } from '../../../server/src/methods';
import type { FittedRanking } from '../../../server/src/methods/evidence/fittedWords';

// Neurons a and c of T1: c marks the concept (rows 0–3) by being low.
const matrix = memoryMatrix(8, 2, Float64Array.from([4, -1, 3, -2, 2, -1, 1, -3, 0, 2, 0, 1, 1, 1, 0, 3]));
const words = Int32Array.from([5, 5, 6, 5, 7, 7, 6, 7]);
const concept: LabelSet = { name: 'k=v', kind: 'binary', classNames: ['other', 'v'], labels: Int32Array.from([1, 1, 1, 1, 0, 0, 0, 0]) };
const classes: LabelSet = { name: 'k', kind: 'classes', classNames: ['u', 'v'], labels: concept.labels };
const ranking = (name: string, score: (number | null)[] = [0.2, 0.1]): FittedRanking => ({
  ...{ concept: name, order: [1, 0], score, direction: [1, -1] },
  ...{ fitted: Uint8Array.from([1, 1, 1, 1, 1, 1, 1, 0]), scoreAlone: null },
});

const step = (): Promise<void> => Promise.resolve();
const evidence = (rankings: FittedRanking[], labelSets: LabelSet[]) =>
  fittedWords(rankings, { parts: [{ point: null, matrix }], labelSets, words, step });

test('the best neurons have the words of their strong side, and the commonest of those that carry the concept', async () => {
  const [[c, a]] = (await evidence([ranking('k=v')], [concept])) as [[object, object]];
  // Low side of c: rows 3, 1, 0, 2, all of the concept; three of the four are word 5. The score without it would take a fit of both neurons.
  expect(c).toMatchObject({ neuron: 1, word: { type: 5, share: 0.75, scoreWithout: null }, interval: null, p: null });
  // The four highest of a are rows 0, 1, 2 and one of the two that have 1, of which only row 3 carries the concept and stands first.
  expect(a).toMatchObject({ neuron: 0, word: { type: 5, share: 0.75 }, topWords: [{ type: 5, count: 3 }, { type: 7, count: 3 }, { type: 6, count: 2 }] }); // prettier-ignore
});

test('a method that fits neurons one by one is asked again about the fitted rows of other words', async () => {
  const asked: [number[], number[]][] = [];
  const scoreAlone = (values: Float64Array, target: Int32Array) => ({ score: asked.push([[...values], [...target]]), chance: 0.5 });
  const [[c] = []] = await evidence([{ ...ranking('k=v'), scoreAlone }], [concept]);
  expect(c?.word).toMatchObject({ scoreWithout: 2, chanceWithout: 0.5 });
  // Rows 2, 4, 5 and 6 are fitted and not word 5: of them row 2 alone carries the concept. The last call is of neuron c.
  expect(asked.at(-1)).toEqual([[-1, 2, 1, 1], [1, 0, 0, 0]]); // prettier-ignore
});

test('a ranking of one class of several is asked about that class, one of all classes about none', async () => {
  const [ofClass, ofAll] = await evidence([ranking('k=v'), ranking('k')], [classes]);
  expect(ofClass?.[0]?.word).toMatchObject({ type: 5, share: 0.75 });
  expect(ofAll?.[0]?.word).toBeNull();
  expect(ofAll?.[0]?.topWords).toHaveLength(3);
});

test('neurons without a score have no evidence, and rankings of labels that are no classes have none at all', async () => {
  expect(await evidence([ranking('k=v', [null, 0.1]), ranking('length')], [concept])).toMatchObject([[{ neuron: 1 }], []]);
});
