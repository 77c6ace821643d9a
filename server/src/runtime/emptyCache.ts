/** Caches of length 0 for decoders exported with past keys and values: texts are run whole, from their first token. */
import { configNumber } from '../onnx/config';
import type { ModelConfig } from '../onnx/config';
import type { DimensionProto } from '../onnx/model';

/** Sizes of an empty cache along its axes; the batch axis is `batchFactor` times the batch where heads are folded into it. */
export interface EmptyCache {
  readonly dims: readonly ('batch' | number)[];
  readonly batchFactor: number;
}

/**
 * The shape of an empty cache: the axis named after a length is empty, the one named after the batch has its size, the rest
 * are fixed by the graph. Where the graph says nothing, [batch, heads, length, head size] with config.json's numbers.
 * Undefined where neither tells.
 */
export function emptyCache(declared: readonly DimensionProto[] | undefined, config: ModelConfig): EmptyCache | undefined {
  const { heads, headSize } = headsOf(config);
  const usual = ['batch', heads, 0, headSize] as const;
  let batchFactor = 1;
  const sizeOf = ({ value, param = '' }: DimensionProto, axis: number): 'batch' | number | undefined => {
    if (value !== undefined && Number(value) > 0) return Number(value);
    const name = param.toLowerCase();
    if (name.includes('batch')) {
      if (name.includes('head')) batchFactor = heads ?? 1;
      return 'batch';
    }
    if (/past|seq|length|cache/.test(name)) return 0;
    return declared?.length === usual.length ? usual[axis] : undefined;
  };
  const sizes = declared ? declared.map(sizeOf) : [...usual];
  const dims = sizes.filter((size) => size !== undefined);
  return dims.length === sizes.length && dims.includes(0) ? { dims, batchFactor } : undefined;
}

/** Key/value heads and the size of one head, as config.json has them. */
function headsOf(config: ModelConfig): { heads: number | undefined; headSize: number | undefined } {
  const queries = configNumber(config, 'num_attention_heads', 'n_head', 'num_heads', 'decoder_attention_heads');
  const width = configNumber(config, 'hidden_size', 'n_embd', 'd_model');
  const split = width && queries && width % queries === 0 ? width / queries : undefined;
  return { heads: configNumber(config, 'num_key_value_heads') ?? queries, headSize: configNumber(config, 'head_dim', 'd_kv') ?? split };
}
