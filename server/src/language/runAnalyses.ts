/** Analyses other than rankings, alone or several in one pass, into a file that a page shows. */
import { basename, join } from 'node:path';
import type { CancellationToken } from 'vscode-languageserver';
import type { RunAnalysesParams } from '../protocol/analyses';
import type { RunAnalysesResult } from '../protocol/messages';
import type { Progress } from '../protocol/workerMessages';
import { planAnalysis } from './analysisForms';
import { signalOf } from './requests';
import { fileNamed } from './resultNames';
import type { StudyWindow } from './studyWindow';

/** Runs on the corpus as its file is now. */
export function analysisRunner(window: StudyWindow, now: () => Date) {
  return async (params: RunAnalysesParams, token: CancellationToken, report: (progress: Progress) => void): Promise<RunAnalysesResult> => {
    window.refuseUnlessRunnable();
    const model = window.chosenModel;
    const { info, ref } = await window.open(window.corpus(params.corpus).asked, { signal: signalOf(token), onProgress: report });
    const { analyses, neurons, taps, concepts, contexts } = params;
    const subject = { model, corpus: ref, cache: window.cache, neurons, taps, concepts, contexts };
    const planned = analyses.flatMap(({ method, parameters }) => planAnalysis(method, parameters, subject));
    const what = analyses.map(({ method }) => method).join('-');
    const file = join(params.resultFolder, fileNamed([what, neurons ?? taps.join('-')], now(), 'golgi-analysis'));
    const { hash, sentences, words, files } = info;
    await window.batch.run(
      'analyse-to-file',
      {
        file,
        study: { model: basename(model.folder), corpus: { name: basename(files[0] ?? ''), hash, sentences, words } },
        analyses: planned,
      },
      { signal: signalOf(token), onProgress: report },
    );
    return { file, corpus: info };
  };
}
