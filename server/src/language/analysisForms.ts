/**
 * Analyses that an editor offers beside rankings: for each its method, what else a form asks, and the jobs that a run of it
 * takes. Forms follow from descriptors; adding one adds an entry here, and the page of its result in the webview.
 */
import { compositional, contextInformation, methodCard, omission, parseParameters, replication, topContexts, wordSet } from '../methods';
import type { DescribeMethod, Parameters } from '../methods';
import type { ExplainMethod } from '../methods/compositional/explanation';
import type { ModelMethod } from '../methods/method';
import { count, flag } from '../methods/parameters';
import type { ParameterEntries } from '../methods/parameters';
import type { AnalysisForm, AnalysisJob, PlannedAnalysis } from '../protocol/analyses';
import { InputError, shown } from '../protocol/errors';
import type { Jobs } from '../protocol/jobs';
import { parseNeurons, tapText } from '../protocol/neurons';
import type { Tap } from '../protocol/neurons';
import type { CorpusRef, ModelRef } from '../protocol/sources';

/** What a run is about, whichever analyses it has. */
export interface AnalysisSubject {
  readonly model: ModelRef;
  readonly corpus: CorpusRef;
  readonly cache: string;
  /** Null for all neurons of the taps. */
  readonly neurons: string | null;
  readonly taps: readonly Tap[];
  readonly concepts: readonly string[];
  readonly contexts: readonly string[];
}

type Texts = Readonly<Record<string, string>>;

interface Analysis extends Pick<AnalysisForm, 'job' | 'does' | 'neurons' | 'takes'> {
  readonly method: ExplainMethod | ModelMethod | DescribeMethod;
  /** What is asked beside the parameters of the method. */
  readonly options: ParameterEntries;
  /** The jobs of a run, titled by the method where they say no more. */
  readonly plan: (subject: AnalysisSubject, given: { readonly parameters: Texts; readonly options: Parameters }) => Planned[];
}

type Planned = {
  readonly [J in AnalysisJob]: { readonly job: J; readonly title?: string; readonly params: Jobs[J]['params'] };
}[AnalysisJob];

/** As the editor stores activations. */
const stored = { words: 'last', dtype: 'f16' } as const;
const seed = count({ default: 1, max: 2 ** 31, unit: '', help: 'seed of whatever is drawn' });

/** Of everything that is known of a neuron, how much is listed. */
const described: DescribeMethod = { ...topContexts, parameters: { top: topContexts.parameters['top']! } };

