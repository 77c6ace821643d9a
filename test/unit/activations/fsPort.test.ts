import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { realFs, writeFailure } from '../../../server/src/activations/fsPort';
import { isOrphan, temporaryName } from '../../../server/src/activations/owner';
import { InputError } from '../../../server/src/protocol/errors';
import { scratchFolder } from './scratch';

let folder: string;
beforeAll(() => (folder = scratchFolder('port')));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('what does not exist is nothing, not a failure', () => {
  expect(realFs.list(join(folder, 'none'))).toEqual([]);
  expect(realFs.stat(join(folder, 'none'))).toBeUndefined();
  expect(realFs.openForReading(join(folder, 'none'))).toBeUndefined();
  realFs.remove(join(folder, 'none'));
});

test('a file that exists is never opened for writing', () => {
  const path = join(folder, 'once');
  realFs.close(realFs.create(path));
  expect(() => realFs.create(path)).toThrow(InputError);
});

test('a failure names the path and what to do; findings pass through', () => {
  const full = writeFailure(Object.assign(new Error('x'), { code: 'ENOSPC' }), join(folder, 'chunk'));
  expect(full).toMatchObject({ code: 'DISK_FULL', problems: [{ place: { file: join(folder, 'chunk') } }] });
  expect((full as InputError).problems[0].found).toMatch(/no space left \([\d.]+ [MG]B free\)/);
  expect(writeFailure(full, 'elsewhere')).toBe(full);
  const defect = new TypeError('ours');
  expect(writeFailure(defect, 'x')).toBe(defect);
  mkdirSync(join(folder, 'taken'));
  expect(() => realFs.rename(join(folder, 'once'), join(folder, 'taken'))).toThrow(
    expect.objectContaining({ code: 'OUTPUT_FILE' }) as Error,
  );
});

test('temporary files belong to their process for as long as it lives', () => {
  const name = temporaryName();
  expect(name).not.toBe(temporaryName());
  expect(isOrphan(name)).toBe(false);
  // no process has this number; and one that has it but began at another time is another one
  expect(isOrphan('.tmp-4194999.77-0-0')).toBe(true);
  expect(isOrphan(`.tmp-${process.pid}.1-0-0`)).toBe(process.platform === 'linux');
  expect(isOrphan('L1.ffn.c00000.npy')).toBe(false);
  expect(isOrphan('.tmp-notes')).toBe(false);
});
