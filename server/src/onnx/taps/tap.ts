/** What finding taps gives: where in a graph each tap lies, in which shape, and what else could have been meant. */
import type { Stack, TapPoint } from '../../protocol/neurons';

/**
 * How a tensor's axes lie. B batch, T tokens of this stack, N neurons, H heads, D head size, R = rows of batch × tokens
 * (batch slowest), in the order of the axes. A tap of N neurons is always H × D long where it has heads.
 */
export type TapLayout = 'BTN' | 'TBN' | 'RN' | 'BNT' | 'BTHD' | 'BHTD' | 'TBHD' | 'RHD';

/** One tap: the tensor whose values are the neurons. Changing it everywhere it is read changes the model at that place. */
export interface TapTensor {
  readonly point: TapPoint;
  readonly tensor: string;
  readonly width: number;
  readonly layout: TapLayout;
  /** Operator that makes the tensor; `input` where it enters the graph. */
  readonly op: string;
  /** `Op:node name` of all that read it. */
  readonly readBy: readonly string[];
  /** The tensor is an output that its node may have but does not declare: give output `index` of that node the name. */
  readonly addOutput?: { readonly node: number; readonly index: number; readonly name: string };
  /** A constant [width] that must be added to get the tap's values: fused operators such as BiasGelu add it inside. */
  readonly plus?: string;
}

/** A place that could also have been meant, and why it was not taken. */
export interface TapCandidate {
  readonly tap: TapTensor;
  readonly reason: string;
}

/** The activation function between the two products of an FFN, as far as the graph's arithmetic tells. */
export type ActivationName =
  | 'gelu-erf'
  | 'gelu-tanh'
  | 'quick-gelu'
  | 'relu'
  | 'relu-squared'
  | 'silu'
  | 'tanh'
  | 'sigmoid'
  | 'elu'
  | 'leaky-relu'
  | 'softplus'
  | 'mish'
  | 'other';

/** Everything that the graph says about one block. Taps that it does not have are absent. */
export interface BlockTaps {
  /** From 1. */
  readonly layer: number;
  readonly hidden: TapTensor;
  readonly ffn?: TapTensor;
  readonly preact?: TapTensor;
  readonly attn?: TapTensor;
  readonly xattn?: TapTensor;
  /** Attention after its softmax, [texts, heads, tokens, tokens attended to], where the graph has it as a tensor: to fetch only. */
  readonly weights?: { readonly attn?: string; readonly xattn?: string };
  readonly heads?: number;
  readonly keyValueHeads?: number;
  readonly headSize?: number;
}

/** One tower of blocks. */
export interface StackTaps {
  readonly stack: Stack;
  readonly layers: number;
  readonly hiddenWidth: number;
  /** One number where all blocks agree, else one a block. */
  readonly ffnWidths: readonly number[];
  readonly heads?: number;
  readonly keyValueHeads?: number;
  readonly headSize?: number;
  readonly norm: { readonly kind: 'layer' | 'rms' | 'none'; readonly place: 'pre' | 'post' | 'both' | 'none' };
  readonly activation?: ActivationName;
  readonly gated: boolean;
  /** Attention and FFN read the same tensor and are added together. */
  readonly parallel: boolean;
  /** Query, key and value come from one product. */
  readonly fusedQkv: boolean;
  /** Blocks share their weights (ALBERT). */
  readonly sharedWeights: boolean;
  /** True or false where the graph shows a mask or says so in an attribute, else undefined. */
  readonly causal?: boolean;
  readonly embedding?: { readonly input: string; readonly rows: number; readonly width: number };
  /** Most tokens that a learned or stored table of positions allows. */
  readonly maxTokens?: number;
  /** What enters block 1. */
  readonly input: TapTensor;
  readonly blocks: readonly BlockTaps[];
  /** After the last norm, where one follows the last block. */
  readonly final?: TapTensor;
  /** Scores before any softmax, where the graph has a head. */
  readonly logits?: { readonly tensor: string; readonly width: number | undefined; readonly perToken: boolean };
  readonly candidates: readonly TapCandidate[];
  /** Taps that this stack lacks, and why, one sentence each. */
  readonly missing: readonly { readonly point: TapPoint; readonly reason: string }[];
}

/** How the weights and activations of a graph are stored. */
export interface Precision {
  readonly quantised?: 'dynamic-int8' | 'qdq' | 'static-int8' | 'n-bit';
  readonly float16: boolean;
}

/** All taps of one graph. */
export interface TapMap {
  readonly stacks: readonly StackTaps[];
  readonly precision: Precision;
}

/** Every tap of a stack in the order of `compareTaps`: layer by layer, `L0.hidden` first. */
export function allTaps(stack: StackTaps): TapTensor[] {
  const blocks = stack.blocks.flatMap(({ hidden, ffn, preact, attn, xattn }) => [hidden, ffn, preact, attn, xattn]);
  return [stack.input, ...blocks, stack.final].filter((tap) => tap !== undefined);
}
