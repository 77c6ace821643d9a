import type { ContextRanking, ContextsParams } from '../../protocol/contexts';
import { refuseFlags, usageError, wholeNumber } from '../flags';
import type { commonFlags, Parsed } from '../flags';
import {
  activationFlags,
  activationSpec,
  corpusFlags,
  corpusRef,
  firstPosition,
  firstPositionFlag,
  list,
  modelFlags,
  modelRef,
  parameterPairs,
} from '../inputs';
import { labelledMatrix, matrixFlags } from '../matrixFlags';
import { csvCell, jsonText, refuseUnwritable, writeByEnding } from '../output';
import { cacheFolder } from '../paths';
import { contextsText } from '../present/contexts';
import { palette } from '../present/marks';
import { defineVerb } from '../verb';

const contextFlags = {
  ...modelFlags,
  ...corpusFlags,
  ...activationFlags,
  of: { type: 'string', value: 'A,B', help: 'of what contexts are made: word (default), or attributes such as upos or deprel' },
  ...firstPositionFlag,
  set: { type: 'string', multiple: true, value: 'NAME=VALUE', help: 'n, bins, min-count or fold; see golgi methods context-information' },
  null: { type: 'string', value: 'ROUNDS', help: 'shuffles for the null of the best neuron (default 20, 0 for none)' },
  seed: { type: 'string', value: 'N', help: 'seed of the shuffles (default 1)' },
  top: { type: 'string', value: 'N', help: 'neurons shown (default 5 in text, all in files and JSON)' },
  detail: { type: 'string', value: 'N', help: 'neurons of which contexts and rows are listed (default 20, in text those shown)' },
  out: { type: 'string', multiple: true, value: 'FILE', help: '.json or .csv' },
  activations: { type: 'string', value: 'X.npy', help: 'somebody’s matrix, rows × neurons, in place of model and corpus' },
  ...matrixFlags,
  groups: { ...matrixFlags.groups, help: 'sentence of each row; contexts do not go over its beginning' },
} as const;

type Values = Parsed<typeof contextFlags & typeof commonFlags>;

const endings = ['.json', '.csv'] as const;

export const contexts = defineVerb({
  name: 'contexts',
  summary: 'neurons that tell which word, sequence of words or role a word has, without a concept being named',
  positionals: '[ID…]',
  example:
    'golgi contexts --model media/models/demo-gpt2 --corpus media/corpus/golgi-sample.jsonl --taps hidden --layers 4 --of word,wink.upos',
  flags: contextFlags,
  async run({ values, positionals, outside }) {
    const inText = !values.json && values.out.length === 0;
    const top = wholeNumber('contexts', 'top', values.top, { min: 1, fallback: inText ? 5 : Number.MAX_SAFE_INTEGER });
    const source =
      values.activations === undefined ? modelSource(values, positionals) : matrixSource(values.activations, values, positionals);
    await refuseUnwritable('contexts', values.out, endings);
    const all = await outside.runJob('contexts', {
      source,
      parameters: Object.fromEntries(parameterPairs('contexts', values.set).map(({ name, value }) => [name, value])),
      rounds: wholeNumber('contexts', 'null', values.null, { min: 0, max: 100_000, fallback: 20 }),
      seed: wholeNumber('contexts', 'seed', values.seed, { min: 0, fallback: 1 }),
      detail: wholeNumber('contexts', 'detail', values.detail, { min: 0, max: 100_000, fallback: inText ? top : 20 }),
    });
    const rankings = all.map((ranking) => ({ ...ranking, neurons: ranking.neurons.slice(0, top) }));
    const document = rankings.length === 1 ? rankings[0] : { results: rankings };
    for (const path of values.out) {
      const file = await writeByEnding('contexts', path, { '.json': () => jsonText(document), '.csv': () => csvOf(rankings) });
      outside.error(`written to ${file}\n`);
    }
    if (values.json) outside.out(jsonText(document));
    else if (inText) outside.out(contextsText(rankings, palette(outside.colour), outside.width));
  },
});

function modelSource(values: Values, neurons: readonly string[]): ContextsParams['source'] {
  refuseFlags('contexts', values, ['label-names', 'groups', 'rows'], 'without --activations');
  if (neurons.length > 0) refuseFlags('contexts', values, ['taps', 'layers'], 'beside neurons');
  const of = list(values.of ?? 'word');
  if (of.length === 0) throw usageError('contexts', '--of without a name', 'word, or attributes of the corpus');
  return {
    kind: 'model',
    model: modelRef('contexts', values),
    corpus: corpusRef('contexts', values),
    activations: activationSpec('contexts', values),
    cache: cacheFolder(values.cache),
    ...firstPosition('contexts', values),
    ...(neurons.length > 0 && { neurons: neurons.join(',') }),
    of: [...new Set(of)],
  };
}

/** Flags that say nothing about a matrix. */
const ofModels = ['model', 'tap', 'corpus', 'format', 'skip-invalid', 'taps', 'layers', 'words', 'dtype', 'first-position', 'of'] as const;

function matrixSource(activations: string, values: Values, neurons: readonly string[]): ContextsParams['source'] {
  if (neurons.length > 0) throw usageError('contexts', `"${neurons[0]}" with --activations`, '--columns 0-383,512');
  refuseFlags('contexts', values, ofModels, 'with --activations');
  const labels = values.labels[0];
  if (labels === undefined) throw usageError('contexts', '--activations without --labels', '--labels words.txt, one a row');
  return { kind: 'matrix', matrix: labelledMatrix(activations, labels, values), cache: cacheFolder(values.cache) };
}

/** One line a neuron and kind of context, those without a score last. */
function csvOf(rankings: readonly ContextRanking[]): string {
  const head = ['contexts_of', 'neuron', 'score', 'corrected', 'expected', 'adjusted', 'entropy', 'bins', 'p', 'contexts', 'reason'];
  const lines = rankings.flatMap(({ of, neurons, undefined: without }) => [
    ...neurons.map(({ id, score, corrected, expected, adjusted, entropy, bins, p, contexts: told = [] }) => [
      ...[of, id, score, corrected, expected, adjusted, entropy, bins, p, told.map(({ context }) => context).join(' | '), null],
    ]),
    ...without.map(({ id, reason }) => [of, id, ...head.slice(3).map(() => null), reason]),
  ]);
  return `${[head, ...lines].map((line) => line.map((cell) => csvCell(cell)).join(',')).join('\n')}\n`;
}
