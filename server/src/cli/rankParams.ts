/** How the flags of `golgi rank` become params of the job. */
import { methods } from '../methods';
import { InputError } from '../protocol/errors';
import { usualEvidence } from '../protocol/evidence';
import type { EvidenceOptions, MethodRequest, RankParams } from '../protocol/jobs';
import type { MatrixRef } from '../protocol/sources';
import type { Parsed, commonFlags } from './flags';
import { oneOf, refuseFlags, usageError, wholeNumber } from './flags';
import { activationSpec, corpusRef, firstPosition, list, modelRef, parameterPairs } from './inputs';
import { withKeptConcepts } from './keptConcepts';
import { labelledMatrix } from './matrixFlags';
import { absolute, cacheFolder } from './paths';
import type { rankFlags } from './rankFlags';

/** Flags that say something about one of the two kinds of rows only. */
const ofMatrices = ['label-names', 'groups', 'types', 'rows', 'eval-activations', 'eval-labels', 'eval-target', 'eval-types'] as const;
// prettier-ignore
const ofModels = ['model', 'tap', 'taps', 'layers', 'words', 'dtype', 'first-position', 'control'] as const;
/** Flags that say how a corpus is read, and flags of matrices that have their own labels. */
const ofCorpora = ['format', 'skip-invalid', 'against'] as const;
/** Flags of rows and concepts, which weights have none of. */
const ofWeightless = [
  'unit',
  'set',
  'corpus',
  'concept',
  'target',
  'groups',
  'types',
  'rows',
  'eval-activations',
  'eval-labels',
  'eval-target',
  'eval-types',
  'split',
] as const;
const ofLabels = ['label-names', 'groups', 'types', 'eval-activations', 'eval-labels', 'eval-target', 'eval-types'] as const;
/** Flags that name labels, which numbers to predict take the place of. */
const besideNumbers = ['labels', 'label-names', 'eval-labels', 'concept'] as const;

/** The params of a ranking that a verb asks for. Throws USAGE where flags contradict each other or something is missing. */
export function rankParams(verb: string, values: Values): RankParams {
  const { activations, weights } = values;
  if (weights !== undefined) return weightsParams(verb, weights, values);
  if (activations === undefined) refuseFlags(verb, values, ofMatrices, 'without --activations');
  else refuseFlags(verb, values, ofModels, 'with --activations');
  return {
    concepts: [...new Set(values.concept)],
    ...(ofWords(values) && values.target.length > 0 && { targets: [...new Set(values.target)] }),
    againstAttribute: againstAttribute(verb, values.against),
    methods: methodRequests(verb, values.method ?? usualMethods(values), values.set),
    evidence: evidenceOptions(verb, values),
    control: values.control,
    ...splitOf(verb, values),
    ...unitOf(verb, values),
    source: activations === undefined ? modelSource(verb, values) : matrixSource(verb, activations, values),
  };
}

/** Whether rows are words of a corpus, which have numbers by name. */
function ofWords({ activations, corpus }: Values): boolean {
  return activations === undefined || corpus !== undefined;
}

/** A method for concepts, one for numbers, or both. */
function usualMethods({ target, concept }: Values): string {
  if (target.length === 0) return 'ap';
  return concept.length > 0 ? 'ap,regression' : 'regression';
}

/** Rankings by weights: what says how rows are labelled or split has no effect. */
function weightsParams(verb: string, weights: string, values: Values): RankParams {
  refuseFlags(verb, values, [...ofModels, ...ofWeightless], 'with --weights');
  const [labels] = values.labels;
  if (labels !== undefined && values.activations === undefined) {
    throw usageError(verb, '--labels with --weights alone', '--activations too, or --label-names names.txt');
  }
  return {
    concepts: [],
    againstAttribute: false,
    methods: methodRequests(verb, values.method ?? 'lca', values.set),
    evidence: evidenceOptions(verb, values),
    control: false,
    source: {
      kind: 'weights',
      weights: {
        weights: absolute(weights),
        ...(values.activations === undefined ? {} : { activations: absolute(values.activations) }),
        ...(labels === undefined ? {} : { labels: absolute(labels) }),
        ...(values['label-names'] ? { labelNames: absolute(values['label-names']) } : {}),
        ...(values.columns ? { columns: values.columns } : {}),
      },
      cache: cacheFolder(values.cache),
    },
  };
}

/** `--split`, which says nothing where rows to evaluate on are given. */
function splitOf(verb: string, values: Values): Pick<RankParams, 'split'> {
  if (values.split === undefined) return {};
  if (values['eval-activations'] !== undefined) refuseFlags(verb, values, ['split'], 'with --eval-activations');
  return { split: oneOf<NonNullable<RankParams['split']>>(verb, 'split', values.split, ['sentences', 'words'], 'sentences') };
}

/** `--unit sentence`, of which words, numbers and rows of other matrices say nothing. */
function unitOf(verb: string, values: Values): Pick<RankParams, 'unit'> {
  if (oneOf(verb, 'unit', values.unit, ['word', 'sentence'], 'word') === 'word') return {};
  refuseFlags(
    verb,
    values,
    ['target', 'split', 'types', 'eval-activations', 'eval-labels', 'eval-target', 'eval-types'],
    'with --unit sentence',
  );
  return { unit: 'sentence' };
}

/** With kept concepts in place of the files that name them; a matrix has labels only, which begin as they like. */
export async function withModelConcepts<T extends Pick<Values, 'concept' | 'activations'>>(values: T): Promise<T> {
  return values.activations === undefined ? withKeptConcepts(values) : values;
}

