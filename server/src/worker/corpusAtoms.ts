/** What formulas over a corpus are made of: its concepts and its frequent words, with the vectors of words. */
import { parseConcept, wordsConceptText } from '../corpus/concepts/concept';
import type { Concept } from '../corpus/concepts/concept';
import { listConcepts } from '../corpus/concepts/list';
import type { Corpus } from '../corpus/corpus';
import type { DisagreeingRow } from '../protocol/explain';
import type { Atom } from '../study/explanations';
import { ConceptLabeller } from '../study/labelledConcepts';
import type { LabelledConcept } from '../study/labelledConcepts';
import type { RowFacts } from '../study/labels';

/** As many words as the published atoms of sentence pairs. */
const mostWords = 2000;

/**
 * All concepts of the corpus, without those that need capitals where the model sees none, and its frequent words; each on at
 * least so many rows.
 */
export function atomConcepts(corpus: Corpus, facts: RowFacts, leastRows: number, seesCase: boolean): Concept[] {
  const known = listConcepts(corpus).filter(({ count, needsCase }) => count >= leastRows && (seesCase || !needsCase));
  const words = frequentWords(
    Array.from(facts.type, (type) => facts.forms[type]),
    leastRows,
  );
  return [...known.map(({ name }) => name), ...words.map((form) => wordsConceptText([form]))].map(parseConcept);
}

/** Words of rows in lower case, the most frequent first; without those that the language of concepts cannot quote. */
export function frequentWords(words: readonly (string | undefined)[], leastRows: number): string[] {
  const counts = new Map<string, number>();
  for (const word of words) {
    const form = word?.toLowerCase();
    if (form !== undefined && !/["|\s\\]/.test(form)) counts.set(form, (counts.get(form) ?? 0) + 1);
  }
  const often = [...counts].filter(([, count]) => count >= leastRows).sort(([, a], [, b]) => b - a);
  return often.slice(0, mostWords).map(([form]) => form);
}

/** Atoms over all `rows` of a matrix, with the word of those that are one. */
export async function labelledAtoms(
  concepts: readonly Concept[],
  {
    corpus,
    facts,
    rows,
    signal,
  }: { readonly corpus: Corpus; readonly facts: RowFacts; readonly rows: number; readonly signal: AbortSignal },
): Promise<Atom[]> {
  const labelled = await new ConceptLabeller(concepts, corpus, facts).all(async () => signal.throwIfAborted());
  return labelled.map((concept) => ({ name: concept.name, marks: marksOf(concept.rows, rows), word: wordOf(concept) }));
}

/** The word that a concept is, under any of its names; signs are none. */
function wordOf({ name, aliases }: LabelledConcept): string | undefined {
  for (const each of [name, ...aliases]) {
    const concept = parseConcept(each);
    const word = concept.kind === 'words' && concept.words.length === 1 ? concept.words[0] : undefined;
    if (word !== undefined && /[\p{L}\p{N}]/u.test(word)) return word.toLowerCase();
  }
  return undefined;
}

function marksOf(rows: Int32Array, count: number): Uint8Array {
  const marks = new Uint8Array(count);
  for (const row of rows) marks[row] = 1;
  return marks;
}

/** Characters of the sentence on either side of a word. */
const around = 50;

/** Where a word is, and the text around it. */
export function placeOf({ sentences, words }: Corpus, word: number): Pick<DisagreeingRow, 'at' | 'context'> {
  const { text = '', line = 1 } = sentences[words.sentence[word] ?? -1] ?? {};
  const [start, end] = [words.start[word] ?? 0, words.end[word] ?? 0];
  const context = {
    before: text.slice(Math.max(0, start - around), start),
    word: text.slice(start, end),
    after: text.slice(end, end + around),
  };
  return { at: { word, line: line - 1 }, context };
}
