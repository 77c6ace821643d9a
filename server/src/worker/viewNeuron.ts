import { parseConcept } from '../corpus/concepts/concept';
import { tapText } from '../protocol/neurons';
import { neuronView } from '../study/neuronView';
import { neuronOf } from './neuronOf';
import { withStudy } from './openStudy';
import type { JobHandler } from './serve';

/** Everything the explorer shows of a neuron, from stored activations. */
export const viewNeuron: JobHandler<'view'> = async ({ neuron, concept, side, ...ref }) =>
  withStudy(ref, async (study) => {
    const { point, unit } = neuronOf(study.model, neuron);
    const run = await study.stored(point.tap, point.layer);
    if (!run) return { kind: 'not stored', taps: [tapText(point)] };
    const column = await study.column(run, point, unit);
    const { facts } = await study.rows(run);
    const concepts = await study.labelled(facts);
    return {
      kind: 'view',
      view: neuronView({
        point,
        unit,
        ...column,
        corpus: study.corpus,
        places: study.map.first,
        rows: facts,
        concepts,
        concept: concept === null ? null : await study.concept(parseConcept(concept), facts),
        side,
        model: study.model.name,
      }),
    };
  });
