/** Shards extracted apart, with caches of their own, and merged: what one machine would have written, byte for byte. */
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { contents } from '../helpers/folders';
import { errorsOf, golgi, gpt2, sample } from '../helpers/golgi';
import { hasShared, shared } from '../helpers/shared';
import { tempFolder } from '../helpers/tempFiles';

const temp = tempFolder();
// Three chunks of 4,096 words at most, on the embedding layer, which costs next to nothing to run.
const corpus = temp.write('part.jsonl', readFileSync(sample, 'utf8').split('\n').slice(0, 1_000).join('\n'));
const extract = (...rest: readonly string[]): string[] => ['extract', '--model', gpt2, '--corpus', corpus, '--taps', 'hidden', '--layers', '0', ...rest]; // prettier-ignore

describe.concurrent.each([
  ['none', 'f16'],
  ['first', 'f32'],
  ['last', 'f16'],
  ['last', 'f32'],
  ['average', 'f16'],
] as const)('words %s in %s', (words, dtype) => {
  test('three shards make the whole', async () => {
    const folder = join(temp.path, `${words}-${dtype}`);
    const kind = ['--words', words, '--dtype', dtype];
    const part = (i: number): string => join(folder, `part${i}`);
    await Promise.all(
      [1, 2, 3].map((i) => golgi(join(folder, `cache${i}`)).json(...extract(...kind, '--shard', `${i}/3`, '--out', part(i)))),
    );
    const one = golgi(join(folder, 'cache'));
    await one.json(...extract(...kind, '--out', join(folder, 'whole')));
    await one.json('merge', part(3), part(1), part(2), '--out', join(folder, 'merged'));
    expect(contents(join(folder, 'merged'))).toEqual(contents(join(folder, 'whole')));
    expect(Object.keys(contents(join(folder, 'merged')))).toEqual(['L0.hidden.npy', 'manifest.json', 'words.parquet']);
  });
});

test('a shard that is missing, there twice, damaged or of another run is named', async () => {
  const folder = join(temp.path, 'refused');
  const program = golgi(join(folder, 'cache'));
  const part = (name: string): string => join(folder, name);
  for (const i of [1, 2]) await program.json(...extract('--shard', `${i}/3`, '--out', part(`part${i}`)));
  await program.json(...extract('--words', 'first', '--shard', '3/3', '--out', part('other')));
  const refused = async (...names: string[]): Promise<string> => {
    const ended = await program.run('merge', ...names.map(part), '--out', part('merged'), '--json');
    expect(ended).toMatchObject({ code: 3, stdout: '' });
    const errors = errorsOf(ended);
    for (const { code } of errors) expect(code).toBe('SHARDS');
    return errors.map(({ line }) => line).join('\n');
  };
  expect(await refused('part1', 'part2')).toMatch(/no shard holds chunks/);
  expect(await refused('part1', 'part2', 'part2')).toMatch(/also in .*part2/);
  expect(await refused('part1', 'part2', 'other')).toMatch(/another aggregation than .*part1/);
  cpSync(part('part2'), part('damaged'), { recursive: true });
  const matrix = join(part('damaged'), 'L0.hidden.npy');
  writeFileSync(matrix, readFileSync(matrix).fill(0, 4_000, 4_004));
  await program.json(...extract('--shard', '3/3', '--out', part('part3')));
  expect(await refused('part1', 'damaged', 'part3')).toMatch(/damaged.L0\.hidden\.npy — chunk \d+ has other values/);
  expect(contents(part('merged'))).toEqual({});
});

// Dynamic int8 takes its scales from the whole batch, so a value depends on what it is run with.
test.skipIf(!hasShared)('a model of 8-bit weights gives the same values every time, whole or in shards', async () => {
  const folder = join(temp.path, 'int8');
  const args = ['extract', '--model', shared('fixtures/models/bert-int8'), '--corpus', corpus, '--layers', '0-1'];
  const out = (name: string): string => join(folder, name);
  const apart = (name: string, ...more: string[]): Promise<unknown> =>
    golgi(join(folder, `cache-${name}`)).json(...args, '--out', out(name), ...more);
  await Promise.all([apart('one'), apart('two')]);
  for (const i of [1, 2]) await apart(`part${i}`, '--shard', `${i}/2`);
  await golgi(join(folder, 'cache-merge')).json('merge', out('part1'), out('part2'), '--out', out('merged'));
  expect(contents(out('two'))).toEqual(contents(out('one')));
  expect(contents(out('merged'))).toEqual(contents(out('one')));
});
