/** One neuron as a whole: where it fires, on which words, how its values are spread, which concepts it tells apart. */
import type { Matrix } from '../activations/matrix';
import type { Concept } from '../corpus/concepts/concept';
import type { Corpus } from '../corpus/corpus';
import { distribution, ngrams, rankMethod, rankNeurons, topContexts, topSentences, wordTypes } from '../methods';
import type { LabelSet, Ranking, TopSentences } from '../methods';
import type { FiringSentence, NeuronContext, NeuronPortrait } from '../protocol/portrait';
import { neuronText } from '../protocol/neurons';
import type { TapPoint } from '../protocol/neurons';
import { reasonTexts } from '../protocol/reasons';
import type { Provenance } from '../protocol/results';
import { conceptRows } from './labels';
import type { RowFacts } from './labels';

export interface PortraitRequest {
  readonly point: TapPoint;
  readonly unit: number;
  readonly matrix: Matrix;
  readonly corpus: Corpus;
  readonly rows: RowFacts;
  readonly concepts: readonly Concept[];
  /** A causal model knows nothing of what comes after a word, so less of it is shown. */
  readonly causal: boolean;
  /** Contexts, words and concepts in each list. */
  readonly count: number;
  readonly signal: AbortSignal;
  readonly provenance: (elapsedMs: number) => Provenance;
}

/** Concepts that get a bootstrap interval: the best ones, since an interval costs 200 rescorings. */
const withInterval = 8;

/** A large corpus has thousands of concepts with labels for each of its words: they are held a few at a time. */
const conceptsAtOnce = 64;

/** Draws the portrait. The column is read once for what describes it, and once more for its concepts. */
export async function portrait(request: PortraitRequest): Promise<NeuronPortrait> {
  const began = performance.now();
  const { point, unit, matrix, corpus, rows, count } = request;
  const values = await matrix.readColumns(unit, unit + 1);
  const included = Uint8Array.from(rows.word, (word) => Number(word >= 0));
  const column = { values, included, words: rows.type, sentences: rows.sentence, texts: sentenceTexts(corpus, rows) };
  const found = topContexts.describe(column, { top: count });
  const context = (hit: { row: number; value: number }): NeuronContext => contextAt(request, hit.row, hit.value);
  const types = wordTypes.describe(column, { top: count });
  const words = (list: readonly { type: number; count: number; signed: number }[]) =>
    list.map(({ type, count: times, signed }) => ({ text: rows.forms[type] ?? '', count: times, meanZ: signed }));
  // Single words have lists of their own.
  const sequences = ngrams.describe(column, { top: count, shortest: 2 });
  const texts = (list: readonly { words: readonly number[]; count: number; signed: number }[]) =>
    list.map(({ words: each, count: times, signed }) => ({ text: each.map((type) => rows.forms[type] ?? '').join(' '), count: times, meanZ: signed })); // prettier-ignore
  const whole = topSentences.describe(column, { top: count });
  const spread = distribution.describe(column, { bins: 40 });
  const concepts = await conceptScores(request);
  return {
    id: neuronText({ ...point, unit }),
    contexts: {
      high: found.high.map(context),
      low: found.low.map(context),
      deciles: found.deciles.map(({ low, high, rows: inside, sample }) => ({ low, high, rows: inside, sample: sample.map(context) })),
    },
    words: types && { high: words(types.high), low: words(types.low) },
    ngrams: sequences && { high: texts(sequences.high), low: texts(sequences.low) },
    sentences: whole && { mean: ends(corpus, whole.mean), peak: ends(corpus, whole.peak) },
    distribution: spread && {
      edges: spread.edges,
      counts: spread.classes[0]?.bins ?? [],
      mean: spread.classes[0]?.mean ?? null,
      deviation: spread.classes[0]?.deviation ?? null,
    },
    concepts,
    provenance: request.provenance(performance.now() - began),
  };
}

