/** A neuron's view and paint: from the store, and into the store first where it lacks what is asked. */
import type { CancellationToken } from 'vscode-languageserver';
import { InputError } from '../protocol/errors';
import type { NotStored } from '../protocol/interactive';
import type { Progress } from '../protocol/workerMessages';
import type {
  FindNeuronParams,
  FormulaPaint,
  NeuronPaint,
  NeuronPlaces,
  NeuronView,
  PaintFormulaParams,
  PaintNeuronParams,
  ViewNeuronParams,
  WordsOnLines,
  WordsOnLinesParams,
} from '../protocol/messages';
import { parseTap } from '../protocol/neurons';
import type { Alignment } from './alignment';
import { signalOf, stopIfCancelled } from './requests';
import type { StudyWindow, WindowCorpus } from './studyWindow';

/** The explorer's view of a neuron. */
export function neuronViewer(window: StudyWindow) {
  return async (params: ViewNeuronParams, token: CancellationToken, report: (progress: Progress) => void): Promise<NeuronView> => {
    window.refuseUnlessRunnable();
    const corpus = window.corpus(params.corpus);
    const { neuron, concept, side } = params;
    const signal = signalOf(token);
    const result = window.resultOf(params.corpus);
    const ask = () => window.interactive.run('view', { ...window.study(corpus), neuron, concept, side, result }, { signal });
    const { view } = await stored(window, corpus, ask, token, report);
    const { documentLine } = window.alignment(corpus);
    const moved = <T extends { readonly line: number }>(rows: readonly T[]): T[] =>
      rows.map((row) => ({ ...row, line: documentLine(row.line) }));
    return {
      ...view,
      corpus: params.corpus,
      bands: view.bands.map((band) => ({ ...band, examples: moved(band.examples) })),
      top: moved(view.top),
      random: moved(view.random),
      lowest: moved(view.lowest),
      wrong: moved(view.wrong),
    };
  };
}

/** Painted spans of some lines of a document. Lines that have changed get none. */
export function neuronPainter(window: StudyWindow) {
  return async (params: PaintNeuronParams, token: CancellationToken, report: (progress: Progress) => void): Promise<NeuronPaint> => {
    window.refuseUnlessRunnable();
    const corpus = window.corpus(params.corpus);
    const lines = linesAsked(window, corpus, params);
    const signal = signalOf(token);
    const ask = () => window.interactive.run('paint', { ...window.study(corpus), neuron: params.neuron, lines }, { signal });
    const painted = await stored(window, corpus, ask, token, report);
    const now = window.alignment(corpus);
    const spans = standing(now, painted).map(({ i, ...span }) => ({ ...span, value: painted.value[i] ?? 0, step: painted.step[i] ?? 0 }));
    return { neuron: params.neuron, scale: painted.scale, spans, stale: now.isStale };
  };
}

/** Where a neuron and its formula disagree, on some lines of a document. Lines that have changed get none. */
export function formulaPainter(window: StudyWindow) {
  return async (params: PaintFormulaParams, token: CancellationToken, report: (progress: Progress) => void): Promise<FormulaPaint> => {
    window.refuseUnlessRunnable();
    const corpus = window.corpus(params.corpus);
    const lines = linesAsked(window, corpus, params);
    const signal = signalOf(token);
    const ask = () => window.interactive.run('disagree', { ...window.study(corpus), explained: params.explained, lines }, { signal });
    const found = await stored(window, corpus, ask, token, report);
    const spans = standing(window.alignment(corpus), found);
    return { spans: spans.map(({ i, ...span }) => ({ ...span, value: found.value[i] ?? 0, sign: found.sign[i] ?? 0 })) };
  };
}

/** Where a neuron is strongest, as the document is now: places whose line has changed are left out. */
export function neuronFinder(window: StudyWindow) {
  return async (params: FindNeuronParams, token: CancellationToken, report: (progress: Progress) => void): Promise<NeuronPlaces> => {
    window.refuseUnlessRunnable();
    const { neuron, side } = params;
    const corpus = window.corpus(params.corpus);
    const signal = signalOf(token);
    const ask = () => window.interactive.run('find', { ...window.study(corpus), neuron, side }, { signal });
    const found = await stored(window, corpus, ask, token, report);
    return { places: standing(window.alignment(corpus), found).map(({ i, ...span }) => ({ ...span, value: found.value[i] ?? 0 })) };
  };
}

/** The words on some lines of a document. Runs nothing, so it works without trust. */
export function wordFinder(window: StudyWindow) {
  return async (params: WordsOnLinesParams): Promise<WordsOnLines> => {
    const corpus = window.corpus(params.corpus);
    const lines = linesAsked(window, corpus, params);
    const found = await window.interactive.run('words', { corpus: corpus.ref, opened: corpus.opened, lines });
    return { words: standing(window.alignment(corpus), found).map(({ i, ...span }) => ({ ...span, word: found.word[i] ?? 0 })) };
  };
}

/**
 * Spans of a corpus where they are in its document now, each with its place `i` among all. Whatever was typed while the worker
 * answered counts: a span stands only on a line that is still the one it was made for.
 */
function standing(
  now: Alignment,
  { line: own, start, end }: { readonly line: Int32Array; readonly start: Int32Array; readonly end: Int32Array },
): { readonly i: number; readonly line: number; readonly start: number; readonly end: number }[] {
  return Array.from(own, (line, i) => ({ i, line: now.documentLine(line), start: start[i] ?? 0, end: end[i] ?? 0 })).filter(
    ({ i, line }) => now.corpusLine(line) === own[i],
  );
}

/** Lines `fromLine` to `toLine` (included) of a document as lines of its corpus: all between the first and the last that are unchanged. */
function linesAsked(
  window: StudyWindow,
  corpus: WindowCorpus,
  { fromLine, toLine }: { readonly fromLine: number; readonly toLine: number },
) {
  const { corpusLine, unchanged } = window.alignment(corpus);
  const lines: number[] = [];
  for (let line = fromLine; line <= toLine; line++) {
    const own = corpusLine(line);
    if (own !== undefined) lines.push(own);
  }
  return { from: lines[0] ?? 0, to: (lines.at(-1) ?? -1) + 1, unchanged };
}

/** Asks for what lies in the store; what does not is extracted in the batch worker, once, and asked for again. */
async function stored<T extends { readonly kind: string }>(
  window: StudyWindow,
  corpus: WindowCorpus,
  ask: () => Promise<T | NotStored>,
  token: CancellationToken,
  report: (progress: Progress) => void,
): Promise<T> {
  stopIfCancelled(token);
  const found = await ask();
  stopIfCancelled(token);
  if (!isMissing(found)) return found;
  const points = found.taps.map(parseTap).filter((point) => point !== undefined);
  await window.batch.run(
    'extract',
    {
      model: window.chosenModel,
      corpus: corpus.ref,
      activations: {
        taps: [...new Set(points.map(({ tap }) => tap))],
        layers: points.map(({ layer }) => ({ from: layer, to: layer })),
        words: 'last',
        dtype: 'f16',
      },
      cache: window.cache,
    },
    { signal: signalOf(token), onProgress: report },
  );
  const now = await ask();
  if (!isMissing(now)) return now;
  throw new InputError(
    'FILE_CHANGED',
    { file: corpus.ref.files[0] ?? '' },
    { found: 'the corpus has changed since it was opened', expected: 'the text that was opened', remedy: 'choose the corpus again' },
  );
}

function isMissing(answer: { readonly kind: string }): answer is NotStored {
  return answer.kind === 'not stored';
}
