/** A neuron of ten words that a person can check by eye. */
import { expect, test } from 'vitest';
import { parseConcept } from '../../../server/src/corpus/concepts/concept';
import { placesOf } from '../../../server/src/corpus/places';
import { columnSorter, restricted } from '../../../server/src/methods/statistics/order';
import type { RowFacts } from '../../../server/src/study/labels';
import { labelledConcepts, neuronView } from '../../../server/src/study/neuronView';
import { corpusOf } from '../../helpers/corpora';

const corpus = corpusOf(['she saw a cat', 'he saw a dog', 'no cat']);
const words = corpus.words.count;
const row = Int32Array.from({ length: words }, (_, w) => w);
const rows: RowFacts = { word: row, sentence: corpus.words.sentence, type: row, forms: Array.from(row, String), excluded: {} };
// she saw a cat | he saw a dog | no cat
const values = Float32Array.of(-0.3, 1.1, 2, 9, -0.2, 1, 8, 3, -0.1, 7);
const [cat] = labelledConcepts([parseConcept('word:cat')], corpus, rows);

function view(options: { side?: 'high' | 'low'; concept?: typeof cat; values?: Float32Array } = {}) {
  const own = options.values ?? values;
  return neuronView({
    ...{ point: { stack: '', layer: 2, tap: 'ffn' }, unit: 4, values: own, corpus, places: placesOf(corpus), rows, model: 'm' },
    sorted: restricted(columnSorter(words)(own), new Uint8Array(words).fill(1)),
    ...{ concepts: cat ? [cat] : [], concept: options.concept ?? null, side: options.side ?? 'high' },
  });
}

test('the threshold is where F1 is best, and what lies on the wrong side of it is listed', () => {
  const { threshold, wrong, concepts } = view({ concept: cat });
  // Down to 7: cat, a, cat. Two of three are cats, and there are two cats.
  expect(threshold).toEqual({ value: 7, precision: 2 / 3, recall: 1 });
  expect(wrong.map(({ value, carries }) => [value, carries])).toEqual([[8, false]]);
  expect(concepts).toMatchObject([
    { concept: 'word:cat', chance: 0.2, score: (1 + 2 / 3) / 2, direction: 1, support: { positive: 2, negative: 8 } },
  ]);
});

test('every word is in one bin of the histogram and in one band, split by the concept', () => {
  const { histogram, bands, firesOn } = view({ concept: cat });
  const sum = (counts: readonly number[]) => counts.reduce((all, count) => all + count, 0);
  expect([histogram.edges.length, sum(histogram.carrying), sum(histogram.others)]).toEqual([41, 2, 8]);
  expect(bands.map(({ words: count }) => count)).toEqual([0, 0, 1, 4, 5]);
  expect(bands[2]?.share).toBe(1);
  expect(firesOn).toBe(0.7);
});

test('examples show the word in its sentence', () => {
  const [first, second] = view().top;
  expect(first).toMatchObject({ text: 'she saw a cat', value: 9, carries: null });
  expect(first?.text.slice(first.start, first.end)).toBe('cat');
  expect(second?.text.slice(second.start, second.end)).toBe('a');
});

test('the low side is the mirror image', () => {
  const mirrored = view({ side: 'low', concept: cat, values: values.map((value) => -value) });
  const straight = view({ concept: cat });
  expect(mirrored.threshold).toEqual({ ...straight.threshold, value: -7 });
  expect(mirrored.top.map(({ word }) => word)).toEqual(straight.top.map(({ word }) => word));
  expect(mirrored.bands.map(({ share }) => share)).toEqual(straight.bands.map(({ share }) => share));
});

test('without a concept nothing is split and nothing is wrong', () => {
  expect(view()).toMatchObject({ threshold: null, wrong: [], concept: null, histogram: { carrying: [] } });
});

test('a constant neuron says so and shows nothing', () => {
  expect(view({ values: new Float32Array(words).fill(3) })).toMatchObject({
    empty: 'All its values are equal.',
    top: [],
    bands: [],
    concepts: [],
  });
});
