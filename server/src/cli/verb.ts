/** What a verb of the command line is, and what it may use of the world. */
import type { JobName, Jobs } from '../protocol/jobs';
import type { Origin } from '../protocol/workerMessages';
import type { Flags, Parsed, commonFlags } from './flags';

/** The outside of the program: streams, terminal, workers. Tests hand in their own. */
export interface Outside {
  readonly out: (text: string) => void;
  readonly error: (text: string) => void;
  readonly colour: boolean;
  readonly width: number;
  readonly showProgress: boolean;
  /** Runs a job in the worker, with progress on standard error. */
  readonly runJob: <J extends JobName>(
    job: J,
    params: Jobs[J]['params'],
    hear?: { readonly onBegun?: (origin: Origin) => void; readonly onText?: (text: string) => void },
  ) => Promise<Jobs[J]['result']>;
}

export interface Verb<F extends Flags = Flags> {
  readonly name: string;
  readonly summary: string;
  /** What may stand beside the flags, such as `ID…`; absent where nothing may. */
  readonly positionals?: string;
  /** A command that works on the bundled model and corpus. */
  readonly example: string;
  readonly flags: F;
  /** Exit code, 0 when nothing is returned. */
  readonly run: (call: {
    readonly values: Parsed<F & typeof commonFlags>;
    readonly positionals: readonly string[];
    readonly outside: Outside;
  }) => Promise<number | void>;
}

/** Keeps the flag types of a verb while letting the table hold all verbs. */
export function defineVerb<const F extends Flags>(verb: Verb<F>): Verb {
  return verb as unknown as Verb;
}
