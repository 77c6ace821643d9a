/** A small extraction that writes several chunks of two taps. */
import type { ExtractionRequest } from '../../../server/src/activations/extract';
import type { ActivationStore } from '../../../server/src/activations/store';
import type { TapPoint } from '../../../server/src/protocol/neurons';
import { fakeCorpus, fakeForward, fakeTokenizer, manyTexts } from './fakes';

export const hidden: TapPoint = { stack: '', layer: 1, tap: 'hidden' };
export const ffn: TapPoint = { stack: '', layer: 2, tap: 'ffn' };

export function smallRun(store: ActivationStore): ExtractionRequest {
  return {
    corpus: fakeCorpus(manyTexts(8)),
    tokenizer: fakeTokenizer(),
    taps: [hidden, ffn],
    forward: async (missing) => fakeForward(missing, 4),
    identity: { model: 'm', modelName: 'fake', batchSensitive: false },
    maxTokens: undefined,
    embeddingRows: undefined,
    aggregation: 'last',
    dtype: 'f16',
    store,
    batchTokens: 60,
    chunkWords: 20,
    recorder: 'in-process',
  };
}
