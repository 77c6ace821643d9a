/**
 * Entry of the forked worker: one loop that serves one job at a time. It owns nothing that cannot be rebuilt, so it may
 * be killed at any moment. It ends by itself when the process that forked it is gone.
 */
import { failureOf } from '../protocol/failure';
import type { FromWorker, ToWorker } from '../protocol/workerMessages';
import { workerProtocol } from '../protocol/workerMessages';
import { askForProvider } from '../runtime/provider';
import { serve } from './serve';

const send = (message: FromWorker): void => {
  // The channel may close between two messages; the disconnect handler then ends the process.
  if (process.connected) process.send?.(message);
};

const cancels = new Map<number, AbortController>();

// Ctrl-C reaches the whole process group; what it means is for the process that forked us to say.
process.on('SIGINT', () => undefined);
process.on('disconnect', () => process.exit(0));

process.on('message', (message: ToWorker) => {
  if (message.type === 'cancel') {
    cancels.get(message.id)?.abort();
    return;
  }
  const { id, attempt, job, params, provider } = message;
  const controller = new AbortController();
  cancels.set(id, controller);
  askForProvider(provider);
  serve(job, params, {
    attempt,
    signal: controller.signal,
    onProgress: (progress) => send({ type: 'progress', id, progress }),
    onNote: (text) => send({ type: 'note', id, text }),
    onText: (text) => send({ type: 'text', id, text }),
    onBegun: (origin) => send({ type: 'begun', id, origin }),
  })
    .then((result) => send({ type: 'done', id, result }))
    .catch((error: unknown) => send({ type: 'failed', id, failure: failureOf(error) }))
    .finally(() => cancels.delete(id));
});

send({ type: 'ready', protocol: workerProtocol });
