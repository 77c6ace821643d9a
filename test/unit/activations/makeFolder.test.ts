/** Folders that are made, and those that no system would make. */
import { existsSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeFolder } from '../../../server/src/activations/makeFolder';
import { tempFolder } from '../../helpers/tempFiles';

const temp = tempFolder();

test('a folder is made with those above it, and again without complaint', () => {
  const folder = join(temp.path, 'a', 'b c', 'ü');
  makeFolder(folder);
  makeFolder(folder);
  expect(statSync(folder).isDirectory()).toBe(true);
});

test('a file in the way is said by the system that refuses it', () => {
  const file = join(temp.path, 'file');
  writeFileSync(file, '');
  expect(() => makeFolder(file)).toThrow('EEXIST');
  expect(() => makeFolder(join(file, 'below'))).toThrow('ENOTDIR');
});

test.skipIf(!existsSync('/proc/self'))('a file system that takes no folders is refused and not asked for ever', () => {
  expect(() => makeFolder('/proc/golgi/below')).toThrow(/ENOENT|EACCES|EPERM|EROFS/);
});
