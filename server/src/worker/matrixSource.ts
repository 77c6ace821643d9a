/** Somebody's matrix with its labels: what `--activations`, `--labels` and their companions name. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { NpyMatrix } from '../activations/npyMatrix';
import type { CopyOptions } from '../activations/neurox/openNeurox';
import { readNpy } from '../activations/npy';
import { linesOf, readWholeText } from '../corpus/readers/wholeText';
import { counted, countText } from '../protocol/counted';
import { InputError, shown } from '../protocol/errors';
import type { LabelledMatrixRef, MatrixRef } from '../protocol/sources';
import { parseRange } from '../protocol/ranges';
import { openOutsideMatrix } from './outsideMatrix';
import type { OutsideMatrix } from './outsideMatrix';
import { sentenceLabels } from './sentenceLabels';
import { targetNumbers } from './targetNumbers';

/** A matrix with the columns asked for. The caller closes it. */
export interface SelectedMatrix {
  readonly matrix: NpyMatrix;
  readonly columns: readonly number[];
  readonly sha256: string;
  /** What a person must know to read its numbers. */
  readonly notes: readonly string[];
}

export interface LabelledMatrix extends SelectedMatrix {
  /** Class of each row as an index into `classNames`; −1 where the row takes no part. */
  readonly labels: Int32Array;
  readonly classNames: readonly string[];
  /** True when the labels are the numbers 0 and 1 without names: 1 carries the concept. */
  readonly binary: boolean;
  /** Number of each row where numbers are to be predicted; NaN for a row that takes no part. */
  readonly numbers: Float64Array | undefined;
  readonly groups: Int32Array | undefined;
  /** Word of each row, as a file of words or that of activations says it; undefined where neither does. */
  readonly tokens: readonly string[] | undefined;
}

/** Opens everything and checks that rows agree. Throws MATRIX_FORMAT, MATRIX_SHAPE, LABEL_COUNT, USAGE. The caller closes the matrix. */
export async function openLabelledMatrix(ref: LabelledMatrixRef, options: CopyOptions): Promise<LabelledMatrix> {
  const outside = await openOutsideMatrix(ref.activations, options);
  const { matrix } = outside;
  try {
    const { labels, classNames, binary, numbers } = await rowLabels(ref, outside);
    const used = ref.rows === undefined ? undefined : new Set(ranges(ref.rows, matrix.rows, '--rows'));
    return {
      ...(await selected(outside, ref)),
      labels: used ? labels.map((label, row) => (used.has(row) ? label : -1)) : labels,
      classNames,
      binary,
      numbers: used ? numbers?.map((value, row) => (used.has(row) ? value : Number.NaN)) : numbers,
      groups: groupsOf(ref.groups, outside),
      tokens: await rowWords(ref.types, outside),
    };
  } catch (error) {
    matrix.close();
    throw error;
  }
}

/** The columns asked for, and the file's hash. Throws USAGE. */
export async function selected(
  { matrix, notes }: OutsideMatrix,
  { activations, columns }: Pick<MatrixRef, 'activations' | 'columns'>,
): Promise<SelectedMatrix> {
  const all = Array.from({ length: matrix.columns }, (_, c) => c);
  return {
    matrix,
    columns: columns === undefined ? all : ranges(columns, matrix.columns, '--columns'),
    sha256: await hashOf(activations),
    notes,
  };
}

/** Sentence of each row: as given, or as the file of activations has it. Throws LABEL_COUNT, MATRIX_FORMAT. */
export function groupsOf(file: string | undefined, { matrix, sentences }: OutsideMatrix): Int32Array | undefined {
  if (file === undefined) return sentences;
  const groups = wholeNumbers(file);
  sameRows(file, groups.length, matrix.rows, 'group');
  return groups;
}

/**
 * Rows to evaluate on, with the classes of the rows that were fitted; rows of other classes take no part. Throws MATRIX_SHAPE
 * when the columns differ.
 */
export function sameClasses(fitted: LabelledMatrix, held: LabelledMatrix): LabelledMatrix {
  if (fitted.matrix.columns !== held.matrix.columns) {
    held.matrix.close();
    throw new InputError(
      'MATRIX_SHAPE',
      { flag: '--eval-activations' },
      {
        found: `${held.matrix.columns} columns`,
        expected: `${fitted.matrix.columns}, as in --activations`,
        remedy: 'take both from the same neurons',
      },
    );
  }
  const numbers = held.classNames.map((name) => fitted.classNames.indexOf(name));
  const { classNames, binary } = fitted;
  return { ...held, classNames, binary, labels: held.labels.map((label) => numbers[label] ?? -1) };
}

/** The label of each row. Throws LABEL_COUNT, MATRIX_FORMAT, MATRIX_SHAPE. */
export async function rowLabels(ref: LabelsRef, outside: OutsideMatrix): Promise<RowLabels> {
  const found = await readLabels(ref, outside);
  sameRows(ref.labels, found.labels.length, outside.matrix.rows, 'label');
  return found;
}

