/** The contract between host and server is read by people: every message is explained, in the code and on the map. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import * as messages from '../../../server/src/protocol/messages';

const text = (path: string): string => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');

const methods = Object.values(messages).flatMap((exported) => (typeof exported === 'object' ? [exported.method] : []));

test('there are messages, and no two have the same name', () => {
  expect(methods.length).toBeGreaterThan(0);
  expect(new Set(methods).size).toBe(methods.length);
});

test.each(methods)('%s says in the code who sends it to whom and why', (method) => {
  const [before = ''] = text('server/src/protocol/messages.ts').split(`('${method}')`);
  const comment = before.slice(before.lastIndexOf('/**'), before.lastIndexOf('*/'));
  expect(comment).toMatch(/^\/\*\* (Host → server|Server → host)/);
  // Nothing but the declaration itself stands between the comment and the name.
  expect(before.slice(before.lastIndexOf('*/') + 2).trim()).toMatch(/^export const \w+ = \w+(<[^;]*>)?$/);
});

test.each(methods)('%s has a row in ARCHITECTURE.md', (method) => {
  expect(text('ARCHITECTURE.md')).toMatch(new RegExp(`^\\| \`${method}\` +\\| (host → server|server → host)`, 'm'));
});
