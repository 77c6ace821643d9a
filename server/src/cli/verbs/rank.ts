import { InputError } from '../../protocol/errors';
import type { EvidenceOptions, MethodRequest, Origin, RankParams } from '../../protocol/jobs';
import type { AnalysisResult } from '../../protocol/results';
import { rankingDocuments } from '../../study/rankingDocument';
import type { Parsed } from '../flags';
import { required, usageError, wholeNumber } from '../flags';
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
import { jsonText, refuseUnwritable, writeByEnding } from '../output';
import { absolute, cacheFolder } from '../paths';
import { briefText } from '../present/brief';
import { palette } from '../present/marks';
import { durationText } from '../present/duration';
import { isWarning, noteText } from '../present/notes';
import { originText } from '../present/origin';
import { rankingText } from '../present/ranking';
import { rankingEndings, rankingWriters } from '../rankingFiles';
import { defineVerb } from '../verb';

const flags = {
  ...modelFlags,
  ...corpusFlags,
  ...activationFlags,
  concept: {
    type: 'string',
    multiple: true,
    value: 'CONCEPT',
    help: 'attribute=value, attribute=*, word:"a|b", regex:/…/, rule:<name>; see golgi concepts',
  },
  method: { type: 'string', value: 'A,B', help: 'methods by id; see golgi methods (default ap)' },
  set: { type: 'string', multiple: true, value: 'NAME=VALUE', help: 'a parameter of the methods; METHOD.NAME=VALUE for one of them' },
  against: { type: 'string', value: 'attribute', help: 'take as negatives only words that carry the attribute' },
  ...firstPositionFlag,
  null: { type: 'string', value: 'ROUNDS', help: 'shuffles for the null of the best neuron (default 200, 0 for none)' },
  intervals: { type: 'string', value: 'N', help: 'neurons a ranking that get a bootstrap interval (default 50)' },
  control: { type: 'boolean', help: 'also rank the same graph with shuffled weights, and show its best score' },
  seed: { type: 'string', value: 'N', help: 'seed of everything random (default 1)' },
  top: { type: 'string', value: 'N', help: 'neurons shown a ranking (default 10 in text, all in files and JSON)' },
  brief: { type: 'boolean', help: 'one line a concept: its best neuron by the first method' },
  out: { type: 'string', multiple: true, value: 'FILE', help: '.golgi-result.json, .json, .csv, .parquet, .npy or .html' },
  activations: { type: 'string', value: 'X.npy', help: 'somebody’s matrix, rows × neurons, in place of model and corpus' },
  'label-names': { type: 'string', value: 'names.txt', help: 'names of integer labels, one a line' },
  groups: { type: 'string', value: 'g.npy', help: 'sentence of each row' },
  rows: { type: 'string', value: '0-99,120', help: 'rows of the matrix to use' },
} as const;

export const rank = defineVerb({
  name: 'rank',
  summary: 'neurons of a concept by one or several methods',
  example: 'golgi rank --model media/models/demo-gpt2 --corpus media/corpus/golgi-sample.jsonl --concept rule:digit --method ap,probeless',
  flags,
  async run({ values, outside }) {
    const top = values.top === undefined ? undefined : wholeNumber('rank', 'top', values.top, { min: 1, fallback: 10 });
    const params = rankParams(values, cacheFolder(values.cache));
    await refuseUnwritable('rank', values.out, rankingEndings);
    const inText = !values.json && (values.out.length === 0 || values.brief);
    let begun = false;
    const begin = (origin: Origin): void => {
      if (inText && !begun) outside.out(originText(origin, palette(outside.colour)));
      begun = true;
    };
    const result = await outside.runJob('rank', params, { onBegun: begin });
    for (const path of values.out) {
      const file = await writeByEnding('rank', path, rankingWriters(result, top));
      outside.error(`written to ${file}\n`);
    }
    if (values.json) outside.out(jsonText(rankingDocuments(result, top)));
    else if (inText) {
      begin({ provenance: result.provenance, neurons: result.neurons.length });
      outside.out(rankingsText(result, { top: top ?? 10, brief: values.brief, width: outside.width, colour: outside.colour }));
    } else {
      for (const note of result.provenance.notes.filter(isWarning)) outside.error(`${noteText(note)}\n`);
    }
  },
});