type Values = Parsed<typeof rankFlags & typeof commonFlags>;
type Source<Kind extends RankParams['source']['kind']> = Extract<RankParams['source'], { kind: Kind }>;

function againstAttribute(verb: string, against: string | undefined): boolean {
  if (against !== undefined && against !== 'attribute') throw usageError(verb, `--against ${against}`, '--against attribute');
  return against === 'attribute';
}

function evidenceOptions(verb: string, values: Values): EvidenceOptions {
  return {
    nullRounds: wholeNumber(verb, 'null', values.null, { min: 0, max: 100_000, fallback: usualEvidence.nullRounds }),
    intervals: wholeNumber(verb, 'intervals', values.intervals, { min: 0, max: 100_000, fallback: usualEvidence.intervals }),
    seed: wholeNumber(verb, 'seed', values.seed, { min: 0, fallback: usualEvidence.seed }),
  };
}

/** A model run on a corpus, about concepts that must be named. */
function modelSource(verb: string, values: Values): Source<'model'> {
  if (values.concept.length + values.target.length === 0) throw noConcept(values.corpus);
  return {
    kind: 'model',
    model: modelRef(verb, values),
    corpus: corpusRef(verb, values),
    activations: activationSpec(verb, values),
    cache: cacheFolder(values.cache),
    ...firstPosition(verb, values),
  };
}

function noConcept(corpus: string | undefined): InputError {
  return new InputError(
    'USAGE',
    { flag: '--concept' },
    {
      found: 'no concept',
      expected: 'one or more, such as --concept upos=NOUN',
      remedy: `golgi concepts --corpus ${corpus ?? 'FILE'} lists what the corpus has`,
    },
  );
}

/** Somebody's matrix with its labels, in place of model and corpus. */
function matrixSource(verb: string, activations: string, values: Values): Source<'matrix'> {
  if (values.corpus !== undefined) return corpusMatrixSource(verb, activations, values);
  refuseFlags(verb, values, ofCorpora, 'without --corpus');
  const [target, ...further] = values.target;
  if (target !== undefined) refuseFlags(verb, values, besideNumbers, 'with --activations and --target');
  if (further.length > 0) throw usageError(verb, 'several --target with --activations', 'one file of numbers, or --corpus too');
  if (target === undefined) refuseFlags(verb, values, ['eval-target'], 'without --target');
  const labels = target ?? values.labels[0];
  if (labels === undefined) throw usageError(verb, '--activations without --labels', '--labels y.txt or y.npy, one label a row');
  const matrix: MatrixRef = {
    ...labelledMatrix(activations, labels, values),
    ...(target === undefined ? {} : { numbers: true }),
    ...(values.types ? { types: absolute(values.types) } : {}),
    ...evaluationRef(verb, values),
  };
  return { kind: 'matrix', matrix, cache: cacheFolder(values.cache) };
}

/** Somebody's matrix over the words of a corpus. */
function corpusMatrixSource(verb: string, activations: string, values: Values): Source<'matrix'> {
  refuseFlags(verb, values, ofLabels, 'with --activations and --corpus');
  if (values.concept.length + values.target.length === 0) throw noConcept(values.corpus);
  const matrix: MatrixRef = {
    activations: absolute(activations),
    // Of a matrix, --columns are its neurons.
    labels: corpusRef(verb, { ...values, columns: undefined }),
    ...(values.columns ? { columns: values.columns } : {}),
    ...(values.rows ? { rows: values.rows } : {}),
  };
  return { kind: 'matrix', matrix, cache: cacheFolder(values.cache) };
}

function evaluationRef(verb: string, values: Values): Pick<MatrixRef, 'evaluation'> {
  const { 'eval-activations': activations, 'eval-target': target, 'eval-labels': labels = target, 'eval-types': types } = values;
  const flag = values.target.length > 0 ? '--eval-target' : '--eval-labels';
  if (activations === undefined && types !== undefined) throw usageError(verb, '--eval-types without --eval-activations', 'both');
  if (activations === undefined && labels === undefined) return {};
  if (activations === undefined) throw usageError(verb, `${flag} without --eval-activations`, 'both or neither');
  if (labels === undefined) throw usageError(verb, `--eval-activations without ${flag}`, 'both or neither');
  return { evaluation: { activations: absolute(activations), labels: absolute(labels), ...(types ? { types: absolute(types) } : {}) } };
}

/**
 * Methods with the parameters meant for them: `method.name` goes to that one, a plain name to those that have it. What none has
 * goes to all, which refuse it with what they have.
 */
function methodRequests(verb: string, asked: string, pairs: readonly string[]): MethodRequest[] {
  const parameters = parameterPairs(verb, pairs);
  const ids = [...new Set(list(asked))];
  const stray = parameters.find(({ method }) => method !== undefined && !ids.includes(method));
  if (stray) throw usageError(verb, `--set ${stray.method}.${stray.name}`, `a method that was asked for: ${ids.join(', ')}`);
  const having = (name: string): string[] => {
    const found = methods.filter(({ id, parameters: known }) => ids.includes(id) && Object.hasOwn(known, name));
    return found.length > 0 ? found.map(({ id }) => id) : ids;
  };
  return ids.map((id) => ({
    id,
    parameters: Object.fromEntries(
      parameters
        .filter(({ method, name }) => (method === undefined ? having(name).includes(id) : method === id))
        .map(({ name, value }) => [name, value]),
    ),
  }));
}
