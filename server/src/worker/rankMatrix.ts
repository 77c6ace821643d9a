/** `golgi rank --activations`: the same ranking over any matrix of numbers. */
import { numberSet, oneAgainstRest } from '../methods';
import type { LabelSet, LabelledParts } from '../methods';
import { InputError, shown } from '../protocol/errors';
import { numberTitle } from '../protocol/numbers';
import type { LabelledMatrixRef, MatrixRef } from '../protocol/sources';
import type { RankParams } from '../protocol/jobs';
import type { AnalysisResult } from '../protocol/results';
import { checkQuestions, chooseMethods, rank } from '../study/ranking';
import type { Fit, RankingRequest } from '../study/ranking';
import { sentenceNote, sentenceUnits } from '../study/sentenceUnits';
import { runtimeKernels } from '../runtime/kernels';
import { keptFits } from './keptFits';
import { openCorpusMatrix } from './corpusMatrix';
import type { AskedMatrix } from './corpusMatrix';
import { openLabelledMatrix, sameClasses } from './matrixSource';
import type { LabelledMatrix } from './matrixSource';
import type { JobContext } from './serve';
import { versions } from './versions';

/** Ranks the columns of a matrix. Throws `InputError` for what does not fit together. */
export async function rankMatrix(
  params: RankParams,
  { matrix: ref, cache }: Extract<RankParams['source'], { kind: 'matrix' }>,
  { signal, onProgress }: JobContext,
  onFit?: (fit: Fit) => void,
): Promise<AnalysisResult> {
  const methods = chooseMethods(params.methods);
  const copies = { cache, signal };
  const { labels } = ref;
  checkQuestions(methods, questionsOf(ref, params));
  const given: AskedMatrix & { readonly labelled?: LabelledMatrix } =
    typeof labels === 'string'
      ? askLabels(await openLabelledMatrix({ ...ref, labels }, copies), labels, params.concepts)
      : await openCorpusMatrix({ ...ref, labels }, params, copies);
  if (params.split === 'words' && !given.words) {
    given.matrix.close();
    throw withoutWords();
  }
  const kernels = runtimeKernels();
  let held: LabelledMatrix | undefined;
  try {
    if (ref.evaluation && given.labelled) {
      held = sameClasses(given.labelled, await openLabelledMatrix(evaluationRef(ref, ref.evaluation), copies));
    }
    const request: RankingRequest = {
      parts: partsOf(given),
      ...(held && { evaluation: { ...evaluationOf(held, params.concepts), types: held.tokens && wordNumbers(held.tokens, given.forms) } }),
      types: given.words,
      split: params.split,
      kernels,
      keepFits: keptFits(cache),
      concepts: given.concepts,
      methods,
      ...(given.words && { words: given.words }),
      forms: given.forms,
      ...(given.groups ? { groups: given.groups } : {}),
      evidence: params.evidence,
      provenance: (elapsedMs) => ({
        golgi: versions.golgi,
        created: new Date().toISOString(),
        elapsedMs,
        model: null,
        corpus: given.corpus,
        matrix: { file: ref.activations, sha256: given.sha256, labels: given.labels },
        activations: {
          words: 'as given',
          ...(params.unit && { unit: params.unit }),
          dtype: 'as given',
          rows: given.matrix.rows,
          excluded: given.excluded,
        },
        seed: params.evidence.seed,
        runtime: versions.runtime,
        notes: [...given.notes, ...(params.unit ? [sentenceNote] : [])],
      }),
      onFit,
      signal,
      onProgress,
    };
    return await rank(params.unit ? sentenceUnits(request) : request);
  } finally {
    given.matrix.close();
    held?.matrix.close();
    await kernels.release();
  }
}

