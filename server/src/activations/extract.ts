/**
 * Extraction: every chunk that the store lacks is tokenised, run batch by batch on this thread, and recorded beside it. What
 * is committed stays; the same call goes on where a cancelled, crashed or killed one stopped.
 */
import type { Corpus } from '../corpus/corpus';
import type { Tokenizer } from '../corpus/tokenizer';
import { type Problem, CancelledError, Defect, InputError } from '../protocol/errors';
import type { Shard } from '../protocol/sources';
import { type TapPoint, compareTaps, tapText } from '../protocol/neurons';
import { rowsName } from './chunkFile';
import type { RecordedTap } from './chunkRecorder';
import { strata } from './chunkStatistics';
import { type Chunk, chunksOf, chunksOfShard, defaultChunkWords } from './chunks';
import type { ForwardPass } from './forward';
import { realFs } from './fsPort';
import { type Aggregation, type RunIdentity, type SourceIdentity, type StoredType, storeVersion } from './identity';
import { type ChunkPlan, type PlanOptions, planChunk, windowTokens } from './plan';
import { type Recorder, bundledRecorder, recorderInProcess, recorderThreads } from './recorderClient';
import { rowFlags, rowTableCells } from './rowTable';
import { ExtractedRun, nonFiniteFindings } from './run';
import type { ActivationStore, RunFolder } from './store';

export interface ExtractionRequest {
  readonly corpus: Corpus;
  readonly tokenizer: Tokenizer;
  readonly taps: readonly TapPoint[];
  /**
   * Opens a pass over the taps that are missing; not called when everything is in the store. The caller releases it.
   */
  readonly forward: (missing: readonly TapPoint[]) => Promise<ForwardPass>;
  readonly identity: SourceIdentity;
  /** Most tokens that the model takes; undefined where its graph sets no limit. */
  readonly maxTokens: number | undefined;
  /** Rows of the embedding table, against which every token id is checked. */
  readonly embeddingRows: number | undefined;
  readonly aggregation: Aggregation;
  readonly dtype: StoredType;
  readonly store: ActivationStore;
  /** Encoder-decoder models: the token with which the decoder's side begins. */
  readonly decoderStart?: number;
  readonly shard?: Shard;
  /** Tokens of one batch, padding included: small enough that a cancel is heard within a fraction of a second. */
  readonly batchTokens?: number;
  readonly chunkWords?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: ExtractionProgress) => void;
  /** File of the recorder's threads; `in-process` for none. By default the file beside the bundle, if it is there. */
  readonly recorder?: URL | 'in-process';
}

/** How far extraction is. Words that were in the store already count as done. */
export interface ExtractionProgress {
  readonly doneWords: number;
  readonly totalWords: number;
  readonly doneChunks: number;
  readonly totalChunks: number;
}

export interface Extraction {
  readonly run: ExtractedRun;
  /** What happened that a person should know: damaged chunks mended, values that are not finite. */
  readonly notes: readonly Problem[];
  /** Words of the corpus that have no row because the tokenizer maps them to nothing. */
  readonly droppedWords: number;
  /** Words computed now, not found in the store. */
  readonly computedWords: number;
}

/** Default budget of a batch: about 0.1 s of a model of 20 M parameters on one core. */
const defaultBatchTokens = 512;

/**
 * Makes sure that the store holds the taps of a corpus and returns them. Throws `InputError` (MODEL_TOKEN, CORPUS_EMPTY,
 * DISK_FULL, OUTPUT_FILE …) and `CancelledError`; what was committed before stays.
 */
export async function extractActivations(request: ExtractionRequest): Promise<Extraction> {
  const { corpus, store, chunkWords = defaultChunkWords } = request;
  const taps = [...request.taps].sort(compareTaps);
  const all = chunksOf(corpus, chunkWords);
  const chunks = chunksOfShard(all, request.shard);
  const folder = store.run(runIdentity(request), all.length);
  const missing = chunks
    .map((chunk): Missing => ({
      chunk,
      taps: taps.filter((point) => !folder.has(tapText(point), chunk.index)),
      table: !folder.has(rowsName, chunk.index),
    }))
    .filter((chunk) => chunk.taps.length > 0 || chunk.table);
  if (missing.length > 0) await computeMissing(request, folder, chunks, missing);
  folder.completeManifest([rowsName, ...taps.map(tapText)], chunks.map(({ index }) => index)); // prettier-ignore
  const run = new ExtractedRun(folder, taps, chunks);
  if (run.rows === 0) throw noRows(corpus);
  return {
    run,
    notes: [...folder.notes, ...nonFiniteFindings(run, (s) => ({ file: corpus.files[0] ?? '', line: corpus.sentences[s]?.line ?? 0 }))],
    droppedWords: request.aggregation === 'none' ? 0 : wordsOf(chunks) - run.rows,
    computedWords: wordsOf(missing.map(({ chunk }) => chunk)),
  };
}

/** What a chunk lacks: taps, or the table of its rows. */
interface Missing {
  readonly chunk: Chunk;
  readonly taps: readonly TapPoint[];
  readonly table: boolean;
}

