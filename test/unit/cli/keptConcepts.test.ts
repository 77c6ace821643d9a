/** Files of concepts: what is in them is read whole, and what cannot be told apart is refused. */
import { expect, test } from 'vitest';
import { withKeptConcepts } from '../../../server/src/cli/keptConcepts';
import { findingsOfAsync } from '../../helpers/findings';
import { tempFolder } from '../../helpers/tempFiles';

const temp = tempFolder();
const write = (text: string) => temp.write('kept.concepts', text);
const read = async (text: string) => (await withKeptConcepts({ concept: [`@${write(text)}`] })).concept;

test('a line that stands there twice is one concept, and words that stand in a list twice change nothing', async () => {
  expect(await read('# kept\na := word:"she|she"\n\na := word:"she|she"\nupos=NOUN\nupos=NOUN\n')).toEqual(['a := word:"she|she"', 'upos=NOUN']); // prettier-ignore
});

test('two concepts of one name are refused, with both lines', async () => {
  const found = await findingsOfAsync(async () => read('a := word:"she"\nb := word:"he"\na := word:"it"\n'));
  expect(found).toMatchObject([{ code: 'CONCEPT_SYNTAX', place: { line: 3 }, found: expect.stringContaining('line 1') }]);
});
