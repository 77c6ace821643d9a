import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { chunksOf, chunksOfShard } from '../../../server/src/activations/chunks';
import { planChunk } from '../../../server/src/activations/plan';
import { mostCentral, windowsOf } from '../../../server/src/activations/windows';
import { fakeCorpus, fakeTokenizer, manyTexts } from './fakes';

describe('chunks', () => {
  const words = (chunks: readonly { words: number }[]): number[] => chunks.map((chunk) => chunk.words);

  test('hold whole sentences up to their size; a longer sentence is one of its own', () => {
    const corpus = fakeCorpus(['a b c', 'd e', 'f g h i j k', 'l']);
    expect(words(chunksOf(corpus, 5))).toEqual([5, 6, 1]);
    expect(words(chunksOf(corpus, 1))).toEqual([3, 2, 6, 1]);
    expect(chunksOf(fakeCorpus([]))).toEqual([]);
  });

  test('of all shards together are the chunks of the whole', () => {
    const chunks = chunksOf(fakeCorpus(manyTexts(60)), 20);
    const parts = [1, 2, 3].flatMap((index) => chunksOfShard(chunks, { index, count: 3 }));
    expect(parts.sort((a, b) => a.index - b.index)).toEqual(chunks);
  });
});

describe('windows', () => {
  test('overlap by half and end with the text', () => {
    expect(windowsOf(10, 10)).toEqual([{ from: 0, to: 10 }]);
    expect(windowsOf(11, 10)).toEqual([{ from: 0, to: 10 }, { from: 1, to: 11 }]); // prettier-ignore
    expect(windowsOf(20, 8).map(({ from }) => from)).toEqual([0, 4, 8, 12]);
  });

  test('cover every token, and give each the most context that any of them offers', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 60 }), (tokens, capacity) => {
        const windows = windowsOf(tokens, capacity);
        for (let t = 0; t < tokens; t++) {
          const { from, to } = windows[mostCentral(windows, t, t)]!;
          if (!(from <= t && t < to && to - from <= capacity)) return false;
          const context = Math.min(t - from, to - 1 - t);
          const most = Math.max(...windows.map((other) => Math.min(t - other.from, other.to - 1 - t)));
          if (context !== most) return false;
        }
        return true;
      }),
    );
  });

  test('a word longer than a window is read where most of it is', () => {
    expect(mostCentral([{ from: 0, to: 4 }, { from: 2, to: 6 }], 1, 5)).toBe(1); // prettier-ignore
  });
});

describe('batches', () => {
  const plan = (batchTokens: number, aggregation: 'last' | 'none' = 'last', maxTokens?: number) => {
    const corpus = fakeCorpus(manyTexts(25));
    const [chunk] = chunksOf(corpus);
    return planChunk(corpus, chunk!, fakeTokenizer(), {
      aggregation,
      maxTokens,
      batchTokens,
      embeddingRows: 1000,
      decoderStart: undefined,
    });
  };

  test('stay within their budget, longest first, and hold every row once', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 400 }),
        fc.constantFrom('last' as const, 'none' as const),
        fc.option(fc.integer({ min: 4, max: 30 }), { nil: undefined }),
        (budget, aggregation, limit) => {
          const { batches, table } = plan(budget, aggregation, limit);
          const rows: number[] = [];
          let before = Infinity;
          for (const { batch, sources } of batches) {
            expect(batch.size === 1 || batch.size * batch.length <= budget).toBe(true);
            expect(batch.length).toBeLessThanOrEqual(Math.min(before, limit ?? Infinity));
            before = batch.length;
            sources.rows.forEach((row, i) => {
              rows.push(row);
              const cell = sources.offsets[i + 1]! - 1;
              const at = sources.items[cell]! * batch.length + sources.positions[cell]!;
              expect(batch.mask[at]).toBe(1);
              expect(batch.ids[at]).toBe(table.token[row]);
              expect(sources.positions[cell]).toBe(table.position[row]);
            });
          }
          expect(rows.sort((a, b) => a - b)).toEqual(Array.from({ length: table.rows }, (_, i) => i));
        },
      ),
      { numRuns: 60 },
    );
  });

  test('padding carries the padding token and no mask', () => {
    const { batches } = plan(1000);
    const { batch } = batches[0]!;
    batch.mask.forEach((real, at) => expect(real || batch.ids[at] === 0).toBeTruthy());
  });
});
