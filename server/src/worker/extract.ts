import { join } from 'node:path';
import { exportRun } from '../activations/export';
import { mergeShards } from '../activations/merge';
import type { ExportManifest } from '../activations/exportManifest';
import { tapText } from '../protocol/neurons';
import { obtainActivations } from './activations';
import { openCorpus } from './openCorpus';
import { openModel } from './openModel';
import { sameTokenNotes } from './sameToken';
import type { JobHandler } from './serve';

/** Activations into the store and, if asked for, out of it as files for anybody. */
export const extract: JobHandler<'extract'> = async ({ model: ref, corpus: corpusRef, activations: spec, cache, out, shard }, context) => {
  const began = performance.now();
  const model = openModel(ref);
  const corpus = await openCorpus(corpusRef);
  const { run, droppedWords, computedWords, notes } = await obtainActivations(model, corpus, spec, { cache, shard }, context);
  if (out !== undefined) await exportRun(run, corpus, out, { ...(shard ? { shard } : {}), signal: context.signal });
  return {
    rows: run.rows,
    words: spec.words === 'none' ? corpus.words.count : run.rows + droppedWords,
    sentences: shard ? new Set(run.table.sentence).size : corpus.sentences.length,
    dropped: droppedWords,
    taps: run.taps.map(({ point, width }) => ({ id: tapText(point), width, ...(out ? { file: join(out, `${tapText(point)}.npy`) } : {}) })),
    computedWords,
    elapsedMs: performance.now() - began,
    notes: [...model.notes, ...corpus.notes, ...(model.tokenizer ? sameTokenNotes(run.table, model.tokenizer) : [])],
    warnings: [...model.warnings, ...corpus.warnings, ...notes],
    ...(out ? { out } : {}),
  };
};

/** Joins what `extract` wrote in parts. */
export const merge: JobHandler<'merge'> = async ({ folders, out }, { signal }) => {
  const began = performance.now();
  const manifest: ExportManifest = await mergeShards(folders, out, signal);
  return {
    rows: manifest.rows,
    words: manifest.rows,
    sentences: null,
    dropped: 0,
    taps: manifest.taps.map(({ name, width }) => ({ id: name, width, file: join(out, `${name}.npy`) })),
    computedWords: 0,
    elapsedMs: performance.now() - began,
    notes: [`joined ${folders.length} parts`],
    warnings: [],
    out,
  };
};
