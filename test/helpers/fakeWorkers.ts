/** Workers of tests: every job is answered by a function of the test, or waits until the test says what comes of it. */
import type { JobRunner, Workers } from '../../server/src/jobs/workers';
import type { RunOptions } from '../../server/src/jobs/supervisor';
import type { JobName, Jobs } from '../../server/src/protocol/jobs';
import { lineHash } from '../../server/src/corpus/places';

export type Answers = {
  readonly [J in JobName]?: (params: Jobs[J]['params'], options: RunOptions) => Promise<Jobs[J]['result']> | Jobs[J]['result'];
};

export interface FakeWorkers extends Workers {
  /** Jobs that were asked for, in their order. */
  readonly asked: { readonly job: JobName; readonly params: unknown }[];
}

/** Both workers answer alike. */
export function fakeWorkers(answers: Answers): FakeWorkers {
  const asked: { job: JobName; params: unknown }[] = [];
  const runner: JobRunner = {
    async run(job, params, options = {}) {
      asked.push({ job, params });
      const answer = answers[job];
      if (!answer) throw new Error(`this test has no ${job}`);
      return answer(params, options);
    },
    dispose: () => undefined,
  };
  return { batch: runner, interactive: runner, asked };
}

/** What reading a corpus of some lines gives. */
export function placesOf(...lines: readonly string[]): Jobs['places']['result'] {
  const corpus = {
    files: ['/c.txt'],
    format: 'text',
    guessed: true,
    sentences: lines.length,
    words: lines.length,
    hash: 'h',
    notes: [],
    warnings: [],
  };
  return { opened: 'first', corpus, lineHashes: Int32Array.from(lines, lineHash) };
}
