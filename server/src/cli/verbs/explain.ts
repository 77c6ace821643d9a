import type { AtomMatrixRef, ExplainParams, Explanations } from '../../protocol/explain';
import { refuseFlags, usageError, wholeNumber } from '../flags';
import type { commonFlags, Parsed } from '../flags';
import {
  activationFlags,
  activationSpec,
  corpusFlags,
  corpusRef,
  firstPosition,
  firstPositionFlag,
  modelFlags,
  modelRef,
  parameterPairs,
} from '../inputs';
import { withKeptConcepts } from '../keptConcepts';
import { csvCell, jsonText, refuseUnwritable, writeByEnding } from '../output';
import { absolute, cacheFolder } from '../paths';
import { explanationsText } from '../present/explanations';
import { bestNeurons } from '../bestNeurons';
import { palette } from '../present/marks';
import { defineVerb } from '../verb';

const { words, dtype } = activationFlags;

const explainFlags = {
  ...modelFlags,
  ...corpusFlags,
  words,
  dtype,
  concept: {
    type: 'string',
    multiple: true,
    value: 'CONCEPT',
    help: 'atoms of the formulas (default: all concepts of the corpus and its frequent words)',
  },
  ...firstPositionFlag,
  'min-rows': { type: 'string', value: 'N', help: 'rows that an atom must hold on (default 20; of --atoms and --labels 1)' },
  vectors: {
    type: 'string',
    value: 'FILE',
    help: 'word vectors as GloVe writes them, for NEIGHBORS (default: the model’s own input embeddings; of a matrix none)',
  },
  set: {
    type: 'string',
    multiple: true,
    value: 'NAME=VALUE',
    help: 'quantile, beam, length, side or neighbors; see golgi methods compositional',
  },
  examples: { type: 'string', value: 'N', help: 'rows listed where formula and neuron disagree (default 3 in text, 20 in files and JSON)' },
  seed: { type: 'string', value: 'N', help: 'seed of the choice of sentences that are held out (default 1)' },
  from: { type: 'string', value: 'RESULT', help: 'explain the best neurons of a .golgi-result.json, in place of naming them' },
  top: {
    type: 'string',
    value: 'N',
    help: 'neurons shown, best explained first (default all); with --from, best of each ranking (default 10)',
  },
  out: { type: 'string', multiple: true, value: 'FILE', help: '.json or .csv' },
  activations: {
    type: 'string',
    value: 'X.npy',
    help: 'somebody’s matrix, rows × neurons, in place of a model; its atoms from --atoms, --labels, --types or --corpus',
  },
  atoms: { type: 'string', value: 'A.npy', help: 'atoms of the matrix: rows × atoms, 0 or 1' },
  'atom-names': { type: 'string', value: 'names.txt', help: 'their names, one a line' },
  'label-names': { type: 'string', value: 'names.txt', help: 'names of integer labels, one a line' },
  types: { type: 'string', value: 'w.txt', help: 'word of each row, of which the frequent ones are atoms; also .npy of whole numbers' },
  groups: { type: 'string', value: 'g.npy', help: 'sentence of each row of the matrix' },
} as const;

type Values = Parsed<typeof explainFlags & typeof commonFlags>;

const endings = ['.json', '.csv'] as const;

export const explain = defineVerb({
  name: 'explain',
  summary: 'formulas over concepts and words (AND, OR, AND NOT, NEIGHBORS) that say where neurons are active',
  positionals: 'ID…',
  example: 'golgi explain L3.ffn.0-15 --model media/models/demo-gpt2 --corpus media/corpus/golgi-sample.jsonl --set length=3',
  flags: explainFlags,
  async run({ values, positionals, outside }) {
    const fallback = values.from === undefined ? Number.MAX_SAFE_INTEGER : bestByDefault;
    const top = wholeNumber('explain', 'top', values.top, { min: 1, fallback });
    const named = values.from === undefined ? positionals : await neuronsFrom(values.from, top, values, positionals);
    const inText = !values.json && values.out.length === 0;
    const params: ExplainParams = {
      source:
        values.activations === undefined
          ? modelSource(await withKeptConcepts(values), named)
          : matrixSource(values.activations, await withKeptConcepts(values), named),
      ...(values.vectors === undefined ? {} : { vectors: absolute(values.vectors) }),
      parameters: Object.fromEntries(parameterPairs('explain', values.set).map(({ name, value }) => [name, value])),
      leastRows: wholeNumber('explain', 'min-rows', values['min-rows'], { min: 1, fallback: usualLeastRows(values) }),
      examples: wholeNumber('explain', 'examples', values.examples, { min: 0, max: 100_000, fallback: inText ? 3 : 20 }),
      seed: wholeNumber('explain', 'seed', values.seed, { min: 0, fallback: 1 }),
    };
    await refuseUnwritable('explain', values.out, endings);
    const all = await outside.runJob('explain', params);
    const result = values.from === undefined ? { ...all, neurons: all.neurons.slice(0, top) } : all;
    for (const path of values.out) {
      const file = await writeByEnding('explain', path, { '.json': () => jsonText(result), '.csv': () => csvOf(result) });
      outside.error(`written to ${file}\n`);
    }
    if (values.json) outside.out(jsonText(result));
    else if (inText) outside.out(explanationsText(result, palette(outside.colour), outside.width));
  },
});

