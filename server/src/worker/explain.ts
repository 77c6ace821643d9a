/** `golgi explain`: formulas over concepts that say where neurons are active. */
import { openNpyMatrix } from '../activations/npyMatrix';
import { parseConcept } from '../corpus/concepts/concept';
import type { Concept } from '../corpus/concepts/concept';
import { listConcepts } from '../corpus/concepts/list';
import type { Corpus } from '../corpus/corpus';
import { linesOf, readWholeText } from '../corpus/readers/wholeText';
import { InputError, readEach } from '../protocol/errors';
import type { AtomMatrixRef, DisagreeingRow, ExplainParams, Explanations } from '../protocol/explain';
import { parseNeurons } from '../protocol/neurons';
import { explainNeurons } from '../study/explanations';
import type { Atom } from '../study/explanations';
import { checkConcepts, rowFacts } from '../study/labels';
import type { RowFacts } from '../study/labels';
import { ConceptLabeller } from '../study/labelledConcepts';
import { obtainActivations } from './activations';
import { isCausal } from './causality';
import { groupsOf, sameRows, selected } from './matrixSource';
import { openCorpus, withTags } from './openCorpus';
import { openOutsideMatrix } from './outsideMatrix';
import { openModel } from './openModel';
import type { OpenModel } from './openModel';
import { provenanceOf } from './provenance';
import { selectNeurons } from './selectNeurons';
import type { JobContext, JobHandler } from './serve';
import { versions } from './versions';

type ModelSource = Extract<ExplainParams['source'], { kind: 'model' }>;

/** Explains neurons of a model over a corpus, or columns of somebody's matrix. */
export const explain: JobHandler<'explain'> = async (params, context) =>
  params.source.kind === 'matrix' ? explainMatrix(params, params.source, context) : explainModel(params, params.source, context);

async function explainModel(params: ExplainParams, source: ModelSource, context: JobContext): Promise<Explanations> {
  const selections = parseNeurons(source.neurons);
  const asked = readEach(source.concepts, parseConcept);
  const model = openModel(source.model);
  const wanted = selections.flatMap((selection) => selectNeurons(model, selection));
  const corpus = await withTags(await openCorpus(source.corpus));
  checkConcepts(asked, corpus);
  const taps = [...new Set(wanted.map(({ tap }) => tap.point.tap))];
  const layers = [...new Set(wanted.map(({ tap }) => tap.point.layer))].map((layer) => ({ from: layer, to: layer }));
  const { words, dtype } = source;
  const activations = await obtainActivations(model, corpus, { taps, layers, words, dtype }, source, context);
  const { run } = activations;
  const facts = rowFacts(corpus, run.table, source.firstPosition ? source.firstPosition === 'skip' : (await isCausal(model)) === true);
  const concepts = asked.length > 0 ? asked : atomConcepts(corpus, model, facts, params.leastRows);
  const labelled = await new ConceptLabeller(concepts, corpus, facts).all(async () => context.signal.throwIfAborted());
  const points = [...new Set(wanted.map(({ tap }) => tap))];
  return explainNeurons({
    ...params,
    parts: points.map(({ point }) => ({
      point,
      matrix: run.matrix(point),
      columns: [...new Set(wanted.filter(({ tap }) => tap.point === point).flatMap(({ units }) => units))].sort((a, b) => a - b),
    })),
    rows: Int32Array.from(facts.word.keys()).filter((row) => (facts.word[row] ?? -1) >= 0),
    atoms: labelled.map(({ name, rows }): Atom => ({ name, marks: marksOf(rows, run.rows) })),
    groups: facts.sentence,
    placeOf: (row) => placeOf(corpus, facts.word[row] ?? -1),
    provenance: provenanceOf({ model, corpus, activations, spec: source, rows: facts, seed: params.seed }),
    signal: context.signal,
    onProgress: context.onProgress,
  });
}

/** All concepts that the corpus has and the model can see, and its frequent words. */
function atomConcepts(corpus: Corpus, { tokenizer }: OpenModel, facts: RowFacts, leastRows: number): Concept[] {
  const known = listConcepts(corpus).filter(({ count, needsCase }) => count >= leastRows && !(needsCase && tokenizer?.lowercases));
  const counts = new Map<string, number>();
  for (const type of facts.type) {
    const form = facts.forms[type]?.toLowerCase();
    if (form !== undefined) counts.set(form, (counts.get(form) ?? 0) + 1);
  }
  // Words that the language of concepts cannot quote are no atoms.
  const words = [...counts].filter(([form, count]) => count >= leastRows && !/["|\s]/.test(form)).sort(([, a], [, b]) => b - a);
  return [...known.map(({ name }) => name), ...words.slice(0, mostWords).map(([form]) => `word:"${form}"`)].map(parseConcept);
}

/** As many words as the published atoms of sentence pairs. */
const mostWords = 2000;

function marksOf(rows: Int32Array, count: number): Uint8Array {
  const marks = new Uint8Array(count);
  for (const row of rows) marks[row] = 1;
  return marks;
}

/** Characters of the sentence on either side of a word. */
const around = 50;

function placeOf({ sentences, words }: Corpus, word: number): Pick<DisagreeingRow, 'at' | 'context'> {
  const { text = '', line = 1 } = sentences[words.sentence[word] ?? -1] ?? {};
  const [start, end] = [words.start[word] ?? 0, words.end[word] ?? 0];
  const context = {
    before: text.slice(Math.max(0, start - around), start),
    word: text.slice(start, end),
    after: text.slice(end, end + around),
  };
  return { at: { word, line: line - 1 }, context };
}

async function explainMatrix(
  params: ExplainParams,
  { matrix: ref, cache }: Extract<ExplainParams['source'], { kind: 'matrix' }>,
  context: JobContext,
): Promise<Explanations> {
  const outside = await openOutsideMatrix(ref.activations, { cache, signal: context.signal });
  const { matrix } = outside;
  try {
    const atoms = await readAtoms(ref, matrix.rows);
    const groups = groupsOf(ref.groups, outside);
    const { columns, sha256, notes } = await selected(outside, ref);
    return await explainNeurons({
      ...params,
      parts: [{ point: null, matrix, columns }],
      rows: Int32Array.from({ length: matrix.rows }, (_, row) => row),
      atoms,
      groups,
      provenance: (elapsedMs) => ({
        ...{ golgi: versions.golgi, created: new Date().toISOString(), elapsedMs, model: null, corpus: null },
        matrix: { file: ref.activations, sha256, labels: ref.atoms },
        activations: { words: 'as given', dtype: 'as given', rows: matrix.rows, excluded: {} },
        ...{ seed: params.seed, runtime: versions.runtime, notes },
      }),
      signal: context.signal,
      onProgress: context.onProgress,
    });
  } finally {
    matrix.close();
  }
}

/** Atoms of a matrix of 0 and 1, one a column. Throws MATRIX_FORMAT for other numbers, LABEL_COUNT where sizes differ. */
async function readAtoms({ atoms: file, atomNames }: AtomMatrixRef, rows: number): Promise<Atom[]> {
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
    }));
  } finally {
    matrix.close();
  }
}
