/** The identity of a model: what its graph computes, and with which numbers. */
import { createHash } from 'node:crypto';
import { spanOf } from './bytes';
import type { ByteSource, ByteSpan } from './bytes';
import { encodeModel } from './codec';
import type { ModelProto, TensorProto } from './model';
import { everyTensor, mapModelTensors } from './walk';

export interface ModelHash {
  /** SHA-256 (hex) of the graph without weights: operators, names, shapes. */
  readonly graph: string;
  /** SHA-256 (hex) over the values of all constants, in the order of the file. */
  readonly weights: string;
}

const atOnce = 4 * 2 ** 20;

/**
 * Hashes a model whose external weights have been resolved. Weights are streamed in pieces of 4 MB, so a large model takes
 * seconds and no memory. Where weights lie (within the file or beside it) and who exported the file make no difference.
 */
export function hashModel(model: ModelProto): ModelHash {
  const weights = createHash('sha256');
  for (const { tensor } of everyTensor(model)) {
    for (const [kind, span] of spansOf(tensor)) {
      weights.update(`${kind}:${span.length}:`);
      held(span.source, () => update(weights, span));
    }
    for (const text of tensor.stringData) weights.update(`text:${text.length}:`).update(text);
  }

  const graph = createHash('sha256');
  const { producerName: _, producerVersion: __, unknown: ___, ...rest } = mapModelTensors(model, withoutValues);
  for (const chunk of encodeModel({ ...rest, producerName: '', producerVersion: '' })) graph.update(chunk);
  return { graph: graph.digest('hex'), weights: weights.digest('hex') };
}

function update(hash: ReturnType<typeof createHash>, { source, offset, length }: ByteSpan): void {
  for (let done = 0; done < length; done += atOnce) hash.update(source.read(offset + done, Math.min(atOnce, length - done)));
}

/** Keeps a file open over many reads. */
function held(source: ByteSource, work: () => void): void {
  if (source.whileOpen) source.whileOpen(work);
  else work();
}

// float_data and raw_data of the same numbers are the same bytes, so they count as one kind.
function spansOf({ rawData, floatData, doubleData, int32Data, int64Data, uint64Data }: TensorProto): [string, ByteSpan][] {
  const kinds: [string, ByteSpan | undefined][] = [
    ['raw', rawData ?? floatData ?? doubleData],
    ['int32', int32Data],
    ['int64', int64Data],
    ['uint64', uint64Data],
  ];
  return kinds.filter((entry): entry is [string, ByteSpan] => entry[1] !== undefined);
}

function withoutValues({ name, dims, dataType }: TensorProto): TensorProto {
  const empty = spanOf(new Uint8Array(0));
  return { name, dims, ...(dataType !== undefined && { dataType }), rawData: empty, stringData: [], externalData: [] };
}
