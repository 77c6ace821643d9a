/** The model card: what a model's graph, tokenizer and, if asked for, a run of it say. */
import type { Problem } from './errors';
import type { ProviderUse } from './providers';
import type { TapChoice } from './sources';
import type { Stack } from './neurons';

/** `true` held, `false` did not, null with a reason where it was not or cannot be checked. */
export interface ModelCheck {
  readonly held: boolean | null;
  readonly detail: string;
}

/** Something that can be done with a model, or the reason why not. */
export interface Support {
  readonly id: string;
  readonly title: string;
  readonly supported: boolean;
  /** Why it is not supported, or what a person must know where it is; null where there is nothing to say. */
  readonly reason: string | null;
}

/** What a model takes of this machine. */
export interface ModelCost {
  /** Bytes of all weights as they are stored; they stay in their file and are read from there. */
  readonly weightBytes: number;
  /** Products of two numbers for each token, counted from the shapes of the layers; attention between tokens is left out. */
  readonly multiplicationsPerToken: number;
  /** What a run up to the last layer took; null while none was measured. */
  readonly measured: {
    /** Tokens in the text that was run. */
    readonly tokens: number;
    readonly tokensPerSecond: number;
    /** By how much the worker's memory grew from before the session was opened to after its runs; mapped weights count. */
    readonly memoryBytes: number;
  } | null;
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
  /** Taps that a person put elsewhere than they were found. */
  readonly chosen: readonly TapChoice[];
  /** Places that could also have been meant, and why they were not taken. */
  readonly candidates: readonly { readonly id: string; readonly tensor: string; readonly width: number; readonly reason: string }[];
  readonly inputs: readonly { readonly name: string; readonly type: string; readonly shape: readonly (string | number)[] }[];
  readonly outputs: readonly { readonly name: string; readonly type: string; readonly shape: readonly (string | number)[] }[];
  readonly tokenizer: { readonly kind: string; readonly vocabulary: number; readonly lowercases: boolean } | null;
  readonly checks: Readonly<Record<string, ModelCheck>>;
  readonly methods: readonly Support[];
  readonly cost: ModelCost;
  /** What it runs on. */
  readonly provider: ProviderUse;
  /** What text and taps cannot be had, each with its reason. */
  readonly unsupported: readonly { readonly method: string; readonly reason: string }[];
  readonly notes: readonly string[];
  readonly warnings: readonly Problem[];
}
