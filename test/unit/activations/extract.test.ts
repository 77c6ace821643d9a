import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type ExtractionRequest, extractActivations } from '../../../server/src/activations/extract';
import type { ForwardPass } from '../../../server/src/activations/forward';
import { rowFlags } from '../../../server/src/activations/rowTable';
import { maximum } from '../../../server/src/activations/statistics';
import { ActivationStore } from '../../../server/src/activations/store';
import { CancelledError, InputError } from '../../../server/src/protocol/errors';
import { parseTap, type TapPoint } from '../../../server/src/protocol/neurons';
import { fakeCorpus, fakeForward, fakeId, fakeTokenizer, fakeValue, manyTexts } from './fakes';
import { scratchFolder } from './scratch';

let cache: string;
beforeEach(() => (cache = scratchFolder('extract')));
afterEach(() => rmSync(cache, { recursive: true, force: true }));

const tap = (text: string): TapPoint => parseTap(text) as TapPoint;
const hidden = tap('L1.hidden');
const ffn = tap('L2.ffn');
const width = 5;

function request(changes: Partial<ExtractionRequest> = {}): ExtractionRequest {
  return {
    corpus: fakeCorpus(manyTexts(30)),
    tokenizer: fakeTokenizer(),
    taps: [hidden, ffn],
    forward: async (missing) => fakeForward(missing, width),
    identity: { model: 'm', modelName: 'fake', batchSensitive: false },
    maxTokens: 64,
    embeddingRows: 1000,
    aggregation: 'last',
    dtype: 'f16',
    store: new ActivationStore(cache),
    batchTokens: 40,
    chunkWords: 50,
    recorder: 'in-process',
    ...changes,
  };
}

const noForward = async (): Promise<ForwardPass> => {
  throw new Error('the model was opened');
};

async function allValues(matrix: {
  readColumns(from: number, to: number): Promise<ArrayLike<number>>;
  columns: number;
}): Promise<number[]> {
  return Array.from(await matrix.readColumns(0, matrix.columns));
}

describe('what a row is', () => {
  test('a word has the value of its last piece at the place where the model saw it', async () => {
    // [CLS] abc d1 | e2 | [SEP]: "abcd1" is two pieces, so its last stands at position 2
    const { run } = await extractActivations(request({ corpus: fakeCorpus(['abcd1 e2']) }));
    expect(run.rows).toBe(2);
    expect(Array.from(run.table.position)).toEqual([2, 3]);
    expect(Array.from(run.table.pieces)).toEqual([2, 1]);
    expect(Array.from(run.matrix(ffn).readRows([0]))).toEqual([0, 1, 2, 3, 4].map((unit) => fakeValue(ffn, fakeId('d1'), 2, unit)));
  });

  test('the first piece or the mean of all can stand for the word instead', async () => {
    const corpus = fakeCorpus(['abcd1 e2']);
    const first = await extractActivations(request({ corpus, aggregation: 'first' }));
    const average = await extractActivations(request({ corpus, aggregation: 'average', dtype: 'f32' }));
    const [a, d] = [fakeValue(ffn, fakeId('abc'), 1, 0), fakeValue(ffn, fakeId('d1'), 2, 0)];
    expect(first.run.matrix(ffn).readRows([0])[0]).toBe(a);
    expect(average.run.matrix(ffn).readRows([0])[0]).toBe((a + d) / 2);
  });

  test('without joining, every real token is a row, special ones marked', async () => {
    const { run } = await extractActivations(request({ corpus: fakeCorpus(['abcd1 e2']), aggregation: 'none' }));
    expect(Array.from(run.table.word)).toEqual([-1, 0, 0, 1, -1]);
    expect(Array.from(run.table.flags)).toEqual([rowFlags.special | rowFlags.firstPosition, 0, 0, 0, rowFlags.special]);
    expect(run.statistics(ffn, { firstPosition: 'include' }).count[0]).toBe(3);
  });

  test('words that yield no token have no row and are counted', async () => {
    const { run, droppedWords } = await extractActivations(request({ corpus: fakeCorpus(['ab ~gone cd', 'ef']) }));
    expect(Array.from(run.table.word)).toEqual([0, 2, 3]);
    expect(droppedWords).toBe(1);
  });

  test('on the surface of plain text a token speaks for every word it covers', async () => {
    const corpus = fakeCorpus(['abcdef'], false);
    const split = { ...corpus.words, count: 2, sentence: Int32Array.of(0, 0), start: Int32Array.of(0, 2), end: Int32Array.of(2, 6) };
    const { run } = await extractActivations(
      request({ corpus: { ...corpus, words: split, sentences: [{ ...corpus.sentences[0]!, to: 2 }] } }),
    );
    // pieces abc, def; words ab, cdef
    expect(Array.from(run.table.token)).toEqual([fakeId('abc'), fakeId('def')]);
    expect(Array.from(run.table.pieces)).toEqual([1, 2]);
  });

  test('a sentence that is too long is read in overlapping windows, each word where it lies most central', async () => {
    const text = Array.from({ length: 20 }, (_, i) => `w${i % 10}`).join(' ');
    const forward = fakeForward([ffn], width);
    const { run } = await extractActivations(
      request({ corpus: fakeCorpus([text]), taps: [ffn], maxTokens: 10, forward: async () => forward }),
    );
    expect(Math.max(...forward.batches.map(({ length }) => length))).toBe(10);
    // windows of 8 words: 0-7, 4-11, 8-15, 12-19
    expect(Array.from(run.table.position)).toEqual([1, 2, 3, 4, 5, 6, 3, 4, 5, 6, 3, 4, 5, 6, 3, 4, 5, 6, 7, 8]);
  });

  test('the decoder reads the sentence one place later than the encoder', async () => {
    const decoder = tap('dec.L1.ffn');
    const { run } = await extractActivations(request({ corpus: fakeCorpus(['ab cd']), taps: [decoder], decoderStart: 3 }));
    expect(run.matrix(decoder).readRows([0])[0]).toBe(fakeValue(decoder, fakeId('ab'), 2, 0));
  });
});

