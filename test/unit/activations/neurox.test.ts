/**
 * Activations that NeuroX wrote. The files in test/fixtures/neurox are by the writers of its release 1.0.9 (four sentences,
 * two layers of three normal deviates of seed 1); the one of halves has the same values, as its later revision writes them.
 */
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Dataset } from 'h5wasm/node';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { openNeurox } from '../../../server/src/activations/neurox/openNeurox';
import { InputError } from '../../../server/src/protocol/errors';
import { sentenceLabels } from '../../../server/src/worker/sentenceLabels';
import { tempFolder } from '../../helpers/tempFiles';

const temp = tempFolder();
const fixture = (name: string): string => fileURLToPath(new URL(`../../fixtures/neurox/${name}`, import.meta.url));
const options = { cache: temp.path, signal: new AbortController().signal };
const words = readFileSync(fixture('four.word'), 'utf8').trim().split(/\s+/);
const leftOver = (): string[] => readdirSync(join(temp.path, 'activations'));

interface Line {
  readonly linex_index: number;
  readonly features: readonly {
    readonly token: string;
    readonly layers: readonly { readonly index: number; readonly values: readonly number[] }[];
  }[];
}
const lines = readFileSync(fixture('four.json'), 'utf8').trim().split('\n').map((line) => JSON.parse(line) as Line); // prettier-ignore

/** Values in the order that NeuroX's own loader gives them: layer behind layer. */
const expected = lines.flatMap(({ features }) => features.map(({ layers }) => layers.flatMap(({ values }) => values)));

test.each([
  // JSON has eight decimals.
  ['four.json', 'json', 0],
  ['four.hdf5', 'hdf5', 5e-9],
  // A half has 11 significant bits; the largest deviate here is below 4.
  ['halves.hdf5', 'hdf5', 4 * 2 ** -11],
] as const)('%s has a row a word and the layers of it side by side', async (name, form, tolerance) => {
  const { matrix, sentences, tokens, layers, width } = await openNeurox(fixture(name), form, options);
  expect({ rows: matrix.rows, columns: matrix.columns, layers, width }).toEqual({ rows: 13, columns: 6, layers: 2, width: 3 });
  expect(tokens).toEqual(words);
  expect([...sentences]).toEqual([0, 0, 0, 1, 1, 1, 1, 2, 2, 3, 3, 3, 3]);
  const columns = await matrix.readColumns(0, 6);
  const furthest = expected.flatMap((row, r) => row.map((value, c) => Math.abs((columns[c * 13 + r] ?? NaN) - Math.fround(value))));
  expect(Math.max(...furthest)).toBeLessThanOrEqual(tolerance);
  matrix.close();
  expect(leftOver()).toEqual([]);
});

const changed = (change: (line: Line) => unknown): string => lines.map((line) => JSON.stringify(line.linex_index === 1 ? change(line) : line)).join('\n'); // prettier-ignore
const [first] = lines[1]?.features ?? [];
test.each([
  ['a line that is cut off', changed((line) => line).slice(0, 800), 'MATRIX_FORMAT', 2, /JSON/],
  ['a value that is no number', changed((line) => line).replace(/-?\d\.\d+(?=\]\}\]\}\]\}$)/, 'NaN'), 'MATRIX_FORMAT', 4, /^NaN$/],
  ['another width in one layer', changed((line) => ({ ...line, features: [first, { token: 'cat', layers: [{ index: 0, values: [1, 2, 3] }, { index: 1, values: [1] }] }] })), 'MATRIX_FORMAT', 2, /1 values in layer 1 of word 2, "cat"/], // prettier-ignore
  ['another width from a sentence on', changed(() => ({ linex_index: 1, features: [{ token: 'a', layers: [{ index: 0, values: [1, 2] }, { index: 1, values: [1, 2] }] }] })), 'MATRIX_SHAPE', 2, /2 layers of 2/], // prettier-ignore
  ['a sentence that is missing', changed((line) => ({ ...line, linex_index: 2 })), 'MATRIX_FORMAT', 2, /sentence number 2/],
  ['a word without layers', changed((line) => ({ ...line, features: [{ token: 'a' }] })), 'MATRIX_FORMAT', 2, /features.0.layers/],
] as const)('%s is refused at its line, and nothing is left behind', async (_what, text, code, line, found) => {
  const file = temp.write('broken.json', text);
  await expect(openNeurox(file, 'json', options)).rejects.toMatchObject({
    problems: [{ code, place: { file, line }, found: expect.stringMatching(found) as string }],
  });
  expect(leftOver()).toEqual([]);
});

