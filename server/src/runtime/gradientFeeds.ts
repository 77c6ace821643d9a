/** What a gradient pass is told beside its text: whose score, whose neurons, and by how much the states of an encoder count. */
import { Defect } from '../protocol/errors';
import type { Stack } from '../protocol/neurons';
import { placeInput, scalarInputs, weightsInput } from '../onnx/gradient';
import type { TokenRows } from './feeds';
import type { FilledRows, Given } from './graphRun';
import { Tensor } from './onnxruntime';
import type { Fetched } from './session';

/** The scalar of one row. Tokens count the real ones, from 0. */
export interface ScalarAt {
  /** Which score. */
  readonly target: number;
  /** The token whose scores these are; of no meaning where a text has one row of scores. */
  readonly position: number;
  /** The token of the tap whose derivatives are wanted, where a run gives those of one token. */
  readonly tapPosition: number;
}

export interface GradientFeeds {
  readonly at: readonly ScalarAt[];
  /** A row of scores for every token, not for a text. */
  readonly perToken: boolean;
  readonly scoreStack: Stack;
  readonly tapStack: Stack;
  /** The stack whose rows the graph computes. */
  readonly ownStack: Stack;
  readonly weights?: Fetched;
}

/** Fills the inputs of a pass, for rows as they are run: rows beyond those asked for are copies of the first. */
export function gradientFeeds({ at, perToken, scoreStack, tapStack, ownStack, weights }: GradientFeeds): Given {
  return (rows) => {
    const { size } = rows.own;
    const places = Array.from({ length: size }, (_, row) => {
      const place = at[rows.from + row] ?? at[rows.from];
      if (!place) throw new Defect('a row without a scalar');
      return place;
    });
    const side = (stack: Stack) => (stack === 'enc' && ownStack !== 'enc' && rows.other ? rows.other : rows.own);
    const long = (values: readonly number[], dims: readonly number[]) => new Tensor('int64', BigInt64Array.from(values, BigInt), dims);
    const scored = side(scoreStack);
    return {
      [scalarInputs.row]: long(
        places.map(({ position }, row) => (perToken ? row * scored.length + columnOf(scored, row, position) : row)),
        [size, 1],
      ),
      [scalarInputs.target]: long(
        places.map(({ target }) => target),
        [size, 1, 1],
      ),
      [placeInput]: long(
        places.map(({ tapPosition }, row) => row * side(tapStack).length + columnOf(side(tapStack), row, tapPosition)),
        [size, 1],
      ),
      ...(weights && { [weightsInput]: filledWeights(weights, rows) }),
    };
  };
}

/** The column of a real token; that of the last one for tokens beyond, which callers have refused before. */
function columnOf({ length, mask }: TokenRows, row: number, position: number): number {
  let left = position;
  for (let column = 0; column < length; column++) {
    if (mask[row * length + column] && left-- === 0) return column;
  }
  return length - 1;
}

/** Weights of the rows of this run; rows that fill up weigh nothing. */
function filledWeights({ dims, data }: Fetched, { own, from }: FilledRows): Tensor {
  const [rows = 0, tokens = 0, width = 0] = dims;
  const filled = new Float32Array(own.size * own.length * width);
  for (let row = 0; row < Math.min(own.size, rows - from); row++) {
    const part = data.subarray((from + row) * tokens * width, (from + row + 1) * tokens * width);
    filled.set(part.subarray(0, own.length * width), row * own.length * width);
  }
  return new Tensor('float32', filled, [own.size, own.length, width]);
}
