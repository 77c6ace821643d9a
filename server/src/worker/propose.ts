/** `golgi propose`: concepts that nobody labelled, named by their words. */
import { parseParameters, wordSet } from '../methods';
import type { ProposeParams } from '../protocol/proposals';
import { ConceptLabeller } from '../study/labelledConcepts';
import { rowFacts } from '../study/labels';
import { proposeConcepts } from '../study/proposals';
import { obtainActivations } from './activations';
import { isCausal } from './causality';
import { everyConcept } from './everyConcept';
import { openCorpus, withTags } from './openCorpus';
import { openModel } from './openModel';
import { provenanceOf } from './provenance';
import { neuronColumns } from './selectNeurons';
import type { JobHandler } from './serve';

/** Asks neurons of a model over a corpus. */
export const propose: JobHandler<'propose'> = async (params: ProposeParams, context) => {
  parseParameters(wordSet, params.parameters);
  const model = openModel(params.model);
  const chosen = neuronColumns(model, params.neurons, params.activations);
  const corpus = await withTags(await openCorpus(params.corpus));
  const taps = [...new Set(chosen.map(({ point }) => point.tap))];
  const layers = [...new Set(chosen.map(({ point }) => point.layer))].map((layer) => ({ from: layer, to: layer }));
  const activations = await obtainActivations(model, corpus, { ...params.activations, taps, layers }, params, context);
  const { run } = activations;
  const facts = rowFacts(corpus, run.table, params.firstPosition ? params.firstPosition === 'skip' : (await isCausal(model)) === true);
  const known = await new ConceptLabeller(everyConcept(corpus, model), corpus, facts).all(async () => context.signal.throwIfAborted());
  return proposeConcepts({
    ...params,
    parts: chosen.map(({ point, columns }) => ({ point, matrix: run.matrix(point), columns })),
    facts,
    known,
    provenance: provenanceOf({ model, corpus, activations, spec: params.activations, rows: facts, seed: params.seed }),
    signal: context.signal,
    onProgress: context.onProgress,
  });
};
