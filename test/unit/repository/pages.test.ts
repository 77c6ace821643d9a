/** The pages for people name everything that there is: a verb, a job or a method that was added has its place in them. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { verbs } from '../../../server/src/cli/verbs';
import { conceptMethods } from '../../../server/src/methods';

const page = (path: string): string => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');

/** From a beginning of a paragraph to its end. */
function paragraph(text: string, beginning: string): string {
  const at = text.indexOf(beginning);
  expect(at, beginning).toBeGreaterThanOrEqual(0);
  return text.slice(at).split('\n\n')[0] ?? '';
}

const missing = (names: readonly string[], text: string): string[] => names.filter((name) => !text.includes(`\`${name}\``));

test.each([
  ['README.md', '**Verbs**'],
  ['CHANGELOG.md', '- The `golgi` command'],
])('%s names every verb', (path, beginning) => {
  const [line = ''] = paragraph(page(path), beginning).split('\n');
  expect(verbs.length).toBeGreaterThan(0);
  expect(
    missing(
      verbs.map(({ name }) => name),
      line,
    ),
  ).toEqual([]);
});

test('ARCHITECTURE.md names every job', () => {
  const source = page('server/src/protocol/jobs.ts') + page('server/src/protocol/interactive.ts');
  const jobs = [...source.matchAll(/^ {2}'?([\w-]+)'?: \{ params: /gm)].map(([, name = '']) => name);
  expect(jobs).toEqual(expect.arrayContaining(['rank', 'rank-to-file', 'hover']));
  expect(missing(jobs, paragraph(page('ARCHITECTURE.md'), 'Jobs between server'))).toEqual([]);
});

test('the table of README, by which a method is chosen, has every method that ranks for concepts', () => {
  const table = paragraph(page('README.md'), 'method              ');
  const rows = [...table.matchAll(/^([\w-]+) +[●◐·]/gm)].map(([, id]) => id);
  expect(rows.toSorted()).toEqual(conceptMethods.map(({ id }) => id).toSorted());
});
