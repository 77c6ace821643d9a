/** `golgi align`: words, phrases and sub-words that drive neurons by themselves. */
import { wordsConceptText } from '../corpus/concepts/concept';
import type { Corpus } from '../corpus/corpus';
import type { Tokenizer } from '../corpus/tokenizer';
import { parseParameters, replication as method, stepper, topSentences } from '../methods';
import type { Parameters, TopSentences } from '../methods';
import { candidateKey, candidatesOf, holds } from '../methods/corpus-based/candidates';
import type { Candidate } from '../methods/corpus-based/candidates';
import { beyondControls, conceptSelectivity, degreesOfAlignment } from '../methods/corpus-based/replication';
import { columnMoments } from '../methods/statistics/columnMoments';
import type { AlignedCandidate, Alignments, NeuronAlignment } from '../protocol/alignment';
import { InputError } from '../protocol/errors';
import { neuronText, tapText } from '../protocol/neurons';
import type { TapPoint } from '../protocol/neurons';
import { neuronParts } from '../protocol/reading';
import { rowFacts } from '../study/labels';
import { sentenceTexts } from '../study/portrait';
import { nameOf } from '../study/proposals';
import { obtainActivations } from './activations';
import { CandidateSentences, controlGroup, controlsOf, pieceName, textOf } from './alignTexts';
import type { TextOptions } from './alignTexts';
import { isCausal } from './causality';
import { openCorpus } from './openCorpus';
import { isQuantised, openModel, tokenizerFor } from './openModel';
import { provenanceOf } from './provenance';
import { runnableModel } from './runnableModel';
import { neuronColumns } from './selectNeurons';
import type { JobHandler } from './serve';

/** A neuron with its means of sentences and what may be its concept. */
interface Asked {
  readonly id: string;
  /** Place among all units that the model is run for. */
  readonly place: number;
  readonly means: ReadonlyMap<number, number>;
  readonly best: TopSentences['mean']['high'];
  readonly candidates: readonly Candidate[];
}

/** Alignments of some neurons; candidates of all run together, each once. */
export const align: JobHandler<'align'> = async (params, context) => {
  const started = performance.now();
  const parameters = parseParameters(method, params.parameters);
  const model = openModel(params.model);
  const tokenizer = tokenizerFor(model);
  const chosen = neuronColumns(model, params.neurons, { ...params, taps: [] });
  refuseDecoders(chosen, model.folder.path);
  const corpus = await openCorpus(params.corpus);
  const taps = [...new Set(chosen.map(({ point }) => point.tap))];
  const layers = [...new Set(chosen.map(({ point }) => point.layer))].map((layer) => ({ from: layer, to: layer }));
  const activations = await obtainActivations(model, corpus, { taps, layers, words: params.words, dtype: params.dtype }, params, context);
  const skipFirst = params.firstPosition ? params.firstPosition === 'skip' : (await isCausal(model)) === true;
  const facts = rowFacts(corpus, activations.run.table, skipFirst);
  const included = Uint8Array.from(facts.word, (word) => Number(word >= 0));
  const sentences = new CandidateSentences(corpus, tokenizer);
  const texts = sentenceTexts(corpus, facts);
  const step = stepper(context.signal, context.onProgress, 'stopped while aligning; the activations are kept');
  const asked: Asked[] = [];
  const without: { id: string; reason: string }[] = [];
  let place = 0;
  for (const { point, columns } of chosen) {
    for (const unit of columns) {
      const id = neuronText({ ...point, unit });
      const values = await activations.run.matrix(point).readColumns(unit, unit + 1);
      const { min, max, scatter } = columnMoments(values, included);
      const own = place++;
      if (!(min < max) || !Number.isFinite(scatter)) {
        without.push({ id, reason: Number.isFinite(scatter) ? 'constant' : 'not-finite' });
        continue;
      }
      const top = topSentences.describe({ values, included, sentences: facts.sentence, texts }, { top: Number(parameters['sentences']) });
      const best = top?.mean[parameters['side'] === 'low' ? 'low' : 'high'] ?? [];
      const candidates = candidatesOf(
        best.map(({ sentence }) => sentences.at(sentence)),
        { longest: Number(parameters['longest']), minSentences: Number(parameters['min-sentences']) },
      );
      asked.push({ id, place: own, means: meansOf(values, included, facts.sentence), best, candidates });
    }
  }
  const options = { copies: Number(parameters['copies']), length: Number(parameters['length']), skipFirst };
  const runs = textsToRun(asked, sentences, tokenizer, { parameters, options, seed: params.seed });
  const degrees = await degreesOfAlignment(
    runnableModel(model, { often: true }),
    runs.texts,
    chosen.map(({ point, columns }) => ({ point, units: columns })),
    // The values of quantised models depend on what else is in a batch.
    isQuantised(model) ? 1 : Number(parameters['rows-at-once']),
    step,
  );
  return {
    kind: 'alignment',
    method: method.id,
    parameters,
    phrases: corpus.heads ? 'trees' : 'n-grams',
    neurons: asked.map((each) => alignmentOf(each, { degrees, runs, sentences, tokenizer, corpus, parameters, top: params.top })),
    undefined: without,
    provenance: provenanceOf({ model, corpus, activations, spec: params, rows: facts, seed: params.seed })(performance.now() - started),
  } satisfies Alignments;
};

