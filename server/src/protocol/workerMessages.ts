/** Messages between a worker and the process that forked it, and what they carry. */
import type { Problem } from './errors';
import type { JobName, Jobs } from './jobs';
import type { Provider } from './providers';
import type { Provenance } from './results';

/** Work done so far, in the job's own unit. Never goes backwards within a stage. */
export interface Progress {
  readonly stage: string;
  readonly done: number;
  readonly total: number;
  readonly unit: string;
}

/** A failure as it crosses a process border. */
export type Failure =
  | { readonly kind: 'input'; readonly problems: readonly [Problem, ...Problem[]] }
  | { readonly kind: 'cancelled'; readonly message: string }
  | { readonly kind: 'defect'; readonly message: string; readonly stack: string };

/** What a ranking will come from, said as soon as it is known: seconds before the scores are. */
export interface Origin {
  readonly provenance: Provenance;
  readonly neurons: number;
}

/** Host → worker. */
export type ToWorker =
  | {
      readonly type: 'run';
      readonly id: number;
      readonly attempt: number;
      readonly job: JobName;
      readonly params: Jobs[JobName]['params'];
      /** What models are to be run on, if it works. */
      readonly provider: Provider;
    }
  | { readonly type: 'cancel'; readonly id: number };

/** Worker → host. `ready` comes first and once. */
export type FromWorker =
  | { readonly type: 'ready'; readonly protocol: number }
  | { readonly type: 'progress'; readonly id: number; readonly progress: Progress }
  | { readonly type: 'note'; readonly id: number; readonly text: string }
  | { readonly type: 'text'; readonly id: number; readonly text: string }
  | { readonly type: 'begun'; readonly id: number; readonly origin: Origin }
  | { readonly type: 'done'; readonly id: number; readonly result: Jobs[JobName]['result'] }
  | { readonly type: 'failed'; readonly id: number; readonly failure: Failure };

/** Raised whenever the messages above change their meaning. */
export const workerProtocol = 1;
