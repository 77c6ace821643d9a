import { describe, expect, test } from 'vitest';
import { makeNode } from '../../../server/src/onnx/build';
import { indexGraph } from '../../../server/src/onnx/graph';
import { attributeType } from '../../../server/src/onnx/model';
import type { FunctionProto, GraphProto, NodeProto } from '../../../server/src/onnx/model';
import { withFunctionsInline } from '../../../server/src/onnx/inlineFunctions';
import { allTaps, findTaps } from '../../../server/src/onnx/taps';
import { tapText } from '../../../server/src/protocol/neurons';
import { findingsOf } from '../../helpers/findings';
import { modelOf } from '../../helpers/tinyModels';
import { tinyTransformer } from './tinyTransformer';

const domain = 'local';

function functionOf(name: string, inputs: readonly string[], outputs: readonly string[], nodes: readonly NodeProto[]): FunctionProto {
  return {
    name,
    domain,
    overload: '',
    inputs,
    outputs,
    attributes: [],
    attributeProtos: [],
    nodes,
    opsetImport: [{ domain: '', version: 17 }],
    valueInfo: [],
  };
}

const tapIds = (graph: GraphProto) =>
  findTaps(indexGraph(graph))
    .stacks.flatMap(allTaps)
    .map(({ point, width, op }) => `${tapText(point)} ${width} ${op}`);

describe('functions of a model', () => {
  test('are laid out where they are called, so that their insides can be tapped', () => {
    const { graph } = tinyTransformer();
    const relu = functionOf('Bend', ['x'], ['y'], [makeNode('Relu', ['x'], ['y'])]);
    const calling = graph.nodes.map((node) =>
      node.opType === 'Relu' ? makeNode('Bend', node.inputs, node.outputs, {}, { domain }) : node,
    );
    const flat = withFunctionsInline({ ...modelOf({ ...graph, nodes: calling }), functions: [relu] });
    expect(flat.functions).toEqual([]);
    expect(flat.graph?.nodes.filter(({ opType }) => opType === 'Relu')).toHaveLength(2);
    expect(flat.graph && tapIds(flat.graph)).toEqual(tapIds(graph));
  });

  test('take the attributes of each call', () => {
    const body = makeNode('LeakyRelu', ['x'], ['y'], { alpha: 1 });
    const [alpha] = body.attributes;
    const bend = functionOf('Bend', ['x'], ['y'], [{ ...body, attributes: alpha ? [{ ...alpha, refAttrName: 'slope' }] : [] }]);
    const call = makeNode('Bend', ['a'], ['b'], { slope: { float: 0.25 } }, { domain });
    const flat = withFunctionsInline({ ...modelOf({ nodes: [call] }), functions: [bend] });
    expect(flat.graph?.nodes[0]?.attributes).toMatchObject([{ name: 'alpha', type: attributeType.float, f: 0.25, refAttrName: '' }]);
  });

  test('that call themselves are refused', () => {
    const loop = functionOf('Loop', ['x'], ['y'], [makeNode('Loop', ['x'], ['y'], {}, { domain })]);
    const model = { ...modelOf({ nodes: [makeNode('Loop', ['a'], ['b'], {}, { domain })] }), functions: [loop] };
    expect(findingsOf(() => withFunctionsInline(model))[0]?.code).toBe('MODEL_DEPTH');
  });

  test('that double at every level are refused before they fill the memory', () => {
    const doubling = Array.from({ length: 40 }, (_, i) => {
      const inner = i === 0 ? { op: 'Relu', at: '' } : { op: `D${i - 1}`, at: domain };
      const twice = [
        makeNode(inner.op, ['x'], ['m'], {}, { domain: inner.at }),
        makeNode(inner.op, ['m'], ['y'], {}, { domain: inner.at }),
      ];
      return functionOf(`D${i}`, ['x'], ['y'], twice);
    });
    const model = { ...modelOf({ nodes: [makeNode('D39', ['a'], ['b'], {}, { domain })] }), functions: doubling };
    expect(findingsOf(() => withFunctionsInline(model))[0]?.code).toBe('MODEL_LIMIT');
  });
});
