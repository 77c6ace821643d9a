/** Word vectors in text files, as GloVe and word2vec write them. */
import { expect, test } from 'vitest';
import { vectorsInFile } from '../../../server/src/worker/wordVectors';
import { findingsOfAsync } from '../../helpers/findings';
import { quietJob } from '../../helpers/quietJob';
import { tempFolder } from '../../helpers/tempFiles';

const temp = tempFolder();
const read = (text: string, ...wanted: string[]) => vectorsInFile(temp.write('v.txt', text), new Set(wanted), quietJob.signal);

test('the words that are wanted are read, with or without a first line of sizes; the first line of a word counts', async () => {
  const lines = 'the 0.5 -1e-2\ncat 1 2\nNew York 3 4\ncat 9 9\n';
  for (const text of [lines, `4 2\n${lines}`]) {
    const { vectors, notes } = await read(text, 'cat', 'New York', 'dog');
    expect([...vectors].map(([word, values]) => [word, ...Array.from(values)])).toEqual([
      ['cat', 1, 2],
      ['New York', 3, 4],
    ]);
    expect(notes).toEqual([expect.stringContaining('1 of 3 words have no vector')]);
  }
});

test('what is no number is refused with its line', async () => {
  expect(await findingsOfAsync(async () => read('the 1 2\ncat 1 x\n', 'cat'))).toMatchObject([
    { code: 'MATRIX_FORMAT', place: { line: 2 }, expected: expect.stringContaining('2 numbers') },
  ]);
});