test('an HDF5 file that was cut off, or whose index was never written, is refused without a word of the library', async () => {
  const whole = readFileSync(fixture('four.hdf5'));
  const cut = temp.write('cut.hdf5', whole.subarray(0, 3000));
  const other = temp.write('other.hdf5', '');
  // The name of the index, changed in place: the file is a file of somebody else.
  writeFileSync(other, Buffer.from(whole.toString('latin1').replace('sentence_to_index', 'sentence_to_wrong'), 'latin1'));
  await expect(openNeurox(cut, 'hdf5', options)).rejects.toMatchObject({ problems: [{ code: 'MATRIX_FORMAT', found: expect.stringMatching(/cut off/) as string }] }); // prettier-ignore
  await expect(openNeurox(other, 'hdf5', options)).rejects.toMatchObject({ problems: [{ code: 'MATRIX_FORMAT', place: { tensor: 'sentence_to_index' } }] }); // prettier-ignore
});

test('a dataset that promises more than any text has, or that cannot be read, is refused by its name and is no defect of ours', async () => {
  const library = await import('h5wasm/node');
  await library.ready;
  const write = (name: string, fill: (dataset: Dataset, file: string) => void): string => {
    const path = temp.write(name, '');
    const file = new library.File(path, 'w');
    const shape = { shape: [1, 2, 2], maxshape: [null, null, null], chunks: [1, 2, 2] };
    const dataset = file.create_dataset({ name: '0', data: new Float32Array([1, 2, 3, 4]), dtype: '<f4', ...shape, compression: 'gzip' });
    file.create_dataset({ name: 'sentence_to_index', data: [JSON.stringify({ 'a b': 0 })], shape: [1], dtype: 'S64' });
    fill(dataset, path);
    file.close();
    return path;
  };
  const large = write('large.hdf5', (dataset) => dataset.resize([1, 2, 2 ** 31]));
  const damaged = write('damaged.hdf5', () => undefined);
  const bytes = readFileSync(damaged);
  // Whatever the level, zlib begins with 78 and ends its two bytes on a multiple of 31.
  const at = bytes.findIndex((byte, i) => byte === 0x78 && ((byte << 8) + (bytes[i + 1] ?? 0)) % 31 === 0);
  expect(at).toBeGreaterThan(0);
  writeFileSync(damaged, Buffer.concat([bytes.subarray(0, at), Buffer.from([0, 0]), bytes.subarray(at + 2)]));
  for (const [file, found] of [
    [large, /^17(\.\d+)? GB in one sentence$/],
    [damaged, /cannot be read/],
  ] as const) {
    await expect(openNeurox(file, 'hdf5', options)).rejects.toMatchObject({
      problems: [{ code: 'MATRIX_FORMAT', place: { file, tensor: '0' }, found: expect.stringMatching(found) as string }],
    });
  }
  expect(leftOver()).toEqual([]);
});

test('labels are a line a sentence and one a row of it; what differs is named with the way out', () => {
  const sentences = Int32Array.from([0, 0, 1]);
  expect(sentenceLabels('x.label', ['D N', 'V'], sentences)).toEqual(['D', 'N', 'V']);
  expect(sentenceLabels('x.label', ['D', 'N', 'V'], sentences)).toEqual(['D', 'N', 'V']);
  const problems = (lines: readonly string[]): InputError['problems'] | undefined => {
    try {
      sentenceLabels('x.label', lines, sentences);
    } catch (error) {
      if (error instanceof InputError) return error.problems;
    }
    return undefined;
  };
  expect(problems(['D N V'])).toMatchObject([{ code: 'LABEL_LINES', found: '1 line', expected: expect.stringMatching(/^2, one for each sentence/) as string }]); // prettier-ignore
  expect(problems(['D', 'V X'])).toMatchObject([
    { code: 'LABEL_COUNT', place: { line: 1 }, found: '1 label', remedy: expect.stringMatching(/--aggregation/) as string },
    { code: 'LABEL_COUNT', place: { line: 2 }, found: '2 labels', remedy: expect.stringMatching(/cut off/) as string },
  ]);
});