/** All rankings of a result as text, and how long they took. */
function rankingsText(
  result: AnalysisResult,
  options: { readonly top: number; readonly brief: boolean; readonly width: number; readonly colour: boolean },
): string {
  const paint = palette(options.colour);
  const rankings = options.brief
    ? [briefText(result, { width: options.width, paint })]
    : result.rankings.map((ranking) => rankingText(result, ranking, { top: options.top, width: options.width, paint }));
  return [...rankings, paint.dim(`ranked in ${durationText(result.provenance.elapsedMs)}`), ''].join('\n');
}

function rankParams(values: Parsed<typeof flags>, cache: string): RankParams {
  const evidence: EvidenceOptions = {
    nullRounds: wholeNumber('rank', 'null', values.null, { min: 0, max: 100_000, fallback: 200 }),
    intervals: wholeNumber('rank', 'intervals', values.intervals, { min: 0, max: 100_000, fallback: 50 }),
    seed: wholeNumber('rank', 'seed', values.seed, { min: 0, fallback: 1 }),
  };
  if (values.against !== undefined && values.against !== 'attribute')
    throw usageError('rank', `--against ${values.against}`, '--against attribute');
  const common = {
    concepts: [...new Set(values.concept)],
    againstAttribute: values.against === 'attribute',
    methods: methodRequests(values.method ?? 'ap', values.set),
    evidence,
    control: values.control,
  };
  if (values.activations !== undefined) {
    if (values.control) throw usageError('rank', '--control with --activations', '--control with a model, whose weights can be shuffled');
    const labels = values.labels[0];
    if (labels === undefined) throw usageError('rank', '--activations without --labels', '--labels y.txt or y.npy, one label a row');
    return { ...common, source: { kind: 'matrix', matrix: matrixRef(values.activations, labels, values) } };
  }
  if (values.concept.length === 0) {
    throw new InputError(
      'USAGE',
      { flag: '--concept' },
      {
        found: 'no concept',
        expected: 'one or more, such as --concept upos=NOUN',
        remedy: `golgi concepts --corpus ${values.corpus ?? 'FILE'} lists what the corpus has`,
      },
    );
  }
  required('rank', 'model', values.model);
  return {
    ...common,
    source: {
      kind: 'model',
      model: modelRef('rank', values),
      corpus: corpusRef('rank', values),
      activations: activationSpec('rank', values),
      cache,
      ...firstPosition('rank', values),
    },
  };
}

function matrixRef(
  activations: string,
  labels: string,
  values: Parsed<typeof flags>,
): Extract<RankParams['source'], { kind: 'matrix' }>['matrix'] {
  return {
    activations: absolute(activations),
    labels: absolute(labels),
    ...(values['label-names'] ? { labelNames: absolute(values['label-names']) } : {}),
    ...(values.groups ? { groups: absolute(values.groups) } : {}),
    ...(values.columns ? { columns: values.columns } : {}),
    ...(values.rows ? { rows: values.rows } : {}),
  };
}

/** Methods with the parameters meant for them: plain names go to every method, `method.name` to that one. */
function methodRequests(methods: string, pairs: readonly string[]): MethodRequest[] {
  const parameters = parameterPairs('rank', pairs);
  const ids = [...new Set(list(methods))];
  const stray = parameters.find(({ method }) => method !== undefined && !ids.includes(method));
  if (stray) throw usageError('rank', `--set ${stray.method}.${stray.name}`, `a method that was asked for: ${ids.join(', ')}`);
  return ids.map((id) => ({
    id,
    parameters: Object.fromEntries(
      parameters.filter(({ method }) => method === undefined || method === id).map(({ name, value }) => [name, value]),
    ),
  }));
}
