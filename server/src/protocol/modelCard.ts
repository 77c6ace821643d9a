/** The model card: what a model's graph, tokenizer and, if asked for, a run of it say. */
import type { Problem } from './errors';
import type { Stack } from './neurons';

/** `true` held, `false` did not, null with a reason where it was not or cannot be checked. */
export interface ModelCheck {
  readonly held: boolean | null;
  readonly detail: string;
}

export interface ModelCard {
  readonly name: string;
  readonly files: readonly string[];
  readonly hash: { readonly graph: string; readonly weights: string; readonly tokenizer: string | null };
  readonly layers: number;
  readonly hidden: number;
  readonly ffn: number;
  readonly heads: number;
  readonly vocabulary: number | null;
  readonly maxTokens: number | null;
  readonly parameters: number;
  readonly opset: number;
  readonly causal: boolean | null;
  readonly family: Readonly<Record<string, string | number | boolean | null>>;
  readonly stacks: readonly {
    readonly stack: Stack;
    readonly layers: number;
    readonly hidden: number;
    readonly ffn: number;
    readonly heads: number;
  }[];
  readonly taps: readonly {
    readonly id: string;
    readonly tensor: string;
    readonly width: number;
    readonly shape: readonly (string | number)[];
  }[];
  /** Places that could also have been meant, and why they were not taken. */
  readonly candidates: readonly { readonly id: string; readonly tensor: string; readonly width: number; readonly reason: string }[];
  readonly inputs: readonly { readonly name: string; readonly type: string; readonly shape: readonly (string | number)[] }[];
  readonly outputs: readonly { readonly name: string; readonly type: string; readonly shape: readonly (string | number)[] }[];
  readonly tokenizer: { readonly kind: string; readonly vocabulary: number; readonly lowercases: boolean } | null;
  readonly checks: Readonly<Record<string, ModelCheck>>;
  readonly unsupported: readonly { readonly method: string; readonly reason: string }[];
  readonly notes: readonly string[];
  readonly warnings: readonly Problem[];
}
