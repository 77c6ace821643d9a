/** How weights and activations of a graph are stored. */
import { dataType } from '../model';
import type { GraphProto } from '../model';
import type { Precision } from './tap';

/** Tells quantisation from the operators of a graph, and half precision from its weights. */
export function precisionOf(graph: GraphProto): Precision {
  const ops = new Set(graph.nodes.map(({ opType }) => opType));
  const any = (...names: string[]) => names.some((name) => ops.has(name));
  const quantised = any('MatMulNBits', 'MatMulBnb4', 'GatherBlockQuantized')
    ? 'n-bit'
    : any('DynamicQuantizeLinear', 'DynamicQuantizeMatMul')
      ? 'dynamic-int8'
      : any('QLinearMatMul', 'QGemm', 'QAttention')
        ? 'static-int8'
        : any('QuantizeLinear')
          ? 'qdq'
          : undefined;
  const float16 = graph.initializers.some(
    ({ dataType: type, dims }) => dims.length > 1 && (type === dataType.float16 || type === dataType.bfloat16),
  );
  return { float16, ...(quantised ? { quantised } : {}) };
}
