/** What drives a neuron by itself: candidates and degrees by hand, over a model of a few lines. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseConcept } from '../../../server/src/corpus/concepts/concept';
import { candidatesOf, holds } from '../../../server/src/methods/corpus-based/candidates';
import { beyondControls, conceptSelectivity, degreesOfAlignment, replicated } from '../../../server/src/methods/corpus-based/replication';
import type { Model } from '../../../server/src/methods/model';

const point = { stack: '', layer: 1, tap: 'hidden' } as const;
const step = () => Promise.resolve();
/** Units of a bag of words: the token's number, and 1 at token 1 (“not”) and 0 elsewhere. */
const bag: Pick<Model, 'run'> = {
  run: ({ size, length, ids, mask }) => {
    const data = new Float32Array(size * length * 2).fill(99);
    ids.forEach((id, cell) => mask[cell] && data.set([id, Number(id === 1)], 2 * cell));
    return Promise.resolve([{ dims: [size, length, 2], data }]);
  },
};
const degrees = (texts: readonly (readonly number[])[], rowsAtOnce = 2) =>
  degreesOfAlignment(bag, texts.map((ids) => ({ ids, counts: ids.map((id) => Number(id !== 9)) })), [{ point, units: [1, 0] }], rowsAtOnce, step); // prettier-ignore

describe('a degree of alignment', () => {
  test('is 1 of “not” and ½ of “not good” for the unit that is 1 at “not”; special tokens and padding are no part of it', async () => {
    const found = await degrees([[9, 1, 1, 1, 9], [9, 1, 2, 1, 2, 9], [9, 2, 9], [9, 9]]); // prettier-ignore
    expect(found.map(([not]) => not)).toEqual([1, 0.5, 0, null]);
    expect(found.map(([, mean]) => mean)).toEqual([1, 1.5, 2, null]);
  });

  test('of a bag of words does not change with the number of whole copies, nor with the size of batches', async () => {
    const candidate = fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(candidate, fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 3 }), async (ids, copies, rows) => {
        const [once, often] = await degrees([ids, Array.from({ length: copies }, () => ids).flat()], rows);
        often!.forEach((degree, unit) => expect(degree).toBeCloseTo(once![unit]!, 12));
      }),
      { numRuns: 30 },
    );
  });

  test('stands against those of repeated frequent words', () => {
    // Mean 2, population deviation 1.
    expect(beyondControls(5, [1, 3, null], 1)).toEqual({ z: 3, reached: 0 });
    expect(beyondControls(1, [1, 3], 1)).toEqual({ z: -1, reached: 1 });
    expect(beyondControls(1, [1, 3], -1)).toEqual({ z: 1, reached: 0.5 });
    expect(beyondControls(5, [2, 2], 1)).toEqual({ z: null, reached: 0 });
    expect(beyondControls(5, [null], 1)).toBeNull();
  });
});

test('a text is copies up to a length, cut at a word', () => {
  expect(replicated(['not', 'good'], { copies: 2, length: 193 })).toBe('not good not good');
  expect(replicated(['not', 'good'], { copies: 10, length: 13 })).toBe('not good not');
  expect(replicated(['unbelievable'], { copies: 3, length: 5 })).toBe('unbelievable');
});

describe('candidates', () => {
  const sentence = (text: string, heads?: number[]) => {
    const forms = text.split(' ');
    return { forms, pieces: forms.map((form) => (form === 'undo' ? [7, 8] : [1])), heads };
  };
  const texts = (found: ReturnType<typeof candidatesOf>, kind: string) =>
    found.filter((each) => each.kind === kind).map(({ words }) => words.join(' '));

  test('are words, n-grams and parts of words that two sentences hold, counted once each', () => {
    const found = candidatesOf([sentence('undo of course , undo'), sentence('of course undo'), sentence('x')], {
      longest: 3,
      minSentences: 2,
    });
    expect(texts(found, 'word').sort()).toEqual(['course', 'of', 'undo']);
    expect(texts(found, 'n-gram')).toEqual(['of course']);
    expect(found.filter(({ kind }) => kind === 'sub-word').map(({ piece }) => piece)).toEqual([
      { id: 7, first: true },
      { id: 8, first: false },
    ]);
    expect(found.every(({ sentences }) => sentences === 2)).toBe(true);
  });

  test('of trees are all words, and phrases without a gap and without signs at their ends', () => {
    // "the old man , saw him": the and old hang on man, as the comma does; man and him on saw.
    const found = candidatesOf([sentence('the old man , saw him', [2, 2, 4, 2, -1, 4])], { longest: 5, minSentences: 2 });
    expect(texts(found, 'word')).toHaveLength(6);
    expect(texts(found, 'phrase')).toEqual(['the old man']);
    // A head that goes in circles ends nothing but itself.
    expect(() => candidatesOf([sentence('a b', [1, 0])], { longest: 5, minSentences: 1 })).not.toThrow();
  });

  test('are looked for in a row', () => {
    expect(holds(['a', 'b', 'c'], ['b', 'c'])).toBe(true);
    expect(holds(['a', 'b', 'c'], ['a', 'c'])).toBe(false);
  });
});

test('selectivity is the difference of means over the range of sentences', () => {
  expect(conceptSelectivity([4, 2, 0, 1], [true, true, false, false])).toEqual({ score: 2.5 / 4, difference: 2.5, sentences: 2 });
  expect(conceptSelectivity([4, 2], [true, true])).toBeNull();
  expect(conceptSelectivity([4, 4], [true, false])).toBeNull();
});

test('a pattern of parts of words marks words that go on', () => {
  expect(parseConcept('-ing/un- := regex:/.ing|^un./i')).toMatchObject({ kind: 'pattern', source: '.ing|^un.', flags: 'i' });
});
