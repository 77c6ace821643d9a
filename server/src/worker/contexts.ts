/** `golgi contexts`: neurons that tell which word, sequence of words or role a word has. */
import { contextInformation, parseParameters } from '../methods';
import type { Symbols } from '../methods/corpus-based/contexts';
import { wordText } from '../corpus/corpus';
import type { Corpus } from '../corpus/corpus';
import type { ContextRanking, ContextsParams } from '../protocol/contexts';
import { InputError, shown } from '../protocol/errors';
import { rankContexts } from '../study/contexts';
import type { ContextsRequest } from '../study/contexts';
import { rowFacts } from '../study/labels';
import { obtainActivations } from './activations';
import { isCausal } from './causality';
import { openLabelledMatrix } from './matrixSource';
import { openCorpus, withTags } from './openCorpus';
import { openModel } from './openModel';
import { provenanceOf } from './provenance';
import { neuronColumns } from './selectNeurons';
import type { JobContext, JobHandler } from './serve';
import { versions } from './versions';

type ModelSource = Extract<ContextsParams['source'], { kind: 'model' }>;
type MatrixSource = Extract<ContextsParams['source'], { kind: 'matrix' }>;

/** Ranks neurons of a model over a corpus, or columns of somebody's matrix. */
export const contexts: JobHandler<'contexts'> = (params, context) => {
  return params.source.kind === 'matrix' ? ofMatrix(params, params.source, context) : ofModel(params, params.source, context);
};

async function ofModel(params: ContextsParams, source: ModelSource, context: JobContext): Promise<readonly ContextRanking[]> {
  const { fold } = parseParameters(contextInformation, params.parameters);
  const model = openModel(source.model);
  const chosen = neuronColumns(model, source.neurons, source.activations);
  const corpus = await corpusWith(source);
  const kinds = source.of.map((of) => ({ of, symbols: symbolsOf(corpus, of, fold === true) }));
  const taps = [...new Set(chosen.map(({ point }) => point.tap))];
  const layers = [...new Set(chosen.map(({ point }) => point.layer))].map((layer) => ({ from: layer, to: layer }));
  const activations = await obtainActivations(model, corpus, { ...source.activations, taps, layers }, source, context);
  const { run } = activations;
  const facts = rowFacts(corpus, run.table, source.firstPosition ? source.firstPosition === 'skip' : (await isCausal(model)) === true);
  const rows = Int32Array.from(facts.word.keys()).filter((row) => facts.word[row]! >= 0);
  return rankContexts({
    ...params,
    parts: chosen.map(({ point, columns }) => ({ point, matrix: run.matrix(point), columns })),
    rows,
    places: rows.map((row) => facts.word[row]!),
    groups: rows.map((row) => facts.sentence[row]!),
    kinds,
    sentenceOf: (row) => sentenceAt(corpus, facts.word[row]!),
    provenance: provenanceOf({ model, corpus, activations, spec: source.activations, rows: facts, seed: params.seed }),
    signal: context.signal,
    onProgress: context.onProgress,
  });
}

/** The corpus with what the contexts are made of: taggers run only where annotation does not have it. */
async function corpusWith({ corpus: ref, of }: ModelSource): Promise<Corpus> {
  const corpus = await openCorpus(ref);
  const known = (among: Corpus) => of.every((name) => name === 'word' || among.attributes.has(name));
  if (known(corpus)) return corpus;
  const tagged = await withTags(corpus);
  if (known(tagged)) return tagged;
  const strange = of.find((name) => name !== 'word' && !tagged.attributes.has(name)) ?? '';
  throw new InputError(
    'CONCEPT_UNKNOWN',
    { flag: '--of' },
    {
      found: `no attribute '${shown(strange, 80)}'`,
      expected: `word, or one of ${shown([...tagged.attributes.keys()].join(', '), 400)}`,
      remedy: 'List what the corpus has with: golgi concepts --corpus FILE',
    },
  );
}

/** Words, or the values of an attribute, of all places of a corpus. */
function symbolsOf(corpus: Corpus, of: string, fold: boolean): Symbols {
  const { sentence } = corpus.words;
  const attribute = of === 'word' ? undefined : corpus.attributes.get(of);
  // A word without a value is one of those without, and has a context all the same.
  if (attribute) {
    const none = attribute.values.length;
    return { ofPlace: attribute.ids.map((id) => (id < 0 ? none : id)), names: [...attribute.values, 'none'], sentences: sentence };
  }
  const numbers = new Map<string, number>();
  const ofPlace = Int32Array.from({ length: corpus.words.count }, (_, word) => {
    const form = fold ? wordText(corpus, word).toLowerCase() : wordText(corpus, word);
    const known = numbers.get(form) ?? numbers.size;
    numbers.set(form, known);
    return known;
  });
  return { ofPlace, names: [...numbers.keys()], sentences: sentence };
}

/** Characters of a sentence around a word. */
const around = 40;

function sentenceAt({ sentences, words }: Corpus, word: number): string {
  const text = sentences[words.sentence[word]!]?.text ?? '';
  const [start, end] = [words.start[word]!, words.end[word]!];
  const from = Math.max(0, start - around);
  const to = Math.min(text.length, end + around);
  return `${from > 0 ? '…' : ''}${text.slice(from, start)}[${text.slice(start, end)}]${text.slice(end, to)}${to < text.length ? '…' : ''}`;
}

async function ofMatrix(
  params: ContextsParams,
  { matrix: ref, cache }: MatrixSource,
  { signal, onProgress }: JobContext,
): Promise<readonly ContextRanking[]> {
  const given = await openLabelledMatrix(ref, { cache, signal });
  try {
    const { matrix, columns, labels, classNames, groups, sha256, notes } = given;
    const rows = Int32Array.from(labels.keys()).filter((row) => labels[row]! >= 0);
    const request: ContextsRequest = {
      ...params,
      parts: [{ point: null, matrix, columns }],
      rows,
      // Places of the text are rows that take part, one after the other.
      places: rows.map((_, place) => place),
      groups: groups && rows.map((row) => groups[row]!),
      kinds: [
        {
          of: 'label',
          symbols: { ofPlace: rows.map((row) => labels[row]!), names: classNames, sentences: groups && rows.map((row) => groups[row]!) },
        },
      ],
      provenance: (elapsedMs) => ({
        ...{ golgi: versions.golgi, created: new Date().toISOString(), elapsedMs, model: null, corpus: null },
        matrix: { file: ref.activations, sha256, labels: ref.labels },
        activations: { words: 'as given', dtype: 'as given', rows: matrix.rows, excluded: {} },
        ...{ seed: params.seed, runtime: versions.runtime, notes },
      }),
      signal,
      onProgress,
    };
    return await rankContexts(request);
  } finally {
    given.matrix.close();
  }
}
