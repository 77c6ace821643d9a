/** Opening what is studied: a model by its structure, a corpus by its text; and what can be asked of a corpus. */
import type { ConceptRow } from '../protocol/jobs';
import type { CorpusInfo, OpenCorpusParams } from '../protocol/messages';
import type { ModelCard } from '../protocol/modelCard';
import type { StudyWindow } from './studyWindow';

/** Opens a model; from then on it is the window's. */
export function modelOpener(window: StudyWindow) {
  return async ({ folder }: { readonly folder: string }): Promise<ModelCard> => {
    window.refuseUnlessRunnable();
    const card = await window.interactive.run('model', { model: { folder }, check: false, cache: window.cache });
    window.model = folder;
    window.warmLatest();
    return card;
  };
}

/** Registers a corpus. Nothing is run, so it works without trust. */
export function corpusOpener(window: StudyWindow) {
  return async (params: OpenCorpusParams): Promise<CorpusInfo> => {
    const corpus = await window.open(params);
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
