import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { media } from '../helpers/media';

interface LockFile {
  readonly packages: Readonly<Record<string, { readonly version?: string; readonly dev?: boolean; readonly devOptional?: boolean }>>;
}

const notices = readFileSync(media('NOTICES.md'), 'utf8');

test('every package that ships has its notice (if not: node test/tools/notices.mjs)', () => {
  const lock = JSON.parse(readFileSync(new URL('../../package-lock.json', import.meta.url), 'utf8')) as LockFile;
  const missing = Object.entries(lock.packages)
    .filter(([folder, { dev, devOptional }]) => folder !== '' && !dev && !devOptional)
    .map(([folder, { version }]) => `${folder.slice(folder.lastIndexOf('node_modules/') + 'node_modules/'.length)} ${version ?? ''}`)
    .filter((name) => !notices.includes(name));
  expect(missing).toEqual([]);
});

test('the licences that ask to travel with the bundled text and lexicons are there', () => {
  for (const words of [
    'WordNet 3.0 Copyright 2006 by Princeton University',
    'Johns Hopkins University and Radu Florian',
    'PDDL 1.0',
    'CC0 1.0',
  ]) {
    expect(notices).toContain(words);
  }
});
