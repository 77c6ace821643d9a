import { readFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { extractActivations } from '../../../server/src/activations/extract';
import { ActivationStore } from '../../../server/src/activations/store';
import { CancelledError } from '../../../server/src/protocol/errors';
import { fakeForward } from './fakes';
import { scratchFolder } from './scratch';
import { smallRun } from './smallRun';

let folder: string;
let thread: URL;

beforeAll(async () => {
  folder = scratchFolder('thread');
  const outfile = join(folder, 'recorder.mjs');
  const entry = fileURLToPath(new URL('../../../server/src/activations/recorder.ts', import.meta.url));
  const { metafile } = await build({ entryPoints: [entry], bundle: true, platform: 'node', format: 'esm', outfile, metafile: true });
  expect(Object.keys(metafile.inputs).filter((path) => path.includes('node_modules'))).toEqual([]);
  thread = pathToFileURL(outfile);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('a thread beside the model writes the same bytes as this one', async () => {
  const here = await extractActivations(smallRun(new ActivationStore(join(folder, 'here'))));
  const beside = await extractActivations({ ...smallRun(new ActivationStore(join(folder, 'beside'))), recorder: thread });
  const names = readdirSync(here.run.folder.path);
  expect(readdirSync(beside.run.folder.path)).toEqual(names);
  for (const name of names) {
    expect(readFileSync(join(beside.run.folder.path, name)).equals(readFileSync(join(here.run.folder.path, name))), name).toBe(true);
  }
});

test('outputs are handed over, not copied', async () => {
  const outputs: Float32Array[] = [];
  const request = smallRun(new ActivationStore(join(folder, 'moved')));
  await extractActivations({
    ...request,
    recorder: thread,
    forward: async (missing) => {
      const pass = fakeForward(missing, 4);
      return {
        ...pass,
        run: async (batch) => {
          const made = await pass.run(batch);
          outputs.push(...made);
          return made;
        },
      };
    },
  });
  expect(outputs.length).toBeGreaterThan(0);
  expect(outputs.every(({ byteLength }) => byteLength === 0)).toBe(true);
});

test('a failure in the thread is the one that is told, and its findings stay findings', async () => {
  const store = new ActivationStore(join(folder, 'failing'));
  const request = smallRun(store);
  const failure = extractActivations({
    ...request,
    recorder: thread,
    forward: async (missing) => {
      // The run's folder goes before the first chunk is begun.
      rmSync(join(folder, 'failing'), { recursive: true });
      return fakeForward(missing, 4);
    },
  });
  await expect(failure).rejects.toMatchObject({ code: 'OUTPUT_FILE', problems: [{ found: 'writing failed with ENOENT' }] });
});

test('a thread that cannot start is an error, not a wait', async () => {
  const request = smallRun(new ActivationStore(join(folder, 'none')));
  await expect(extractActivations({ ...request, recorder: new URL('file:///nowhere/recorder.mjs') })).rejects.toThrow('recorder');
});

test('a cancelled run leaves no temporary file', async () => {
  const store = new ActivationStore(join(folder, 'cancelled'));
  const stop = new AbortController();
  const cancelled = extractActivations({
    ...smallRun(store),
    recorder: thread,
    signal: stop.signal,
    onProgress: ({ doneChunks }) => (doneChunks === 1 ? stop.abort() : undefined),
  });
  await expect(cancelled).rejects.toThrow(CancelledError);
  const [run = ''] = readdirSync(store.root);
  const names = readdirSync(join(store.root, run));
  expect(names.filter((name) => name.startsWith('.tmp'))).toEqual([]);
  expect(names).toContain('L2.ffn.c00000.npy');
});
