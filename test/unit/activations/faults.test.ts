/** Whatever fails, and wherever it is killed, the store holds committed states only and the next run completes them. */
import { spawnSync } from 'node:child_process';
import { cpSync, readFileSync, readdirSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { extractActivations } from '../../../server/src/activations/extract';
import { type FsPort, realFs } from '../../../server/src/activations/fsPort';
import { ActivationStore } from '../../../server/src/activations/store';
import { InputError } from '../../../server/src/protocol/errors';
import { ffn, hidden, smallRun } from './smallRun';
import { scratchFolder } from './scratch';

let folder: string;
/** Files of an undisturbed run, by name. */
let whole: Map<string, Buffer>;
let child: string;

beforeAll(async () => {
  folder = scratchFolder('faults');
  whole = filesOf((await extractActivations(smallRun(new ActivationStore(join(folder, 'whole'))))).run.folder.path);
  child = join(folder, 'child.mjs');
  const entry = fileURLToPath(new URL('./killedChild.ts', import.meta.url));
  await build({ entryPoints: [entry], bundle: true, platform: 'node', format: 'esm', outfile: child, logLevel: 'error' });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function filesOf(path: string): Map<string, Buffer> {
  return new Map(readdirSync(path).map((name) => [name, readFileSync(join(path, name))]));
}

const runFolder = (cache: string): string => {
  const [name] = readdirSync(join(cache, 'activations'));
  return join(cache, 'activations', name as string);
};

/** Every file that carries a chunk's name is the one an undisturbed run writes. */
function expectCommittedState(cache: string): number {
  const chunks = [...filesOf(runFolder(cache))].filter(([name]) => /\.c\d+\.npy$/.test(name));
  for (const [name, bytes] of chunks) expect(bytes.equals(whole.get(name) as Buffer), name).toBe(true);
  return chunks.length;
}

/** The next run completes the store to what an undisturbed one would have left. */
async function expectRecovery(cache: string): Promise<void> {
  await extractActivations(smallRun(new ActivationStore(cache, realFs, new Set())));
  const found = filesOf(runFolder(cache));
  const names = [...found.keys()].filter((name) => !name.endsWith('.damaged'));
  expect(names).toEqual([...whole.keys()]);
  for (const name of names) expect(found.get(name)?.equals(whole.get(name) as Buffer), name).toBe(true);
}

/** The real file system, telling `before` of every operation that changes something. */
function watched(before: (operation: string) => void, after: (operation: string) => void = () => undefined): FsPort {
  const watch = <A extends unknown[], R>(name: string, work: (...args: A) => R) => {
    return (...args: A): R => {
      before(name);
      const result = work(...args);
      after(name);
      return result;
    };
  };
  return {
    ...realFs,
    makeFolder: watch('makeFolder', realFs.makeFolder),
    create: watch('create', realFs.create),
    write: watch('write', realFs.write),
    sync: watch('sync', realFs.sync),
    close: watch('close', realFs.close),
    rename: watch('rename', realFs.rename),
    syncFolder: watch('syncFolder', realFs.syncFolder),
    remove: watch('remove', realFs.remove),
  };
}

describe('a kill', () => {
  test('before any operation of the disk leaves a committed state, which the next run completes', async () => {
    let kept = 0;
    for (let n = 0; ; n += n < 40 ? 1 : 6) {
      const cache = join(folder, `kill-${n}`);
      const { signal, status } = spawnSync(process.execPath, [child, cache, String(n)], { encoding: 'utf8' });
      if (signal === null) {
        expect(status).toBe(0);
        expect(n).toBeGreaterThan(40);
        break;
      }
      expect(signal).toBe('SIGKILL');
      if (readdirSync(folder).includes(`kill-${n}`) && readdirSync(join(cache, 'activations')).length > 0) {
        const now = expectCommittedState(cache);
        expect(now).toBeGreaterThanOrEqual(kept);
        kept = now;
      }
      await expectRecovery(cache);
      rmSync(cache, { recursive: true });
    }
  });
});

describe('a failing disk', () => {
  test.each(['ENOSPC', 'EIO'])('%s at any operation is said once, and nothing half-written is left', async (errno) => {
    for (let n = 0; ; n++) {
      const cache = join(folder, `${errno}-${n}`);
      let count = 0;
      let failed = '';
      const fs = watched((operation) => {
        if (count++ !== n || operation === 'close') return;
        failed = operation;
        throw Object.assign(new Error(errno), { code: errno });
      });
      const failure: unknown = await extractActivations(smallRun(new ActivationStore(cache, fs, new Set()))).then(
        () => undefined,
        (error: unknown) => error,
      );
      if (n >= count) break;
      if (failed && failed !== 'remove') {
        expect(failure, failed).toBeInstanceOf(InputError);
        expect((failure as InputError).problems).toMatchObject([{ code: errno === 'ENOSPC' ? 'DISK_FULL' : 'OUTPUT_FILE' }]);
      }
      if (failed && failed !== 'makeFolder') {
        expectCommittedState(cache);
        expect(readdirSync(runFolder(cache)).filter((name) => name.startsWith('.tmp'))).toEqual([]);
      }
      if (n % 7 === 0) await expectRecovery(cache);
      rmSync(cache, { recursive: true, force: true });
    }
  });
});

describe('damage', () => {
  /** A copy of the undisturbed store. */
  function copy(name: string): string {
    const cache = join(folder, name);
    cpSync(join(folder, 'whole'), cache, { recursive: true });
    return cache;
  }

  test('a flip of any bit of a chunk is noticed, and only its rows are computed again', async () => {
    const name = 'L2.ffn.c00001.npy';
    const bytes = whole.get(name) as Buffer;
    const cache = copy('flip');
    const path = join(runFolder(cache), name);
    const { run } = await extractActivations(smallRun(new ActivationStore(cache, realFs, new Set())));
    const part = run.parts[1];
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), fc.nat(7), async (at, bit) => {
        writeFileSync(
          path,
          bytes.map((byte, i) => (i === at ? byte ^ (1 << bit) : byte)),
        );
        const again = await extractActivations(smallRun(new ActivationStore(cache, realFs, new Set())));
        expect(again.notes).toMatchObject([{ code: 'CACHE_CORRUPT', place: { file: path } }]);
        expect(again.computedWords).toBe(part?.rows);
        expect(readFileSync(path).equals(bytes)).toBe(true);
      }),
      { numRuns: 150 },
    );
  });

  test('a chunk that is cut, emptied, zeroed or swapped for another one is noticed', async () => {
    const name = 'L1.hidden.c00002.npy';
    const cache = copy('cut');
    const path = join(runFolder(cache), name);
    const bytes = whole.get(name) as Buffer;
    const spoil: (() => void)[] = [
      ...[0, 1, 50, 128, bytes.length - 100, bytes.length - 1].map((length) => () => truncateSync(path, length)),
      () => writeFileSync(path, Buffer.alloc(bytes.length)),
      () => writeFileSync(path, whole.get('L1.hidden.c00001.npy') as Buffer),
      () => writeFileSync(path, whole.get('L2.ffn.c00002.npy') as Buffer),
    ];
    for (const change of spoil) {
      change();
      const { notes } = await extractActivations(smallRun(new ActivationStore(cache, realFs, new Set())));
      expect(notes.map(({ code }) => code)).toEqual(['CACHE_CORRUPT']);
      expect(readFileSync(path).equals(bytes)).toBe(true);
    }
  });

  test('a chunk of another run under this name is noticed though its checksums are right', async () => {
    const other = join(folder, 'other');
    const { run } = await extractActivations({ ...smallRun(new ActivationStore(other)), aggregation: 'first' });
    const cache = copy('foreign');
    writeFileSync(join(runFolder(cache), 'L2.ffn.c00000.npy'), readFileSync(join(run.folder.path, 'L2.ffn.c00000.npy')));
    const { notes } = await extractActivations(smallRun(new ActivationStore(cache, realFs, new Set())));
    expect(notes).toMatchObject([{ code: 'CACHE_CORRUPT', found: expect.stringContaining('belongs to run') as string }]);
  });

  test('a manifest that is cut, foreign or hostile is made anew, and nothing is computed again', async () => {
    const cache = copy('manifest');
    const path = join(runFolder(cache), 'manifest.json');
    const good = readFileSync(path, 'utf8');
    const key = /"chunks": (\d+)/;
    const bad = [
      '',
      '[]',
      'x',
      good.slice(0, good.length / 2),
      good.replace(key, '"chunks": 1000000000000'),
      good.replace('L1.hidden', '../../x'),
      '{"golgi":"x"}',
      good.replace('"m"', '"n"'),
    ];
    for (const text of bad) {
      writeFileSync(path, text);
      const { computedWords } = await extractActivations(smallRun(new ActivationStore(cache, realFs, new Set())));
      expect(computedWords).toBe(0);
      expect(readFileSync(path, 'utf8')).toBe(good);
    }
    rmSync(path);
    await extractActivations(smallRun(new ActivationStore(cache, realFs, new Set())));
    expect(readFileSync(path, 'utf8')).toBe(good);
  });

  test('activations of another version are left as they are', async () => {
    const cache = copy('version');
    const path = join(runFolder(cache), 'manifest.json');
    writeFileSync(path, readFileSync(path, 'utf8').replace('"version": 2', '"version": 999'));
    const before = filesOf(runFolder(cache));
    const { notes, computedWords, run } = await extractActivations(smallRun(new ActivationStore(cache, realFs, new Set())));
    expect(notes).toMatchObject([{ code: 'CACHE_VERSION', found: 'activations of store version 999', expected: 'version 2' }]);
    expect(computedWords).toBe(run.rows);
    expect(filesOf(runFolder(cache))).toEqual(before);
  });

  test('a damaged neuron-major copy is made anew', async () => {
    const cache = copy('columns');
    const { run } = await extractActivations(smallRun(new ActivationStore(cache, realFs, new Set())));
    const expected = await run.matrix(ffn).readColumns(2, 3);
    const path = join(runFolder(cache), 'L2.ffn.c00000.columns.npy');
    const bytes = readFileSync(path);
    for (let at = 0; at < bytes.length; at += 13) {
      writeFileSync(
        path,
        bytes.map((byte, i) => (i === at ? byte ^ 4 : byte)),
      );
      expect(await run.matrix(ffn).readColumns(2, 3)).toEqual(expected);
    }
  });

  test('a chunk that goes while it is in use is an error, never other numbers', async () => {
    const cache = copy('gone');
    const { run } = await extractActivations(smallRun(new ActivationStore(cache, realFs, new Set())));
    renameSync(join(runFolder(cache), 'L1.hidden.c00001.npy'), join(folder, 'taken'));
    await expect(run.matrix(hidden).readColumns(0, 20)).rejects.toMatchObject({ code: 'CACHE_CORRUPT' });
  });
});

test('two processes that extract the same at once leave one sound store', async () => {
  const cache = join(folder, 'two');
  const children = [0, 1].map(
    () => new Promise<number | null>((resolve) => void spawnAsync(process.execPath, [child, cache, '-1']).then(resolve)),
  );
  expect(await Promise.all(children)).toEqual([0, 0]);
  expect(expectCommittedState(cache)).toBe([...whole.keys()].filter((name) => name.endsWith('.npy')).length);
  const { computedWords } = await extractActivations(smallRun(new ActivationStore(cache, realFs, new Set())));
  expect(computedWords).toBe(0);
});

async function spawnAsync(command: string, args: string[]): Promise<number | null> {
  const { spawn } = await import('node:child_process');
  return new Promise((resolve) => spawn(command, args).on('close', resolve));
}
