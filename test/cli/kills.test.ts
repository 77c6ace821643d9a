/** Extraction by the real program when its processes are killed, interrupted, or meet damaged files and each other. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { contents, fileNames } from '../helpers/folders';
import { golgi, gpt2, sample } from '../helpers/golgi';
import type { Started } from '../helpers/golgi';
import { childrenOf, isAlive, until } from '../helpers/processes';
import { tempFolder } from '../helpers/tempFiles';

const temp = tempFolder();
// Four chunks of 4,096 words at most.
const corpus = temp.write('half.jsonl', readFileSync(sample, 'utf8').split('\n').slice(0, 1_400).join('\n'));
const extract = ['extract', '--model', gpt2, '--corpus', corpus, '--taps', 'hidden,ffn', '--layers', '1'];

interface Summary {
  readonly words: number;
  readonly computedWords: number;
  readonly warnings: readonly { readonly code: string; readonly place: { readonly file?: string } }[];
}

/** What can be seen of a run from outside. */
interface Seen {
  /** Words, as the progress line says. */
  readonly done: number;
  readonly cache: string;
  readonly out: string;
}

/** A cache and an output folder of their own. */
function place(name: string) {
  const cache = join(temp.path, name, 'cache');
  const out = join(temp.path, name, 'out');
  return { cache, out, program: golgi(cache), args: [...extract, '--out', out] };
}

/** The worker of a running program, once there is one. */
function workerOf({ process }: Started): Promise<number | undefined> {
  return until(
    () => childrenOf(process.pid ?? -1)[0],
    () => process.exitCode !== null,
  );
}

/** Words done, as the progress line on standard error says. */
function wordsDone(stderr: string): number {
  const all = [...stderr.matchAll(/([\d,]+) of [\d,]+ words/g)];
  return Number((all.at(-1)?.[1] ?? '0').replaceAll(',', ''));
}

const chunkFiles = (cache: string): string[] => fileNames(cache).filter((name) => name.endsWith('.npy'));

