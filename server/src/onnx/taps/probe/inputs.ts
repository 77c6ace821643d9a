/** What a probe feeds: a few tokens without padding, no cache. The names of a graph's inputs are its interface; no other name is read. */
import { dataType } from '../../model';
import type { GraphProto, ValueInfoProto } from '../../model';
import { fill, isFloat } from './traced';
import type { Traced } from './traced';

/** How many texts, tokens, and tokens of the other side (the encoder's, seen from a decoder) a probe has. */
export interface ProbeSizes {
  readonly batch: number;
  readonly tokens: number;
  readonly source: number;
}

/** An ordinary token: no padding, no end of text in any tokenizer we know of. */
const someToken = 5;

/** Every graph input that no initializer stands for, with shape and values for the sizes. Sizes that the graph fixes stay. */
export function probeInputs(graph: GraphProto, sizes: ProbeSizes): Map<string, Traced> {
  const constants = new Set(graph.initializers.map(({ name }) => name));
  const free = graph.inputs.filter(({ name }) => !constants.has(name));
  const source = sourceParam(free);
  return new Map(free.map((info) => [info.name, probeInput(info, sizes, source)]));
}

function probeInput(info: ValueInfoProto, sizes: ProbeSizes, source: string | undefined): Traced {
  const { elemType, shape } = info.type?.tensorType ?? {};
  const rank = shape?.dims.length ?? 2;
  const dims = (shape?.dims ?? [{}, {}]).map(({ value, param }, axis) => {
    if (value !== undefined && Number(value) > 0) return Number(value);
    if (rank === 1) return sizes.tokens;
    if (axis === 0) return sizes.batch;
    if (param !== undefined && param === source) return sizes.source;
    if (rank === 2) return /^encoder/i.test(info.name) ? sizes.source : sizes.tokens;
    // Axes that vary in caches hold no tokens yet; those of encoder states hold the other side's.
    return rank > 3 ? 0 : sizes.source;
  });
  if (isFloat(elemType) && rank !== 2) return { type: elemType, dims };
  return { type: elemType ?? dataType.int64, dims, values: fill(dims, (index) => inputValue(info.name, elemType, index.at(-1) ?? 0)) };
}

/** The name of the size that the encoder's states have along their tokens. */
function sourceParam(inputs: readonly ValueInfoProto[]): string | undefined {
  const states = inputs.find(({ type }) => isFloat(type?.tensorType?.elemType) && type?.tensorType?.shape?.dims.length === 3);
  return states?.type?.tensorType?.shape?.dims[1]?.param;
}

function inputValue(name: string, type: number | undefined, position: number): number {
  if (/mask/i.test(name)) return 1;
  if (/position/i.test(name)) return position;
  if (/type|segment/i.test(name) || type === dataType.bool) return 0;
  return someToken;
}
