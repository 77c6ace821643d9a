/** What follows the last block: the scores of tokens or classes. */
import type { NodeProto } from '../model';
import { onlyMoves } from './aliases';
import type { Linear, Linears } from './linear';
import type { Wiring } from './wiring';

export interface Logits {
  readonly tensor: string;
  readonly width: number | undefined;
  /** One row of scores a token, not a text. */
  readonly perToken: boolean;
}

/**
 * The output of the graph that is a product's result after the last block, at most with bias, scale, soft cap and reshapes.
 * Where the graph ends in a softmax, the tensor before it. Undefined for models without a head (a pooled or bent vector is none).
 */
export function findLogits(wiring: Wiring, linears: Linears, lastHidden: string, vocabulary: number | undefined): Logits | undefined {
  const found = wiring.index.graph.outputs.flatMap(({ name }) => {
    const scores = beforeSoftmax(wiring, name);
    const linear = wiring.isActivation(scores) ? productBehind(wiring, linears, scores) : undefined;
    if (!linear || wiring.place(linear.output) <= wiring.place(lastHidden)) return [];
    const fixed = fixedScores(wiring, scores, linear.outputWidth, lastHidden);
    if (fixed) return [{ tensor: scores, ...fixed }];
    const axes = wiring.axes(scores);
    const perToken = axes?.some(({ counts }) => counts === 'T' || counts === 'R' || counts === 'S') ?? true;
    // One score a token may have no axis of its own: where an answer starts, whether a token was replaced.
    const width = axes ? product(axes.filter(({ counts }) => counts === 'fixed').map(({ size }) => size)) : linear.outputWidth;
    return [{ tensor: scores, width, perToken }];
  });
  return found.find(({ width }) => width === vocabulary) ?? found.find(({ perToken }) => perToken) ?? found[0];
}

/** In a graph exported for one size no axis tells what it counts: scores of tokens have as many rows as the last block's output. */
function fixedScores(
  wiring: Wiring,
  scores: string,
  outputWidth: number | undefined,
  lastHidden: string,
): Omit<Logits, 'tensor'> | undefined {
  const [sizes, hidden] = [fixedSizes(wiring, scores), fixedSizes(wiring, lastHidden)];
  if (!sizes || !hidden) return undefined;
  const width = outputWidth ?? sizes.at(-1) ?? 1;
  return { width, perToken: product(sizes) / width === product(hidden.slice(0, -1)) };
}

function fixedSizes(wiring: Wiring, tensor: string): number[] | undefined {
  const axes = wiring.axes(tensor);
  return axes?.every(({ counts }) => counts === 'fixed') ? axes.map(({ size }) => size) : undefined;
}

function product(sizes: readonly number[]): number {
  return sizes.reduce((all, size) => all * size, 1);
}

function beforeSoftmax(wiring: Wiring, output: string): string {
  const maker = wiring.maker(output);
  return maker && ['Softmax', 'LogSoftmax'].includes(maker.opType) ? (maker.inputs[0] ?? output) : output;
}

function productBehind(wiring: Wiring, linears: Linears, output: string): Linear | undefined {
  let name = output;
  let capped = false;
  for (;;) {
    const linear = linears.byOutput.get(name);
    if (linear) return linear;
    const maker = wiring.maker(name);
    const [before, ...others] = maker ? wiring.activations(maker) : [];
    if (!maker || before === undefined || others.length > 0) return undefined;
    const scales = isScale(maker);
    if (maker.opType === 'Tanh' && !capped) return undefined;
    if (!scales && maker.opType !== 'Tanh' && !onlyMoves(maker) && !['Slice', 'Gather', 'Split', 'Clip'].includes(maker.opType))
      return undefined;
    capped = scales;
    name = before;
  }
}

function isScale({ opType }: NodeProto): boolean {
  return ['Add', 'Sub', 'Mul', 'Div'].includes(opType);
}
