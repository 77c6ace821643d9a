/** The context of a job that nobody watches, stops or has begun before. */
import type { JobContext } from '../../server/src/worker/serve';

const nobody = (): void => undefined;

export const quietJob: JobContext = {
  attempt: 0,
  signal: new AbortController().signal,
  onProgress: nobody,
  onNote: nobody,
  onText: nobody,
  onBegun: nobody,
};
