/** When a server that died is started again: soon the first time, later each time, not at all when it keeps dying. */

/** Pauses before each new start, in milliseconds. */
const pauses = [500, 2_000, 8_000, 30_000] as const;

/** Deaths older than this, in milliseconds, are forgiven. */
const memory = 180_000;

export class RestartPolicy {
  #deaths: number[] = [];

  /** Notes a death at `now` (milliseconds); the pause before the next start, or undefined when it is time to give up. */
  died(now: number): { readonly attempt: number; readonly delayMs: number } | undefined {
    this.#deaths = [...this.#deaths.filter((then) => now - then < memory), now];
    const attempt = this.#deaths.length;
    const delayMs = pauses[attempt - 1];
    return delayMs === undefined ? undefined : { attempt, delayMs };
  }

  /** A person asked for a restart: the past no longer counts. */
  forgive(): void {
    this.#deaths = [];
  }
}
