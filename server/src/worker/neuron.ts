import { tapText, parseNeurons } from '../protocol/neurons';
import type { NeuronSelection, Tap } from '../protocol/neurons';
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
function unitsOf(
  { taps, folder, stacks }: OpenModel,
  selections: readonly NeuronSelection[],
): { tap: OpenModel['taps'][number]; unit: number }[] {
  const found = selections.flatMap((selection) => {
    const { layer, stack, tap: name, units, head } = selection;
    const places = taps.filter(
      ({ point }) => point.tap === name && point.stack === stack && (layer === undefined || point.layer === layer),
    );
    const size = stacks.find((each) => each.stack === stack)?.headSize;
    const chosen = places.flatMap((tap) => {
      const [first, width] = head === undefined || size === undefined ? [0, tap.width] : [head * size, size];
      const { from, to } = units === '*' ? { from: 0, to: width - 1 } : units;
      if (to >= width || first + to >= tap.width) throw unknown(folder.path, `${tapText(tap.point)}.${to}`, `units 0 to ${width - 1}`);
      return Array.from({ length: to - from + 1 }, (_, i) => ({ tap, unit: first + from + i }));
    });
    if (chosen.length === 0)
      throw unknown(folder.path, tapText({ stack, layer: layer ?? 0, tap: name }), tapNames(taps.map(({ point }) => point.tap)));
    return chosen;
  });
  if (found.length > mostNeurons)
    throw unknown(folder.path, `${found.length} neurons`, `at most ${mostNeurons} at once; golgi rank looks at all of them`);
  return found;
}

function tapNames(names: readonly Tap[]): string {
  return `a layer and tap of this model: ${[...new Set(names)].join(', ')}`;
}

function unknown(file: string, found: string, expected: string): InputError {
  return new InputError('NEURON_UNKNOWN', { file }, { found, expected, remedy: 'golgi model lists layers, taps and widths' });
}