const bestByDefault = 10;

/** Words and concepts of a text are many; atoms and labels that somebody made are few and meant. */
function usualLeastRows({ activations, types, corpus }: Values): number {
  return activations === undefined || types !== undefined || corpus !== undefined ? 20 : 1;
}

/** The best neurons of a result: ids of a model, or columns of a matrix. */
function neuronsFrom(from: string, top: number, values: Values, positionals: readonly string[]): Promise<string[]> {
  if (positionals.length > 0) throw usageError('explain', `"${positionals[0]}" with --from`, 'neurons, or a result that has them');
  refuseFlags('explain', values, ['columns'], 'with --from');
  return bestNeurons(from, top, values.activations === undefined ? 'model' : 'matrix');
}

function modelSource(values: Values, neurons: readonly string[]): ExplainParams['source'] {
  refuseFlags('explain', values, ['atoms', 'atom-names', 'label-names', 'types', 'groups'], 'without --activations');
  if (neurons.length === 0) throw usageError('explain', 'no neuron', 'one or more, such as L3.ffn.0-63');
  const { words: how, dtype: type } = activationSpec('explain', { ...values, taps: undefined, layers: undefined });
  return {
    kind: 'model',
    model: modelRef('explain', values),
    corpus: corpusRef('explain', values),
    ...{ words: how, dtype: type },
    cache: cacheFolder(values.cache),
    ...firstPosition('explain', values),
    neurons: neurons.join(','),
    concepts: [...new Set(values.concept)],
  };
}

/** Flags that say nothing about a matrix, and those that say something about a corpus. */
const ofModels = ['model', 'tap', 'words', 'dtype', 'first-position'] as const;
const ofCorpora = ['format', 'skip-invalid', 'concept'] as const;

function matrixSource(activations: string, values: Values, neurons: readonly string[]): ExplainParams['source'] {
  if (values.from === undefined && neurons.length > 0) {
    throw usageError('explain', `"${neurons[0]}" with --activations`, '--columns 0-383,512');
  }
  const columns = values.from === undefined ? values.columns : neurons.join(',');
  refuseFlags('explain', values, ofModels, 'with --activations');
  return {
    kind: 'matrix',
    matrix: {
      activations: absolute(activations),
      ...atomSources(values),
      ...(values.groups ? { groups: absolute(values.groups) } : {}),
      ...(columns ? { columns } : {}),
    },
    cache: cacheFolder(values.cache),
    concepts: [...new Set(values.concept)],
  };
}

/** What the atoms of a matrix are made of. Throws USAGE where nothing says it. */
function atomSources(values: Values): Partial<AtomMatrixRef> {
  const { atoms, types, labels, corpus } = values;
  const { 'atom-names': atomNames, 'label-names': labelNames } = values;
  if (atoms === undefined) refuseFlags('explain', values, ['atom-names'], 'without --atoms');
  const given = { ...(atoms && { atoms: absolute(atoms) }), ...(atomNames && { atomNames: absolute(atomNames) }) };
  if (corpus !== undefined) {
    refuseFlags('explain', values, ['label-names', 'types'], 'beside --corpus');
    // Of a matrix, --columns are its neurons.
    return { ...given, corpus: corpusRef('explain', { ...values, columns: undefined }) };
  }
  refuseFlags('explain', values, ofCorpora, 'without --corpus');
  if (labels.length > 1) throw usageError('explain', '--labels twice', 'one label a row, or the label files of a --corpus');
  if (labels.length === 0) refuseFlags('explain', values, ['label-names'], 'without --labels');
  if (labels.length === 0 && atoms === undefined && types === undefined) {
    throw usageError('explain', '--activations without atoms', '--atoms A.npy, --labels y.txt, --types w.txt or --corpus FILE');
  }
  return {
    ...given,
    ...(labels[0] && { labels: absolute(labels[0]) }),
    ...(labelNames && { labelNames: absolute(labelNames) }),
    ...(types && { types: absolute(types) }),
  };
}

/** One line a neuron, those without an explanation last. */
function csvOf({ neurons, undefined: without }: Explanations): string {
  const head = [
    'neuron',
    'score',
    'formula',
    'length',
    'chance',
    'held_out',
    'holds',
    'active',
    'both',
    'threshold',
    'best_atom',
    'best_atom_score',
    'reason',
  ];
  const lines = [
    ...neurons.map((each) => [
      ...[each.id, each.score, each.formula, each.length, each.chance, each.held_out, each.holds, each.active, each.both, each.threshold],
      ...[each.best_atom.name, each.best_atom.score, null],
    ]),
    ...without.map(({ id, reason }) => [id, ...head.slice(2).map(() => null), reason]),
  ];
  return `${[head, ...lines].map((line) => line.map((cell) => csvCell(cell)).join(',')).join('\n')}\n`;
}