type LabelsRef = Pick<LabelledMatrixRef, 'labels' | 'labelNames' | 'numbers'>;
type RowLabels = Pick<LabelledMatrix, 'labels' | 'classNames' | 'binary'> & Partial<Pick<LabelledMatrix, 'numbers'>>;

/** The word of each row, as given or as the file of activations has it. Throws LABEL_COUNT, MATRIX_FORMAT, MATRIX_SHAPE. */
export async function rowWords(file: string | undefined, { matrix, tokens }: OutsideMatrix): Promise<readonly string[] | undefined> {
  if (file === undefined) return tokens;
  const words = await wordsIn(file);
  sameRows(file, words.length, matrix.rows, 'word');
  return words;
}

async function readLabels(ref: LabelsRef, outside: OutsideMatrix): Promise<RowLabels> {
  if (ref.numbers) {
    const numbers = await targetNumbers(ref.labels, outside.sentences);
    return { labels: new Int32Array(numbers.length), classNames: ['target'], binary: false, numbers };
  }
  if (!ref.labels.endsWith('.npy')) {
    const lines = linesOf(await readWholeText(ref.labels));
    return namedLabels(outside.sentences ? sentenceLabels(ref.labels, lines, outside.sentences) : lines);
  }
  const values = wholeNumbers(ref.labels);
  const largest = values.reduce((most, value) => Math.max(most, value), -1);
  const names = ref.labelNames === undefined ? undefined : linesOf(await readWholeText(ref.labelNames));
  if (names && largest >= names.length) {
    throw new InputError(
      'LABEL_COUNT',
      { file: ref.labelNames ?? '' },
      {
        found: `${names.length} names`,
        expected: `${largest + 1}, since ${largest} is the largest label`,
        remedy: 'give one name a line, for label 0 first',
      },
    );
  }
  return {
    labels: values.map((value) => (value < 0 ? -1 : value)),
    classNames: names ?? Array.from({ length: largest + 1 }, (_, k) => String(k)),
    binary: names === undefined && largest === 1,
  };
}

/** Text labels become classes in the order of their names; a file of 0 and 1 is binary. */
function namedLabels(texts: readonly string[]): RowLabels {
  const numeric = texts.every((text) => /^\d+$/.test(text));
  const classNames = [...new Set(texts)].sort((a, b) => (numeric ? Number(a) - Number(b) : a < b ? -1 : Number(a > b)));
  const number = new Map(classNames.map((name, k) => [name, k]));
  return {
    labels: Int32Array.from(texts, (text) => number.get(text) ?? -1),
    classNames,
    binary: classNames.length === 2 && classNames[0] === '0' && classNames[1] === '1',
  };
}

/** Words as a text file has them, one a line, or their numbers. Throws MATRIX_FORMAT, MATRIX_SHAPE. */
async function wordsIn(file: string): Promise<readonly string[]> {
  return file.endsWith('.npy') ? Array.from(wholeNumbers(file), String) : linesOf(await readWholeText(file));
}

/** A list of whole numbers, one a row. Throws MATRIX_FORMAT, MATRIX_SHAPE. */
function wholeNumbers(file: string): Int32Array {
  const { shape, values } = readNpy(file);
  const bad = values.findIndex((value) => !Number.isSafeInteger(value) || Math.abs(value) > 0x7fffffff);
  if (shape.length === 1 && bad < 0) return Int32Array.from(values);
  throw new InputError(
    shape.length === 1 ? 'MATRIX_FORMAT' : 'MATRIX_SHAPE',
    { file },
    {
      found: shape.length === 1 ? `${values[bad]} at place ${bad}` : `shape (${shape.join(', ')})`,
      expected: 'a list of whole numbers, one a row',
      remedy: 'save it with dtype int32 and one dimension',
    },
  );
}

/** Refuses a file that does not have one entry for each row. Throws LABEL_COUNT. */
export function sameRows(file: string, found: number, rows: number, what: string, several = `${what}s`): void {
  if (found === rows) return;
  throw new InputError(
    'LABEL_COUNT',
    { file },
    {
      found: counted(found, what, several),
      expected: `${countText(rows)}, one for each row of the matrix`,
      remedy: 'take them from the same rows, in the same order',
    },
  );
}

/** `0-383,512` as numbers, ascending, each once. */
export function ranges(text: string, limit: number, flag: string): number[] {
  const numbers = new Set<number>();
  for (const part of text.split(',').map((piece) => piece.trim())) {
    const range = parseRange(part);
    if (!range || range.to >= limit) {
      throw new InputError(
        'USAGE',
        { flag: `${flag} ${shown(text, 60)}` },
        {
          found: shown(part, 40) || 'nothing between commas',
          expected: `numbers and ranges from 0 to ${limit - 1}`,
          remedy: 'such as 0-383,512',
        },
      );
    }
    for (let n = range.from; n <= range.to; n++) numbers.add(n);
  }
  return [...numbers].sort((a, b) => a - b);
}

/** SHA-256 of a file, hex. */
export async function hashOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of createReadStream(file)) hash.update(piece as Buffer);
  return hash.digest('hex');
}
