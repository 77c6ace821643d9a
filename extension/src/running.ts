/** The analysis that runs now: at most one that a person asked for, known to whoever shows or stops it. */
import type { Progress } from '../../server/src/protocol/workerMessages';
import { Listeners } from './listeners';

export interface Running {
  readonly title: string;
  readonly progress: Progress | null;
}

export class RunningAnalysis {
  readonly #listeners = new Listeners();
  #now: Running | null = null;
  #stop: AbortController | undefined;

  get now(): Running | null {
    return this.#now;
  }

  /** Runs work that `cancel` and the given signal stop. Throws when something runs already. */
  async run<R>(
    title: string,
    signal: AbortSignal,
    work: (report: (progress: Progress) => void, signal: AbortSignal) => Promise<R>,
  ): Promise<R> {
    if (this.#now) throw new Error(`${this.#now.title} is still running. Cancel it first, or wait.`);
    const stop = (this.#stop = new AbortController());
    const forward = (): void => stop.abort();
    signal.addEventListener('abort', forward);
    if (signal.aborted) forward();
    this.#become({ title, progress: null });
    try {
      return await work((progress) => this.#become({ title, progress }), stop.signal);
    } finally {
      signal.removeEventListener('abort', forward);
      this.#stop = undefined;
      this.#become(null);
    }
  }

  /** Stops what runs; false when nothing does. */
  cancel(): boolean {
    this.#stop?.abort();
    return this.#stop !== undefined;
  }

  onChange(listener: () => void): { dispose(): void } {
    return this.#listeners.add(listener);
  }

  #become(now: Running | null): void {
    this.#now = now;
    this.#listeners.tell();
  }
}
