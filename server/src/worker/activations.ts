/** Activations of a corpus: from the store where they are, from the model where they are not. */
import { extractActivations } from '../activations/extract';
import type { Extraction, ExtractionRequest } from '../activations/extract';
import { ActivationStore } from '../activations/store';
import type { Corpus } from '../corpus/corpus';
import { decoderStartToken } from '../onnx/config';
import { refuseAll } from '../protocol/errors';
import type { ActivationSpec, Shard } from '../protocol/sources';
import { tapText } from '../protocol/neurons';
import type { Provider } from '../protocol/providers';
import { openForwardPass } from '../runtime/forwardPass';
import type { TapPass } from '../runtime/forwardPass';
import { providerInUse } from '../runtime/provider';
import { identify } from './identity';
import type { ModelIdentity } from './identity';
import type { OpenModel } from './openModel';
import { isQuantised, tokenizerFor } from './openModel';
import { selectTaps } from './selectTaps';
import type { JobContext } from './serve';

export interface Activations extends Extraction {
  readonly identity: ModelIdentity;
  /** What the model ran on. */
  readonly provider: Provider;
}

/** Batches start at this size and halve whenever a worker died on them, since memory is the usual reason. */
const batchTokens = 512;

/** Extracts what the store lacks. Throws `InputError`, also ACT_NONFINITE when most of a tap is no number, and `CancelledError`. */
export async function obtainActivations(
  model: OpenModel,
  corpus: Corpus,
  spec: ActivationSpec,
  options: { readonly cache: string; readonly shard?: Shard | undefined },
  { signal, onProgress, attempt }: JobContext,
): Promise<Activations> {
  const chosen = selectTaps(model, spec);
  let pass: TapPass | undefined;
  try {
    const activations = await activationsOf(model, corpus, spec, {
      cache: options.cache,
      attempt,
      forward: async (missing) => {
        const names = new Set(missing.map(tapText));
        pass = await openForwardPass(
          model.folder,
          chosen.filter(({ point }) => names.has(tapText(point))),
          model.maxTokens === undefined ? {} : { maxTokens: model.maxTokens },
        );
        return pass;
      },
      ...(options.shard ? { shard: options.shard } : {}),
      signal,
      onProgress: ({ doneWords, totalWords }) => onProgress({ stage: 'extracting', done: doneWords, total: totalWords, unit: 'words' }),
    });
    refuseNonFinite(activations);
    return activations;
  } finally {
    await pass?.release();
  }
}

class NotInStore extends Error {}

/** The activations if all of them are stored, else undefined: nothing is run. */
export async function storedActivations(
  model: OpenModel,
  corpus: Corpus,
  spec: ActivationSpec,
  cache: string,
): Promise<Activations | undefined> {
  try {
    return await activationsOf(model, corpus, spec, { cache, attempt: 0, forward: () => Promise.reject(new NotInStore()) });
  } catch (error) {
    if (error instanceof NotInStore) return undefined;
    throw error;
  }
}

type Getting = Pick<ExtractionRequest, 'forward' | 'shard' | 'signal' | 'onProgress'> & {
  readonly cache: string;
  readonly attempt: number;
};

async function activationsOf(
  model: OpenModel,
  corpus: Corpus,
  spec: ActivationSpec,
  { cache, attempt, ...getting }: Getting,
): Promise<Activations> {
  const chosen = selectTaps(model, spec);
  const identity = identify(model, cache);
  const { used: provider } = await providerInUse();
  const quantised = isQuantised(model);
  const start = chosen.some(({ point }) => point.stack === 'dec') ? decoderStartToken(model.folder.config) : undefined;
  const extraction = await extractActivations({
    ...getting,
    corpus,
    tokenizer: tokenizerFor(model),
    taps: chosen.map(({ point }) => point),
    identity: {
      model: [
        ...[identity.graph, identity.weights],
        ...model.chosen.map(({ point, tensor }) => `${tapText(point)}=${tensor}`).sort(),
        ...(provider === 'cpu' ? [] : [provider]),
      ].join('-'),
      modelName: model.name,
      batchSensitive: quantised,
    },
    maxTokens: model.maxTokens,
    embeddingRows: model.embeddingRows,
    aggregation: spec.words,
    dtype: spec.dtype,
    store: new ActivationStore(cache),
    // Batch sizes change the values of quantised models, so theirs stay as they are.
    batchTokens: quantised ? batchTokens : Math.max(32, batchTokens >> attempt),
    ...(start === undefined ? {} : { decoderStart: start }),
  });
  return { ...extraction, identity, provider };
}

/** A tap of which most values are no numbers is refused: nothing computed from it would mean anything. */
function refuseNonFinite({ run, notes }: Extraction): void {
  const broken = run.soundness.filter(({ point, nonFinite }) => {
    const width = run.taps.find((tap) => tapText(tap.point) === tapText(point))?.width ?? 0;
    return nonFinite * 2 > run.rows * width;
  });
  const names = new Set(broken.map(({ point }) => tapText(point)));
  refuseAll(notes.filter(({ code, place }) => code === 'ACT_NONFINITE' && names.has(place.tensor ?? '')));
}
