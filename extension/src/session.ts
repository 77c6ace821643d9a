/**
 * Keeps one analysis server running. A state machine without the editor in it: how a server is launched and who hears of
 * the state come in from outside. Every start, stop or death opens a new generation; what an older one still reports is
 * ignored.
 */
import type { Request, ServerStatus } from '../../server/src/protocol/messages';
import { serverStatus } from '../../server/src/protocol/messages';
import { RestartPolicy } from './restartPolicy';
import type { SessionState } from './state';

/** How a request is given up and watched. */
export interface AskOptions<Snapshot> {
  readonly signal?: AbortSignal;
  /** Called with every snapshot that comes before the answer. */
  readonly onProgress?: (snapshot: Snapshot) => void;
}

/** One run of the server's process, from handshake to death. */
export interface ServerRun {
  /** Throws the server's own error (`InputError`, `CancelledError`, `Defect`), or that there is no server. */
  ask<P, R, S>(message: Request<P, R, S>, params: P, options?: AskOptions<S>): Promise<R>;
  /** Makes known a document that was open before anybody cared for it. */
  showDocument?(uri: string): void;
  stop(): Promise<void>;
}

/** The server refused us, and would again: no restart helps. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
}

export interface SessionOptions {
  /** Starts a process and shakes hands. `onDeath` is called at most once, when the process goes without being asked to. */
  readonly launch: (onDeath: (reason: string) => void) => Promise<ServerRun>;
  readonly onState: (state: SessionState) => void;
  /** Milliseconds that only grow. */
  readonly clock: () => number;
}

export class Session {
  readonly #options: SessionOptions;
  readonly #policy = new RestartPolicy();
  #state: SessionState = { kind: 'stopped' };
  #generation = 0;
  #run: ServerRun | undefined;
  #launching: Promise<void> | undefined;
  #pause: NodeJS.Timeout | undefined;
  #restarting: Promise<void> | undefined;

  constructor(options: SessionOptions) {
    this.#options = options;
  }

  get state(): SessionState {
    return this.#state;
  }

  /** Starts the server unless it runs or is on its way. Settles when it is ready, has died or refused; never rejects. */
  start(): Promise<void> {
    if (this.#state.kind === 'starting' || this.#state.kind === 'ready') return this.#launching ?? Promise.resolve();
    clearTimeout(this.#pause);
    this.#launching = this.#launch(++this.#generation).finally(() => (this.#launching = undefined));
    return this.#launching;
  }

  /** Stops the server and the wish to have one. */
  async stop(): Promise<void> {
    this.#generation += 1;
    clearTimeout(this.#pause);
    const run = this.#run;
    this.#run = undefined;
    this.#become({ kind: 'stopped' });
    await this.#launching;
    await run?.stop();
  }

  /** Stops and starts; calls while one is under way share it. */
  restart(): Promise<void> {
    this.#restarting ??= this.#stopAndStart().finally(() => (this.#restarting = undefined));
    return this.#restarting;
  }

  /** Asks the server that runs now. */
  async ask<P, R, S>(message: Request<P, R, S>, params: P, options?: AskOptions<S>): Promise<R> {
    if (!this.#run) throw new Error('The analysis server is not running.');
    return this.#run.ask(message, params, options);
  }

  /** Makes known a document that was open before anybody cared for it. */
  showDocument(uri: string): void {
    this.#run?.showDocument?.(uri);
  }

  /** The server's status now; undefined while there is no server to ask. */
  async status(): Promise<ServerStatus | undefined> {
    return this.#run?.ask(serverStatus, {});
  }

  async #stopAndStart(): Promise<void> {
    this.#policy.forgive();
    await this.stop();
    await this.start();
  }

  async #launch(generation: number): Promise<void> {
    const isCurrent = (): boolean => generation === this.#generation;
    this.#become({ kind: 'starting' });
    try {
      const run = await this.#options.launch((reason) => isCurrent() && this.#died(reason));
      if (!isCurrent()) return await run.stop();
      this.#run = run;
      const server = await run.ask(serverStatus, {});
      if (isCurrent()) this.#become({ kind: 'ready', server });
    } catch (error) {
      if (!isCurrent()) return;
      const reason = error instanceof Error ? error.message : String(error);
      if (error instanceof Refusal) this.#fail(reason);
      else this.#died(reason);
    }
  }

  #died(reason: string): void {
    this.#generation += 1;
    this.#run = undefined;
    const next = this.#policy.died(this.#options.clock());
    if (!next) return this.#fail(reason);
    this.#become({ kind: 'waiting', ...next, reason });
    this.#pause = setTimeout(() => void this.start(), next.delayMs);
  }

  #fail(reason: string): void {
    this.#generation += 1;
    this.#become({ kind: 'failed', reason });
  }

  #become(state: SessionState): void {
    this.#state = state;
    this.#options.onState(state);
  }
}
