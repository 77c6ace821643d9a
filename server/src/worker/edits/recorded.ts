/** Values of unedited runs that edits take: means over texts or a corpus, and those of another text. */
import type { TokenBatch } from '../../activations/forward';
import { chunksOf } from '../../activations/chunks';
import { planChunk } from '../../activations/plan';
import type { TapTensor } from '../../onnx/taps';
import { decoderStartToken } from '../../onnx/config';
import { CancelledError } from '../../protocol/errors';
import type { CorpusRef } from '../../protocol/sources';
import { openCorpus } from '../openCorpus';
import { tokenizerFor, windowOf } from '../openModel';
import type { OpenModel } from '../openModel';
import { runnableModel } from '../runnableModel';
import type { JobContext } from '../serve';
import { textRows } from '../tokenRows';
import type { RecordedValues } from './resolve';

/** Means over the real tokens of the batch itself, or of a corpus where one is named. */
export function recordedValues(
  model: OpenModel,
  batch: TokenBatch,
  corpus: CorpusRef | undefined,
  context: Pick<JobContext, 'signal' | 'onProgress'>,
): RecordedValues {
  return {
    async means(taps) {
      const sums = new Means(taps);
      if (corpus) for await (const each of batchesOf(model, corpus, taps, context)) sums.add(each, await valuesOf(model, each, taps, true));
      else sums.add(batch, await valuesOf(model, batch, taps, false));
      return sums.result();
    },
    ofText: (text, taps) => valuesOf(model, textRows(tokenizerFor(model), [text]), taps, false),
  };
}

async function valuesOf(model: OpenModel, batch: TokenBatch, taps: readonly TapTensor[], often: boolean): Promise<Float32Array[]> {
  const values = await runnableModel(model, { often }).run(batch, [], taps.map(({ point }) => point)); // prettier-ignore
  return values.map(({ data }) => data);
}

/** Sums in float64: a corpus has more tokens than float32 adds up without loss. */
class Means {
  readonly #taps: readonly TapTensor[];
  readonly #sums: readonly Float64Array[];
  readonly #counts: number[];

  constructor(taps: readonly TapTensor[]) {
    this.#taps = taps;
    this.#sums = taps.map(({ width }) => new Float64Array(width));
    this.#counts = taps.map(() => 0);
  }

  add(batch: TokenBatch, values: readonly Float32Array[]): void {
    this.#taps.forEach(({ point, width }, t) => {
      const mask = point.stack === 'dec' && batch.decoder ? batch.decoder.mask : batch.mask;
      const sum = this.#sums[t];
      const data = values[t];
      if (!sum || !data) return;
      mask.forEach((real, cell) => {
        if (!real) return;
        this.#counts[t] = (this.#counts[t] ?? 0) + 1;
        for (let unit = 0; unit < width; unit++) sum[unit] = (sum[unit] ?? 0) + (data[cell * width + unit] ?? NaN);
      });
    });
  }

  result(): Float64Array[] {
    return this.#sums.map((sum, t) => sum.map((each) => each / (this.#counts[t] ?? 0)));
  }
}

// A few thousand tokens: some hundred milliseconds, after which a cancel is heard.
const batchTokens = 2048;

async function* batchesOf(
  model: OpenModel,
  ref: CorpusRef,
  taps: readonly TapTensor[],
  { signal, onProgress }: Pick<JobContext, 'signal' | 'onProgress'>,
): AsyncGenerator<TokenBatch> {
  const corpus = await openCorpus(ref);
  const tokenizer = tokenizerFor(model);
  let done = 0;
  for (const chunk of chunksOf(corpus)) {
    const plan = planChunk(corpus, chunk, tokenizer, {
      aggregation: 'none',
      maxTokens: windowOf(model),
      batchTokens,
      embeddingRows: model.embeddingRows,
      decoderStart: taps.some(({ point }) => point.stack === 'dec') ? decoderStartToken(model.folder.config) : undefined,
    });
    for (const { batch } of plan.batches) {
      if (signal.aborted) throw new CancelledError();
      yield batch;
    }
    done += chunk.words;
    onProgress({ stage: 'means over the corpus', done, total: corpus.words.count, unit: 'words' });
  }
}