describe('what does not change the result', () => {
  test('batches and the order of taps', async () => {
    const one = await extractActivations(request());
    const other = await extractActivations(
      request({ store: new ActivationStore(join(cache, 'b')), batchTokens: 1000, taps: [ffn, hidden] }),
    );
    expect(await allValues(other.run.matrix(ffn))).toEqual(await allValues(one.run.matrix(ffn)));
    expect(other.run.statistics(ffn, { firstPosition: 'include' })).toEqual(one.run.statistics(ffn, { firstPosition: 'include' }));
    expect(readdirSync(other.run.folder.path)).toEqual(readdirSync(one.run.folder.path));
  });

  test('but for models whose values depend on the batch, its size is part of what is stored', async () => {
    const identity = { model: 'int8', modelName: 'fake', batchSensitive: true };
    const one = await extractActivations(request({ identity }));
    const other = await extractActivations(request({ identity, batchTokens: 80 }));
    expect(other.run.folder.path).not.toBe(one.run.folder.path);
    expect(other.computedWords).toBe(other.run.rows);
  });

  test('the size of chunks changes statistics by rounding only', async () => {
    const one = await extractActivations(request());
    const other = await extractActivations(request({ chunkWords: 1000 }));
    const [a, b] = [one, other].map(({ run }) => run.statistics(ffn, { firstPosition: 'include' }));
    expect(a?.count).toEqual(b?.count);
    expect(a?.min).toEqual(b?.min);
    expect(a?.max).toEqual(b?.max);
    a?.mean.forEach((mean, c) => expect(mean).toBeCloseTo(b?.mean[c] as number, 12));
    a?.m2.forEach((m2, c) => expect(m2 / (b?.m2[c] as number)).toBeCloseTo(1, 12));
  });
});

