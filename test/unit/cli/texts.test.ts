import { expect, test } from 'vitest';
import { textsOf } from '../../../server/src/cli/texts';
import { findingsOfAsync } from '../../helpers/findings';
import { tempFolder } from '../../helpers/tempFiles';

const temp = tempFolder();
const read = (content: string): Promise<string[]> => textsOf('tokens', { text: [], texts: temp.write('texts', content) });

test('a line is a text, whichever way lines end', async () => {
  expect(await read('one\ntwo\r\n  three ')).toEqual(['one', 'two', '  three ']);
});

test('an array is taken as it is, empty texts too', async () => {
  expect(await read('["one", "", "a\\nb"]')).toEqual(['one', '', 'a\nb']);
  expect(await read('\ufeff [ "one"\n]\n')).toEqual(['one']);
});

test('a text may begin with a bracket', async () => {
  expect(await read('[MASK] sleeps.\n[CLS] too\n')).toEqual(['[MASK] sleeps.', '[CLS] too']);
});

test('every empty line is named, since leaving one out would shift all texts behind it', async () => {
  const findings = await findingsOfAsync(() => read('one\n\ntwo\n \t\n'));
  expect(findings).toMatchObject([
    { code: 'CORPUS_EMPTY', place: { line: 2 } },
    { code: 'CORPUS_EMPTY', place: { line: 4 } },
  ]);
});

test.each([
  ['\ufeff', 'CORPUS_EMPTY', 'no text'],
  ['[]', 'CORPUS_EMPTY', 'an array without texts'],
  ['["one", ]', 'CORPUS_JSON', expect.any(String)],
  ['["one", 2]', 'CORPUS_JSON', 'JSON that is no array of strings'],
  ['[1, 2]', 'CORPUS_JSON', 'JSON that is no array of strings'],
])('%j is refused', async (content, code, found) => {
  expect(await findingsOfAsync(() => read(content))).toMatchObject([{ code, found }]);
});
