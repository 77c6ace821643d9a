/** Adds up rows of a tile, four columns at once. */
import { assemble, f32x4, i32, repeat, v128 } from '../../activations/simd/assembly';

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
  const { memory, routines } = program(bytes);
  return { memory, add: routines.add };
}

/** A vector holds four columns. */
const lanes = Array.from({ length: tileColumns / 4 }, (_, lane) => lane);

const program = assemble({
  add: {
    parameters: ['list', 'end', 'into'],
    gives: false,
    integers: ['row'],
    vectors: lanes.map((lane) => `sum${lane}`),
    // The rows of a call are summed by themselves before they join the total, which keeps the rounding of float32 small.
    body: ({ get, set, tee }) => [
      ...repeat(
        [
          ...set('row', i32.load(get('list'))),
          ...lanes.flatMap((lane) => set(`sum${lane}`, f32x4.add(get(`sum${lane}`), v128.load(get('row'), 16 * lane)))),
        ],
        i32.isBelow(tee('list', i32.add(get('list'), i32.const(4))), get('end')),
      ),
      ...lanes.flatMap((lane) => v128.store(get('into'), f32x4.add(v128.load(get('into'), 16 * lane), get(`sum${lane}`)), 16 * lane)),
    ],
  },
});
