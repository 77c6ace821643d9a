/** A model's control, made once and kept in the cache: the same graph over a file of shuffled weights. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { realFs, writeFailure } from '../activations/fsPort';
import { temporaryName } from '../activations/owner';
import { randomStream } from '../methods/statistics/random';
import { FileSource } from '../onnx/bytes';
import type { ByteSource, ByteSpan } from '../onnx/bytes';
import { indexGraph } from '../onnx/graph';
import type { ModelPart } from '../onnx/modelFolder';
import { permutedModel } from '../onnx/permuted';
import type { ModelIdentity } from './identity';
import type { OpenModel } from './openModel';

/** The control of a model, with an identity of its own. Throws `InputError` where the cache cannot be written. */
export function controlOf(
  model: OpenModel,
  identity: ModelIdentity,
  options: { readonly cache: string; readonly seed: number },
): OpenModel {
  const parts = model.folder.parts.map((part, index): ModelPart => controlPart(part, index, identity, options));
  const weights = createHash('sha256').update(`${identity.weights} shuffled with seed ${options.seed}`).digest('hex');
  return {
    ...model,
    name: `${model.name} with shuffled weights`,
    folder: { ...model.folder, parts },
    knownIdentity: { graph: identity.graph, weights },
  };
}

function controlPart(
  { stack, file }: ModelPart,
  index: number,
  { graph, weights }: ModelIdentity,
  { cache, seed }: { readonly cache: string; readonly seed: number },
): ModelPart {
  const path = join(cache, 'controls', `${graph.slice(0, 16)}-${weights.slice(0, 16)}-${seed}-${index}.bin`);
  const stream = randomStream(seed, index);
  const model = existsSync(path) ? permutedModel(file.model, stream, placed(path)) : written(file.model, stream, path);
  return { stack, file: { ...file, model, index: indexGraph(model.graph) } };
}

/** Writes the shuffled weights whole or not at all, and points to them. */
function written(model: Parameters<typeof permutedModel>[0], stream: () => number, path: string): ReturnType<typeof permutedModel> {
  const pending: ByteSource = { name: path, path, size: 0, read: () => new Uint8Array(0) };
  const shuffled = wholeFile(path, (append) =>
    permutedModel(model, stream, (bytes) => ({ source: pending, offset: append(bytes), length: bytes.length })),
  );
  const source = new FileSource(path);
  const initializers = shuffled.graph.initializers.map((tensor) =>
    tensor.rawData?.source === pending ? { ...tensor, rawData: { ...tensor.rawData, source } } : tensor,
  );
  return { ...shuffled, graph: { ...shuffled.graph, initializers } };
}

/** Makes a file of the bytes that `fill` appends; `append` returns where they begin. The file has its name only when it is whole. */
function wholeFile<T>(path: string, fill: (append: (bytes: Uint8Array) => number) => T): T {
  const temporary = join(dirname(path), temporaryName());
  try {
    realFs.makeFolder(dirname(path));
    const handle = realFs.create(temporary);
    let size = 0;
    const append = (bytes: Uint8Array): number => {
      realFs.write(handle, bytes, size);
      size += bytes.length;
      return size - bytes.length;
    };
    let filled: T;
    try {
      filled = fill(append);
      realFs.sync(handle);
    } finally {
      realFs.close(handle);
    }
    realFs.rename(temporary, path);
    return filled;
  } catch (error) {
    realFs.remove(temporary);
    throw writeFailure(error, path);
  }
}

/** Places in a file that holds the weights already, in their order. */
function placed(path: string): (bytes: Uint8Array) => ByteSpan {
  const source = new FileSource(path);
  let at = 0;
  return ({ length }) => {
    at += length;
    return { source, offset: at - length, length };
  };
}
