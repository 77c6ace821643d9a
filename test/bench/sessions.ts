/** What a large model costs: opening it, sessions over the same mapped weights, and what is left of them after they are closed. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Supervisor, thrift } from '../../server/src/jobs/supervisor';
import { openGradientRun } from '../../server/src/runtime/gradientRun';
import { openModelRun } from '../../server/src/runtime/modelRun';
import type { TokenBatch } from '../../server/src/runtime/rows';
import { scoresOf } from '../../server/src/worker/gradient/scores';
import { openModel } from '../../server/src/worker/openModel';
import { writeLargeModel } from './largeModel';
import { report } from './row';
import type { Row } from './row';
import { gpt2, scratch } from './subjects';

const entry = join(process.cwd(), 'dist', 'worker.js');
const mb = 1e6;

async function* measure(): AsyncGenerator<Row> {
  if (process.platform !== 'linux') {
    yield { what: 'sessions', value: null, unit: 'MB', note: 'private memory is read from /proc, which only Linux has' };
    return;
  }
  const folder = scratch();
  const name = `a model of ${Math.round(writeLargeModel(folder) / mb)} MB`;
  yield* opening(folder, name);
  yield* asWorker(folder, name);
}

/** What `sharing` measures, in a process that takes and gives back memory as workers do. */
async function* asWorker(...args: Parameters<typeof sharing>): AsyncGenerator<Row> {
  const child = fork(process.argv[1] ?? '', args, { env: { ...process.env, ...thrift.env }, serialization: 'advanced' });
  const rows: Row[] = [];
  child.on('message', (row: Row) => rows.push(row));
  await once(child, 'close');
  yield* rows;
}

/** In a worker that has opened a small model before, so that its own start is not counted. */
async function* opening(folder: string, name: string): AsyncGenerator<Row> {
  const supervisor = new Supervisor({ entry });
  try {
    const open = (path: string) => supervisor.run('model', { model: { folder: path }, check: false, cache: join(folder, 'cache') });
    await open(gpt2.folder);
    const before = privateMemory(supervisor.pid);
    const began = performance.now();
    await open(folder);
    const seconds = (performance.now() - began) / 1e3;
    yield {
      what: `opening ${name}`,
      value: seconds,
      unit: 's',
      atMost: 2,
      note: 'until its card is there, weights hashed for the first time',
    };
    const grown = privateMemory(supervisor.pid) - before;
    yield { what: `private memory of ${name} until it is used`, value: grown, unit: 'MB', atMost: 100, note: 'of the worker' };
  } finally {
    supervisor.dispose();
  }
}

/** Sessions of every kind, each run once; then one whose weights are copied into the layout of kernels. */
async function* sharing(folder: string, name: string): AsyncGenerator<Row> {
  const model = openModel({ folder });
  const tap = (id: 'hidden' | 'ffn') => model.taps.filter(({ point }) => point.tap === id);
  const [hidden, ffn] = [tap('hidden'), tap('ffn')];
  const scores = scoresOf(model, { of: 'logit' });
  const all = (taps: typeof hidden) => taps.map((each) => ({ ...each, stack: '' as const }));
  const sites = (form: 'dense' | 'sparse') => ffn.map((each) => ({ tap: each, form }));
  const ids = Int32Array.from({ length: 8 }, (_, i) => i);
  const batch: TokenBatch = { size: 1, length: 8, ids, mask: new Uint8Array(8).fill(1) };
  const at = [{ target: 1, position: 7, tapPosition: 7 }];
  const before = privateMemory();
  const runs = await Promise.all([
    openModelRun(model.folder, all(hidden), { prepack: false }),
    openModelRun(model.folder, all(ffn), { prepack: false }),
    openModelRun(model.folder, [scores], { prepack: false, sites: sites('dense') }),
    openModelRun(model.folder, [scores], { prepack: false, sites: sites('sparse') }),
  ]);
  const back = await openGradientRun(model.folder, scores, ffn, { oneToken: true });
  const opened = privateMemory() - before;
  for (const run of runs) await run.run(batch);
  await back.run(batch, at);
  const used = privateMemory() - before;
  const kinds = 'two of outputs, two for edits, one of gradients';
  yield { what: `five sessions of ${name}, opened`, value: opened, unit: 'MB', atMost: 100, note: `private memory; ${kinds}` };
  yield {
    what: `five sessions of ${name}, each run`,
    value: used,
    unit: 'MB',
    atMost: 100,
    note: 'texts of 8 tokens; weights are not copied',
  };
  await Promise.all([...runs, back].map((each) => each.release()));
  const fast = await openModelRun(model.folder, [scores]);
  await fast.run(batch);
  const copied = privateMemory() - before;
  await fast.release();
  const left = privateMemory() - before;
  yield {
    what: `all sessions of ${name} closed`,
    value: left,
    unit: 'MB',
    atMost: 100,
    note: `private memory that is left, of ${Math.round(copied)} MB while weights lay in the layout of kernels as well`,
  };
}

/** Private pages that no file holds, of a process, in MB. */
function privateMemory(pid: number | 'self' = 'self'): number {
  return (Number(/Private_Dirty:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1] ?? NaN) * 1024) / mb;
}

const [, , folder, name] = process.argv;
void report(folder === undefined || name === undefined ? measure() : sharing(folder, name));
