/** Neurons of any transformer: found by what its graph computes, never by what its nodes and tensors are called. */
import { counted } from '../../protocol/counted';
import { InputError } from '../../protocol/errors';
import { compareTaps } from '../../protocol/neurons';
import type { Stack } from '../../protocol/neurons';
import { topologicalOrder } from '../graph';
import type { GraphIndex } from '../graph';
import { findAttention } from './attention';
import { withChosenTaps } from './chosen';
import type { ChosenTap } from './chosen';
import { findLinears } from './linear';
import { findNorms } from './norm';
import { precisionOf } from './precision';
import { describeStack } from './stack';
import { findStreams } from './stream';
import type { Parts } from './stream';
import type { StackTaps, TapMap } from './tap';
import { wire } from './wiring';

export interface TapContext {
  /** The file, for messages. */
  readonly file?: string;
  /** What the file is in a folder of several: `enc` or `dec`; `''` or nothing for a model of one file. */
  readonly stack?: Stack;
  /** Taps that a person put elsewhere. */
  readonly chosen?: readonly ChosenTap[];
}

/**
 * Finds every stack of blocks in a graph, with its taps. A graph that holds both halves of an encoder-decoder model gives two.
 * Throws `InputError` MODEL_NOT_TRANSFORMER where no block with attention is found, MODEL_GRAPH for a graph with a cycle,
 * MODEL_TAP for a chosen tensor that cannot be one.
 */
export function findTaps(index: GraphIndex, context: TapContext = {}): TapMap {
  const order = topologicalOrder(index);
  if (!order) throw circular(context);
  const wiring = wire(index, order);
  const linears = findLinears(wiring);
  const norms = findNorms(wiring);
  const cores = findAttention(wiring, linears);
  const parts: Parts = { wiring, linears, norms, cores };
  const described = findStreams(parts).flatMap((stream) => {
    const found = describeStack(parts, stream, '');
    return found ? [{ stream, found }] : [];
  });
  const reading = described.filter(({ found }) => found.embedding !== undefined);
  const kept = reading.length > 0 ? reading : described;
  if (kept.length === 0) throw notTransformer(parts, context);
  const stacks = kept.flatMap(({ stream, found }) => describeStack(parts, stream, stackName(found, kept.length, context)) ?? []);
  stacks.sort((a, b) => compareTaps(a.input.point, b.input.point));
  const { chosen = [], file } = context;
  return {
    stacks: stacks
      .map((stack) => (isFed(stack, stacks) ? withoutHead(stack) : stack))
      .map((stack) =>
        withChosenTaps(
          wiring,
          stack,
          chosen.filter(({ point }) => point.stack === stack.stack),
          file,
        ),
      ),
    precision: precisionOf(index.graph),
  };
}

function circular({ file }: TapContext): InputError {
  return new InputError('MODEL_GRAPH', file === undefined ? {} : { file }, {
    found: 'nodes that wait for each other in a circle',
    expected: 'a graph without cycles',
    remedy: 'export the model again',
  });
}

/** An encoder beside its decoder: what the graph puts out is the decoder's. */
function isFed(stack: StackTaps, stacks: readonly StackTaps[]): boolean {
  return stack.stack === 'enc' && stacks.some((other) => other.stack === 'dec');
}

function withoutHead({ logits: _, ...stack }: StackTaps): StackTaps {
  return stack;
}

/** With two stacks in one graph, the one that attends to the other is the decoder. */
function stackName(found: StackTaps, count: number, { stack = '' }: TapContext): Stack {
  if (count < 2) return stack;
  return found.blocks.some(({ xattn }) => xattn !== undefined) ? 'dec' : 'enc';
}

function notTransformer({ wiring, linears, cores }: Parts, { file }: TapContext): InputError {
  const counts = new Map<string, number>();
  for (const { opType } of wiring.order) counts.set(opType, (counts.get(opType) ?? 0) + 1);
  const count = (...names: string[]) => names.reduce((sum, name) => sum + (counts.get(name) ?? 0), 0);
  const say = (number: number, one: string, many?: string) => (number === 0 ? [] : [counted(number, one, many)]);
  const { graph } = wiring.index;
  const inputs = graph.inputs.filter(({ name }) => !wiring.index.initializer(name)).map(({ name }) => `"${name}"`);
  const convolutions = count('Conv', 'ConvInteger', 'FusedConv', 'QLinearConv');
  const parts = [
    ...say(convolutions, 'convolution'),
    ...say(linears.byNode.size - count('Conv', 'ConvInteger', 'FusedConv'), 'product with weights', 'products with weights'),
    ...say(count('LSTM', 'GRU', 'RNN'), 'recurrent layer'),
    cores.size === 0 ? 'no attention' : `${counted(cores.size, 'attention')} outside any residual block`,
  ];
  const integers = precisionOf(graph).quantised === 'static-int8';
  return new InputError('MODEL_NOT_TRANSFORMER', file === undefined ? {} : { file }, {
    found: `no transformer block: inputs ${inputs.join(', ')}; ${parts.join(', ')}${integers ? '; activations are held as integers throughout' : ''}`,
    expected: 'blocks of attention and FFN over a stream of token embeddings',
    remedy: integers
      ? 'choose the float32, float16 or dynamically quantised file of the model'
      : 'choose a language model that was exported as a transformer, such as BERT, GPT-2, LLaMA or T5',
  });
}