const analyses: readonly Analysis[] = [
  {
    ...{ job: 'explain', method: compositional, does: 'Explain neurons by formulas', neurons: 'some or all', takes: ['concepts'] },
    options: {
      'min-rows': count({ default: 20, min: 1, unit: 'words', help: 'words that a concept must hold on to be in a formula' }),
      examples: count({ default: 20, max: 1000, unit: 'words', help: 'words listed on either side where formula and neuron disagree' }),
      seed,
    },
    plan: ({ model, corpus, cache, concepts, ...subject }, { parameters, options }) => [
      {
        job: 'explain',
        params: {
          source: { kind: 'model', model, corpus, ...stored, cache, neurons: named(subject), concepts },
          ...{ parameters, leastRows: Number(options['min-rows']), examples: Number(options['examples']), seed: Number(options['seed']) },
        },
      },
    ],
  },
  {
    ...{ job: 'propose', method: wordSet, does: 'Propose concepts that nobody labelled', neurons: 'some or all', takes: [] },
    options: {
      top: count({ default: 50, min: 1, max: 10_000, unit: 'concepts', help: 'proposals that are listed, the best first' }),
      labelled: flag({ default: false, help: 'also propose what a label of the corpus covers by half' }),
      rounds: count({ default: 20, max: 200, unit: 'shuffles', help: 'shuffles of the words left out, for the best proposal by luck' }),
      seed,
    },
    plan: ({ model, corpus, cache, taps, neurons }, { parameters, options }) => [
      {
        job: 'propose',
        params: {
          ...{ model, corpus, cache, activations: { taps, ...stored }, parameters, ...(neurons !== null && { neurons }) },
          ...{ top: Number(options['top']), labelled: options['labelled'] === true },
          ...{ rounds: Number(options['rounds']), seed: Number(options['seed']) },
        },
      },
    ],
  },
  {
    ...{ job: 'align', method: replication, does: 'Align neurons with words, phrases and sub-words', neurons: 'some', takes: [] },
    options: { top: count({ default: 10, min: 1, max: 1000, unit: 'candidates', help: 'candidates listed of each neuron' }), seed },
    plan: ({ model, corpus, cache, ...subject }, { parameters, options }) => [
      {
        job: 'align',
        params: {
          ...{ model, corpus, cache, ...stored, neurons: named(subject), parameters },
          ...{ top: Number(options['top']), seed: Number(options['seed']) },
        },
      },
    ],
  },
  {
    ...{ job: 'contexts', method: contextInformation, does: 'Find neurons that tell contexts', neurons: 'some or all' },
    takes: ['contexts'],
    options: {
      rounds: count({ default: 20, max: 100_000, unit: 'shuffles', help: 'shuffles of the contexts, for the best neuron by luck' }),
      detail: count({ default: 20, max: 1000, unit: 'neurons', help: 'neurons of which contexts and words are listed' }),
      seed,
    },
    plan: ({ model, corpus, cache, taps, neurons, contexts }, { parameters, options }) => [
      {
        job: 'contexts',
        params: {
          source: {
            ...{ kind: 'model', model, corpus, cache, activations: { taps, ...stored }, of: contexts.length > 0 ? contexts : ['word'] },
            ...(neurons !== null && { neurons }),
          },
          parameters,
          ...{ rounds: Number(options['rounds']), detail: Number(options['detail']), seed: Number(options['seed']) },
        },
      },
    ],
  },
  {
    ...{ job: 'omission', method: omission, does: 'Omit words and see what is lost', neurons: 'some or all', takes: [] },
    options: {
      sentences: count({ default: 200, min: 1, unit: 'sentences', help: 'sentences of the corpus, from its beginning' }),
      seed,
    },
    // A sentence's vector is one tap: neurons of several are several runs.
    plan: ({ model, corpus, neurons }, { parameters, options }) =>
      byTap(neurons).map(({ tap, ids }) => ({
        job: 'omission',
        ...(tap !== null && { title: `${omission.title}, ${tap}` }),
        params: {
          ...{ model, corpus, texts: [], neurons: ids, parameters },
          ...{ limit: Number(options['sentences']), seed: Number(options['seed']) },
        },
      })),
  },
  {
    ...{
      job: 'neuron',
      method: described,
      does: 'Describe neurons by words, n-grams and sentences',
      neurons: 'some',
      takes: ['concepts'],
    },
    options: {},
    plan: ({ model, corpus, cache, concepts, ...subject }, { parameters }) => [
      {
        job: 'neuron',
        params: {
          ...{ model, corpus, cache, ...stored, neurons: named(subject), concepts },
          count: Number(parseParameters(described, parameters)['top']),
        },
      },
    ],
  },
];

/** What a person is asked for each analysis; options stand behind the parameters of its method. */
export function analysisForms(): AnalysisForm[] {
  return analyses.map(({ job, does, neurons, takes, method, options }) => ({
    ...methodCard({ ...method, parameters: { ...method.parameters, ...options } }),
    ...{ job, does, neurons, takes },
  }));
}

/** The jobs of one analysis. Throws METHOD_UNKNOWN and METHOD_PARAMETER, and NEURON_UNKNOWN for ids that are none. */
export function planAnalysis(method: string, parameters: Texts, subject: AnalysisSubject): PlannedAnalysis[] {
  const analysis = analyses.find((each) => each.method.id === method);
  if (!analysis) {
    throw new InputError(
      'METHOD_UNKNOWN',
      {},
      {
        found: `no analysis "${shown(method)}"`,
        expected: analyses.map((each) => each.method.id).join(', '),
        remedy: 'choose one of these',
      },
    );
  }
  const { options } = analysis;
  const [own, beside] = [false, true].map((isOption) =>
    Object.fromEntries(Object.entries(parameters).filter(([name]) => name in options === isOption)),
  ) as [Texts, Texts];
  parseParameters(analysis.method, own);
  const { title, evidence } = methodCard(analysis.method);
  return analysis
    .plan(subject, { parameters: own, options: parseParameters({ id: method, parameters: options }, beside) })
    .map((planned): PlannedAnalysis => ({ method, title, evidence, ...planned }));
}

/** The neurons, or all of the taps. */
function named({ neurons, taps }: Pick<AnalysisSubject, 'neurons' | 'taps'>): string {
  return neurons ?? taps.map((tap) => `*.${tap}.*`).join(',');
}

/** Ids by the tap that they belong to, in the order in which they were named; without any, one part without a tap. */
function byTap(neurons: string | null): { readonly tap: string | null; readonly ids: string }[] {
  if (neurons === null) return [{ tap: null, ids: '' }];
  const ids = neurons.split(',').map((id) => id.trim());
  const parts = new Map<string, string[]>();
  for (const id of ids) {
    for (const { stack, layer, tap } of parseNeurons(id)) {
      const key = tapText({ stack, layer: layer ?? 0, tap }).replace('L0', layer === undefined ? '*' : 'L0');
      parts.set(key, [...(parts.get(key) ?? []), id]);
    }
  }
  return [...parts].map(([tap, own]) => ({ tap, ids: own.join(',') }));
}
