/** Pinned neurons on one axis: nothing is lost when bins become wider, and what they share stands first. */
import { expect, test } from 'vitest';
import type { ComparedNeuron } from '../../../server/src/protocol/views';
import { comparedConcepts, comparedRange, rebinned } from '../../../webview/src/explorer/compared';

const score = (concept: string, value: number | null): ComparedNeuron['concepts'][number] => ({
  ...{ concept, score: value, chance: 0.1, interval: null, luck: null, direction: 1, aliases: [] },
  support: { positive: 1, negative: 9 },
});
const neuron = (edges: readonly number[], concepts: ComparedNeuron['concepts']): ComparedNeuron => ({
  ...{ neuron: 'L1.ffn.1', side: 'high', concept: 'x', firesOn: 0.1, concepts },
  histogram: { edges, carrying: [1, 2], others: [10, 20] },
});
const narrow = neuron([0, 1, 2], [score('past', 0.6), score('verb', 0.9)]);
const wide = neuron([-4, 0, 4], [score('noun', 0.95), score('past', 0.7)]);

test('the axis reaches from the least to the largest value of any', () => {
  expect(comparedRange([narrow, wide])).toEqual([-4, 4]);
});

test('words are counted at the place of their bin on the common axis', () => {
  const { carrying, others } = rebinned(narrow.histogram, [-4, 4]);
  expect(carrying).toHaveLength(40);
  expect(carrying.flatMap((count, bin) => (count > 0 ? [[bin, count]] : []))).toEqual([
    [22, 1],
    [27, 2],
  ]);
  expect(others.reduce((sum, count) => sum + count, 0)).toBe(30);
});

test('shared concepts stand first, the others by their best score, with nothing where a neuron does not have them', () => {
  expect(comparedConcepts([narrow, wide])).toEqual([
    { concept: 'past', scores: [0.6, 0.7] },
    { concept: 'noun', scores: [null, 0.95] },
    { concept: 'verb', scores: [0.9, null] },
  ]);
});
