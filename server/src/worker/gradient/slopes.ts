/** How a scalar changes with neurons: what integrated gradients and self-checks need, whichever way it is found. */
import type { ScalarKind } from '../../protocol/gradient';
import type { TapTensor } from '../../onnx/taps';
import type { TapEdit } from '../../onnx/intervention';
import type { Differentiated, GradientRun, ScalarAt } from '../../runtime/gradientRun';
import type { TokenBatch } from '../../runtime/rows';

/** One text, the scalar of it, and the neurons of one of its tokens. */
export interface Question {
  readonly batch: TokenBatch;
  readonly at: ScalarAt;
  readonly taps: readonly TapTensor[];
}

/** Derivatives of the scalar by the neurons of each tap, one tap at a time. */
export interface Slopes {
  /** As the model computes them. */
  readonly plain: Differentiated;
  /** The derivatives by a tap with its neurons scaled by each of the shares, summed over these. */
  along(tap: number, shares: readonly number[]): Promise<Float64Array>;
  /** The scalar with the neurons of a tap scaled. */
  scalarAt(tap: number, share: number): Promise<number>;
}

/** The scalar of one run with the neurons of one tap scaled. */
export async function scaledScalar(
  run: GradientRun,
  { batch, at, taps }: Question,
  tap: number,
  share: number,
  kind: ScalarKind,
): Promise<number> {
  const tensor = taps[tap];
  const { scalars } = await run.run(batch, [at], tensor ? [scaled(tensor, 0, at.tapPosition, share)] : []);
  return scalars[kind][0] ?? NaN;
}

/** Tokens of one run: memory grows with them, speed does not beyond some hundreds. */
const tokensOfRun = 2048;

/** How many copies of a text are run together. */
export function rowsOfRun({ length, decoder }: TokenBatch): number {
  return Math.max(1, Math.floor(tokensOfRun / (length + (decoder?.length ?? 0))));
}

/** The same text several times. */
export function repeated(batch: TokenBatch, times: number): TokenBatch {
  const copies = <A extends Int32Array | Uint8Array>(cells: A): A => {
    const all = new (cells.constructor as new (length: number) => A)(cells.length * times);
    for (let row = 0; row < times; row++) all.set(cells, row * cells.length);
    return all;
  };
  const { length, ids, mask, decoder } = batch;
  return {
    size: times,
    length,
    ids: copies(ids),
    mask: copies(mask),
    ...(decoder && { decoder: { length: decoder.length, ids: copies(decoder.ids), mask: copies(decoder.mask) } }),
  };
}

/** All neurons of a tap at one token of one row scaled. */
export function scaled({ point, width }: TapTensor, row: number, position: number, share: number): TapEdit {
  return {
    point,
    units: Array.from({ length: width }, (_, unit) => unit),
    operation: 'scale',
    values: [share],
    places: [{ row, position }],
  };
}

/** Back through the graph: a run gives the derivatives of as many copies as fit. `plain` is the run without edits. */
export function reverseSlopes(run: GradientRun, question: Question, plain: Differentiated, kind: ScalarKind): Slopes {
  const { batch, at, taps } = question;
  return {
    plain,
    async along(tap, shares) {
      const tensor = taps[tap];
      const sum = new Float64Array(tensor?.width ?? 0);
      const most = rowsOfRun(batch);
      for (let from = 0; tensor && from < shares.length; from += most) {
        const part = shares.slice(from, from + most);
        const edits = part.map((share, row) => scaled(tensor, row, at.tapPosition, share));
        const result = await run.run(repeated(batch, part.length), part.map(() => at), edits); // prettier-ignore
        result.gradients[tap]?.forEach((value, i) => (sum[i % sum.length] = (sum[i % sum.length] ?? 0) + value));
      }
      return sum;
    },
    scalarAt: (tap, share) => scaledScalar(run, question, tap, share, kind),
  };
}
