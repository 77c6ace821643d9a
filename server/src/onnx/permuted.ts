/**
 * The control model: the same graph with the values of every weight matrix shuffled. Whatever a neuron of it seems to know
 * comes from the tokens and the wiring alone, and not from training.
 */
import type { SoundModel } from './checks/checkModel';
import { bitsOf } from './model';
import type { TensorProto } from './model';
import { readSpan } from './bytes';
import type { ByteSpan } from './bytes';
import { dimsOf } from './tensor';

/** A source of uniform 32-bit integers. */
type Stream = () => number;

/**
 * The model with its matrices shuffled, each within itself, so that every one keeps its distribution. Gains, biases and
 * other lists keep their places. `keep` stores the bytes of one weight and says where they are; it is called in the order
 * of the file, so memory holds one weight at a time.
 */
export function permutedModel(model: SoundModel, stream: Stream, keep: (bytes: Uint8Array) => ByteSpan): SoundModel {
  const initializers = model.graph.initializers.map((tensor): TensorProto => {
    const span = tensor.rawData ?? tensor.floatData;
    if (!span || span.length === 0) return tensor;
    const bytes = Uint8Array.from(readSpan(span));
    const size = (bitsOf(tensor.dataType) ?? 8) / 8;
    if (dimsOf(tensor).filter((dim) => dim > 1).length >= 2 && size >= 1) shuffle(bytes, size, stream);
    const { floatData: _, ...rest } = tensor;
    return { ...rest, rawData: keep(bytes) };
  });
  return { ...model, graph: { ...model.graph, initializers } };
}

/** Fisher and Yates, on elements of `size` bytes. */
function shuffle(bytes: Uint8Array, size: number, stream: Stream): void {
  const elements =
    size === 4
      ? new Uint32Array(bytes.buffer)
      : size === 2
        ? new Uint16Array(bytes.buffer)
        : size === 8
          ? new BigUint64Array(bytes.buffer)
          : bytes;
  for (let i = elements.length - 1; i > 0; i--) {
    const j = Math.floor((stream() * (i + 1)) / 0x1_0000_0000);
    const held = elements[i]!;
    elements[i] = elements[j]!;
    elements[j] = held;
  }
}
