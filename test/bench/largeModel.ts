/** A model of half a gigabyte with its weights in a file beside, written in a second: ten pre-norm blocks of width 1,024. */
import { closeSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { encodeModelBytes } from '../../server/src/onnx/codec';
import { dataType } from '../../server/src/onnx/model';
import { modelOf } from '../helpers/tinyModels';
import { GraphWriter } from '../unit/onnx/graphWriter';

const [layers, width, inner, heads, vocabulary] = [10, 1024, 4096, 16, 512];
const data = 'model.onnx_data';

/** Writes `model.onnx` and its data into a folder; returns how many bytes of weights that are. */
export function writeLargeModel(folder: string): number {
  const graph = new ExternalWriter();
  let stream = graph.op('Gather', [graph.weight([vocabulary, width]), 'input_ids']);
  for (let layer = 0; layer < layers; layer++) {
    stream = graph.op('Add', [attention(graph, graph.norm(stream, width)), stream]);
    const neurons = graph.op('Relu', [graph.linear(graph.norm(stream, width), width, inner)]);
    stream = graph.op('Add', [graph.linear(neurons, inner, width), stream]);
  }
  const logits = graph.op('MatMul', [graph.norm(stream, width), graph.weight([width, vocabulary])]);
  writeFileSync(join(folder, 'model.onnx'), encodeModelBytes(modelOf(graph.finish(logits, vocabulary))));
  writeFileSync(join(folder, 'config.json'), '{}');
  writeNumbers(join(folder, data), graph.bytes);
  return graph.bytes;
}

function attention(graph: GraphWriter, read: string): string {
  const [query = '', key = '', value = ''] = ['query', 'key', 'value'].map(() =>
    graph.op('Transpose', [graph.op('Reshape', [graph.linear(read, width, width), graph.ints([0, 0, heads, width / heads])])], {
      perm: [0, 2, 1, 3],
    }),
  );
  const scores = graph.op('MatMul', [query, graph.op('Transpose', [key], { perm: [0, 1, 3, 2] })]);
  const weights = graph.op('Softmax', [graph.op('Div', [scores, graph.scalar(Math.sqrt(width / heads))])], { axis: -1 });
  const heard = graph.op('Transpose', [graph.op('MatMul', [weights, value])], { perm: [0, 2, 1, 3] });
  return graph.linear(graph.op('Reshape', [heard, graph.ints([0, 0, width])]), width, width);
}

/** Weights have their places in the file beside, one after the other. */
class ExternalWriter extends GraphWriter {
  bytes = 0;

  override weight(dims: readonly number[]): string {
    const length = 4 * dims.reduce((product, size) => product * size, 1);
    const place = { location: data, offset: String(this.bytes), length: String(length) };
    this.bytes += length;
    return this.keep((name) => ({
      ...{ name, dims: dims.map(BigInt), dataType: dataType.float, dataLocation: 1, stringData: [] },
      externalData: Object.entries(place).map(([key, value]) => ({ key, value })),
    }));
  }
}

/** Small numbers, the same few million again and again. */
function writeNumbers(path: string, bytes: number): void {
  const block = Float32Array.from({ length: 1 << 21 }, (_, i) => 0.03 * Math.sin(1 + 13 * i));
  const view = new Uint8Array(block.buffer);
  const file = openSync(path, 'w');
  for (let written = 0; written < bytes; written += view.length) writeSync(file, view, 0, Math.min(view.length, bytes - written));
  closeSync(file);
}
