/** Word rows against the field's reference: five sentences of the treebank, sub-words joined by NeuroX's rules. */
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { extractActivations } from '../../../server/src/activations/extract';
import type { ForwardPass } from '../../../server/src/activations/forward';
import { readNpy } from '../../../server/src/activations/npy';
import { ActivationStore } from '../../../server/src/activations/store';
import type { Tokenizer, Tokens } from '../../../server/src/corpus/tokenizer';
import type { TapPoint } from '../../../server/src/protocol/neurons';
import { hasShared, shared } from '../../helpers/shared';
import { fakeCorpus, fakeTokenizer } from './fakes';
import { scratchFolder } from './scratch';

interface ReferenceSentence {
  readonly words: readonly string[];
  readonly tokens: readonly string[];
  readonly token_ids: readonly number[];
  readonly word_of_token: readonly (number | null)[];
  /** Row of its first token in the reference's activations. */
  readonly first_token: number;
}

describe.skipIf(!hasShared)('the reference of aggregation', () => {
  const folder = (name: string): string => shared(`fixtures/methods/aggregation/${name}`);
  const hidden: TapPoint = { stack: '', layer: 3, tap: 'hidden' };
  let cache: string;
  beforeAll(() => (cache = scratchFolder('reference')));
  afterAll(() => rmSync(cache, { recursive: true, force: true }));

  test.each(['first', 'last', 'average', 'none'] as const)('%s of the sub-words', async (aggregation) => {
    const { sentences } = JSON.parse(readFileSync(folder('spans.json'), 'utf8')) as { sentences: ReferenceSentence[] };
    const texts = sentences.map(({ words }) => words.join(' '));
    const tokens = readNpy(folder('tokens.npy'));
    const { run, droppedWords } = await extractActivations({
      corpus: fakeCorpus(texts),
      tokenizer: referenceTokenizer(sentences, texts),
      taps: [hidden],
      forward: async () => replay(sentences, tokens.values as Float32Array, tokens.shape[1] ?? 0),
      identity: { model: 'reference', modelName: 'reference', batchSensitive: false },
      maxTokens: undefined,
      embeddingRows: undefined,
      aggregation,
      dtype: 'f32',
      store: new ActivationStore(join(cache, aggregation)),
      recorder: 'in-process',
    });
    const expected = readNpy(folder(aggregation === 'none' ? 'tokens.npy' : `${aggregation}.npy`));
    const width = run.taps[0]?.width ?? 0;
    // The reference keeps a row for the word that the tokenizer drops; here it has none.
    expect([run.rows + droppedWords, width]).toEqual(expected.shape);
    const referenceRow = aggregation === 'none' ? (row: number) => row : (row: number) => run.table.word[row] as number;
    let largest = 0;
    for await (const { from, values } of run.matrix(hidden).blocks()) {
      values.forEach((x, i) => {
        const reference = expected.values[referenceRow(from + Math.floor(i / width)) * width + (i % width)] as number;
        largest = Math.max(largest, Math.abs(x - reference));
      });
    }
    expect(largest).toBeLessThan(aggregation === 'average' ? 1e-6 : 1e-30);
    expect(droppedWords).toBe(aggregation === 'none' ? 0 : 1);
  });

  /** A tokenizer that knows these sentences. */
  function referenceTokenizer(sentences: readonly ReferenceSentence[], texts: readonly string[]): Tokenizer {
    const encodeWords: Tokenizer['encodeWords'] = (text, words) => {
      const sentence = sentences[texts.indexOf(text)] as ReferenceSentence;
      const word = Int32Array.from(sentence.word_of_token, (w) => w ?? -1);
      return {
        ids: Int32Array.from(sentence.token_ids),
        pieces: sentence.tokens,
        start: word.map((w) => words[w]?.start ?? 0),
        end: word.map((w) => words[w]?.end ?? 0),
        word,
        special: Uint8Array.from(word, (w) => (w === -1 ? 1 : 0)),
        approximate: true,
      } satisfies Tokens;
    };
    return { ...fakeTokenizer(), hash: 'reference', encodeWords };
  }

  /** A model that has only these sentences to say. */
  function replay(sentences: readonly ReferenceSentence[], values: Float32Array, width: number): ForwardPass {
    return {
      taps: [{ point: hidden, width }],
      maxTokens: undefined,
      run: async ({ size, length, ids, mask }) => {
        const out = new Float32Array(size * length * width).fill(NaN);
        for (let item = 0; item < size; item++) {
          const row = Array.from(ids.subarray(item * length, (item + 1) * length)).filter((_, t) => mask[item * length + t]);
          const { first_token: first } = sentences.find(({ token_ids }) => token_ids.join() === row.join()) as ReferenceSentence;
          out.set(values.subarray(first * width, (first + row.length) * width), item * length * width);
        }
        return [out];
      },
      release: async () => undefined,
    };
  }
});
