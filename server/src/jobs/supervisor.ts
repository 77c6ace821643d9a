/**
 * One forked worker and the jobs it is given, one at a time. A worker may die at any moment: the job is then sent to a
 * new one, which resumes from what the store holds. A job that kills its worker twice without getting further is given
 * up and named. Cancel is cooperative first and a kill after a grace time.
 */
import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { CancelledError, Defect, InputError } from '../protocol/errors';
import type { FromWorker, Origin, Progress, ToWorker } from '../protocol/workerMessages';
import type { JobName, Jobs } from '../protocol/jobs';
import { workerProtocol } from '../protocol/workerMessages';
import { errorOf } from '../protocol/failure';
import type { Provider } from '../protocol/providers';

export interface SupervisorOptions {
  /** The worker's bundle. */
  readonly entry: string;
  /** What models are run on; the processor unless said. */
  readonly provider?: Provider;
  /** Time between a cancel and the kill. */
  readonly graceMs?: number;
  /** Silence in mid-job after which the worker counts as hung. */
  readonly silenceMs?: number;
  readonly env?: NodeJS.ProcessEnv;
  readonly execArgv?: readonly string[];
}

export interface RunOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
  /** Something the person should hear: a guess, a restart, a warning. */
  readonly onNote?: (text: string) => void;
  /** Text as a model writes it, piece by piece, what it goes on from first; every piece once, also when the job starts again. */
  readonly onText?: (text: string) => void;
  /** What a ranking will come from. Comes again when the job starts again. */
  readonly onBegun?: (origin: Origin) => void;
}

interface Running {
  readonly id: number;
  readonly job: JobName;
  readonly params: Jobs[JobName]['params'];
  readonly options: RunOptions;
  readonly resolve: (result: Jobs[JobName]['result']) => void;
  readonly reject: (reason: Error) => void;
  /** Deaths of the worker since the job last got further. */
  deaths: number;
  attempt: number;
  /** Most units done by stage, over all attempts: only more than this counts as getting further. */
  readonly furthest: Map<string, number>;
  last: Progress | undefined;
  cancelled: boolean;
  /** Characters of text that were handed on, and how many of what comes are known already, since the job began anew. */
  told: number;
  known: number;
}

const defaultGrace = 2_000;
// A batch takes 50–300 ms and a large session some ten seconds to open; silence beyond this is a hang, not work.
const defaultSilence = 120_000;
/** Parts in which silence is counted. */
const silenceParts = 12;
/**
 * Keeps a worker's memory near what it holds: a smaller nursery for its many short-lived objects, two heaps for all threads in
 * place of eight a processor, and pieces of 4 MB, which weights in the layout of kernels are, given back to the system when
 * they are freed (glibc; others do not look at it). None of it costs time that could be measured. The collector can be called,
 * for the one moment at which there is much to collect: after a large corpus was read.
 */
export const thrift = {
  execArgv: ['--max-semi-space-size=4', '--expose-gc'],
  env: { MALLOC_ARENA_MAX: '2', MALLOC_MMAP_THRESHOLD_: String(4 * 2 ** 20), MALLOC_TRIM_THRESHOLD_: String(16 * 2 ** 20) },
} as const;

export class Supervisor {
  readonly #options: SupervisorOptions;
  #child: ChildProcess | undefined;
  #running: Running | undefined;
  readonly #waiting: (() => void)[] = [];
  #nextId = 1;
  #disposed = false;
  #silence: NodeJS.Timeout | undefined;
  #grace: NodeJS.Timeout | undefined;

  constructor(options: SupervisorOptions) {
    this.#options = options;
  }

