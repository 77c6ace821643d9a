/** From concepts of words to labels of rows: what a ranking is asked, with the rows that take no part left out. */
import { rowFlags } from '../activations/rowTable';
import type { RowTable } from '../activations/rowTable';
import { labelsOf } from '../corpus/concepts/labels';
import type { ConceptLabels } from '../corpus/concepts/labels';
import type { Concept } from '../corpus/concepts/concept';
import type { AttributeSource, Corpus } from '../corpus/corpus';
import { wordText } from '../corpus/corpus';
import { valueSource } from '../corpus/taggers/reliability';
import { numbersOf } from '../corpus/concepts/numbers';
import { numberSet } from '../methods';
import type { LabelSet } from '../methods';
import { readEach } from '../protocol/errors';
import { counted } from '../protocol/counted';
import { numberTitle } from '../protocol/numbers';

/** A concept's labels for every row, with where they come from. */
export interface ConceptRows {
  readonly set: LabelSet;
  readonly source: AttributeSource | { readonly kind: 'rule' };
}

/** Rows as statistics see them. */
export interface RowFacts {
  /** Word of each row; −1 where the row is left out. */
  readonly word: Int32Array;
  /** Sentence of each row. */
  readonly sentence: Int32Array;
  /** Word form of each row, as a number into `forms`; −1 where it is left out. */
  readonly type: Int32Array;
  readonly forms: readonly string[];
  /** Rows left out, by reason. */
  readonly excluded: Readonly<Record<string, number>>;
}

/** What is known of every row. `skipFirst` leaves out rows from the first position of the model's input. */
export function rowFacts(corpus: Corpus, table: RowTable, skipFirst: boolean): RowFacts {
  const word = new Int32Array(table.rows);
  const type = new Int32Array(table.rows);
  const numbers = new Map<string, number>();
  let first = 0;
  let special = 0;
  for (let row = 0; row < table.rows; row++) {
    const flags = table.flags[row] ?? 0;
    const own = table.word[row] ?? -1;
    const leftOut =
      own < 0 || (flags & rowFlags.special) !== 0 ? 'special' : skipFirst && (flags & rowFlags.firstPosition) !== 0 ? 'first' : undefined;
    if (leftOut === 'special') special++;
    if (leftOut === 'first') first++;
    word[row] = leftOut ? -1 : own;
    if (leftOut) {
      type[row] = -1;
      continue;
    }
    const form = wordText(corpus, own);
    const known = numbers.get(form);
    type[row] = known ?? numbers.size;
    if (known === undefined) numbers.set(form, numbers.size);
  }
  return {
    word,
    sentence: table.sentence,
    type,
    forms: [...numbers.keys()],
    excluded: {
      ...(first > 0 ? { 'first position of a causal model’s input': first } : {}),
      ...(special > 0 ? { 'special tokens and tokens of no word': special } : {}),
    },
  };
}

/** The same where every word of a corpus is a row; rows that are not among `used` are left out. */
export function rowsOfWords(corpus: Corpus, used?: ReadonlySet<number>): RowFacts {
  const { count, sentence } = corpus.words;
  const word = Int32Array.from({ length: count }, (_, w) => (used && !used.has(w) ? -1 : w));
  const numbers = new Map<string, number>();
  const type = word.map((own) => {
    if (own < 0) return -1;
    const form = wordText(corpus, own);
    const known = numbers.get(form) ?? numbers.size;
    numbers.set(form, known);
    return known;
  });
  const left = used ? count - used.size : 0;
  return { word, sentence, type, forms: [...numbers.keys()], excluded: left > 0 ? { 'rows not asked for': left } : {} };
}

/**
 * Refuses concepts that a corpus cannot answer, all of them at once and before a model runs for them. Throws `InputError`
 * CONCEPT_UNKNOWN.
 */
export function checkConcepts(concepts: readonly Concept[], corpus: Corpus): void {
  readEach(concepts, (concept) => labelsOf(concept, corpus));
}

/**
 * Labels of all rows for a concept. With `againstAttribute` rows that lack the concept's attribute take no part. Throws
 * `InputError` CONCEPT_UNKNOWN.
 */
export function conceptRows(concept: Concept, corpus: Corpus, rows: RowFacts, againstAttribute: boolean): ConceptRows {
  const words = labelsOf(concept, corpus);
  const ofRows = (labels: Int32Array): Int32Array => rows.word.map((word) => (word < 0 ? -1 : (labels[word] ?? -1)));
  const { name, kind, classNames } = words;
  const labels = ofRows(againstAttribute && words.against ? words.against : words.labels);
  const against = words.against && !againstAttribute ? { against: ofRows(words.against) } : {};
  // One value of `upos=*` stands against all other words, as `upos=NOUN` does.
  const asked = kind === 'classes' && !againstAttribute ? { asked: Uint8Array.from(rows.word, (word) => Number(word >= 0)) } : {};
  return {
    set: { name, kind, classNames, labels, ...against, ...asked, ...valuesOf(concept, words, corpus, ofRows) },
    source: sourceOf(concept, words),
  };
}

/** A number of words to predict, with what a person must know of the rows that lack it. */
export interface NumberRows extends ConceptRows {
  readonly notes: readonly string[];
}

/** Numbers of all rows. Throws `InputError` CONCEPT_UNKNOWN. */
export function numberRows(name: string, corpus: Corpus, rows: Pick<RowFacts, 'word'>): NumberRows {
  const { values, source } = numbersOf(name, corpus);
  const numbers = Float64Array.from(rows.word, (word) => (word < 0 ? Number.NaN : (values[word] ?? Number.NaN)));
  const without = numbers.reduce((count, value, row) => count + Number((rows.word[row] ?? -1) >= 0 && Number.isNaN(value)), 0);
  const notes = without > 0 ? [`${counted(without, 'word')} left out of ${numberTitle(name)}, having no such number`] : [];
  return { set: numberSet(numberTitle(name), numbers), source, notes };
}

/** All values of the attribute that a concept is a value of, for methods that compare values with each other. */
function valuesOf(
  concept: Concept,
  { attribute }: ConceptLabels,
  corpus: Corpus,
  ofRows: (labels: Int32Array) => Int32Array,
): Pick<LabelSet, 'values'> | Record<string, never> {
  const column = attribute === undefined ? undefined : corpus.attributes.get(attribute);
  if (!column || concept.kind !== 'attribute' || concept.value === undefined) return {};
  return { values: { names: column.values, labels: ofRows(column.ids), focus: column.values.indexOf(concept.value) } };
}

/** Where labels come from. */
function sourceOf(concept: Concept, { attribute, source }: ConceptLabels): ConceptRows['source'] {
  if (concept.kind === 'rule') return { kind: 'rule' };
  if (concept.kind !== 'attribute' || concept.value === undefined || attribute === undefined) return source;
  return valueSource(attribute, concept.value, source);
}