async function computeMissing(
  request: ExtractionRequest,
  folder: RunFolder,
  chunks: readonly Chunk[],
  missing: readonly Missing[],
): Promise<void> {
  const union = request.taps.filter((point) => missing.some(({ taps }) => taps.includes(point))).sort(compareTaps);
  const forward = union.length > 0 ? await request.forward(union) : undefined;
  const recorder = openRecorder(request, folder);
  const total = { totalWords: wordsOf(chunks), totalChunks: chunks.length };
  let doneWords = total.totalWords - wordsOf(missing.map(({ chunk }) => chunk));
  let doneChunks = chunks.length - missing.length;
  const report = (wordsInChunk: number): void => request.onProgress?.({ doneWords: doneWords + wordsInChunk, doneChunks, ...total });
  try {
    report(0);
    for (const lack of missing) {
      await computeChunk(request, lack, forward, recorder, report);
      doneWords += lack.chunk.words;
      doneChunks++;
      report(0);
    }
    await recorder.settled();
    for (const { chunk, taps } of missing) for (const point of taps) folder.trust(tapText(point), chunk.index);
  } catch (error) {
    await recorder.abort().catch(() => undefined);
    await recorder.settled().catch(() => undefined);
    if (!(error instanceof CancelledError)) throw error;
    folder.writeManifest();
    throw new CancelledError(`stopped with ${doneChunks} of ${chunks.length} parts kept; the same command goes on from there`);
  } finally {
    await recorder.close();
  }
}

async function computeChunk(
  request: ExtractionRequest,
  { chunk, taps, table }: Missing,
  forward: ForwardPass | undefined,
  recorder: Recorder,
  report: (wordsInChunk: number) => void,
): Promise<void> {
  const plan = planChunk(request.corpus, chunk, request.tokenizer, planOptions(request));
  const picked = taps.map((point) => tapOf(forward, point));
  await recorder.begin({
    chunk: chunk.index,
    rows: plan.table.rows,
    strata: strataOf(plan),
    tableCells: table ? rowTableCells(plan.table) : undefined,
    taps: picked.map(({ tap }) => tap),
  });
  let rows = 0;
  for (const { batch, sources } of forward && taps.length > 0 ? plan.batches : []) {
    // Lets messages in, such as the one that asks to stop.
    await new Promise((resolve) => setImmediate(resolve));
    if (request.signal?.aborted) throw new CancelledError();
    const outputs = (await forward?.run(batch)) ?? [];
    await recorder.add({
      sources,
      length: batch.length,
      decoderLength: batch.decoder?.length ?? 0,
      outputs: picked.map(({ index }) => outputs[index] as Float32Array),
    });
    rows += sources.rows.length;
    report(Math.round((chunk.words * rows) / plan.table.rows));
  }
  await recorder.commit();
}

/** The identity under which a request's activations are stored. */
function runIdentity(request: ExtractionRequest): RunIdentity {
  const { identity, corpus, tokenizer, aggregation, dtype } = request;
  return {
    version: storeVersion,
    model: identity.model,
    modelName: identity.modelName,
    tokenizer: tokenizer.hash,
    corpus: corpus.hash,
    pretokenised: corpus.pretokenised,
    aggregation,
    dtype,
    windowTokens: windowTokens(request) ?? null,
    chunkWords: request.chunkWords ?? defaultChunkWords,
    batchTokens: identity.batchSensitive ? (request.batchTokens ?? defaultBatchTokens) : null,
    decoderStart: request.decoderStart ?? null,
  };
}

function planOptions(request: ExtractionRequest): PlanOptions {
  const { aggregation, embeddingRows, decoderStart, batchTokens = defaultBatchTokens } = request;
  return { aggregation, maxTokens: windowTokens(request), batchTokens, embeddingRows, decoderStart };
}

function openRecorder({ recorder, store }: ExtractionRequest, folder: RunFolder): Recorder {
  const target = { folder: folder.path, key: folder.key, dtype: folder.identity.dtype };
  const url = recorder === undefined ? bundledRecorder() : recorder;
  if (url === undefined || url === 'in-process' || store.fs !== realFs) return recorderInProcess(store.fs, target);
  return recorderThreads(url, target);
}

/** Which of a pass's outputs a tap is. */
function tapOf(forward: ForwardPass | undefined, point: TapPoint): { readonly index: number; readonly tap: RecordedTap } {
  const name = tapText(point);
  const index = forward?.taps.findIndex((tap) => tapText(tap.point) === name) ?? -1;
  const tap = forward?.taps[index];
  if (!tap) throw new Defect(`the pass does not deliver ${name}`);
  return { index, tap: { name, width: tap.width, decoder: point.stack === 'dec' } };
}

function strataOf({ table }: ChunkPlan): Uint8Array {
  return Uint8Array.from(table.flags, (flags) => {
    if (flags & rowFlags.special) return strata.none;
    return flags & rowFlags.firstPosition ? strata.firstPosition : strata.ordinary;
  });
}

function wordsOf(chunks: readonly Chunk[]): number {
  return chunks.reduce((sum, { words }) => sum + words, 0);
}

function noRows({ files }: Corpus): InputError {
  return new InputError(
    'CORPUS_EMPTY',
    { file: files[0] ?? '' },
    {
      found: 'no word of it yields a token',
      expected: 'text that the tokenizer knows',
      remedy: 'Check that the corpus and the model are of one language and script.',
    },
  );
}