  /** The worker's process id while there is one; for tests and for the status. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Sends a job and settles with its result, its `InputError`, `CancelledError`, or `Defect`. Jobs wait for each other. */
  async run<J extends JobName>(job: J, params: Jobs[J]['params'], options: RunOptions = {}): Promise<Jobs[J]['result']> {
    while (this.#running) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    if (this.#disposed || options.signal?.aborted) {
      // Only one is woken when a job ends: who gives up wakes the next, which would else wait for ever.
      this.#waiting.shift()?.();
      throw new CancelledError(this.#disposed ? 'the worker was closed' : undefined);
    }
    const onAbort = (): void => this.#cancel();
    try {
      return await new Promise<Jobs[J]['result']>((resolve, reject) => {
        this.#running = {
          id: this.#nextId++,
          job,
          params,
          options,
          resolve: resolve,
          reject,
          deaths: 0,
          attempt: 0,
          furthest: new Map(),
          last: undefined,
          cancelled: false,
          told: 0,
          known: 0,
        };
        options.signal?.addEventListener('abort', onAbort);
        this.#send();
      });
    } finally {
      options.signal?.removeEventListener('abort', onAbort);
      clearTimeout(this.#silence);
      clearTimeout(this.#grace);
      this.#running = undefined;
      this.#waiting.shift()?.();
    }
  }

  /** Ends the worker at once; a running job is rejected as cancelled. */
  dispose(): void {
    this.#disposed = true;
    this.#running?.reject(new CancelledError(kept(this.#running)));
    this.#child?.kill('SIGKILL');
    this.#child = undefined;
  }

  #send(): void {
    const running = this.#running;
    if (!running) return;
    const child = (this.#child ??= this.#start());
    const { provider = 'cpu' } = this.#options;
    const { id, attempt, job, params } = running;
    const message: ToWorker = { type: 'run', id, attempt, job, params, provider };
    child.send(message);
    this.#listen();
  }

  #start(): ChildProcess {
    const child = fork(this.#options.entry, [], {
      // Structured clone instead of JSON: typed arrays, NaN and bigint cross the border as they are.
      serialization: 'advanced',
      execArgv: [...thrift.execArgv, ...(this.#options.execArgv ?? [])],
      env: { ...thrift.env, ...process.env, ...this.#options.env },
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    child.on('message', (message: FromWorker) => {
      if (child === this.#child) this.#receive(message);
    });
    child.on('exit', (code, signal) => {
      if (child === this.#child) this.#died(code, signal);
    });
    // A send to a worker that has just died fails here; its exit event tells the rest.
    child.on('error', () => undefined);
    return child;
  }

  #receive(message: FromWorker): void {
    if (message.type === 'ready') {
      if (message.protocol === workerProtocol) return;
      this.#running?.reject(new Defect(`worker speaks protocol ${message.protocol}, ${workerProtocol} expected; rebuild or reload`));
      return;
    }
    const running = this.#running;
    if (!running || message.id !== running.id) return;
    this.#listen();
    switch (message.type) {
      case 'progress': {
        const { stage, done } = message.progress;
        if (done > (running.furthest.get(stage) ?? 0)) {
          running.furthest.set(stage, done);
          running.deaths = 0;
        }
        running.last = message.progress;
        if (!running.cancelled) running.options.onProgress?.(message.progress);
        return;
      }
      case 'note':
        running.options.onNote?.(message.text);
        return;
      case 'text':
        this.#tell(running, message.text);
        return;
      case 'begun':
        running.options.onBegun?.(message.origin);
        return;
      case 'done':
        running.resolve(message.result);
        return;
      case 'failed':
        running.reject(running.cancelled ? new CancelledError(kept(running)) : errorOf(message.failure));
    }
  }

  /** The same job writes the same text, so what a new worker repeats is passed over. */
  #tell(running: Running, text: string): void {
    const fresh = text.slice(running.known);
    running.known -= text.length - fresh.length;
    running.told += fresh.length;
    if (fresh !== '') running.options.onText?.(fresh);
  }

  #died(code: number | null, signal: NodeJS.Signals | null): void {
    this.#child = undefined;
    const running = this.#running;
    if (!running) return;
    if (running.cancelled) {
      running.reject(new CancelledError(kept(running)));
      return;
    }
    running.known = running.told;
    running.deaths += 1;
    running.attempt += 1;
    const how = signal ? `was ended by ${signal}` : `ended with code ${code}`;
    const { provider = 'cpu' } = this.#options;
    if (running.deaths >= 2) {
      running.reject(
        new InputError('WORKER_CRASHED', modelOf(running), {
          found: `the worker ${how} twice at the same place (${place(running)})`,
          expected: 'a model that runs within this machine’s memory',
          remedy: `${provider === 'cpu' ? '' : 'run it on the processor, which is safest, or '}try fewer taps or layers, or a smaller model; what is committed is kept`,
        }),
      );
      return;
    }
    running.options.onNote?.(`The worker ${how} at ${place(running)}; it was restarted and goes on from what is stored.`);
    this.#send();
  }

  #cancel(): void {
    const running = this.#running;
    if (!running || running.cancelled) return;
    running.cancelled = true;
    const message: ToWorker = { type: 'cancel', id: running.id };
    this.#child?.send(message);
    this.#grace = setTimeout(() => this.#child?.kill('SIGKILL'), this.#options.graceMs ?? defaultGrace);
  }

  /**
   * Waits for a sign of life, part by part: time in which this process was itself stopped (Ctrl-Z, a closed laptop) is one
   * late timer and counts as one part, so that what the worker said meanwhile is heard before it is called silent.
   */
  #listen(silentParts = 0): void {
    clearTimeout(this.#silence);
    const limit = this.#options.silenceMs ?? defaultSilence;
    this.#silence = setTimeout(() => {
      if (silentParts + 1 < silenceParts) this.#listen(silentParts + 1);
      else this.#giveUp(limit);
    }, limit / silenceParts);
    this.#silence.unref();
  }

  #giveUp(limit: number): void {
    const running = this.#running;
    if (!running) return;
    running.reject(
      new InputError('MODEL_TIMEOUT', modelOf(running), {
        found: `no sign of life for ${Math.round(limit / 1000)} s at ${place(running)}`,
        expected: 'a batch to end within that time',
        remedy: 'the model may loop without end; check it in its own runtime, or use a shorter text',
      }),
    );
    const child = this.#child;
    this.#child = undefined;
    child?.kill('SIGKILL');
  }
}

/** The model that a job runs, for messages. */
function modelOf({ params }: Running): { file?: string } {
  return 'model' in params && params.model ? { file: params.model.folder } : {};
}

function place({ last, job }: Running): string {
  return last ? `${last.stage}, ${last.done} of ${last.total} ${last.unit}` : `the start of ${job}`;
}

function kept(running: Running): string {
  return running.last
    ? `cancelled at ${place(running)}; what is done is kept, the same command goes on from there`
    : 'cancelled; nothing was lost';
}
