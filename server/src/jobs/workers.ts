/** The two workers of an editor window: analyses in one, what somebody is looking at in the other. Each starts with its first job. */
import type { JobName, Jobs } from '../protocol/jobs';
import type { Provider } from '../protocol/providers';
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

/** Both from the worker's bundle, both on the same provider, so that either finds what the other stored. */
export function forkedWorkers(entry: string, provider: Provider): Workers {
  return {
    batch: new Supervisor({ entry, provider }),
    interactive: new Supervisor({ entry, provider, graceMs: interactiveGraceMs }),
  };
}
