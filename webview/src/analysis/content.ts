/** The pages of an analysis file, read with every doubt: another version, a file cut in half, content that is none. */
import { analysisSchema } from '../../../server/src/protocol/analyses';
import type { AnalysisFile, AnalysisOutcome } from '../../../server/src/protocol/analyses';
import { counted } from '../../../server/src/protocol/counted';
import { shown } from '../../../server/src/protocol/errors';
import { isRecord } from '../shared/host';
import type { Page } from './page';
import { alignmentsPage } from './pages/alignments';
import { contextsPage } from './pages/contexts';
import { explanationsPage } from './pages/explanations';
import { omissionPage } from './pages/omission';
import { portraitsPage } from './pages/portraits';
import { proposalsPage } from './pages/proposals';

export interface AnalysisPages {
  /** Model, corpus, when and by which version. */
  readonly source: string;
  readonly corpus: string;
  readonly pages: readonly Page[];
}

export interface AnalysisFailure {
  readonly title: string;
  readonly text: string;
  readonly code: string;
}

const failure = (title: string, text: string): AnalysisFailure => ({ title, text, code: 'RESULT_FILE' });

/** The pages of a file, or why there are none; nothing of a damaged file is shown. */
export function readAnalysis(bytes: Uint8Array): AnalysisPages | AnalysisFailure {
  let content: unknown;
  try {
    content = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return failure(
      'The file is not whole',
      'Its content ends or breaks where it should go on. It may have been cut while copying: run the analysis again.',
    );
  }
  const stated = isRecord(content) && typeof content.schema === 'string' ? content.schema : 'none';
  if (stated !== analysisSchema)
    return failure(
      'The file is of another version',
      `It says ${shown(stated, 60)}; this version reads ${analysisSchema}. Open it with the version that wrote it, or run the analysis again.`,
    );
  try {
    // What is not as it was written throws where a page is made of it.
    const file = content as AnalysisFile;
    const { model, corpus, golgi, created, outcomes } = file;
    const source = `${model} over ${corpus.name}, ${counted(corpus.words, 'word')} in ${counted(corpus.sentences, 'sentence')}; ${created.slice(0, 16).replace('T', ' ')} UTC, Golgi ${golgi}`;
    return { source, corpus: corpus.hash, pages: outcomes.map(pageOf) };
  } catch {
    return failure('The file is damaged', 'It was changed by hand or by a fault of the disk: run the analysis again.');
  }
}

function pageOf(outcome: AnalysisOutcome): Page {
  const { title, evidence, method } = outcome;
  return { title, evidence, method, ...contentOf(outcome) };
}

function contentOf(outcome: AnalysisOutcome): Pick<Page, 'lede' | 'blocks' | 'notes'> {
  switch (outcome.job) {
    case 'explain':
      return explanationsPage(outcome.result);
    case 'propose':
      return proposalsPage(outcome.result);
    case 'align':
      return alignmentsPage(outcome.result);
    case 'contexts':
      return contextsPage(outcome.result);
    case 'omission':
      return omissionPage(outcome.result);
    case 'neuron':
      return portraitsPage(outcome.result);
    case 'refused':
      return {
        lede: 'It could not be run.',
        blocks: outcome.problems.map(({ code, found, expected, remedy }) => ({
          ...{ kind: 'text', title: code },
          text: `Found ${found}; expected ${expected}. What to do: ${remedy}.`,
        })),
        notes: [],
      };
  }
}
