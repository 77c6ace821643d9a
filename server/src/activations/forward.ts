/** The part of a runtime session that extraction needs. `runtime/` implements it; tests hand in a small object. */
import type { TapPoint } from '../protocol/neurons';

/** Token rows of equal length, padded. `mask` is 1 on real tokens. All arrays have size × length cells, row by row. */
export interface TokenBatch {
  readonly size: number;
  readonly length: number;
  readonly ids: Int32Array;
  readonly mask: Uint8Array;
  /** The decoder's side of encoder-decoder models. */
  readonly decoder?: { readonly length: number; readonly ids: Int32Array; readonly mask: Uint8Array };
}

/** A tap that a pass delivers, with the number of its neurons. */
export interface TapWidth {
  readonly point: TapPoint;
  readonly width: number;
}

/** One session that delivers fixed taps for any batch. */
export interface ForwardPass {
  readonly taps: readonly TapWidth[];
  /** Most tokens a row may have (position table, fixed shapes); undefined where the graph sets no limit. */
  readonly maxTokens: number | undefined;
  /** Activations tap by tap, float32 [size, length, width], each in a buffer of its own that may be transferred. */
  run(batch: TokenBatch): Promise<readonly Float32Array[]>;
  release(): Promise<void>;
}
