/** Models of a few nodes, made on the spot: what tests bend and break. */
import { makeNode, makeValue, floatTensor, intTensor } from '../../server/src/onnx/build';
import type { SoundModel } from '../../server/src/onnx/checks/checkModel';
import { dataType } from '../../server/src/onnx/model';
import type { GraphProto } from '../../server/src/onnx/model';

/** An empty graph to fill in. */
export const emptyGraph: GraphProto = {
  name: 'tiny',
  nodes: [],
  initializers: [],
  sparseInitializers: [],
  inputs: [],
  outputs: [],
  valueInfo: [],
};

/** A model of opset 17 around a graph. */
export function modelOf(graph: Partial<GraphProto>): SoundModel {
  return {
    irVersion: 8,
    producerName: 'test',
    producerVersion: '',
    domain: '',
    opsetImport: [{ domain: '', version: 17 }],
    functions: [],
    graph: { ...emptyGraph, ...graph },
  };
}

/** `ids [batch, tokens]`: int64 unless said otherwise. */
export function tokenInput(name: string, type: number = dataType.int64, dims: readonly (number | string)[] = ['batch', 'tokens']) {
  return makeValue(name, type, dims);
}

/**
 * Looks ids up in a table of 5 × 3 whose row r is [r, 10 r, 100 r] and doubles what it finds: `looked` and `doubled`
 * (the output) are [batch, tokens, 3].
 */
export function lookupModel(): SoundModel {
  const table = Array.from({ length: 5 }, (_, row) => [row, 10 * row, 100 * row]).flat();
  return modelOf({
    inputs: [tokenInput('input_ids')],
    initializers: [floatTensor('table', [5, 3], table), floatTensor('two', [], [2])],
    nodes: [
      makeNode('Gather', ['table', 'input_ids'], ['looked'], {}, { name: 'lookup' }),
      makeNode('Mul', ['looked', 'two'], ['doubled'], {}, { name: 'double' }),
    ],
    outputs: [makeValue('doubled', dataType.float, ['batch', 'tokens', 3])],
  });
}

export { floatTensor, intTensor, makeNode, makeValue };
