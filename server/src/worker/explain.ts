/** `golgi explain`: formulas over concepts that say where neurons are active. */
import { parseConcept } from '../corpus/concepts/concept';
import { compositional, parseParameters } from '../methods';
import { readEach } from '../protocol/errors';
import type { ExplainParams, Explanations } from '../protocol/explain';
import { parseNeurons } from '../protocol/neurons';
import { explainNeurons } from '../study/explanations';
import { checkConcepts, rowFacts } from '../study/labels';
import { obtainActivations } from './activations';
import { isCausal } from './causality';
import { atomConcepts, labelledAtoms, placeOf } from './corpusAtoms';
import { explainMatrix } from './explainMatrix';
import { openCorpus, withTags } from './openCorpus';
import { openModel } from './openModel';
import { provenanceOf } from './provenance';
import { selectNeurons } from './selectNeurons';
import type { JobContext, JobHandler } from './serve';
import { vectorsInFile, vectorsOfModel } from './wordVectors';
import type { FoundVectors } from './wordVectors';

type ModelSource = Extract<ExplainParams['source'], { kind: 'model' }>;

/** Explains neurons of a model over a corpus, or columns of somebody's matrix. */
export const explain: JobHandler<'explain'> = async (params, context) =>
  params.source.kind === 'matrix' ? explainMatrix(params, params.source, context) : explainModel(params, params.source, context);

async function explainModel(params: ExplainParams, source: ModelSource, context: JobContext): Promise<Explanations> {
  const { neighbors } = parseParameters(compositional, params.parameters);
  const selections = parseNeurons(source.neurons);
  const asked = readEach(source.concepts, parseConcept);
  const model = openModel(source.model);
  const wanted = selections.flatMap((selection) => selectNeurons(model, selection));
  const corpus = await withTags(await openCorpus(source.corpus));
  checkConcepts(asked, corpus);
  const taps = [...new Set(wanted.map(({ tap }) => tap.point.tap))];
  const layers = [...new Set(wanted.map(({ tap }) => tap.point.layer))].map((layer) => ({ from: layer, to: layer }));
  const { words, dtype } = source;
  const activations = await obtainActivations(model, corpus, { taps, layers, words, dtype }, source, context);
  const { run } = activations;
  const facts = rowFacts(corpus, run.table, source.firstPosition ? source.firstPosition === 'skip' : (await isCausal(model)) === true);
  const concepts = asked.length > 0 ? asked : atomConcepts(corpus, facts, params.leastRows, !model.tokenizer?.lowercases);
  const atoms = await labelledAtoms(concepts, { corpus, facts, rows: run.rows, signal: context.signal });
  const named = new Set(atoms.flatMap(({ word }) => word ?? []));
  const found = async (): Promise<FoundVectors> => {
    if (named.size === 0 || neighbors === 0) return { vectors: new Map(), notes: [] };
    return params.vectors === undefined
      ? vectorsOfModel(model, corpus, named, source, context)
      : vectorsInFile(params.vectors, named, context.signal);
  };
  const points = [...new Set(wanted.map(({ tap }) => tap))];
  return explainNeurons({
    ...params,
    parts: points.map(({ point }) => ({
      point,
      matrix: run.matrix(point),
      columns: [...new Set(wanted.filter(({ tap }) => tap.point === point).flatMap(({ units }) => units))].sort((a, b) => a - b),
    })),
    rows: Int32Array.from(facts.word.keys()).filter((row) => (facts.word[row] ?? -1) >= 0),
    atoms,
    ...(await found()),
    groups: facts.sentence,
    placeOf: (row) => placeOf(corpus, facts.word[row] ?? -1),
    provenance: provenanceOf({ model, corpus, activations, spec: source, rows: facts, seed: params.seed }),
    signal: context.signal,
    onProgress: context.onProgress,
  });
}
