import { describe, expect, test } from 'vitest';
import { distribution, ngrams, topContexts, topSentences, wordTypes } from '../../../server/src/methods';
import { toy } from './toy';

const column = (values: readonly number[]) => Float64Array.from(values);
const rowsOf = (hits: readonly { readonly row: number }[]) => hits.map(({ row }) => row);

describe('top contexts', () => {
  const values = column([5, 1, 9, 9, 3, 7, 0, 2]);
  const sentences = Int32Array.of(0, 0, 0, 1, 1, 2, 2, 2);

  test('both ends are shown, equal values by row', () => {
    const { high, low } = topContexts.describe({ values }, { top: 3 });
    expect(rowsOf(high)).toEqual([2, 3, 5]);
    expect(rowsOf(low)).toEqual([6, 1, 7]);
  });

  test('a context stays within its sentence', () => {
    const { high } = topContexts.describe({ values, sentences }, { top: 3, before: 2, after: 1 });
    expect(high).toEqual([
      { row: 2, value: 9, from: 0, to: 3 },
      { row: 3, value: 9, from: 3, to: 5 },
      { row: 5, value: 7, from: 5, to: 7 },
    ]);
  });

  test('of sentences with the same text one is shown, and a document has its share only', () => {
    const texts = Int32Array.of(4, 4, 4, 4, 4, 5, 5, 5);
    expect(rowsOf(topContexts.describe({ values, sentences, texts }, { top: 3 }).high)).toEqual([2, 5, 0]);
    expect(rowsOf(topContexts.describe({ values, sentences, texts }, { top: 3, distinct: false }).high)).toEqual([2, 3, 5]);
    const documents = Int32Array.of(0, 0, 0, 0, 0, 1, 1, 1);
    expect(rowsOf(topContexts.describe({ values, documents }, { top: 3, 'per-document': 1 }).high)).toEqual([2, 5]);
  });

  test('every tenth of the range has its count and some rows of its own', () => {
    const uniform = column(Array.from({ length: 100 }, (_, row) => row));
    const { deciles } = topContexts.describe({ values: uniform }, { 'per-decile': 2 });
    expect(deciles.map(({ rows }) => rows)).toEqual(new Array(10).fill(10));
    for (const { low, high, sample } of deciles) {
      expect(sample).toHaveLength(2);
      for (const { value } of sample) expect(value >= low && value <= high).toBe(true);
    }
    expect(topContexts.describe({ values: uniform }, { 'per-decile': 2 }).deciles).toEqual(deciles);
  });

  test('rows that take no part are not shown, and a constant neuron has no tenths', () => {
    const included = Uint8Array.of(1, 1, 0, 0, 1, 1, 1, 1);
    expect(rowsOf(topContexts.describe({ values, included }, { top: 1 }).high)).toEqual([5]);
    expect(topContexts.describe({ values: column([2, 2, 2]) }, {}).deciles).toEqual([]);
  });
});

describe('word types', () => {
  const words = Int32Array.of(1, 1, 2, 2, 3, 3, 4, 4);
  const plain = { 'min-count': 1, shrink: 0 };

  test('the eight rows by hand: mean |z| of every type, as a share of the largest', () => {
    const found = wordTypes.describe({ values: column(toy.a), words }, plain)!;
    const strengths = found.strongest.map(({ type, strength, relative }) => [type, strength, relative]);
    const expected = [
      [1, 1.508506, 1],
      [3, 0.976092, 0.647059],
      [4, 0.62115, 0.411765],
      [2, 0.354943, 0.235294],
    ];
    expect(strengths).toEqual(
      expected.map(([type, strength, relative]) => [type, expect.closeTo(strength!, 6), expect.closeTo(relative!, 6)]),
    );
  });

  test('the signed lists keep the ends apart', () => {
    const found = wordTypes.describe({ values: column(toy.a), words }, plain)!;
    expect(found.high.map(({ type }) => type)).toEqual([1, 2]);
    expect(found.low.map(({ type }) => type)).toEqual([3, 4]);
  });

  test('rare types are shrunken, and left out below the least count', () => {
    const values = column([9, 0, 1, 0, 1, 0, 1, 0, 1]);
    const types = Int32Array.of(8, 1, 2, 1, 2, 1, 2, 1, 2);
    const [first] = wordTypes.describe({ values, words: types }, { 'min-count': 1, shrink: 5 })!.strongest;
    const [single] = wordTypes.describe({ values, words: types }, plain)!.strongest;
    expect(first!.type).toBe(8);
    expect(first!.strength).toBeLessThan(single!.strength);
    expect(wordTypes.describe({ values, words: types }, { 'min-count': 2 })!.strongest.map(({ type }) => type)).not.toContain(8);
  });

  test('do not follow scale and offset of the neuron', () => {
    const scaled = column(toy.a.map((value) => 4 * value - 3));
    expect(wordTypes.describe({ values: scaled, words }, plain)).toEqual(wordTypes.describe({ values: column(toy.a), words }, plain));
  });

  test('a constant neuron has none', () => {
    expect(wordTypes.describe({ values: column([1, 1, 1, 1, 1, 1, 1, 1]), words }, {})).toBeNull();
  });
});

