/** Progress and stop of a long computation. */
import { CancelledError } from '../../protocol/errors';
import type { Progress } from '../../protocol/workerMessages';

/** Reports progress, lets the event loop turn so that a stop can arrive, and throws `CancelledError` if it did. */
export type Step = (stage: string, done: number, total: number, unit: string) => Promise<void>;

export function stepper(
  signal: AbortSignal | undefined,
  onProgress: ((progress: Progress) => void) | undefined,
  stopped = 'stopped while ranking; the activations are kept',
): Step {
  return async (stage, done, total, unit) => {
    onProgress?.({ stage, done, total, unit });
    await new Promise((resolve) => setImmediate(resolve));
    if (signal?.aborted) throw new CancelledError(stopped);
  };
}
