/** Rankings: with the parameters of the product, into a result file. */
import { join } from 'node:path';
import type { CancellationToken } from 'vscode-languageserver';
import { usualEvidence } from '../protocol/evidence';
import type { Progress } from '../protocol/workerMessages';
import type { RankNeuronsParams, RankNeuronsResult } from '../protocol/messages';
import { signalOf } from './requests';
import { fileNamed } from './resultNames';
import type { StudyWindow } from './studyWindow';

/** Ranks on the corpus as its file is now. */
export function neuronRanker(window: StudyWindow, now: () => Date) {
  return async (params: RankNeuronsParams, token: CancellationToken, report: (progress: Progress) => void): Promise<RankNeuronsResult> => {
    window.refuseUnlessRunnable();
    const model = window.chosenModel;
    const corpus = await window.open(window.corpus(params.corpus).asked, { signal: signalOf(token), onProgress: report });
    const { targets = [] } = params;
    const file = join(
      params.resultFolder,
      fileNamed([[...params.concepts, ...targets].slice(0, 3).join('-'), params.methods.join('-')], now(), 'golgi-result'),
    );
    const rankings = await window.batch.run(
      'rank-to-file',
      {
        file,
        source: {
          kind: 'model',
          model,
          corpus: corpus.ref,
          activations: { taps: params.taps, words: 'last', dtype: 'f16' },
          cache: window.cache,
        },
        concepts: params.concepts,
        targets,
        againstAttribute: false,
        methods: params.methods.map((id) => ({ id, parameters: params.parameters?.[id] ?? {} })),
        evidence: usualEvidence,
        control: false,
      },
      { signal: signalOf(token), onProgress: report },
    );
    // A ranking takes minutes, in which another model or text may have become the window's.
    if (window.model === model && window.corpusOf(corpus.info.uri) === corpus) {
      window.ranking = { corpus: corpus.info.id, file };
      window.warm(corpus);
    }
    return { file, corpus: corpus.info, rankings };
  };
}