describe('distribution', () => {
  const labels = Int32Array.of(1, 1, 1, 1, 0, 0, 0, 0);

  test('the eight rows by hand: counts on common bins, means, d′ and overlap', () => {
    const found = distribution.describe({ values: column(toy.a), labels, classes: 2 }, { bins: 4 })!;
    expect(found.edges).toEqual([0, 1, 2, 3, 4]);
    expect(found.classes.map(({ bins }) => bins)).toEqual([
      [3, 1, 0, 0],
      [0, 1, 1, 2],
    ]);
    expect(found.classes.map(({ mean }) => mean)).toEqual([0.25, 2.5]);
    expect(found.dPrime).toBeCloseTo(2.298393, 6);
    expect(found.overlap).toBe(0.25);
  });

  test('without labels all rows are one class, and rows without a class are left out', () => {
    expect(distribution.describe({ values: column(toy.a) }, { bins: 4 })!.classes.map(({ count }) => count)).toEqual([8]);
    const some = Int32Array.of(1, 1, -1, -1, 0, 0, -1, 0);
    expect(distribution.describe({ values: column(toy.a), labels: some, classes: 2 }, {})!.classes.map(({ count }) => count)).toEqual([
      3, 2,
    ]);
  });

  test('a class without rows has neither mean nor overlap', () => {
    const found = distribution.describe({ values: column(toy.a), labels: new Int32Array(8), classes: 2 }, {})!;
    expect(found.classes[1]).toMatchObject({ count: 0, mean: null, deviation: null });
    expect(found).toMatchObject({ dPrime: null, overlap: null });
  });
});

describe('n-grams', () => {
  // of course(9) · of course(9) · course(0) · of(0) course(9) | of(0) of(0) · in two sentences; z by hand: mean 3, sd √18
  const words = Int32Array.of(1, 2, 1, 2, 2, 1, 2, 1, 1);
  const values = column([0, 9, 0, 9, 0, 0, 9, 0, 0]);
  const sentences = Int32Array.of(0, 0, 0, 0, 0, 0, 0, 1, 1);
  const plain = { 'min-count': 2, shrink: 0 };

  test('a sequence that fires a neuron more than its last word does is named, with its own count', () => {
    const { high } = ngrams.describe({ values, words, sentences }, { ...plain, longest: 2 })!;
    expect(high[0]).toEqual({ words: [1, 2], count: 3, signed: expect.closeTo(6 / Math.sqrt(18), 12) });
    expect(ngrams.describe({ values, words, sentences }, { ...plain, shortest: 2 })!.high.every((gram) => gram.words.length > 1)).toBe(
      true,
    );
    expect(high[1]).toEqual({ words: [2], count: 4, signed: expect.closeTo(3.75 / Math.sqrt(18), 12) });
  });

  test('a sequence that adds nothing to its ending is not listed', () => {
    const { low } = ngrams.describe({ values, words, sentences }, { ...plain, longest: 2 })!;
    // (2, 1) is as low as (1) by itself.
    expect(low.map((gram) => gram.words)).toEqual([[1]]);
  });

  test('no sequence goes over the end of a sentence or over a row that takes no part', () => {
    const all = { ...plain, longest: 5, 'min-count': 1 };
    const found = (neuron: Parameters<typeof ngrams.describe>[0]) => {
      const { high, low } = ngrams.describe(neuron, { ...all, top: 1000 })!;
      return [...high, ...low].map((gram) => gram.words.join(' '));
    };
    const apart = Int32Array.from(values.keys());
    expect(found({ values, words, sentences: apart }).every((text) => !text.includes(' '))).toBe(true);
    const included = Uint8Array.of(1, 0, 1, 0, 1, 0, 1, 0, 1);
    expect(found({ values, words, included }).every((text) => !text.includes(' '))).toBe(true);
  });

  test('rare sequences are shrunken towards nothing, and a change of scale changes nothing', () => {
    const [gram] = ngrams.describe({ values, words, sentences }, { ...plain, shrink: 3 })!.high;
    expect(gram!.signed).toBeCloseTo((3 * 6) / Math.sqrt(18) / 6, 12);
    const scaled = values.map((value) => 7 * value - 2);
    const signs = (neuron: Float64Array) => ngrams.describe({ values: neuron, words, sentences }, plain)!.high.map((each) => each.words);
    expect(signs(scaled)).toEqual(signs(values));
    expect(ngrams.describe({ values: column([1, 1]), words: Int32Array.of(0, 1) }, {})).toBeNull();
  });
});

describe('top sentences', () => {
  const values = column([1, 1, 1, 0, 0, 6, 9, 1, 1, 1]);
  const sentences = Int32Array.of(0, 0, 0, 1, 1, 1, 2, 3, 3, 3);

  test('by mean and by their outermost word, without those too short for a mean', () => {
    const found = topSentences.describe({ values, sentences }, {})!;
    expect(found.mean.high).toEqual([
      { sentence: 1, value: 2, rows: 3 },
      { sentence: 0, value: 1, rows: 3 },
      { sentence: 3, value: 1, rows: 3 },
    ]);
    expect(found.peak.high[0]).toEqual({ sentence: 1, value: 6, rows: 3 });
    expect(found.peak.low[0]).toEqual({ sentence: 1, value: 0, rows: 3 });
    expect(topSentences.describe({ values, sentences }, { 'min-rows': 1 })!.mean.high[0]).toEqual({ sentence: 2, value: 9, rows: 1 });
  });

  test('sentences of one text are shown once, rows that take no part do not count, and without sentences there are none', () => {
    const texts = Int32Array.of(5, 5, 5, 6, 6, 6, 7, 5, 5, 5);
    expect(topSentences.describe({ values, sentences, texts }, {})!.mean.high.map(({ sentence }) => sentence)).toEqual([1, 0]);
    const included = Uint8Array.of(1, 1, 1, 1, 1, 0, 1, 1, 1, 1);
    expect(topSentences.describe({ values, sentences, included }, { 'min-rows': 2 })!.mean.low[0]).toEqual({ sentence: 1, value: 0, rows: 2 }); // prettier-ignore
    expect(topSentences.describe({ values }, {})).toBeNull();
  });
});
