/** How jobs that somebody waits for let messages in, and hear that nobody waits any more. */
import { CancelledError } from '../protocol/errors';

/** Awaited between the steps of a job. Throws `CancelledError` once the job was cancelled. */
export type Pause = () => Promise<void>;

/** The loop turns at most this often: a turn costs little, but not nothing, and steps may be short. */
const turnMs = 5;

/** Pauses of one job. */
export function pauses(signal: AbortSignal): Pause {
  let turned = performance.now();
  return async () => {
    if (performance.now() - turned >= turnMs) {
      await new Promise((resolve) => setImmediate(resolve));
      turned = performance.now();
    }
    if (signal.aborted) throw new CancelledError();
  };
}
