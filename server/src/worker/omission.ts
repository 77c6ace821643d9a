/** `golgi omission`: what representations lose with each word of a text. */
import { sentenceInput } from '../activations/sentenceInput';
import { wordText } from '../corpus/corpus';
import { parseParameters, omission as method } from '../methods';
import { omissionScores } from '../methods/corpus-based/omission';
import type { OmissionText, Omitted } from '../methods/corpus-based/omission';
import { explainOmission } from '../methods/corpus-based/omissionRegression';
import type { ScoredWord } from '../methods/corpus-based/omissionRegression';
import { stepper } from '../methods/ranking/step';
import type { TapTensor } from '../onnx/taps';
import { counted, countText } from '../protocol/counted';
import { InputError, shown } from '../protocol/errors';
import type { OmissionParams, OmissionResult } from '../protocol/omission';
import { neuronText, parseNeurons, tapText } from '../protocol/neurons';
import { isCausal } from './causality';
import { openCorpus } from './openCorpus';
import { isQuantised, openModel, tokenizerFor, windowOf } from './openModel';
import type { OpenModel } from './openModel';
import { warningLines } from './provenance';
import { runnableModel } from './runnableModel';
import { selectNeurons } from './selectNeurons';
import type { JobHandler } from './serve';

/** A text with its words as a person reads them. */
interface ReadText extends OmissionText {
  readonly text: string;
  readonly line: number | null;
  readonly forms: readonly string[];
}

/** Scores of every word of every text. */
export const omission: JobHandler<'omission'> = async (params, { signal, onProgress, onNote }) => {
  const parameters = parseParameters(method, params.parameters);
  const model = openModel(params.model);
  const { tap, units } = placeOf(model, params);
  const all = params.corpus ? await sentencesOf(model, { ...params, corpus: params.corpus }) : textsOf(model, params.texts);
  const texts = all.filter(({ ids }) => ids.length <= (windowOf(model) ?? Infinity));
  const left = all.length - texts.length;
  const single = texts.filter(({ word }) => new Set(Array.from(word).filter((each) => each >= 0)).size < 2).length;
  const pool =
    parameters.pool === 'auto' ? ((await isCausal(model)) === true ? 'last' : 'mean') : parameters.pool === 'last' ? 'last' : 'mean';
  // The values of quantised models depend on what else is in a batch.
  const quantised = isQuantised(model);
  const rowsAtOnce = quantised ? 1 : Number(parameters['rows-at-once']);
  const step = stepper(signal, onProgress, 'stopped between two texts');
  const found = await omissionScores(runnableModel(model, { often: true }), texts, { point: tap.point, units, pool, rowsAtOnce }, step);
  warningLines(model.warnings).forEach(onNote);
  return {
    at: tapText(tap.point),
    pool,
    neurons: units.map((unit) => neuronText({ ...tap.point, unit })),
    texts: texts.map(({ text, line, forms }, t) => ({ text, line, words: forms.map((form, w) => wordOf(form, found[t]!, w)) })),
    explained: explainOmission(scoredWords(texts, found), params.seed),
    notes: [
      ...(left > 0 ? [`${countText(left)} of ${countText(all.length)} texts have more tokens than the model takes and were left out`] : []),
      ...(single > 0
        ? [`${counted(single, 'text has', 'texts have')} one word only, without which nothing is left to compare with: no score`]
        : []),
    ],
  } satisfies OmissionResult;
};

function wordOf(text: string, { scores, units }: Omitted, word: number): OmissionResult['texts'][number]['words'][number] {
  return { text, score: scores[word] ?? null, neurons: units.map((changes) => changes[word] ?? null) };
}

/** The tap of the neurons, or the one asked for, or the last hidden state. Throws NEURON_UNKNOWN, and USAGE where they contradict each other. */
function placeOf(model: OpenModel, { at, neurons }: OmissionParams): { readonly tap: TapTensor; readonly units: readonly number[] } {
  const selected = neurons === '' ? [] : parseNeurons(neurons).flatMap((selection) => selectNeurons(model, selection));
  const named = at === undefined ? [] : parseNeurons(`${at}.*`).flatMap((selection) => selectNeurons(model, selection));
  const taps = new Map([...selected, ...named].map(({ tap }) => [tapText(tap.point), tap]));
  if (taps.size > 1) {
    throw new InputError(
      'USAGE',
      { flag: 'golgi omission' },
      {
        found: `more than one tap: ${shown([...taps.keys()].slice(0, 8).join(', '))}`,
        expected: 'neurons of one layer and tap, which is the sentence’s vector',
        remedy: 'ask once for each tap',
      },
    );
  }
  const tap = [...taps.values()][0] ?? model.taps.filter(({ point }) => point.tap === 'hidden' && point.stack !== 'dec').at(-1)!;
  if (tap.point.stack === 'dec') {
    throw new InputError(
      'MODEL_TAP',
      { file: model.folder.path },
      {
        found: `${tapText(tap.point)}, whose decoder reads a second text`,
        expected: 'a tap of the encoder',
        remedy: 'words are left out of the text that the encoder reads: ask for enc.L1.hidden or the like',
      },
    );
  }
  return { tap, units: selected.flatMap(({ units }) => units) };
}

function textsOf(model: OpenModel, texts: readonly string[]): ReadText[] {
  const tokenizer = tokenizerFor(model);
  return texts.map((text, t): ReadText => {
    const { ids, word, start, end, special } = tokenizer.encode(text, { addSpecial: true });
    if (special.every((each) => each === 1)) throw withoutToken(t + 1);
    const own = Array.from(word, (each, place) => (special[place] === 1 ? -1 : each));
    const words = Math.max(-1, ...own) + 1;
    const forms = Array.from({ length: words }, (_, w) => {
      const tokens = [...own.keys()].filter((place) => own[place] === w);
      return text.slice(start[tokens[0] ?? -1] ?? 0, end[tokens.at(-1) ?? -1] ?? 0).trim();
    });
    return { text, line: null, ids, word: own, words, forms };
  });
}

function withoutToken(text: number): InputError {
  return new InputError(
    'CORPUS_EMPTY',
    {},
    { found: `no token in text ${text}`, expected: 'words that can be left out', remedy: 'give a text that is not empty' },
  );
}

async function sentencesOf(
  model: OpenModel,
  { corpus: ref, limit }: OmissionParams & Required<Pick<OmissionParams, 'corpus'>>,
): Promise<ReadText[]> {
  const tokenizer = tokenizerFor(model);
  const corpus = await openCorpus(ref);
  return corpus.sentences.slice(0, limit).map((sentence): ReadText => {
    const { tokens, firstToken, lastToken } = sentenceInput(corpus, sentence, tokenizer);
    const word = new Int32Array(tokens.ids.length).fill(-1);
    firstToken.forEach((first, w) => {
      if (first >= 0) word.fill(w, first, (lastToken[w] ?? first) + 1);
    });
    const words = sentence.to - sentence.from;
    const forms = Array.from({ length: words }, (_, w) => wordText(corpus, sentence.from + w));
    return { text: sentence.text, line: sentence.line, ids: tokens.ids, word, words, forms };
  });
}

function scoredWords(texts: readonly ReadText[], found: readonly Omitted[]): ScoredWord[] {
  const types = new Map<string, number>();
  return texts.flatMap(({ forms }, sentence) =>
    forms.flatMap((form, position): ScoredWord[] => {
      const type = types.get(form) ?? types.size;
      types.set(form, type);
      const score = found[sentence]?.scores[position] ?? null;
      return score === null ? [] : [{ sentence, type, position, score }];
    }),
  );
}
