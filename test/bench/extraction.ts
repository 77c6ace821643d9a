/**
 * Extraction against a bare loop of `session.run` over the same batches: the same pruned graph, the same outputs, inputs
 * made beforehand. What extraction does besides (tokenise, plan, pick rows, round, write, hash, statistics, commit) shows.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { chunksOf } from '../../server/src/activations/chunks';
import { extractActivations } from '../../server/src/activations/extract';
import { planChunk } from '../../server/src/activations/plan';
import { ActivationStore } from '../../server/src/activations/store';
import { skeletonOf } from '../../server/src/onnx/skeleton';
import type { Tap } from '../../server/src/protocol/neurons';
import { makeFeeds } from '../../server/src/runtime/feeds';
import { openForwardPass } from '../../server/src/runtime/forwardPass';
import { planInputs } from '../../server/src/runtime/inputRoles';
import { openSession } from '../../server/src/runtime/session';
import { openModel, tokenizerFor } from '../../server/src/worker/openModel';
import { selectTaps } from '../../server/src/worker/selectTaps';
import { inTurns, main, median, timesAsLong } from './cost';
import type { Cost } from './cost';
import { report } from './row';
import type { Row } from './row';
import { firstSentences, scratch, subjects } from './subjects';
import type { Subject } from './subjects';

const repeats = 5;
const batchTokens = 512;
/** Beside this bundle: the recorder as it ships, and one that gathers no statistics. */
const recorders = {
  'with statistics': new URL('./recorder.js', import.meta.url),
  'without statistics': new URL('./recorderWithoutStatistics.js', import.meta.url),
};

async function* measure(): AsyncGenerator<Row> {
  const folder = scratch();
  for (const subject of subjects) {
    yield* compare(subject, ['hidden'], 0.85, folder);
    yield* compare(subject, ['hidden', 'ffn'], 0.7, folder);
  }
}

async function* compare(subject: Subject, names: readonly Tap[], bound: number, folder: string): AsyncGenerator<Row> {
  const model = openModel({ folder: subject.folder });
  const tokenizer = tokenizerFor(model);
  const corpus = await firstSentences(subject.sentences, folder);
  const taps = selectTaps(model, { taps: names, words: 'last', dtype: 'f16' });
  const { maxTokens, embeddingRows } = model;
  const options = { aggregation: 'last', maxTokens, batchTokens, embeddingRows, decoderStart: undefined } as const;
  const batches = chunksOf(corpus).flatMap((chunk) => planChunk(corpus, chunk, tokenizer, options).batches);

  const file = model.folder.parts[0]!.file;
  const skeleton = skeletonOf(file.model, taps);
  const session = await openSession(skeleton, file.path);
  const inputs = planInputs(skeleton.graph.inputs, model.folder.config, file.path);
  const feeds = batches.map(({ batch }) => makeFeeds(inputs, batch));
  const pass = await openForwardPass(model.folder, taps, maxTokens === undefined ? {} : { maxTokens });

  const caches: string[] = [];
  const extract = (recorder: URL) => async (): Promise<void> => {
    const cache = mkdtempSync(join(folder, 'cache-'));
    caches.push(cache);
    await extractActivations({
      corpus,
      tokenizer,
      taps: taps.map(({ point }) => point),
      forward: async () => pass,
      identity: { model: subject.name, modelName: subject.name, batchSensitive: false },
      maxTokens,
      embeddingRows,
      aggregation: 'last',
      dtype: 'f16',
      store: new ActivationStore(cache),
      batchTokens,
      recorder,
    });
  };
  // Between turns, since removing files is no part of extraction.
  const tidy = (): void => {
    for (const cache of caches.splice(0)) rmSync(cache, { recursive: true });
  };
  const costs = await inTurns(
    {
      bare: async () => {
        for (const feed of feeds) await session.run(feed);
      },
      'with statistics': extract(recorders['with statistics']),
      'without statistics': extract(recorders['without statistics']),
    },
    repeats,
    tidy,
  );
  await session.release();
  await pass.release();

  const speed = (turns: readonly Cost[]): string => `${Math.round(corpus.words.count / median(turns.map(({ wall }) => wall)))}`;
  for (const kind of ['with statistics', 'without statistics'] as const) {
    const processor = timesAsLong(costs.bare, costs[kind], main);
    yield {
      what: `extraction, ${subject.name}, ${names.join(' + ')}, ${kind}, of bare session.run`,
      value: timesAsLong(costs.bare, costs[kind]),
      unit: '×',
      // The bounds are for what a person gets; without statistics is for comparison.
      ...(kind === 'with statistics' && { atLeast: bound }),
      note: `${speed(costs[kind])} of ${speed(costs.bare)} words/s${processor === null ? '' : `; by processor time of the main thread ${processor.toFixed(2)}`}`,
    };
  }
}

void report(measure());
