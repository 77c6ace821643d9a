/** The real outside of the command line: terminal, worker, Ctrl-C. */
import { fileURLToPath } from 'node:url';
import { Supervisor } from '../jobs/supervisor';
import { CancelledError } from '../protocol/errors';
import type { Provider } from '../protocol/providers';
import { progressLine } from './present/progress';
import type { Outside } from './verb';

/**
 * Calls `use` with an outside whose jobs run in a forked worker. The first Ctrl-C asks the job to stop between batches,
 * the second ends the worker. The worker is gone when this returns.
 */
export async function runWithWorker<T>(
  options: { readonly showProgress: boolean; readonly provider: Provider },
  use: (outside: Outside) => Promise<T>,
): Promise<T> {
  const supervisor = new Supervisor({ entry: fileURLToPath(new URL('./worker.js', import.meta.url)), provider: options.provider });
  const cancel = new AbortController();
  let interrupts = 0;
  const onInterrupt = (): void => {
    interrupts += 1;
    if (interrupts > 1) {
      supervisor.dispose();
      return;
    }
    process.stderr.write('\nstopping after this batch; press Ctrl-C again to end at once\n');
    cancel.abort(new CancelledError());
  };
  process.on('SIGINT', onInterrupt);
  process.on('SIGTERM', onInterrupt);
  const progress = progressLine(options.showProgress, (text) => process.stderr.write(text));
  try {
    return await use({
      out: (text) => process.stdout.write(text),
      error: (text) => process.stderr.write(text),
      colour: Boolean(process.stdout.isTTY) && !process.env['NO_COLOR'],
      width: process.stdout.columns || 120,
      showProgress: options.showProgress,
      runJob: async (job, params, hear = {}) => {
        try {
          return await supervisor.run(job, params, {
            ...hear,
            signal: cancel.signal,
            onProgress: progress.show,
            onNote: (text) => {
              progress.clear();
              process.stderr.write(`${text}\n`);
            },
          });
        } finally {
          progress.clear();
        }
      },
    });
  } finally {
    process.off('SIGINT', onInterrupt);
    process.off('SIGTERM', onInterrupt);
    supervisor.dispose();
  }
}
