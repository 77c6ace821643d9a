/** Rows in memory: which are fitted and which held out, the same values whichever way they are read, and how many there are. */
import { expect, test } from 'vitest';
import type { Matrix } from '../../../server/src/activations/matrix';
import { checkParameters, isHeld, rankSamples } from '../../../server/src/methods';
import { plainKernels } from '../../../server/src/methods/kernels';
import { defineSampleRanking } from '../../../server/src/methods/sample';
import type { Sample } from '../../../server/src/methods/sample';

const [rows, neurons] = [40, 3];

/** Row r holds r, r + ¼ and r + ½, in blocks of seven. */
const matrix: Matrix = {
  ...{ rows, columns: neurons },
  async *blocks() {
    for (let from = 0; from < rows; from += 7) {
      const count = Math.min(7, rows - from);
      yield {
        from,
        rows: count,
        values: Float32Array.from({ length: count * neurons }, (_, i) => from + Math.floor(i / neurons) + (i % neurons) / 4),
      };
    }
  },
  readColumns: () => Promise.reject(new Error('rows are read')),
};

async function sampleOf(labels: number[], bytes?: number) {
  const seen: Sample[] = [];
  const method = defineSampleRanking({
    ...{ id: 'look', title: '', family: 'probing', citation: '', sees: '', blindTo: '', formula: '', parameters: {}, labels: 'binary' },
    ...{ best: 'largest', beside: {}, fit: {}, chance: () => null },
    async rank(sample) {
      seen.push(sample);
      return { score: [0, 0, 0], direction: [1, 1, 1], reasons: {}, beside: {}, fit: {}, warnings: [] };
    },
  });
  const { rankings } = await rankSamples({
    parts: [{ point: null, matrix }],
    labelSets: [{ name: 'a', kind: 'binary', classNames: ['other', 'a'], labels: Int32Array.from(labels) }],
    methods: [{ method, parameters: checkParameters(method, {}) }],
    ...{ kernels: plainKernels, seed: 1, ...(bytes !== undefined && { bytes }) },
  });
  return { sample: seen[0]!, size: rankings[0]!.sample };
}

const rowsIn = (values: ArrayLike<number>): number[] => Array.from(values).filter((_, i) => i % neurons === 0);

test('rows to fit and rows held out keep their order and share one memory, and the result says how large it is', async () => {
  const labels = Array.from({ length: rows }, (_, row) => row % 2);
  const { sample, size } = await sampleOf(labels);
  const all = labels.map((_, row) => row);
  expect(rowsIn(sample.train.values)).toEqual(all.filter((row) => !isHeld(1, row)));
  expect(rowsIn(sample.held.values)).toEqual(all.filter((row) => isHeld(1, row)));
  expect(Array.from(sample.held.labels)).toEqual(rowsIn(sample.held.values).map((row) => row % 2));
  expect(sample.train.values.buffer).toBe(sample.held.values.buffer);
  expect(size).toEqual({ fitted: sample.train.rows, held: sample.held.rows, of: rows, bytes: 4 * rows * neurons });
});

test('rows that nobody asks for are not among them, and a small memory holds a sample', async () => {
  const labels = Array.from({ length: rows }, (_, row) => (row % 4 === 3 ? -1 : row % 2));
  const { sample, size } = await sampleOf(labels, 4 * neurons * 12);
  const read = [...rowsIn(sample.train.values), ...rowsIn(sample.held.values)];
  expect(read.every((row) => row % 4 !== 3)).toBe(true);
  expect(read.length).toBeLessThanOrEqual(12);
  expect(size).toMatchObject({ of: 30, fitted: sample.train.rows, held: sample.held.rows });
});