describe.skipIf(process.platform !== 'linux')('extraction', () => {
  let whole: Readonly<Record<string, string>>;
  let words: number;

  beforeAll(async () => {
    const { program, args, out } = place('whole');
    const summary = await program.json<Summary>(...args);
    words = summary.words;
    expect(summary.computedWords).toBe(words);
    whole = contents(out);
    expect(Object.keys(whole)).toEqual(['L1.ffn.npy', 'L1.hidden.npy', 'manifest.json', 'words.parquet']);
  });

  // A share of the words, drawn once: where a run must be repeatable, from its seed.
  const [share = NaN] = fc.sample(fc.double({ min: 0.2, max: 0.8, noNaN: true }), 1);

  // What is written in an instant may be over before it is seen; then there is nothing to kill. All other moments last.
  test.each<[stage: string, isTime: (seen: Seen) => boolean, mayBeMissed?: 'may be missed']>([
    ['as it starts', () => true],
    ['when it has begun to run the model', ({ done }) => done > 0],
    ['while it writes a chunk', ({ cache }) => fileNames(cache).some((name) => /\.npy.|tmp|part/.test(name)), 'may be missed'],
    ['when a first chunk is committed', ({ cache }) => chunkFiles(cache).length > 0],
    ['at some moment in the middle', ({ done }) => done > words * share],
    ['when everything is stored', ({ done }) => done === words],
    ['while it writes what was asked for', ({ out }) => fileNames(out).length > 0, 'may be missed'],
  ])('a worker killed %s changes nothing in the files', async (stage, isTime, mayBeMissed) => {
    let killed = await isKilledInTime(stage, isTime);
    // A machine with much else to do may not have looked for so long; it looks at another run, then.
    for (let again = 1; again <= 3 && !killed && !mayBeMissed; again++) killed = await isKilledInTime(`${stage} ${again}`, isTime);
    if (!mayBeMissed) expect(killed).toBe(true);
  });

  /** Extracts, kills the worker when it is time, and expects the same files; whether there still was a worker. */
  async function isKilledInTime(name: string, isTime: (seen: Seen) => boolean): Promise<boolean> {
    const { program, args, cache, out } = place(name.replaceAll(' ', '-'));
    const run = program.start(...args, '--progress');
    const worker = await workerOf(run);
    const time = await until(
      () => isTime({ done: wordsDone(run.stderr()), cache, out }),
      () => run.process.exitCode !== null,
    );
    const killed = time === true && worker !== undefined && isAlive(worker) && process.kill(worker, 'SIGKILL');
    const { code, stderr } = await run.ended;
    expect(code, `${share} of the words; ${stderr}`).toBe(0);
    expect(contents(out)).toEqual(whole);
    return killed;
  }

  test('a worker that dies again before it got further is given up, with what to do', async () => {
    const { program, args } = place('twice');
    const run = program.start(...args, '--json');
    const first = (await workerOf(run)) ?? -1;
    process.kill(first, 'SIGKILL');
    const second = await until(
      () => childrenOf(run.process.pid ?? -1).find((pid) => pid !== first),
      () => run.process.exitCode !== null,
    );
    process.kill(second ?? -1, 'SIGKILL');
    const ended = await run.ended;
    expect(ended).toMatchObject({ code: 5, stdout: '' });
    expect(ended.stderr).toContain('WORKER_CRASHED');
  });

  test('a killed program takes its worker with it within 5 seconds', async () => {
    const { program, args } = place('orphan');
    const run = program.start(...args, '--progress');
    const worker = (await workerOf(run)) ?? -1;
    await until(
      () => wordsDone(run.stderr()) > 0,
      () => run.process.exitCode !== null,
    );
    expect(isAlive(worker)).toBe(true);
    run.process.kill('SIGKILL');
    const killed = Date.now();
    await until(
      () => !isAlive(worker),
      () => Date.now() - killed > 5_000,
    );
    expect(isAlive(worker)).toBe(false);
  });

  test('Ctrl-C stops between batches and keeps what is done; the next run goes on from there', async () => {
    const { program, args, out, cache } = place('interrupted');
    const run = program.start(...args, '--progress');
    await until(
      () => chunkFiles(cache).length > 0 && wordsDone(run.stderr()) > words / 3,
      () => run.process.exitCode !== null,
    );
    run.interrupt();
    const { code, stderr } = await run.ended;
    expect(code).toBe(4);
    expect(stderr).toMatch(/CANCELLED — .*the same command goes on from there/);
    expect(contents(out)).toEqual({});
    const rest = await program.json<Summary>(...args);
    expect(rest.words).toBe(words);
    expect(rest.computedWords).toBeLessThan(words);
    expect(contents(out)).toEqual(whole);
    expect(await program.json<Summary>(...args)).toMatchObject({ computedWords: 0 });
  });

  test('a second Ctrl-C ends at once', async () => {
    const { program, args } = place('interrupted-twice');
    const run = program.start(...args, '--progress');
    const worker = (await workerOf(run)) ?? -1;
    await until(
      () => wordsDone(run.stderr()) > 0,
      () => run.process.exitCode !== null,
    );
    // The worker cannot hear that it should stop; only the second signal helps, long before its grace is over.
    process.kill(worker, 'SIGSTOP');
    run.interrupt();
    await until(
      () => run.stderr().includes('press Ctrl-C again'),
      () => run.process.exitCode !== null,
    );
    run.interrupt();
    expect((await run.ended).code).toBe(4);
    expect(isAlive(worker)).toBe(false);
  });

  test('a damaged chunk is computed anew, and said', async () => {
    const { program, args, cache, out } = place('damaged');
    await program.json<Summary>(...args);
    const chunk = join(cache, chunkFiles(cache)[3] ?? '');
    const bytes = readFileSync(chunk);
    bytes[1_000] = (bytes[1_000] ?? 0) ^ 1;
    writeFileSync(chunk, bytes);
    const again = await program.json<Summary>(...args);
    expect(again.computedWords).toBeGreaterThan(0);
    expect(again.computedWords).toBeLessThan(words);
    expect(again.warnings).toContainEqual(expect.objectContaining({ code: 'CACHE_CORRUPT', place: { file: chunk } }));
    expect(contents(out)).toEqual(whole);
  });

  test('two programs on one cache at once are both right', async () => {
    const { program, args, out } = place('shared');
    const other = join(temp.path, 'shared', 'other');
    const both = await Promise.all([program.run(...args), program.run(...extract, '--out', other)]);
    expect(both.map(({ code }) => code)).toEqual([0, 0]);
    expect(contents(out)).toEqual(whole);
    expect(contents(other)).toEqual(whole);
  });
});
