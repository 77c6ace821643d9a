/** The reference runs beside the checkout: inputs, edits and what PyTorch makes of them. */
import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import type { TapPoint } from '../../server/src/protocol/neurons';
import type { TokenBatch } from '../../server/src/runtime/rows';

export interface ReferenceInputs {
  readonly texts?: readonly string[];
  readonly input_ids: number[][];
  readonly attention_mask: number[][];
  readonly decoder_input_ids?: number[][];
  readonly decoder_attention_mask?: number[][];
}

export interface ReferenceEdit {
  readonly stack: 'model' | 'encoder' | 'decoder';
  readonly tap: 'ffn' | 'attn' | 'cross_attn' | 'residual';
  /** Counts from 0; of residuals, 0 is what enters the first block. */
  readonly layer: number;
  readonly neurons: readonly number[] | null;
  readonly op: 'zero' | 'mean' | 'clamp' | 'scale' | 'add';
  readonly value: number | readonly number[] | null;
  readonly positions: readonly (readonly number[])[] | null;
}

export interface ReferenceCases {
  readonly inputs: ReferenceInputs;
  readonly output: string;
  readonly cases: readonly { readonly title: string; readonly edits: readonly ReferenceEdit[] }[];
}

export function readJson<T>(path: string): T {
  return JSON.parse(readFileSync(path, 'utf8')) as T;
}

/** The padded batch of a reference. */
export function batchOfReference({ input_ids, attention_mask, decoder_input_ids, decoder_attention_mask }: ReferenceInputs): TokenBatch {
  const rows = (ids: number[][], mask: number[][]) => ({
    length: ids[0]?.length ?? 0,
    ids: Int32Array.from(ids.flat()),
    mask: Uint8Array.from(mask.flat()),
  });
  const decoder = decoder_input_ids && decoder_attention_mask && rows(decoder_input_ids, decoder_attention_mask);
  return { size: input_ids.length, ...rows(input_ids, attention_mask), ...(decoder && { decoder }) };
}

/** The tap of an edit under the product's names, which count blocks from 1. */
export function pointOf({ stack, tap, layer }: ReferenceEdit): TapPoint {
  return {
    stack: stack === 'model' ? '' : stack === 'encoder' ? 'enc' : 'dec',
    layer: tap === 'residual' ? layer : layer + 1,
    tap: tap === 'residual' ? 'hidden' : tap === 'cross_attn' ? 'xattn' : tap,
  };
}

/** Largest difference over real tokens, relative to the largest reference value. */
export function difference(found: ArrayLike<number>, reference: ArrayLike<number>, mask: Uint8Array): number {
  expect(found.length).toBe(reference.length);
  const width = reference.length / mask.length;
  let scale = 0;
  let largest = 0;
  for (let i = 0; i < reference.length; i++) {
    scale = Math.max(scale, Math.abs(reference[i] ?? NaN));
    if (mask[Math.floor(i / width)]) largest = Math.max(largest, Math.abs((found[i] ?? NaN) - (reference[i] ?? NaN)));
  }
  return largest / scale;
}
