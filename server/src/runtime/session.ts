/** One session of onnxruntime over a skeleton: opened, run and released, its errors turned into findings. */
import { InferenceSession } from './onnxruntime';
import type { OnnxValue, Tensor } from './onnxruntime';
import { Defect } from '../protocol/errors';
import type { Skeleton } from '../onnx/skeleton';
import type { Provider } from '../protocol/providers';
import { providerInUse, remarkOnProcessor } from './provider';
import { runtimeError } from './runtimeError';

export interface SessionOptions {
  /** Threads within one operator; 1 by default, so that the machine stays usable. */
  readonly threads?: number;
  /**
   * Keep weights in the layout of the processor's kernels: faster (small batches up to twice), at the price of a private
   * copy of the weights and a slower opening. On by default; off for sessions that run once or twice.
   */
  readonly prepack?: boolean;
  /**
   * Keep memory that a run gave back for the next one, until the session is released. Off by default, since what is kept is as
   * much as the largest run took; for runs with many more tensors than a model has, whose memory would be fetched page by page.
   */
  readonly arena?: boolean;
  /** `basic` where runs are compared bit by bit. */
  readonly optimisation?: 'all' | 'basic' | 'disabled';
}

/** What a session hands over for one output: float32 in row-major order. */
export interface Fetched {
  readonly dims: readonly number[];
  readonly data: Float32Array;
}

/** `run` occupies its thread until it is done and cannot be interrupted; whoever needs to stop it ends the process. */
export interface Session {
  run(feeds: Readonly<Record<string, Tensor>>): Promise<Fetched[]>;
  release(): Promise<void>;
}

/**
 * Opens a session that computes the skeleton's outputs, in their order, on the provider in use, or on the processor where that
 * does not take this graph. `file` is what errors call the model. Throws InputError MODEL_OP, MODEL_RUNTIME or OUT_OF_MEMORY.
 */
export async function openSession(skeleton: Skeleton, file: string, options: SessionOptions = {}): Promise<Session> {
  const { threads = 1, prepack = true, arena = false, optimisation = 'all' } = options;
  const create = (on: Provider): Promise<InferenceSession> =>
    InferenceSession.create(skeleton.bytes, {
      executionProviders: [on],
      intraOpNumThreads: threads,
      graphOptimizationLevel: optimisation,
      // Forwards, runs are as fast without one and memory is given back.
      enableCpuMemArena: arena,
      // Its errors are thrown as well; printed, they would bring names from the model to the terminal unescaped.
      logSeverityLevel: 4,
      extra: {
        session: {
          // Waiting threads would burn a processor between small runs.
          intra_op: { allow_spinning: '0' },
          ...(skeleton.folder !== undefined && { model_external_initializers_file_folder_path: skeleton.folder }),
          ...(!prepack && { disable_prepacking: '1' }),
        },
      },
    });
  const { used } = await providerInUse();
  let provider = used;
  const session = await create(used)
    .catch(async (error: unknown) => {
      if (used === 'cpu') throw error;
      const onProcessor = await create('cpu');
      remarkOnProcessor(file, used, error);
      provider = 'cpu';
      return onProcessor;
    })
    .catch((error: unknown) => {
      throw runtimeError(error, file);
    });

  return {
    async run(feeds) {
      const names = [...new Set(skeleton.outputs)];
      const results = await session.run(feeds, names).catch((error: unknown) => {
        throw runtimeError(error, file, provider);
      });
      const values = new Map(names.map((name) => [name, fetched(results[name])]));
      // An output asked for twice comes in two buffers, since each may be transferred.
      return skeleton.outputs.map((name, i) => {
        const { dims, data } = values.get(name) ?? fetched(undefined);
        return { dims, data: skeleton.outputs.indexOf(name) === i ? data : data.slice() };
      });
    },
    release: () => session.release(),
  };
}

function fetched(value: OnnxValue | undefined): Fetched {
  if (value && value.data instanceof Float32Array) return { dims: value.dims, data: value.data };
  throw new Defect(`an output of type ${value?.type ?? 'none'} where float32 was asked for`);
}