/** Sentences with their text. */
function ends(
  { sentences }: Corpus,
  { high, low }: TopSentences['mean'],
): { readonly high: readonly FiringSentence[]; readonly low: readonly FiringSentence[] } {
  const told = (hits: TopSentences['mean']['high']): FiringSentence[] =>
    hits.map(({ sentence, value, rows: words }) => {
      const { text = '', line = 0 } = sentences[sentence] ?? {};
      return { text, value, words, line };
    });
  return { high: told(high), low: told(low) };
}

async function conceptScores(request: PortraitRequest): Promise<NeuronPortrait['concepts']> {
  const labelled = (concepts: readonly Concept[]): LabelSet[] =>
    concepts.map((concept) => conceptRows(concept, request.corpus, request.rows, false).set);
  const rankings: Ranking[] = [];
  for (let from = 0; from < request.concepts.length; from += conceptsAtOnce) {
    rankings.push(...(await scored(request, labelled(request.concepts.slice(from, from + conceptsAtOnce)), 0)));
  }
  const best = [...rankings].sort((a, b) => gainOf(b) - gainOf(a)).slice(0, request.count);
  const again = request.concepts.filter(({ name }) => best.slice(0, withInterval).some(({ concept }) => concept === name));
  const evidence = new Map((await scored(request, labelled(again), 1)).map((ranking) => [ranking.concept, ranking.focus[0]]));
  return best.map((ranking) => {
    const focus = evidence.get(ranking.concept);
    const reason = ranking.undefined['0'];
    return {
      concept: ranking.concept,
      score: ranking.score[0] ?? null,
      reason: reason === undefined ? null : (reasonTexts[reason] ?? reason),
      direction: ranking.direction[0] ?? 1,
      chance: ranking.chance,
      support: ranking.support,
      interval: focus?.interval ?? null,
      word: focus?.word ? { ...focus.word, text: request.rows.forms[focus.word.type] ?? '' } : null,
    };
  });
}

async function scored(
  { point, unit, matrix, rows, signal }: PortraitRequest,
  labelSets: readonly LabelSet[],
  intervalsFor: number,
): Promise<readonly Ranking[]> {
  if (labelSets.length === 0) return [];
  const { rankings } = await rankNeurons({
    parts: [{ point, matrix, columns: [unit] }],
    labelSets,
    methods: [{ method: rankMethod('ap'), parameters: {} }],
    ...(intervalsFor > 0 && { words: rows.type }),
    groups: rows.sentence,
    options: { nullRounds: 0, intervalsFor },
    signal,
  });
  return rankings;
}

function gainOf({ score, chance }: Ranking): number {
  return (score[0] ?? -Infinity) - (chance ?? 0);
}

/** Equal sentences have equal numbers, so that one of them is shown. */
export function sentenceTexts(corpus: Corpus, { sentence }: RowFacts): Int32Array {
  const numbers = new Map<string, number>();
  const ofSentence = corpus.sentences.map(({ text }) => {
    const known = numbers.get(text) ?? numbers.size;
    numbers.set(text, known);
    return known;
  });
  return sentence.map((s) => ofSentence[s] ?? -1);
}

/** Characters shown before a word, and after it: a line of a terminal; of what a causal model does not see, a glimpse. */
const contextBefore = 60;
const contextAfter = { causal: 20, both: 60 } as const;

function contextAt({ corpus, rows, causal }: PortraitRequest, row: number, value: number): NeuronContext {
  const word = rows.word[row] ?? 0;
  const sentence = corpus.sentences[rows.sentence[row] ?? 0];
  const [start, end] = [corpus.words.start[word] ?? 0, corpus.words.end[word] ?? 0];
  const text = sentence?.text ?? '';
  const before = text.slice(0, start);
  const after = text.slice(end);
  const room = contextAfter[causal ? 'causal' : 'both'];
  return {
    before: before.length > contextBefore ? `…${before.slice(before.indexOf(' ', before.length - contextBefore) + 1)}` : before,
    word: text.slice(start, end),
    after: after.length > room ? `${after.slice(0, Math.max(1, after.lastIndexOf(' ', room)))}…` : after,
    value,
    line: corpus.words.line[word] ?? sentence?.line ?? 0,
  };
}
