/** Memory of the whole worker process at its peak: a corpus ten times as long must not need more. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Supervisor } from '../../server/src/jobs/supervisor';
import type { JobName, Jobs } from '../../server/src/protocol/jobs';
import { report } from './row';
import type { Row } from './row';
import { gpt2, repeatedSample, scratch } from './subjects';

const lengths = [10_000, 100_000] as const;
const entry = join(process.cwd(), 'dist', 'worker.js');
const activations = { taps: ['hidden', 'ffn'], words: 'last', dtype: 'f16' } as const;

async function* measure(): AsyncGenerator<Row> {
  if (process.platform !== 'linux') {
    yield { what: 'memory', value: null, unit: '×', note: 'the peak of another process is read from /proc, which only Linux has' };
    return;
  }
  const folder = scratch();
  const cache = join(folder, 'cache');
  const model = { folder: gpt2.folder };
  const corpora = lengths.map((words) => ({ files: [repeatedSample(words, folder)] }));
  yield await compare('extraction', corpora.map((corpus) => ['extract', { model, corpus, activations, cache }])); // prettier-ignore
  yield await compare('ranking on cached activations', corpora.map((corpus) => ['rank', {
      source: { kind: 'model', model, corpus, activations, cache },
      concepts: ['rule:capitalised', 'word:"the"', 'rule:digit'],
      againstAttribute: false,
      methods: ['ap', 'd-prime', 'probeless'].map((id) => ({ id, parameters: {} })),
      evidence: { nullRounds: 20, intervals: 20, seed: 1 },
      control: false,
    }])); // prettier-ignore
}

/** The same job over either corpus, each in a worker of its own. */
async function compare<J extends JobName>(what: string, jobs: readonly (readonly [J, Jobs[J]['params']])[]): Promise<Row> {
  const peaks: number[] = [];
  for (const [job, params] of jobs) peaks.push(await peakOf(job, params));
  const [small = NaN, large = NaN] = peaks;
  return {
    what: `peak memory of ${what}, ${lengths[1].toLocaleString('en')} words to ${lengths[0].toLocaleString('en')}`,
    value: large / small,
    unit: '×',
    atMost: 1.2,
    note: `${Math.round(large)} MB to ${Math.round(small)} MB, demo-gpt2, hidden + ffn`,
  };
}

/** Resident memory of a worker at its peak, in MB. */
async function peakOf<J extends JobName>(job: J, params: Jobs[J]['params']): Promise<number> {
  const supervisor = new Supervisor({ entry });
  let peak = 0;
  const look = (): void => {
    const { pid } = supervisor;
    if (pid !== undefined) peak = Math.max(peak, residentPeak(pid));
  };
  // The system's own mark of the peak is read at the end; looking on the way serves systems that do not keep one.
  const timer = setInterval(look, 20);
  try {
    await supervisor.run(job, params);
    look();
    return peak;
  } finally {
    clearInterval(timer);
    supervisor.dispose();
  }
}

function residentPeak(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1024;
}

void report(measure());
