/** Somebody's matrix over the words of a corpus: its concepts are asked for as they are of a model. */
import type { CopyOptions } from '../activations/neurox/openNeurox';
import { parseConcept } from '../corpus/concepts/concept';
import type { Corpus } from '../corpus/corpus';
import { counted, countText } from '../protocol/counted';
import { InputError, readEach, refuseAll } from '../protocol/errors';
import type { RankParams } from '../protocol/jobs';
import type { Provenance } from '../protocol/results';
import type { CorpusRef, MatrixRef } from '../protocol/sources';
import { conceptRows, numberRows, rowsOfWords } from '../study/labels';
import type { RankingRequest } from '../study/ranking';
import { ranges, selected } from './matrixSource';
import type { SelectedMatrix } from './matrixSource';
import { openCorpus, withTagsFor } from './openCorpus';
import { openOutsideMatrix } from './outsideMatrix';
import { corpusFacts, warningLines } from './provenance';
import { otherCount, wordCounts } from './sentenceLabels';

/** A matrix with what is asked about its rows. The caller closes it. */
export interface AskedMatrix extends SelectedMatrix {
  readonly concepts: RankingRequest['concepts'];
  readonly groups: Int32Array | undefined;
  /** Word form of each row, as a number into `forms`. */
  readonly words: Int32Array | undefined;
  readonly forms: readonly string[];
  readonly corpus: Provenance['corpus'];
  /** The file that says what the rows are. */
  readonly labels: string;
  readonly excluded: Readonly<Record<string, number>>;
}

/**
 * Opens a matrix whose rows are the words of a corpus. Throws LABEL_LINES where the number of sentences differs, LABEL_COUNT
 * for every sentence with other words, CONCEPT_UNKNOWN, and what reading either throws.
 */
export async function openCorpusMatrix(
  ref: MatrixRef & { readonly labels: CorpusRef },
  { concepts: names, targets = [], againstAttribute }: Pick<RankParams, 'concepts' | 'targets' | 'againstAttribute'>,
  options: CopyOptions,
): Promise<AskedMatrix> {
  const concepts = readEach(names, parseConcept);
  const corpus = await withTagsFor(await openCorpus(ref.labels), concepts);
  const outside = await openOutsideMatrix(ref.activations, options);
  try {
    const { matrix } = outside;
    sameWords(corpus, ref.activations, matrix.rows, outside.sentences);
    const facts = rowsOfWords(corpus, ref.rows === undefined ? undefined : new Set(ranges(ref.rows, matrix.rows, '--rows')));
    const numbers = readEach(targets, (target) => numberRows(target, corpus, facts));
    const { notes, ...chosen } = await selected(outside, ref);
    return {
      ...chosen,
      notes: [...notes, ...numbers.flatMap((each) => each.notes), ...corpus.notes, ...warningLines(corpus.warnings)],
      concepts: [...readEach(concepts, (concept) => conceptRows(concept, corpus, facts, againstAttribute)), ...numbers],
      groups: facts.sentence,
      words: facts.type,
      forms: facts.forms,
      corpus: corpusFacts(corpus),
      labels: corpus.files[0] ?? '',
      excluded: facts.excluded,
    };
  } catch (error) {
    outside.matrix.close();
    throw error;
  }
}

/** Refuses a matrix that has not a row a word. Where its sentences are known, those that differ are named. */
export function sameWords(
  { sentences, words, files: [file = ''] }: Corpus,
  matrix: string,
  rows: number,
  given: Int32Array | undefined,
): void {
  const counts = given && wordCounts(given);
  if (counts && counts.length !== sentences.length) {
    throw new InputError(
      'LABEL_LINES',
      { file: matrix },
      {
        found: `${counts.length} sentences`,
        expected: `${sentences.length}, as in ${file}`,
        remedy: 'Take activations and corpus from the same text, and let the extraction come to its end.',
      },
    );
  }
  refuseAll(
    (counts ?? []).flatMap((count, s) => {
      const { from = 0, to = 0, line = 0 } = sentences[s] ?? {};
      return to - from === count ? [] : [otherCount({ file, line }, { words: to - from, rows: count, what: 'word' })];
    }),
  );
  if (rows === words.count) return;
  throw new InputError(
    'LABEL_COUNT',
    { file },
    {
      found: counted(words.count, 'word'),
      expected: `${countText(rows)}, one for each row of the matrix`,
      remedy: 'take them from the same text, a row a word',
    },
  );
}
