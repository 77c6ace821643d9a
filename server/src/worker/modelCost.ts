/** What a model takes of this machine: estimated from the shapes of its layers, measured where it may be run. */
import type { StackTaps } from '../onnx/taps';
import type { ModelCost } from '../protocol/modelCard';
import { openModelRun } from '../runtime/modelRun';
import type { Wanted } from '../runtime/modelRun';
import type { OpenModel } from './openModel';
import { sampleTokens } from './sampleTokens';

/** Products of two numbers for each token: attention's four projections, the feed-forward part of every layer, the head. */
export function multiplicationsPerToken({ stacks }: Pick<OpenModel, 'stacks'>): number {
  return stacks.reduce((sum, stack) => sum + inBlocks(stack) + inHead(stack), 0);
}

function inBlocks({ layers, hiddenWidth, ffnWidths, gated, stack }: StackTaps): number {
  const attention = (stack === 'dec' ? 8 : 4) * hiddenWidth * hiddenWidth;
  const ofLayer = (layer: number): number => (gated ? 3 : 2) * hiddenWidth * (ffnWidths[layer] ?? ffnWidths[0] ?? 0);
  return Array.from({ length: layers }, (_, layer) => attention + ofLayer(layer)).reduce((sum, each) => sum + each, 0);
}

function inHead({ logits, hiddenWidth, embedding }: StackTaps): number {
  if (!logits?.perToken) return 0;
  return hiddenWidth * (logits.width ?? embedding?.rows ?? 0);
}

/** As long as a long sentence: long enough that opening a run costs nothing beside it. */
const longest = 128;
/** Of several runs the fastest tells most of the model and least of what else this machine did. */
const runs = 3;

/** Runs a text of at most 128 tokens a few times up to the last layer, as extraction does, on one thread. */
export async function measuredCost(model: OpenModel): Promise<NonNullable<ModelCost['measured']>> {
  const { folder, stacks } = model;
  const batch = sampleTokens(model, longest);
  const tokens = batch.length;
  const wanted = stacks.flatMap(({ stack, blocks }): Wanted[] => {
    const last = blocks.at(-1)?.hidden;
    return last ? [{ ...last, stack }] : [];
  });
  const before = process.memoryUsage.rss();
  const run = await openModelRun(folder, wanted);
  try {
    await run.run(batch);
    const times: number[] = [];
    for (let i = 0; i < runs; i++) {
      const started = performance.now();
      await run.run(batch);
      times.push(performance.now() - started);
    }
    return {
      tokens,
      tokensPerSecond: (1000 * tokens) / Math.min(...times),
      memoryBytes: Math.max(0, process.memoryUsage.rss() - before),
    };
  } finally {
    await run.release();
  }
}
