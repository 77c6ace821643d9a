import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { intoFolder, refuseUnwritable } from '../../../server/src/cli/output';
import { findingsOfAsync } from '../../helpers/findings';
import { tempFolder } from '../../helpers/tempFiles';

const temp = tempFolder();
const fail = (): Promise<never> => Promise.reject(new Error('no such model'));

test('work that fails leaves no empty folders behind that were made for it', async () => {
  await expect(intoFolder(join(temp.path, 'a/b/c'), fail)).rejects.toThrow('no such model');
  expect(existsSync(join(temp.path, 'a'))).toBe(false);
});

test('folders that were there, or that hold something, stay', async () => {
  mkdirSync(join(temp.path, 'there/empty'), { recursive: true });
  await expect(intoFolder(join(temp.path, 'there/empty'), fail)).rejects.toThrow();
  expect(existsSync(join(temp.path, 'there/empty'))).toBe(true);
  const out = join(temp.path, 'new/out');
  await expect(intoFolder(out, (folder) => (mkdirSync(join(folder, 'kept')), fail()))).rejects.toThrow();
  expect(existsSync(join(out, 'kept'))).toBe(true);
});

test('a file where a folder should be is refused before any work is done', async () => {
  const file = temp.write('file', '');
  expect(await findingsOfAsync(() => intoFolder(join(file, 'out'), fail))).toMatchObject([{ code: 'OUTPUT_FILE' }]);
});

test('the flag that named the place is the one to change', async () => {
  const kept = join(temp.path, 'nowhere/x.concepts');
  expect(await findingsOfAsync(() => refuseUnwritable('propose', [kept], ['.concepts'], 'keep'))).toMatchObject([
    { code: 'OUTPUT_FILE', place: { flag: '--keep' }, remedy: expect.stringContaining('--keep') },
  ]);
});
