/**
 * A model as causal methods and applications see it: run these inputs under these edits, hand over these tensors. The worker
 * stands behind it; tests hand in a few lines of arithmetic.
 */
import type { TapWidth, TokenBatch } from '../activations/forward';
import type { TapEdit } from '../onnx/intervention';
import type { TapPoint } from '../protocol/neurons';

/** What can be asked of a run: neurons, or the scores of tokens or classes before any softmax. */
export type Fetchable = TapPoint | 'logits';

/**
 * Float32 values, row by row: [texts, tokens, neurons] of a tap (tokens of its stack, padding included, whose values mean
 * nothing); of logits [texts, tokens, vocabulary], or [texts, classes] where the model scores whole texts.
 */
export interface Values {
  readonly dims: readonly number[];
  readonly data: Float32Array;
}

export interface Model {
  readonly taps: readonly TapWidth[];
  /** Undefined for models without a head. */
  readonly logits: { readonly width: number | undefined; readonly perToken: boolean } | undefined;
  /**
   * Runs a padded batch with the edits applied in their order and hands over what was asked for, in its order. Taps behind an
   * edit, and the edited tap itself, hold what they became. Throws InputError MODEL_TAP for what the model does not have, and
   * what its graph says of the input.
   */
  run(batch: TokenBatch, edits: readonly TapEdit[], fetch: readonly Fetchable[]): Promise<readonly Values[]>;
}
