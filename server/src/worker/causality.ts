/** Whether a model looks ahead: said by its graph, or measured. */
import { Defect } from '../protocol/errors';
import { openForwardPass } from '../runtime/forwardPass';
import type { OpenModel } from './openModel';

/**
 * True when no position sees a later one. Where the graph does not say, two inputs that differ in their last token are run:
 * a causal model gives the same values at all positions before it. Null for encoder-decoder models, whose halves differ.
 */
export async function isCausal(model: OpenModel): Promise<boolean | null> {
  if (model.stacks.length > 1) return null;
  const [stack] = model.stacks;
  return stack.causal ?? (await measured(model));
}

async function measured(model: OpenModel): Promise<boolean> {
  const last = model.taps.filter(({ point }) => point.tap === 'hidden').at(-1);
  if (!last) throw new Defect('a stack without hidden states');
  const pass = await openForwardPass(model.folder, [last]);
  try {
    const length = 4;
    const known = model.embeddingRows ?? 4;
    const states = async (token: number): Promise<Float32Array> => {
      const ids = Int32Array.from([1, 2, 3, token], (id) => id % known);
      const [values] = await pass.run({ size: 1, length, ids, mask: new Uint8Array(length).fill(1) });
      if (!values) throw new Defect('the pass delivered nothing');
      return values.subarray(0, (length - 1) * last.width);
    };
    const [one, other] = [await states(0), await states(known - 1)];
    const size = one.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    return one.every((value, i) => Math.abs(value - (other[i] ?? 0)) <= 1e-5 * size);
  } finally {
    await pass.release();
  }
}
