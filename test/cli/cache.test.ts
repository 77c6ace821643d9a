/** What is kept of earlier runs, and how to be rid of it. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { errorsOf, golgi, gpt2, sample } from '../helpers/golgi';
import type { CacheContents } from '../../server/src/protocol/cacheContents';
import { tempFolder } from '../helpers/tempFiles';

const program = golgi(join(tempFolder().path, 'cache'));
const extract = ['extract', '--model', gpt2, '--corpus', sample, '--layers', '0', '--taps', 'hidden'];

test('golgi cache lists what is kept, doctor says how much, and what is named goes', async () => {
  expect(await program.json('cache')).toMatchObject({ bytes: 0, entries: [] });
  await program.json(...extract);
  const { entries, bytes } = await program.json<CacheContents>('cache');
  expect(entries).toMatchObject([{ model: 'demo-gpt2', taps: ['hidden'], words: 'last', state: 'kept' }]);
  expect((await program.run('doctor')).stdout).toMatch(/ [kM]B kept, /);

  const nothing = await program.run('cache', '--remove', 'demo-gtp2', '--json');
  expect(nothing.code).toBe(2);
  expect(errorsOf(nothing)[0]?.expected).toContain('demo-gpt2');

  const large = await program.run('cache', '--limit', '1GB');
  expect(large.stdout).toMatch(/\n {2}demo-gpt2 +hidden +last +[\d.]+ [kM]B/);
  expect(large.stdout).not.toContain('freed');

  const removed = await program.json<CacheContents>('cache', '--remove', 'demo-gpt2');
  expect(removed.entries).toMatchObject([{ state: 'removed' }]);
  expect(removed.bytes + removed.freed).toBe(bytes);
  // What it removed is computed again when it is wanted.
  expect(await program.json('extract', ...extract.slice(1))).toMatchObject({ computedWords: 32_469 });
});

test.each(['much', '10 XB', '-1'])('a limit of %s is no size', async (limit) => {
  const ended = await program.run('cache', '--limit', limit);
  expect(ended).toMatchObject({ code: 2, stdout: '' });
  expect(ended.stderr).toContain('a size such as 10GB');
});
