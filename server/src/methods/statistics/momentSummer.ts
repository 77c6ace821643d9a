/** Adds up rows and their squares and keeps their range, two columns at once in float64. */
import { type Code, type Locals, assemble, f64x2, i32, repeat, v128 } from '../../activations/simd/assembly';

/** Columns whose sums lie together: as many as fit the registers, so that a row is added without storing anything. */
export const bandColumns = 4;
/** The sums of a band, `bandColumns` float64 each, in this order. */
export const bandParts = ['shift', 'sum', 'square', 'min', 'max'] as const;
/** Float64 of a band. */
export const bandValues = bandColumns * bandParts.length;

/** The memory that a summer works in; all places are bytes, multiples of 16. */
export interface MomentSummer {
  readonly memory: ArrayBuffer;
  /**
   * Adds rows of float64 to the bands that lie from `bands` to `bandsEnd` (at least one): with x − shift, to sum and square;
   * with x, to min and max. The places of the rows are listed from `list` to `listEnd` (int32, at least one).
   */
  readonly add: (list: number, listEnd: number, bands: number, bandsEnd: number) => void;
}

/** A summer with at least so many bytes of memory, all 0. */
export function momentSummer(bytes: number): MomentSummer {
  const { memory, routines } = program(bytes);
  return { memory, add: routines.add };
}

/** A vector holds two columns. */
const lanes = Array.from({ length: bandColumns / 2 }, (_, lane) => lane);
const kept = bandParts.filter((part) => part !== 'shift');

const program = assemble({
  add: {
    parameters: ['list', 'end', 'band', 'bandsEnd'],
    gives: false,
    // `at` walks through the list, `row` is the row's place in the columns of the band, `offset` that of the columns in a row.
    integers: ['at', 'row', 'offset'],
    vectors: [...bandParts, 'value'].flatMap((part) => lanes.map((lane) => `${part}${lane}`)),
    body(local: Locals): Code {
      const { get, set, tee } = local;
      const place = (part: (typeof bandParts)[number], lane: number) => 8 * bandColumns * bandParts.indexOf(part) + 16 * lane;
      const load = bandParts.flatMap((part) => lanes.flatMap((lane) => set(`${part}${lane}`, v128.load(get('band'), place(part, lane)))));
      const store = kept.flatMap((part) => lanes.flatMap((lane) => v128.store(get('band'), get(`${part}${lane}`), place(part, lane))));
      const nextRow = set('row', i32.add(i32.load(get('at')), get('offset')));
      const rows = repeat(
        [...nextRow, ...lanes.flatMap((lane) => join(local, lane))],
        i32.isBelow(tee('at', i32.add(get('at'), i32.const(4))), get('end')),
      );
      const nextColumns = set('offset', i32.add(get('offset'), i32.const(8 * bandColumns)));
      return repeat(
        [...load, ...set('at', get('list')), ...rows, ...store, ...nextColumns],
        i32.isBelow(tee('band', i32.add(get('band'), i32.const(8 * bandValues))), get('bandsEnd')),
      );
    },
  },
});

/** Adds two values of a row to the sums of their columns. */
function join({ get, set, tee }: Locals, lane: number): Code {
  const value = get(`value${lane}`);
  const update = (part: string, next: Code): Code => set(`${part}${lane}`, next);
  return [
    ...set(`value${lane}`, v128.load(get('row'), 16 * lane)),
    ...update('min', f64x2.min(get(`min${lane}`), value)),
    ...update('max', f64x2.max(get(`max${lane}`), value)),
    ...update('sum', f64x2.add(get(`sum${lane}`), tee(`value${lane}`, f64x2.sub(value, get(`shift${lane}`))))),
    ...update('square', f64x2.add(get(`square${lane}`), f64x2.mul(value, value))),
  ];
}
