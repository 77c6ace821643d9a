/** Dense products by the runtime: one Gemm a session, opened when first asked for and kept. */
import { InferenceSession, Tensor } from './onnxruntime';
import { runtimeError } from './runtimeError';
import { Defect } from '../protocol/errors';
import { makeNode, makeValue } from '../onnx/build';
import { encodeModelBytes } from '../onnx/codec';
import { dataType } from '../onnx/model';

/** The shapes of `Dense` and `Kernels` in `methods/`, which this room may not import. */
interface Dense {
  readonly rows: number;
  readonly columns: number;
  readonly values: Float32Array | Float64Array;
}

export interface RuntimeKernels {
  product(a: Dense, b: Dense, transposed?: { readonly a?: boolean; readonly b?: boolean }): Promise<Dense>;
  release(): Promise<void>;
}

/** Kernels of their own sessions. `threads` within one product; 1 leaves the other processors to others. */
export function runtimeKernels({ threads = 1 }: { readonly threads?: number } = {}): RuntimeKernels {
  const sessions = new Map<string, Promise<InferenceSession>>();
  return {
    async product(a, b, { a: turnA = false, b: turnB = false } = {}) {
      const [rows, inner] = turnA ? [a.columns, a.rows] : [a.rows, a.columns];
      const [other, columns] = turnB ? [b.columns, b.rows] : [b.rows, b.columns];
      if (inner !== other) throw new Defect(`a product of ${rows} × ${inner} and ${other} × ${columns}`);
      const type = a.values instanceof Float64Array ? 'float64' : 'float32';
      const values = type === 'float64' ? new Float64Array(rows * columns) : new Float32Array(rows * columns);
      // The runtime refuses empty matrices; a sum of nothing is 0.
      if (rows * columns * inner === 0) return { rows, columns, values };
      const key = `${type} ${turnA} ${turnB}`;
      let session = sessions.get(key);
      if (!session) sessions.set(key, (session = openProduct(type, turnA, turnB, threads)));
      const tensor = ({ values: data, rows: height, columns: width }: Dense) =>
        data instanceof Float64Array ? new Tensor('float64', data, [height, width]) : new Tensor('float32', data, [height, width]);
      const { y } = await (await session).run({ a: tensor(a), b: tensor(b) }).catch(said);
      if (!(y?.data instanceof Float32Array || y?.data instanceof Float64Array)) throw new Defect('the runtime gave no product');
      return { rows, columns, values: y.data };
    },
    async release() {
      for (const session of sessions.values()) await session.then((open) => open.release()).catch(() => undefined);
      sessions.clear();
    },
  };
}

function openProduct(type: 'float32' | 'float64', turnA: boolean, turnB: boolean, threads: number): Promise<InferenceSession> {
  const element = type === 'float64' ? dataType.double : dataType.float;
  const bytes = encodeModelBytes({
    ...{ irVersion: 8, producerName: 'golgi', producerVersion: '', domain: '', functions: [] },
    opsetImport: [{ domain: '', version: 17 }],
    graph: {
      name: 'product',
      nodes: [makeNode('Gemm', ['a', 'b'], ['y'], { transA: Number(turnA), transB: Number(turnB) })],
      ...{ initializers: [], sparseInitializers: [], valueInfo: [] },
      inputs: [makeValue('a', element, ['m', 'k']), makeValue('b', element, ['k2', 'n'])],
      outputs: [makeValue('y', element, ['rows', 'columns'])],
    },
  });
  return InferenceSession.create(bytes, {
    executionProviders: ['cpu'],
    intraOpNumThreads: threads,
    enableCpuMemArena: false,
    logSeverityLevel: 4,
    extra: { session: { intra_op: { allow_spinning: '0' } } },
  }).catch(said);
}

/** What the runtime throws, in words of ours. */
function said(error: unknown): never {
  throw runtimeError(error, 'a matrix product');
}
