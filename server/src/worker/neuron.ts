import { parseNeurons } from '../protocol/neurons';
import type { NeuronSelection } from '../protocol/neurons';
import { InputError, readEach } from '../protocol/errors';
import { parseConcept } from '../corpus/concepts/concept';
import { portrait } from '../study/portrait';
import { checkConcepts, rowFacts } from '../study/labels';
import { obtainActivations } from './activations';
import { isCausal } from './causality';
import { everyConcept } from './everyConcept';
import { openCorpus, withTags } from './openCorpus';
import { openModel } from './openModel';
import type { OpenModel } from './openModel';
import { provenanceOf } from './provenance';
import { selectNeurons } from './selectNeurons';
import type { JobHandler } from './serve';

const mostNeurons = 100;

/** Everything known about some neurons over one corpus. */
export const neuron: JobHandler<'neuron'> = async (params, context) => {
  const selections = parseNeurons(params.neurons);
  const asked = readEach(params.concepts, parseConcept);
  const model = openModel(params.model);
  const wanted = unitsOf(model, selections);
  const corpus = await withTags(await openCorpus(params.corpus));
  checkConcepts(asked, corpus);
  const concepts = asked.length > 0 ? asked : everyConcept(corpus, model);
  const taps = [...new Set(wanted.map(({ tap }) => tap.point.tap))];
  const layers = [...new Set(wanted.map(({ tap }) => tap.point.layer))].map((layer) => ({ from: layer, to: layer }));
  const activations = await obtainActivations(model, corpus, { taps, layers, words: params.words, dtype: params.dtype }, params, context);
  const { run } = activations;
  const causal = await isCausal(model);
  const rows = rowFacts(corpus, run.table, params.firstPosition ? params.firstPosition === 'skip' : causal === true);
  const portraits = [];
  for (const [index, { tap, unit }] of wanted.entries()) {
    context.onProgress({ stage: 'describing', done: index, total: wanted.length, unit: 'neurons' });
    portraits.push(
      await portrait({
        point: tap.point,
        unit,
        matrix: run.matrix(tap.point),
        corpus,
        rows,
        concepts,
        causal: causal !== false,
        count: params.count,
        signal: context.signal,
        provenance: provenanceOf({ model, corpus, activations, spec: params, rows, seed: 1 }),
      }),
    );
  }
  return portraits;
};

/** The units that selections name. Throws NEURON_UNKNOWN for those that the model does not have, and for far too many. */
function unitsOf(model: OpenModel, selections: readonly NeuronSelection[]): { tap: OpenModel['taps'][number]; unit: number }[] {
  const found = selections.flatMap((selection) =>
    selectNeurons(model, selection).flatMap(({ tap, units }) => units.map((unit) => ({ tap, unit }))),
  );
  if (found.length <= mostNeurons) return found;
  throw new InputError(
    'NEURON_UNKNOWN',
    { file: model.folder.path },
    {
      found: `${found.length} neurons`,
      expected: `at most ${mostNeurons} at once; golgi rank looks at all of them`,
      remedy: 'name fewer neurons',
    },
  );
}
