import { readFileSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { exportRun } from '../../../server/src/activations/export';
import { extractActivations } from '../../../server/src/activations/extract';
import { mergeShards } from '../../../server/src/activations/merge';
import { readNpy } from '../../../server/src/activations/npy';
import { ActivationStore } from '../../../server/src/activations/store';
import { readWords } from '../../../server/src/activations/wordsTable';
import type { Problem } from '../../../server/src/protocol/errors';
import type { Shard } from '../../../server/src/protocol/sources';
import { parseTap, type TapPoint } from '../../../server/src/protocol/neurons';
import { fakeCorpus, fakeForward, fakeTokenizer, manyTexts } from './fakes';
import { scratchFolder } from './scratch';

let folder: string;
beforeEach(() => (folder = scratchFolder('export')));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const taps = ['L1.hidden', 'L2.ffn'].map((text) => parseTap(text) as TapPoint);
const corpus = fakeCorpus([...manyTexts(40), 'a ~ b “quoted” naïve 日本']);

/** Extracts everything, or a shard, in a store of its own, and exports it. */
async function exported(name: string, shard?: Shard, chunkWords = 50): Promise<string> {
  const { run } = await extractActivations({
    corpus,
    tokenizer: fakeTokenizer(),
    taps,
    forward: async (missing) => fakeForward(missing, 3),
    identity: { model: 'm', modelName: 'fake', batchSensitive: false },
    maxTokens: undefined,
    embeddingRows: undefined,
    aggregation: 'last',
    dtype: 'f16',
    store: new ActivationStore(join(folder, `${name} cache`)),
    chunkWords,
    recorder: 'in-process',
    ...(shard && { shard }),
  });
  await exportRun(run, corpus, join(folder, name), shard ? { shard } : {});
  return join(folder, name);
}

async function findings(promise: Promise<unknown>): Promise<readonly Problem[]> {
  return promise.then(
    () => [],
    (error: { problems: readonly Problem[] }) => error.problems,
  );
}

test('an extraction is one matrix a tap, a table of its rows and a manifest', async () => {
  const out = await exported('whole');
  expect(readdirSync(out)).toEqual(['L1.hidden.npy', 'L2.ffn.npy', 'manifest.json', 'words.parquet']);
  const matrix = readNpy(join(out, 'L2.ffn.npy'));
  const rows = corpus.words.count - 1;
  expect(matrix.shape).toEqual([rows, 3]);
  expect(matrix.kind).toBe('f2');
  const words = await readWords(join(out, 'words.parquet'), rows - 4, rows);
  expect(words.text).toEqual(['a', 'b', '“quoted”', 'naïve', '日本'].slice(1));
  expect(words.row).toEqual([rows - 4, rows - 3, rows - 2, rows - 1]);
  expect(words.line).toEqual([41, 41, 41, 41]);
});

test('merged shards are byte for byte the extraction of the whole', async () => {
  const whole = await exported('whole');
  const shards = await Promise.all([3, 1, 2].map((index) => exported(`shard ${index}`, { index, count: 3 })));
  const merged = join(folder, 'merged');
  await mergeShards(shards, merged);
  for (const name of readdirSync(whole)) {
    expect(readFileSync(join(merged, name)).equals(readFileSync(join(whole, name))), name).toBe(true);
  }
});

test('a missing shard, one that is there twice and one of other settings are all named', async () => {
  const [one, two, other] = [
    await exported('one', { index: 1, count: 3 }),
    await exported('two', { index: 2, count: 3 }),
    await exported('other', undefined, 60),
  ];
  expect(await findings(mergeShards([one, two], join(folder, 'm')))).toMatchObject([
    { code: 'SHARDS', found: expect.stringContaining('2, 5') as string },
  ]);
  const twice = await findings(mergeShards([one, two, one], join(folder, 'm')));
  expect(twice.filter(({ found }) => found.includes('also in'))).toHaveLength(3);
  const mixed = await findings(mergeShards([one, other, join(folder, 'nowhere')], join(folder, 'm')));
  expect(mixed.map(({ found }) => found)).toEqual(
    expect.arrayContaining(['no manifest', expect.stringContaining('another chunkWords')]) as string[],
  );
  expect(readdirSync(folder)).not.toContain('m');
  expect(await findings(mergeShards([one], one))).toMatchObject([{ found: 'the folder of a shard to write to' }]);
  expect(readdirSync(one)).toContain('manifest.json');
});

test('a shard whose values or words changed since it was written is refused, and nothing is left of the merge', async () => {
  const one = await exported('one', { index: 1, count: 1 });
  const values = readFileSync(join(one, 'L2.ffn.npy'));
  writeFileSync(
    join(one, 'L2.ffn.npy'),
    values.map((byte, i) => (i === 1000 ? byte ^ 1 : byte)),
  );
  const changed = await findings(mergeShards([one], join(folder, 'm')));
  expect(changed).toMatchObject([{ place: { file: join(one, 'L2.ffn.npy') }, found: 'chunk 3 has other values than when it was written' }]);
  expect(readdirSync(join(folder, 'm'))).toEqual([]);
  writeFileSync(join(one, 'L2.ffn.npy'), values);
  truncateSync(join(one, 'words.parquet'), 100);
  expect(await findings(mergeShards([one], join(folder, 'm')))).toMatchObject([{ place: { file: join(one, 'words.parquet') } }]);
});
