/** Opening what is studied: a model by its structure, a corpus by its text; and what can be asked of a corpus. */
import type { CancellationToken } from 'vscode-languageserver';
import type { ConceptRow } from '../protocol/jobs';
import type { ModelRef } from '../protocol/sources';
import type { Progress } from '../protocol/workerMessages';
import type { CorpusInfo, OpenCorpusParams, ReadModelCardParams } from '../protocol/messages';
import type { ModelCard } from '../protocol/modelCard';
import { signalOf } from './requests';
import type { StudyWindow } from './studyWindow';

/** Opens a model; from then on it is the window's. */
export function modelOpener(window: StudyWindow) {
  return async ({ folder, chosenTaps }: ModelRef): Promise<ModelCard> => {
    window.refuseUnlessRunnable();
    const model: ModelRef = { folder, ...(chosenTaps && chosenTaps.length > 0 ? { chosenTaps } : {}) };
    const card = await window.interactive.run('model', { model, check: false, cache: window.cache });
    window.model = model;
    window.warmLatest();
    return card;
  };
}

/** The card of any model. Checks take seconds and hold their thread, so they run where analyses do. */
export function modelCardReader(window: StudyWindow) {
  return async (
    { model, check }: ReadModelCardParams,
    token: CancellationToken,
    report: (progress: Progress) => void,
  ): Promise<ModelCard> => {
    window.refuseUnlessRunnable();
    const runner = check ? window.batch : window.interactive;
    return runner.run('model', { model, check, cache: window.cache }, { signal: signalOf(token), onProgress: report });
  };
}

/** Registers a corpus. Nothing is run, so it works without trust. */
export function corpusOpener(window: StudyWindow) {
  return async (params: OpenCorpusParams, token: CancellationToken, report: (progress: Progress) => void): Promise<CorpusInfo> => {
    const corpus = await window.open(params, { signal: signalOf(token), onProgress: report });
    window.warm(corpus);
    return corpus.info;
  };
}

/** Lists the concepts of a corpus. */
export function conceptLister(window: StudyWindow) {
  return async ({ corpus }: { readonly corpus: string }): Promise<readonly ConceptRow[]> => {
    const { concepts } = await window.interactive.run('concepts', { corpus: window.corpus(corpus).ref });
    return concepts;
  };
}
