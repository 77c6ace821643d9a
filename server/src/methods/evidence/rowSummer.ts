/** Adds up rows of a tile, four columns at once. */
import {
  addIntegers,
  compile,
  constant,
  float32x4,
  get,
  instantiate,
  isBelow,
  loadInteger,
  loadVector,
  repeatWhile,
  set,
  storeVector,
  tee,
} from '../statistics/vectorCode';
import type { CompiledProgram } from '../statistics/vectorCode';

/** Columns of a tile: as many as fit the registers, so that a row is added without storing anything. */
export const tileColumns = 32;

/** The memory that a summer works in; all places are bytes, multiples of 16. */
export interface RowSummer {
  readonly memory: ArrayBuffer;
  /**
   * Adds to the `tileColumns` float32 at `into` the rows of the tile whose places are listed from `list` to `listEnd`
   * (int32, at least one).
   */
  readonly add: (list: number, listEnd: number, into: number) => void;
}

/** A summer with at least so many bytes of memory, all 0. */
export function rowSummer(bytes: number): RowSummer {
  compiled ??= program();
  const { memory, run } = instantiate(compiled, bytes);
  return { memory, add: run };
}

let compiled: CompiledProgram | undefined;
const vectors = tileColumns / 4;

function program(): CompiledProgram {
  const [list, listEnd, into, row] = [0, 1, 2, 3] as const;
  const partial = Array.from({ length: vectors }, (_, j) => row + 1 + j);
  return compile({
    parameters: 3,
    integers: 1,
    vectors,
    // The rows of a call are summed by themselves before they join the total, which keeps the rounding of float32 small.
    body: [
      ...repeatWhile(
        [
          ...[...get(list), ...loadInteger, ...set(row)],
          ...partial.flatMap((sum, j) => [...get(sum), ...get(row), ...loadVector(16 * j), ...float32x4.add, ...set(sum)]),
        ],
        [...get(list), ...constant(4), ...addIntegers, ...tee(list), ...get(listEnd), ...isBelow],
      ),
      ...partial.flatMap((sum, j) => [
        ...[...get(into), ...get(into), ...loadVector(16 * j), ...get(sum), ...float32x4.add],
        ...storeVector(16 * j),
      ]),
    ],
  });
}
