/** Pages of methods say what their descriptors say. */
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { methodCard, methods } from '../../../server/src/methods';
import { cardMarkdown } from '../../../server/src/protocol/methodCard';

const folder = new URL('../../../docs/methods/', import.meta.url);

test('every method has its page, and no page is left of a method that went (if not: npm run docs)', () => {
  const wanted = [...methods.map(({ id }) => `${id}.md`), 'README.md', 'minilm-ewt.md'];
  expect(readdirSync(folder).sort()).toEqual(wanted.sort());
});

test.each(methods.map((method) => [method.id, method] as const))('the page of %s has its card (if not: npm run docs)', (id, method) => {
  const page = readFileSync(new URL(`${id}.md`, folder), 'utf8').replace(/\r/g, '');
  expect(page.startsWith(cardMarkdown(methodCard(method)))).toBe(true);
});
