/** Whether the runtime loads and computes on this machine: a product that a person can check. */
import { InferenceSession, Tensor } from './onnxruntime';
import { floatTensor, makeNode, makeValue } from '../onnx/build';
import { encodeModel } from '../onnx/codec';
import { dataType } from '../onnx/model';
import type { Provider } from '../protocol/providers';

/** Runs [1, 2] × [[3], [4]] through onnxruntime. Returns what came out, which is 11 where all is well; throws what it throws. */
export async function elevenByRuntime(provider: Provider): Promise<number | undefined> {
  const bytes = Buffer.concat(
    encodeModel({
      irVersion: 8,
      producerName: 'golgi',
      producerVersion: '',
      domain: '',
      opsetImport: [{ domain: '', version: 17 }],
      functions: [],
      graph: {
        name: 'self test',
        nodes: [makeNode('MatMul', ['x', 'w'], ['y'])],
        initializers: [floatTensor('w', [2, 1], [3, 4])],
        sparseInitializers: [],
        inputs: [makeValue('x', dataType.float, [1, 2])],
        outputs: [makeValue('y', dataType.float, [1, 1])],
        valueInfo: [],
      },
    }),
  );
  const session = await InferenceSession.create(bytes, { executionProviders: [provider], logSeverityLevel: 4 });
  try {
    const { y } = await session.run({ x: new Tensor('float32', Float32Array.from([1, 2]), [1, 2]) });
    return y?.data instanceof Float32Array ? y.data[0] : undefined;
  } finally {
    await session.release();
  }
}
