/** `golgi explain --activations`: formulas over somebody's matrix, whose atoms are what somebody knows of its rows. */
import { openNpyMatrix } from '../activations/npyMatrix';
import { parseConcept, wordsConceptText } from '../corpus/concepts/concept';
import type { Corpus } from '../corpus/corpus';
import { linesOf, readWholeText } from '../corpus/readers/wholeText';
import { compositional, parseParameters } from '../methods';
import { InputError, readEach } from '../protocol/errors';
import type { AtomMatrixRef, ExplainParams, Explanations } from '../protocol/explain';
import { explainNeurons } from '../study/explanations';
import type { Atom } from '../study/explanations';
import { checkConcepts, rowsOfWords } from '../study/labels';
import type { RowFacts } from '../study/labels';
import { atomConcepts, frequentWords, labelledAtoms, placeOf } from './corpusAtoms';
import { sameWords } from './corpusMatrix';
import { groupsOf, rowLabels, rowWords, sameRows, selected } from './matrixSource';
import { openCorpus, withTags } from './openCorpus';
import { openOutsideMatrix } from './outsideMatrix';
import type { OutsideMatrix } from './outsideMatrix';
import { corpusFacts, warningLines } from './provenance';
import type { JobContext } from './serve';
import { versions } from './versions';
import { vectorsInFile } from './wordVectors';

type MatrixSource = Extract<ExplainParams['source'], { kind: 'matrix' }>;

/** Explains columns of a matrix. Throws `InputError` for what does not fit together. */
export async function explainMatrix(
  params: ExplainParams,
  { matrix: ref, cache, concepts }: MatrixSource,
  { signal, onProgress }: JobContext,
): Promise<Explanations> {
  const { neighbors } = parseParameters(compositional, params.parameters);
  const outside = await openOutsideMatrix(ref.activations, { cache, signal });
  const { matrix } = outside;
  try {
    const text = ref.corpus && (await textOf(ref.corpus, ref.activations, outside));
    const atoms = [
      ...(ref.atoms === undefined ? [] : await atomsInFile(ref.atoms, ref.atomNames, matrix.rows)),
      ...(ref.labels === undefined ? [] : await labelAtoms({ ...ref, labels: ref.labels }, outside)),
      ...(text ? await textAtoms(text, concepts, { ...params, rows: matrix.rows, signal }) : wordAtoms(await rowWords(ref.types, outside), params.leastRows)), // prettier-ignore
    ];
    const named = new Set(atoms.flatMap(({ word }) => word ?? []));
    const found =
      params.vectors === undefined || neighbors === 0
        ? { vectors: new Map<string, number[]>(), notes: [] }
        : await vectorsInFile(params.vectors, named, signal);
    const { columns, sha256, notes } = await selected(outside, ref);
    const labels = [ref.atoms, ref.labels, ref.types, text?.corpus.files[0]].filter((file) => file !== undefined);
    return await explainNeurons({
      ...params,
      ...found,
      parts: [{ point: null, matrix, columns }],
      rows: Int32Array.from({ length: matrix.rows }, (_, row) => row),
      atoms,
      groups: text && ref.groups === undefined ? text.facts.sentence : groupsOf(ref.groups, outside),
      ...(text && { placeOf: (row: number) => placeOf(text.corpus, row) }),
      provenance: (elapsedMs) => ({
        ...{
          golgi: versions.golgi,
          created: new Date().toISOString(),
          elapsedMs,
          model: null,
          corpus: text ? corpusFacts(text.corpus) : null,
        },
        matrix: { file: ref.activations, sha256, labels: labels.join(', ') },
        activations: { words: 'as given', dtype: 'as given', rows: matrix.rows, excluded: {} },
        ...{ seed: params.seed, runtime: versions.runtime },
        notes: text ? [...notes, ...text.corpus.notes, ...warningLines(text.corpus.warnings)] : notes,
      }),
      signal,
      onProgress,
    });
  } finally {
    matrix.close();
  }
}

interface RowText {
  readonly corpus: Corpus;
  readonly facts: RowFacts;
}

/** The corpus whose words the rows are. Throws LABEL_LINES, LABEL_COUNT. */
async function textOf(
  ref: NonNullable<AtomMatrixRef['corpus']>,
  activations: string,
  { matrix, sentences }: OutsideMatrix,
): Promise<RowText> {
  const corpus = await withTags(await openCorpus(ref));
  sameWords(corpus, activations, matrix.rows, sentences);
  return { corpus, facts: rowsOfWords(corpus) };
}

/** The concepts asked for, or all of the corpus and its frequent words: of the model that gave the matrix nothing is known. */
async function textAtoms(
  { corpus, facts }: RowText,
  names: readonly string[],
  { leastRows, rows, signal }: { readonly leastRows: number; readonly rows: number; readonly signal: AbortSignal },
): Promise<Atom[]> {
  const asked = readEach(names, parseConcept);
  checkConcepts(asked, corpus);
  const concepts = asked.length > 0 ? asked : atomConcepts(corpus, facts, leastRows, true);
  return labelledAtoms(concepts, { corpus, facts, rows, signal });
}

async function labelAtoms(ref: { readonly labels: string; readonly labelNames?: string }, outside: OutsideMatrix): Promise<Atom[]> {
  const { labels, classNames } = await rowLabels(ref, outside);
  const marks = classNames.map(() => new Uint8Array(labels.length));
  labels.forEach((label, row) => {
    const own = marks[label];
    if (own) own[row] = 1;
  });
  return classNames.map((name, k) => ({ name, marks: marks[k]! }));
}

/** The frequent words, in any case. */
function wordAtoms(words: readonly string[] | undefined, leastRows: number): Atom[] {
  if (!words) return [];
  const lower = words.map((word) => word.toLowerCase());
  return frequentWords(lower, leastRows).map((word) => ({
    name: wordsConceptText([word]),
    marks: Uint8Array.from(lower, (each) => Number(each === word)),
    word,
  }));
}

/** Atoms of a matrix of 0 and 1, one a column; their names may be words. Throws MATRIX_FORMAT for other numbers, LABEL_COUNT where sizes differ. */
async function atomsInFile(file: string, atomNames: string | undefined, rows: number): Promise<Atom[]> {
  const matrix = openNpyMatrix(file);
  try {
    sameRows(file, matrix.rows, rows, 'row of atoms', 'rows of atoms');
    const names = atomNames === undefined ? undefined : linesOf(await readWholeText(atomNames));
    if (names && atomNames !== undefined && names.length !== matrix.columns) {
      throw new InputError(
        'LABEL_COUNT',
        { file: atomNames },
        { found: `${names.length} names`, expected: `${matrix.columns}, one for each column of atoms`, remedy: 'give one name a line' },
      );
    }
    const values = await matrix.readColumns(0, matrix.columns);
    const bad = values.findIndex((value) => value !== 0 && value !== 1);
    if (bad >= 0) {
      throw new InputError(
        'MATRIX_FORMAT',
        { file },
        {
          found: `${values[bad]} in row ${bad % rows}, column ${Math.floor(bad / rows)}`,
          expected: '1 where an atom holds and 0 where it does not',
          remedy: 'save the atoms as 0 and 1, such as dtype uint8',
        },
      );
    }
    return Array.from({ length: matrix.columns }, (_, atom) => ({
      name: names?.[atom] ?? String(atom),
      marks: Uint8Array.from(values.subarray(atom * rows, (atom + 1) * rows)),
      word: names?.[atom]?.toLowerCase(),
    }));
  } finally {
    matrix.close();
  }
}
