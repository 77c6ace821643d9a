import { runBenchmark } from '../evaluation/benchmark/run';
import { runtimeKernels } from '../runtime/kernels';
import type { JobHandler } from './serve';

/** Every ranking method on matrices of which it is known what is in them. */
export const benchmark: JobHandler<'benchmark'> = async (params, { signal, onProgress }) => {
  const kernels = runtimeKernels();
  try {
    return await runBenchmark(params, { kernels, signal, onProgress });
  } finally {
    await kernels.release();
  }
};
