/** Which column of a table is what: by the names asked for, by a header, or by their number. */
import { InputError, shown } from '../../protocol/errors';
import type { Findings } from './findings';

export interface Layout {
  /** Cells a row must have. */
  readonly width: number;
  /** Where that number comes from, as messages say it. */
  readonly widthRule: string;
  /** True if the first row is names and not words. */
  readonly header: boolean;
  readonly word: number;
  /** The column holds whole texts, which are split, and not words. */
  readonly isText: boolean;
  /** Column whose changes of value are sentence borders, −1 if there is none. */
  readonly sentence: number;
  /** Columns that become attributes, with their names. */
  readonly attributes: readonly { readonly column: number; readonly name: string }[];
}

const wordNames = ['form', 'word', 'words', 'token', 'tokens'];
const textNames = ['text', 'sentence'];
const sentenceNames = ['sent_id', 'sentence_id', 'sentence #', 'sent', 'sentence'];

/**
 * Concludes the layout from the first rows of a file.
 * @throws InputError USAGE if no column asked for holds the words
 * @param asked names for all columns, `_` for one that is left out
 * @param last name of the last column where there are no names (default: `label` if it is the only one)
 */
export function layoutOf(
  rows: readonly (readonly string[])[],
  asked: readonly string[] | undefined,
  findings: Findings,
  last?: string,
): Layout {
  const first = rows[0] ?? [];
  if (asked) {
    if (![...wordNames, ...textNames].some((name) => asked.some((one) => same(one, name)))) throw noWordColumn(asked);
    const header = first.length === asked.length && first.every((cell, k) => same(cell, asked[k] ?? ''));
    return { ...named(asked, header), widthRule: 'as --columns names' };
  }
  if (isHeader(rows)) {
    findings.note(`The first row is the header: ${shown(first.join(', '), 200)}.`);
    return named(first, true);
  }
  const width = first.length;
  const word = width > 1 && rows.every((row) => /^\d+$/.test(row[0] ?? '')) ? 1 : 0;
  const names = first.map((_, k) => {
    if (k === word) return 'form';
    if (k < word) return '_';
    return k === width - 1 && (last ?? width === word + 2) ? (last ?? 'label') : `column${k + 1}`;
  });
  if (width > 1) findings.note(`No header: columns are called ${names.join(', ')}; --columns gives them other names.`);
  return named(names, false);
}

function noWordColumn(asked: readonly string[]): InputError {
  return new InputError(
    'USAGE',
    { flag: '--columns' },
    {
      found: shown(asked.join(','), 120),
      expected: `a column for the words, called ${[...wordNames, ...textNames].join(', ')}`,
      remedy: 'For example: --columns form,upos',
    },
  );
}

function same(a: string, b: string): boolean {
  return a.trim().toLowerCase() === b.trim().toLowerCase();
}

/** A first row with a name that word columns have, whose other cells are not values of their columns. */
function isHeader(rows: readonly (readonly string[])[]): boolean {
  const [first = [], ...others] = rows;
  const known = first.findIndex((cell) => [...wordNames, ...textNames].some((name) => same(cell, name)));
  if (known < 0 || first.length < 2 || new Set(first).size < first.length) return false;
  return first.every((cell, k) => k === known || !others.some((row) => row[k] === cell));
}

function named(names: readonly string[], header: boolean): Layout {
  const find = (wanted: readonly string[]) => names.findIndex((name) => wanted.some((one) => same(one, name)));
  const asWord = find(wordNames);
  const asText = find(textNames);
  const word = Math.max(asWord >= 0 ? asWord : asText, 0);
  const isText = asWord < 0 && asText >= 0;
  const sentence = isText ? -1 : find(sentenceNames);
  const attributes: { column: number; name: string }[] = [];
  names.forEach((name, column) => {
    if (column === word || column === sentence || name.trim() === '_') return;
    const plain = name.trim() || `column${column + 1}`;
    const taken = attributes.filter((one) => one.name === plain || one.name.startsWith(`${plain}.`)).length;
    attributes.push({ column, name: taken === 0 ? plain : `${plain}.${taken + 1}` });
  });
  return { width: names.length, widthRule: 'as in the first row', header, word, isText, sentence, attributes };
}