/** What is asked of a matrix: with labels of its own, all of them where none is named; numbers to predict by their file. */
function questionsOf({ labels, numbers }: MatrixRef, { concepts, targets = [] }: RankParams): Parameters<typeof checkQuestions>[1] {
  if (typeof labels !== 'string') return { concepts, targets };
  return numbers ? { concepts: [], targets: [labels] } : { concepts: concepts.length > 0 ? concepts : [labels], targets: [] };
}

function withoutWords(): InputError {
  return new InputError(
    'USAGE',
    { flag: '--split words' },
    {
      found: 'rows whose words are not known',
      expected: 'the word of each row',
      remedy: 'give --types words.txt, one a row',
    },
  );
}

/** A matrix with a file of labels, and what is asked of them. Closes the matrix when that cannot be asked. */
function askLabels(labelled: LabelledMatrix, file: string, asked: readonly string[]): AskedMatrix & { readonly labelled: LabelledMatrix } {
  try {
    const { matrix, labels, groups, tokens } = labelled;
    const sets = labelSets(labelled, asked);
    const rows = (labelled.numbers ? (sets[0]?.labels ?? labels) : labels).reduce((count, label) => count + Number(label >= 0), 0);
    return {
      ...labelled,
      labelled,
      concepts: sets.map((set) => ({ set, source: { kind: 'given' } as const })),
      groups,
      ...wordTypes(tokens),
      corpus: null,
      labels: file,
      excluded: rows < matrix.rows ? { 'rows without a label, or not asked for': matrix.rows - rows } : {},
    };
  } catch (error) {
    labelled.matrix.close();
    throw error;
  }
}

/** Word form of each row as a number, and the forms. */
function wordTypes(tokens: readonly string[] | undefined): Pick<AskedMatrix, 'words' | 'forms'> {
  if (!tokens) return { words: undefined, forms: [] };
  const forms = [...new Set(tokens)];
  return { words: wordNumbers(tokens, forms), forms };
}

/** Numbers of words: their places in `forms`, and further ones for words that are not there. */
function wordNumbers(words: readonly string[], forms: readonly string[]): Int32Array {
  const numbers = new Map(forms.map((form, number) => [form, number]));
  return Int32Array.from(words, (word) => {
    const number = numbers.get(word) ?? numbers.size;
    numbers.set(word, number);
    return number;
  });
}

function partsOf({ matrix, columns }: Pick<LabelledMatrix, 'matrix' | 'columns'>): LabelledParts['parts'] {
  return [{ point: null, matrix, columns }];
}

/** The same question about other rows. */
function evaluationRef({ labelNames, columns, numbers }: MatrixRef, evaluation: NonNullable<MatrixRef['evaluation']>): LabelledMatrixRef {
  return {
    ...evaluation,
    ...(numbers && { numbers }),
    ...(labelNames === undefined ? {} : { labelNames }),
    ...(columns === undefined ? {} : { columns }),
  };
}

function evaluationOf(held: LabelledMatrix, concepts: readonly string[]): LabelledParts {
  return { parts: partsOf(held), labelSets: labelSets(held, concepts) };
}

/** One set for every value asked for; without any, all classes, or the concept of a 0/1 labelling. */
function labelSets({ labels, classNames, binary, numbers }: LabelledMatrix, concepts: readonly string[]): LabelSet[] {
  if (numbers) return [numberSet(numberTitle('target'), numbers)];
  const all: LabelSet = { name: 'label', kind: 'classes', classNames, labels };
  if (concepts.length === 0) return [binary ? { ...oneAgainstRest(all, 1), name: '1' } : all];
  return concepts.map((name) => {
    const focus = classNames.indexOf(name);
    if (focus >= 0) return { ...oneAgainstRest(all, focus), name };
    throw new InputError(
      'CONCEPT_UNKNOWN',
      { flag: `--concept ${shown(name, 80)}` },
      {
        found: 'no row has this label',
        expected: `one of ${classNames
          .slice(0, 40)
          .map((known) => shown(known, 40))
          .join(', ')}`,
        remedy: 'a concept of an outside matrix is one of its labels',
      },
    );
  });
}
