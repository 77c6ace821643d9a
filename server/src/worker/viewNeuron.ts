import { parseConcept } from '../corpus/concepts/concept';
import { tapText } from '../protocol/neurons';
import { neuronView } from '../study/neuronView';
import { linkedConcepts } from './linkedConcepts';
import { neuronOf } from './neuronOf';
import { withStudy } from './openStudy';
import { pauses } from './pause';
import type { JobHandler } from './serve';

/** Everything the explorer shows of a neuron, from stored activations. Stops between two concepts when it is cancelled. */
export const viewNeuron: JobHandler<'view'> = async ({ neuron, concept, side, result, ...ref }, { signal }) =>
  withStudy(ref, async (study) => {
    const pause = pauses(signal);
    const { point, unit } = neuronOf(study.model, neuron);
    const run = await study.stored(point.tap, point.layer);
    if (!run) return { kind: 'not stored', taps: [tapText(point)] };
    const column = await study.column(run, point, unit);
    await pause();
    const { facts } = await study.rows(run);
    const concepts = await study.labelled(facts, pause);
    const linked = await linkedConcepts(result);
    return {
      kind: 'view',
      view: await neuronView({
        point,
        unit,
        ...column,
        corpus: await study.tagged(pause),
        places: study.map.first,
        rows: facts,
        concepts,
        concept: concept === null ? null : await study.concept(parseConcept(concept), facts, pause),
        side,
        model: study.model.name,
        ranked: { luck: (name) => linked?.luck(name) ?? null, strip: (name) => linked?.stripOf(name) ?? null },
        pause,
      }),
    };
  });
