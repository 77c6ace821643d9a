import { parseConcept } from '../corpus/concepts/concept';
import type { Concept } from '../corpus/concepts/concept';
import { conceptRows, rowFacts } from '../study/labels';
import { chooseMethods, rank as rankRows } from '../study/ranking';
import { InputError, shown } from '../protocol/errors';
import type { RankParams } from '../protocol/jobs';
import type { AnalysisResult, Provenance } from '../protocol/results';
import { obtainActivations } from './activations';
import { isCausal } from './causality';
import { openCorpus, withTagsFor } from './openCorpus';
import { openModel } from './openModel';
import type { OpenModel } from './openModel';
import { rankMatrix } from './rankMatrix';
import type { JobContext, JobHandler } from './serve';
import { versions } from './versions';

type ModelSource = Extract<RankParams['source'], { kind: 'model' }>;

/** Neurons of concepts: over a model and a corpus, or over somebody's matrix. */
export const rank: JobHandler<'rank'> = async (params, context) =>
  params.source.kind === 'matrix' ? rankMatrix(params, params.source.matrix, context) : rankModel(params, params.source, context);

async function rankModel(params: RankParams, source: ModelSource, context: JobContext): Promise<AnalysisResult> {
  // What can be refused without opening anything is refused first.
  const methods = chooseMethods(params.methods);
  const concepts = params.concepts.map(parseConcept);
  const model = openModel(source.model);
  refuseCase(model, concepts);
  const plain = await openCorpus(source.corpus);
  const corpus = withTagsFor(plain, concepts);
  const { run, identity, droppedWords } = await obtainActivations(model, corpus, source.activations, source, context);
  const causal = await isCausal(model);
  const rows = rowFacts(corpus, run.table, source.firstPosition ? source.firstPosition === 'skip' : causal === true);
  const asked = concepts.map((concept) => conceptRows(concept, corpus, rows, params.againstAttribute));
  const provenance = (elapsedMs: number): Provenance => ({
    golgi: versions.golgi,
    created: new Date().toISOString(),
    elapsedMs,
    model: { name: model.name, ...identity, tokenizer: model.tokenizer?.hash ?? '' },
    corpus: {
      files: corpus.files,
      format: corpus.format,
      hash: corpus.hash,
      sentences: corpus.sentences.length,
      words: corpus.words.count,
    },
    matrix: null,
    activations: {
      words: source.activations.words,
      dtype: source.activations.dtype,
      rows: run.rows,
      excluded: { ...rows.excluded, ...(droppedWords > 0 ? { 'words without a token': droppedWords } : {}) },
    },
    seed: params.evidence.seed,
    runtime: versions.runtime,
    notes: [
      ...model.notes,
      ...corpus.notes,
      ...(params.againstAttribute ? ['negatives are only words that carry the same attribute'] : []),
    ],
  });
  return rankRows({
    parts: run.taps.map(({ point }) => ({ point, matrix: run.matrix(point) })),
    concepts: asked,
    methods,
    words: rows.type,
    forms: rows.forms,
    groups: rows.sentence,
    evidence: params.evidence,
    provenance,
    signal: context.signal,
    onProgress: context.onProgress,
  });
}

/** A tokenizer that lower-cases makes every question about case meaningless. */
function refuseCase({ tokenizer, folder }: OpenModel, concepts: readonly Concept[]): void {
  const asked = concepts.find(({ needsCase }) => needsCase);
  if (!asked || !tokenizer?.lowercases) return;
  throw new InputError(
    'CONCEPT_CASE',
    { file: folder.path, flag: `--concept ${shown(asked.name, 80)}` },
    {
      found: 'a concept of upper and lower case, and a tokenizer that turns all letters into lower case',
      expected: 'a concept that the model can see',
      remedy: 'leave it out, or use a cased model',
    },
  );
}