function refuseDecoders(chosen: readonly { readonly point: TapPoint }[], file: string): void {
  const decoder = chosen.find(({ point }) => point.stack === 'dec');
  if (!decoder) return;
  throw new InputError(
    'MODEL_TAP',
    { file },
    {
      found: `${tapText(decoder.point)}, whose decoder reads a second text`,
      expected: 'neurons of the encoder',
      remedy: 'candidates are repeated in the text that the encoder reads: ask for enc.L1.ffn.0 or the like',
    },
  );
}

/** Mean of each sentence over its rows. */
function meansOf(values: Float32Array | Float64Array, included: Uint8Array, sentenceOf: Int32Array): Map<number, number> {
  const sums = new Map<number, { sum: number; rows: number }>();
  sentenceOf.forEach((sentence, row) => {
    if (included[row] === 0) return;
    const known = sums.get(sentence) ?? { sum: 0, rows: 0 };
    sums.set(sentence, { sum: known.sum + values[row]!, rows: known.rows + 1 });
  });
  return new Map(Array.from(sums, ([sentence, { sum, rows }]) => [sentence, sum / rows]));
}

interface Runs {
  readonly texts: ReturnType<typeof textOf>[];
  /** Place of the text of a candidate among them. */
  readonly ofCandidate: ReadonlyMap<string, number>;
  /** Places of a group’s control texts. */
  readonly ofControls: ReadonlyMap<number, readonly number[]>;
}

function textsToRun(
  asked: readonly Asked[],
  sentences: CandidateSentences,
  tokenizer: Tokenizer,
  { parameters, options, seed }: { readonly parameters: Parameters; readonly options: TextOptions; readonly seed: number },
): Runs {
  const texts: Runs['texts'] = [];
  const ofCandidate = new Map<string, number>();
  const ofControls = new Map<number, number[]>();
  const run = (candidate: Pick<Candidate, 'words' | 'piece'>): number => texts.push(textOf(candidate, tokenizer, options)) - 1;
  const frequent = sentences.frequent();
  for (const candidate of asked.flatMap(({ candidates }) => candidates)) {
    const key = candidateKey(candidate);
    if (!ofCandidate.has(key)) ofCandidate.set(key, run(candidate));
    const group = controlGroup(candidate);
    if (!ofControls.has(group)) ofControls.set(group, controlsOf(group, frequent, Number(parameters['controls']), seed).map(run));
  }
  return { texts, ofCandidate, ofControls };
}

interface Found {
  readonly degrees: readonly (readonly (number | null)[])[];
  readonly runs: Runs;
  readonly sentences: CandidateSentences;
  readonly tokenizer: Tokenizer;
  readonly corpus: Corpus;
  readonly parameters: Parameters;
  readonly top: number;
}

