/** Which rows are read into memory when all of them have no room. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { chooseRows } from '../../../server/src/methods/ranking/sampleRows';

const seed = fc.integer({ min: 0, max: 1_000 });
/** Sentences of 1 to 6 words, each of which carries a label or none. */
const corpus = fc
  .array(fc.array(fc.integer({ min: -1, max: 1 }), { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 40 })
  .map((sentences) => ({
    labels: Int32Array.from(sentences.flat()),
    groups: Int32Array.from(sentences.flatMap((words, sentence) => words.map(() => sentence))),
  }));

test('where there is room all rows with a label are read', () => {
  const labels = Int32Array.of(0, -1, 1, 0);
  expect(chooseRows([{ labels }], undefined, 8, 24, 1)).toEqual({ numbers: Int32Array.of(0, 2, 3), asked: 3 });
  expect(chooseRows([{ labels }, { labels: Int32Array.of(-1, 2, -1, -1) }], undefined, 8, 32, 1)).toEqual({
    numbers: Int32Array.of(0, 1, 2, 3),
    asked: 4,
  });
});

test('else whole sentences, within the room, in their order', () => {
  fc.assert(
    fc.property(corpus, seed, fc.integer({ min: 1, max: 60 }), ({ labels, groups }, from, room) => {
      const asked = [...labels.keys()].filter((row) => (labels[row] ?? -1) >= 0);
      const chosen = chooseRows([{ labels }], groups, 4, 4 * room, from);
      const numbers = [...chosen.numbers];
      expect(chosen.asked).toBe(asked.length);
      expect(numbers.length).toBeLessThanOrEqual(room);
      const sentences = new Set(numbers.map((row) => groups[row]));
      expect(numbers).toEqual(asked.filter((row) => sentences.has(groups[row])));
    }),
  );
});

test('which sentences follows from the seed alone', () => {
  const groups = Int32Array.from({ length: 400 }, (_, row) => row >> 2);
  const labels = new Int32Array(400);
  const chosen = (from: number) => [...chooseRows([{ labels }], groups, 4, 400, from).numbers];
  expect(chosen(7)).toEqual(chosen(7));
  expect(chosen(7)).not.toEqual(chosen(8));
  expect(chosen(7).length).toBeGreaterThan(0);
});
