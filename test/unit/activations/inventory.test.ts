/** What a cache holds, and what may be removed from it. */
import { mkdirSync, readdirSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { extractActivations } from '../../../server/src/activations/extract';
import { bytesOf, removeLeftovers, removeRun, storedRuns } from '../../../server/src/activations/inventory';
import { ActivationStore } from '../../../server/src/activations/store';
import { cache as cacheJob } from '../../../server/src/worker/cache';
import type { JobContext } from '../../../server/src/worker/serve';
import { findingsOf } from '../../helpers/findings';
import { scratchFolder } from './scratch';
import { smallRun } from './smallRun';

const folder = scratchFolder('inventory');
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const context = {} as JobContext;
const ended = spawnSync(process.execPath, ['-e', '']).pid;

/** A cache with one run of a model, used by this process, or by one that has ended. */
async function cacheWith(name: string, models: readonly string[], { live }: { live: boolean }): Promise<string> {
  const cache = join(folder, name);
  for (const [day, model] of models.entries()) {
    const asked = smallRun(new ActivationStore(cache));
    const { run } = await extractActivations({ ...asked, identity: { ...asked.identity, model, modelName: model } });
    const { path } = run.folder;
    const mark = readdirSync(path).find((entry) => entry.startsWith('.use-'));
    if (!live) renameSync(join(path, mark ?? ''), join(path, `.use-${ended}.1`));
    utimesSync(path, 1_700_000_000 + 86_400 * day, 1_700_000_000 + 86_400 * day);
  }
  return cache;
}

test('a run says its model, its taps, its size and when it was used', async () => {
  const cache = await cacheWith('list', ['one'], { live: false });
  const [run, ...others] = storedRuns(cache);
  expect(others).toEqual([]);
  expect(run).toMatchObject({
    about: { model: 'one', aggregation: 'last', taps: ['hidden', 'ffn'] },
    inUse: false,
    used: 1_700_000_000_000,
  });
  expect(run?.bytes).toBe(bytesOf(join(cache, 'activations')));
  expect(storedRuns(join(folder, 'nowhere'))).toEqual([]);
});

test('what a living process has opened is not removed; what a dead one had is', async () => {
  const used = await cacheWith('used', ['one'], { live: true });
  const [run] = storedRuns(used);
  expect(run?.inUse).toBe(true);
  expect(removeRun(used, run?.key ?? '')).toBe(false);
  expect(storedRuns(used)).toHaveLength(1);

  const left = await cacheWith('left', ['one'], { live: false });
  expect(removeRun(left, storedRuns(left)[0]?.key ?? '')).toBe(true);
  expect(readdirSync(join(left, 'activations'))).toEqual([]);
});

test('what a killed removal left goes with the next one', () => {
  const cache = join(folder, 'killed');
  mkdirSync(join(cache, 'activations', `.tmp-${ended}.1-0-0`), { recursive: true });
  writeFileSync(join(cache, 'activations', `.tmp-${ended}.1-0-0`, 'chunk'), 'x');
  expect(storedRuns(cache)).toEqual([]);
  removeLeftovers(cache);
  expect(readdirSync(join(cache, 'activations'))).toEqual([]);
});

test('a limit removes what was used longest ago, and no more than needed', async () => {
  const cache = await cacheWith('limit', ['oldest', 'middle', 'newest'], { live: false });
  const bytes = storedRuns(cache)[0]?.bytes ?? 0;
  const states = async (limit: number | null, remove: readonly string[] = []): Promise<unknown> =>
    (await cacheJob({ cache, remove, limit }, context)).entries.map(({ model, state }) => [model, state]);
  expect(await states(null)).toEqual([['newest', 'kept'], ['middle', 'kept'], ['oldest', 'kept']]); // prettier-ignore
  expect(await states(2 * bytes + 100)).toEqual([['newest', 'kept'], ['middle', 'kept'], ['oldest', 'removed']]); // prettier-ignore
  expect(await states(null, ['newest'])).toEqual([['newest', 'removed'], ['middle', 'kept']]); // prettier-ignore
  expect(await cacheJob({ cache, remove: [], limit: 0 }, context)).toMatchObject({ bytes: 0, freed: bytes });
});

test('shuffled weights of controls go too, but not while a run is in use', async () => {
  const cache = await cacheWith('control', ['one'], { live: true });
  mkdirSync(join(cache, 'controls'));
  writeFileSync(join(cache, 'controls', 'a-b-1-0.bin'), 'weights');
  const kept = await cacheJob({ cache, remove: [], limit: 0 }, context);
  expect(kept.entries.map(({ kind, state }) => [kind, state])).toEqual(expect.arrayContaining([['control', 'in use'], ['activations', 'in use']])); // prettier-ignore
  expect(kept.freed).toBe(0);
});

test('a name that is not there removes nothing', async () => {
  const cache = await cacheWith('unknown', ['one'], { live: false });
  expect(findingsOf(() => cacheJob({ cache, remove: ['one', 'two'], limit: null }, context))).toMatchObject([
    { code: 'USAGE', expected: 'a key, or a model among one' },
  ]);
  expect(storedRuns(cache)).toHaveLength(1);
});