function alignmentOf({ id, place, means, best, candidates }: Asked, found: Found): NeuronAlignment {
  const { degrees, runs, sentences, tokenizer, corpus, parameters, top } = found;
  const direction = parameters['side'] === 'low' ? -1 : 1;
  const scored = candidates
    .flatMap((candidate) => {
      const score = degrees[runs.ofCandidate.get(candidateKey(candidate))!]![place] ?? null;
      const controls = runs.ofControls.get(controlGroup(candidate))!.map((text) => degrees[text]![place] ?? null);
      const beyond = score === null ? null : beyondControls(score, controls, direction);
      return score === null || !beyond ? [] : [{ candidate, score, ...beyond }];
    })
    .sort((a, b) => direction * (b.score - a.score));
  // What a candidate was found in says nothing about how well it holds elsewhere.
  const from = new Set(best.map(({ sentence }) => sentence));
  const others = [...means.keys()].filter((sentence) => !from.has(sentence));
  const otherMeans = others.map((sentence) => means.get(sentence)!);
  // What holds a better one says nothing new: “created in” beside “in”.
  const kept = scored
    .filter(({ candidate }, i) => !scored.slice(0, i).some((better) => goesInto(better.candidate, candidate)))
    .filter(({ z }) => z !== null && z >= Number(parameters['least-z']))
    .slice(0, Number(parameters['keep']));
  return {
    ...neuronParts(id),
    direction,
    sentences: best.map(({ sentence, value }) => {
      const { text = '', line = 0 } = corpus.sentences[sentence] ?? {};
      return { text, value, line };
    }),
    tried: candidates.length,
    candidates: scored.slice(0, top).map(({ candidate, score, z, reached }): AlignedCandidate => ({
      ...{ text: nameOfCandidate(candidate, tokenizer), kind: candidate.kind, sentences: candidate.sentences, score, z },
      controls_reached: reached,
      selectivity: conceptSelectivity(otherMeans, others.map((sentence) => isIn(candidate, sentences.at(sentence)))), // prettier-ignore
    })),
    concepts: conceptsOf(kept.map(({ candidate }) => candidate), tokenizer), // prettier-ignore
  };
}

function nameOfCandidate({ words, piece }: Candidate, tokenizer: Tokenizer): string {
  return piece ? pieceName(piece, tokenizer).shown : words.join(' ');
}

function isIn({ words, piece }: Candidate, { forms, pieces }: ReturnType<CandidateSentences['at']>): boolean {
  if (!piece) return holds(forms, words);
  return pieces.some((ids) => ids.length > 1 && ids.some((id, i) => id === piece.id && (i === 0) === piece.first));
}

/** Whether the words of one stand in the other. */
function goesInto({ words, piece }: Candidate, other: Candidate): boolean {
  return !piece && !other.piece && holds(other.words, words);
}

/** A concept for each kind of candidate, named by its words. */
function conceptsOf(candidates: readonly Candidate[], tokenizer: Tokenizer): string[] {
  const of = (...kinds: Candidate['kind'][]): Candidate[] => candidates.filter(({ kind }) => kinds.includes(kind));
  const [words, phrases] = [of('word'), of('n-gram', 'phrase')].map((some) => some.map(({ words: own }) => own.join(' ')));
  const pieces = of('sub-word').flatMap(({ piece }) => (piece ? [{ piece, ...pieceName(piece, tokenizer) }] : [])).filter(({ plain }) => plain !== ''); // prettier-ignore
  const quoted = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/gu, '\\$&');
  const pattern = pieces.map(({ piece, plain }) => (piece.first ? `^${quoted(plain)}.` : `.${quoted(plain)}`)).join('|');
  return [
    ...(words?.length ? [`${nameOf(words, [])} := ${wordsConceptText(words)}`] : []),
    ...(phrases?.length ? [`${nameOf(phrases, [])} := ${wordsConceptText(phrases, 'phrase')}`] : []),
    ...(pieces.length > 0 ? [`${nameOf(pieces.map(({ shown }) => shown), [])} := regex:/${pattern}/${tokenizer.lowercases ? 'i' : ''}`] : []), // prettier-ignore
  ];
}
