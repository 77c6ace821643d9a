/** A whole CoNLL-U sentence on its way into the corpus: its words found in its text, its columns turned into attributes. */
import { shown } from '../../protocol/errors';
import { counted } from '../../protocol/counted';
import { rootHead } from '../corpus';
import { cellColumn } from './cellColumn';
import type { Reading } from './reading';
import { asItIs, wordPlace } from './sourceMap';
import { placeWords } from './surface';
import type { Unit } from './surface';

const standardColumns = ['ID', 'FORM', 'LEMMA', 'UPOS', 'XPOS', 'FEATS', 'HEAD', 'DEPREL', 'DEPS', 'MISC'];
/** Columns that become an attribute as they are, under their name in lower case. */
const plainAttributes = ['LEMMA', 'UPOS', 'XPOS', 'DEPREL'];

/** Names and number of the columns of a file. */
export class ConlluColumns {
  names: readonly string[] = standardColumns;
  /** Cells that every line must have, 0 until that is known. */
  width = 0;

  /** As a line `global.columns` says. */
  declare(names: readonly string[]): void {
    this.names = names;
    this.width = names.length;
  }

  /**
   * Where nothing is declared, columns are as many as the first line has, but at least ten (STREUSLE has 19). Says
   * whether this call found more than ten.
   */
  settle(found: number): boolean {
    if (this.width > 0) return false;
    this.width = Math.max(found, standardColumns.length);
    return this.width > standardColumns.length;
  }

  get extra(): readonly string[] {
    return this.names.filter((name) => !standardColumns.includes(name));
  }

  cell(cells: readonly string[], name: string): string {
    return cells[this.names.indexOf(name)] ?? '_';
  }

  /** Column of the form's cell in its line, from 1. */
  formColumn(cells: readonly string[]): number {
    return cellColumn(cells, this.names.indexOf('FORM'));
  }

  hasSpaceAfter(cells: readonly string[]): boolean {
    return !this.cell(cells, 'MISC').split('|').includes('SpaceAfter=No');
  }
}

export interface WordRow {
  readonly cells: readonly string[];
  readonly line: number;
}

/** A multiword token: words `first` to `last` (from 1), written as `form`. */
export interface Range {
  readonly first: number;
  readonly last: number;
  readonly form: string;
  readonly spaceAfter: boolean;
  readonly line: number;
}

/** The surface of a sentence, as its comment `# text =` gives it; column (from 1) of its first character. */
export interface SurfaceComment {
  readonly text: string;
  readonly line: number;
  readonly column: number;
}

export interface ConlluSentence {
  readonly line: number;
  readonly id: string | undefined;
  readonly text: SurfaceComment | undefined;
  readonly words: readonly WordRow[];
  readonly ranges: readonly Range[];
}

/** Adds a sentence whose lines are in order. Doubts about its text, heads and features become warnings. */
export function addSentence(reading: Reading, columns: ConlluColumns, sentence: ConlluSentence): void {
  const { words, line, id } = sentence;
  const units = unitsOf(columns, sentence);
  const surface = sentence.text;
  const placed = placeWords(surface?.text, units);
  const warn = (unit: UnitOfWords | undefined, found: string, expected: string, remedy: string) => {
    reading.findings.warn('CORPUS_SURFACE', { file: reading.file, line: unit?.line ?? line }, { found, expected, remedy });
  };
  if (placed.missing !== undefined) {
    const unit = units[placed.missing];
    const found = `'${shown(unit?.form ?? '', 80)}' is not where it should be in the text comment`;
    warn(
      unit,
      found,
      'the words in their order, with only white space between them',
      'Used with a text rebuilt from the forms and SpaceAfter.',
    );
  }
  for (const unit of placed.taken.map((k) => units[k])) {
    const found = `'${shown(unit?.form ?? '', 80)}' is not made of its words ${shown(unit?.words.join(', ') ?? '', 80)}`;
    warn(unit, found, 'a surface form that holds its words', 'Used as its words, each apart.');
  }
  // A text made anew is not the comment's.
  const commentMap = surface?.text === placed.text ? asItIs(surface.line, surface.column) : undefined;
  const spans = words.map((row, w) => {
    const [start, end] = placed.spans[w] ?? [0, 0];
    const form = columns.cell(row.cells, 'FORM');
    const place = wordPlace(asItIs(row.line, columns.formColumn(row.cells)), 0, form.length, row.line);
    return { start, end, ...place, also: commentMap && wordPlace(commentMap, start, end, row.line) };
  });
  const from = reading.into.addSentence(placed.text, spans, { line, id });
  words.forEach((row, w) => annotate(reading, columns, row, { word: from + w, from, words: words.length }));
}

type UnitOfWords = Unit & { readonly line: number };

/** Words, and multiword tokens in the place of theirs. */
function unitsOf(columns: ConlluColumns, { words, ranges }: ConlluSentence): UnitOfWords[] {
  const units: UnitOfWords[] = [];
  const rangeAt = new Map(ranges.map((range) => [range.first, range]));
  for (let w = 0; w < words.length;) {
    const range = rangeAt.get(w + 1);
    const rows = words.slice(w, range ? range.last : w + 1);
    const forms = rows.map(({ cells }) => columns.cell(cells, 'FORM'));
    const spaceAfter = range?.spaceAfter ?? columns.hasSpaceAfter(rows[0]?.cells ?? []);
    units.push({ form: range?.form ?? forms[0] ?? '', words: forms, spaceAfter, line: rows[0]?.line ?? 0 });
    w += rows.length;
  }
  return units;
}

function annotate(
  reading: Reading,
  columns: ConlluColumns,
  { cells, line }: WordRow,
  { word, from, words }: { word: number; from: number; words: number },
): void {
  const { file, findings, into } = reading;
  const head = columns.cell(cells, 'HEAD');
  const headFits = head === '_' || (/^\d+$/.test(head) && Number(head) <= words);
  if (!headFits) {
    const found = `head ${shown(head, 40)} in a sentence of ${counted(words, 'word')}`;
    const remedy = "Used without this word's deprel; its other tags stay.";
    findings.warn('CORPUS_HEAD', { file, line }, { found, expected: `a number from 0 to ${words}`, remedy });
  }
  if (headFits && head !== '_') into.setHead(word, head === '0' ? rootHead : from + Number(head) - 1);
  for (const name of columns.names) {
    const value = columns.cell(cells, name);
    if (value === '_' || value === '' || (name === 'DEPREL' && !headFits)) continue;
    if (name === 'FEATS') addFeatures(reading, value, word, line);
    else if (plainAttributes.includes(name)) into.set(name.toLowerCase(), word, value);
    else if (!standardColumns.includes(name)) into.set(name, word, value);
  }
}

function addFeatures({ file, findings, into }: Reading, features: string, word: number, line: number): void {
  for (const pair of features.split('|')) {
    const equals = pair.indexOf('=');
    if (equals > 0) {
      into.set(`feats.${pair.slice(0, equals)}`, word, pair.slice(equals + 1));
      continue;
    }
    const found = `feature '${shown(pair, 80)}' without a value`;
    findings.warn('CORPUS_COLUMNS', { file, line }, { found, expected: 'Name=Value', remedy: 'Used without this feature.' });
  }
}
