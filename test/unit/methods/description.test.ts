import { describe, expect, test } from 'vitest';
import { distribution, topContexts, wordTypes } from '../../../server/src/methods';
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