describe('the store', () => {
  test('what is there is not computed again, and the model is not even opened', async () => {
    const first = await extractActivations(request());
    const again = await extractActivations(request({ forward: noForward }));
    expect(first.computedWords).toBe(first.run.rows);
    expect(again.computedWords).toBe(0);
    expect(await allValues(again.run.matrix(hidden))).toEqual(await allValues(first.run.matrix(hidden)));
  });

  test('a later run with more layers computes the new ones only', async () => {
    await extractActivations(request({ taps: [hidden] }));
    const asked: TapPoint[][] = [];
    await extractActivations(
      request({
        forward: async (missing) => {
          asked.push([...missing]);
          return fakeForward(missing, width);
        },
      }),
    );
    expect(asked).toEqual([[ffn]]);
  });

  test('cancelled work is kept as far as it was committed, and goes on from there', async () => {
    const stop = new AbortController();
    const cancelled = extractActivations(
      request({ signal: stop.signal, onProgress: ({ doneChunks }) => (doneChunks === 2 ? stop.abort() : undefined) }),
    );
    await expect(cancelled).rejects.toThrow(CancelledError);
    await expect(cancelled).rejects.toThrow('2 of');
    const { computedWords, run } = await extractActivations(request());
    expect(computedWords).toBeLessThan(run.rows);
    const fresh = await extractActivations(request({ store: new ActivationStore(join(cache, 'fresh')) }));
    expect(await allValues(run.matrix(ffn))).toEqual(await allValues(fresh.run.matrix(ffn)));
    expect(readdirSync(run.folder.path).filter((name) => name.startsWith('.tmp'))).toEqual([]);
  });

  test('progress begins at nothing, never falls and ends with every word', async () => {
    const seen: number[] = [];
    await extractActivations(request({ onProgress: ({ doneWords, totalWords }) => seen.push(doneWords / totalWords) }));
    expect(seen[0]).toBe(0);
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
    expect(seen.at(-1)).toBe(1);
  });
});

describe('values that need care', () => {
  test('the first position of a causal model is left out of statistics unless asked for', async () => {
    const loud: typeof fakeValue = (_tap, _id, position, unit) => (position === 0 ? 3000 : unit);
    const { run } = await extractActivations(
      request({
        tokenizer: fakeTokenizer({ special: false }),
        corpus: fakeCorpus(['ab cd', 'ef gh']),
        forward: async (taps) => fakeForward(taps, width, { value: loud }),
      }),
    );
    expect(Array.from(run.table.flags)).toEqual([rowFlags.firstPosition, 0, rowFlags.firstPosition, 0]);
    expect(maximum(run.statistics(ffn, { firstPosition: 'leave out' }), 2)).toBe(2);
    expect(maximum(run.statistics(ffn, { firstPosition: 'include' }), 2)).toBe(3000);
  });

  test('NaN and infinity are counted, named at their first place, and left out of all else', async () => {
    const bad: typeof fakeValue = (point, id, position, unit) =>
      point.tap === 'ffn' && unit === 3 && position === 2 ? (id % 2 ? NaN : Infinity) : 1;
    const { run, notes } = await extractActivations(
      request({ corpus: fakeCorpus(['ab', 'cd ef', 'gh ij']), forward: async (taps) => fakeForward(taps, width, { value: bad }) }),
    );
    const statistics = run.statistics(ffn, { firstPosition: 'include' });
    expect(Array.from(statistics.nonFinite)).toEqual([0, 0, 0, 2, 0]);
    expect(statistics.count[3]).toBe(3);
    expect(statistics.mean[3]).toBe(1);
    expect(statistics.m2[3]).toBe(0);
    expect(notes).toHaveLength(1);
    expect(notes[0]).toMatchObject({ code: 'ACT_NONFINITE', place: { file: 'fake.txt', line: 2, tensor: 'L2.ffn' } });
    expect(notes[0]?.found).toContain('L2.ffn.3 at token 2 of sentence 2');
  });

  test('finite values beyond half precision become its largest and are counted', async () => {
    const { run } = await extractActivations(
      request({
        corpus: fakeCorpus(['ab']),
        forward: async (taps) => fakeForward(taps, width, { value: (_t, _i, _p, unit) => unit * -50_000 }),
      }),
    );
    expect(Array.from(run.matrix(ffn).readRows([0]))).toEqual([-0, -49_984, -65_504, -65_504, -65_504]);
    expect(run.soundness[1]).toMatchObject({ clamped: 3, nonFinite: 0 });
  });

  test('every token id that the model does not have is listed', async () => {
    const failure = await extractActivations(request({ corpus: fakeCorpus(['ab cd', 'ef']), embeddingRows: 10 })).catch((e: unknown) => e);
    expect(failure).toBeInstanceOf(InputError);
    expect((failure as InputError).problems).toHaveLength(3);
    expect((failure as InputError).problems[2]).toMatchObject({ code: 'MODEL_TOKEN', place: { file: 'fake.txt', line: 2 } });
  });

  test('a corpus of which no word yields a token is refused', async () => {
    await expect(extractActivations(request({ corpus: fakeCorpus(['~a ~b']) }))).rejects.toMatchObject({ code: 'CORPUS_EMPTY' });
  });
});
