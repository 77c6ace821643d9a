/** The two workers of an editor window: analyses in one, what somebody is looking at in the other. Each starts with its first job. */
import type { JobName, Jobs } from '../protocol/jobs';
import { Supervisor } from './supervisor';
import type { RunOptions } from './supervisor';

/** Whoever runs jobs: a supervisor, or something small in tests. */
export interface JobRunner {
  run<J extends JobName>(job: J, params: Jobs[J]['params'], options?: RunOptions): Promise<Jobs[J]['result']>;
  dispose(): void;
}

export interface Workers {
  /** Rankings and extractions: minutes. */
  readonly batch: JobRunner;
  /** Hovers, paint, views: milliseconds each, so they wait for each other; those that are superseded stop between two steps. */
  readonly interactive: JobRunner;
}

/** All that it keeps open would be lost with an interactive worker that is killed, so a step may take this long. */
const interactiveGraceMs = 15_000;

/** Both from the worker's bundle. */
export function forkedWorkers(entry: string): Workers {
  return { batch: new Supervisor({ entry }), interactive: new Supervisor({ entry, graceMs: interactiveGraceMs }) };
}
