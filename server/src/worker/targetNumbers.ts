/** Numbers of rows that a probe is to predict: a `.npy` list, or one a line of text. */
import { readNpy } from '../activations/npy';
import { linesOf, readWholeText } from '../corpus/readers/wholeText';
import { InputError, problem, refuseAll, shown } from '../protocol/errors';
import { sentenceLabels } from './sentenceLabels';

const decimal = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i;
/** How text says that a row has no number. */
const none = new Set(['', '_', 'nan', 'na']);

/**
 * The number of each row; NaN where it has none. Throws LABEL_NUMBER for every line that is neither a number nor a word for none
 * and for numbers without end; MATRIX_FORMAT, MATRIX_SHAPE, and for lines of sentences LABEL_LINES and LABEL_COUNT.
 */
export async function targetNumbers(file: string, sentences: Int32Array | undefined): Promise<Float64Array> {
  const numbers = file.endsWith('.npy') ? listIn(file) : await linesIn(file, sentences);
  if (numbers.some((value) => !Number.isNaN(value))) return numbers;
  throw new InputError(
    'LABEL_NUMBER',
    { file },
    { found: 'no number', expected: 'a number for each row that is to be fitted', remedy: 'give the numbers of the rows of --activations' },
  );
}

function listIn(file: string): Float64Array {
  const { shape, values } = readNpy(file);
  if (shape.length !== 1) {
    throw new InputError(
      'MATRIX_SHAPE',
      { file },
      { found: `shape (${shape.join(', ')})`, expected: 'a list of numbers, one a row', remedy: 'save it with one dimension' },
    );
  }
  const endless = values.findIndex((value) => !Number.isFinite(value) && !Number.isNaN(value));
  if (endless < 0) return Float64Array.from(values);
  throw new InputError(
    'LABEL_NUMBER',
    { file },
    {
      found: `${values[endless]} at place ${endless}`,
      expected: 'finite numbers, or NaN for rows without one',
      remedy: 'correct it, or make it NaN',
    },
  );
}

async function linesIn(file: string, sentences: Int32Array | undefined): Promise<Float64Array> {
  const lines = linesOf(await readWholeText(file));
  const texts = sentences ? sentenceLabels(file, lines, sentences) : lines;
  const read = (text: string): number => (none.has(text.trim().toLowerCase()) ? Number.NaN : Number(text));
  refuseAll(
    texts.flatMap((text, row) =>
      none.has(text.trim().toLowerCase()) || (decimal.test(text.trim()) && Number.isFinite(Number(text)))
        ? []
        : [
            problem('LABEL_NUMBER', sentences ? { file, node: `row ${row}` } : { file, line: row + 1 }, {
              found: shown(text, 40),
              expected: 'a finite number, such as 3 or -0.25; nothing, _ or nan for a row without one',
              remedy: 'correct it; for labels that are names: --labels',
            }),
          ],
    ),
  );
  return Float64Array.from(texts, read);
}
