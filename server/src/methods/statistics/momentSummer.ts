/** Adds up rows and their squares and keeps their range, two columns at once in float64. */
import {
  addIntegers,
  compile,
  constant,
  float64x2,
  get,
  instantiate,
  isBelow,
  loadInteger,
  loadVector,
  repeatWhile,
  set,
  storeVector,
  tee,
} from './vectorCode';
import type { CompiledProgram } from './vectorCode';

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
  compiled ??= program();
  const { memory, run } = instantiate(compiled, bytes);
  return { memory, add: run };
}

let compiled: CompiledProgram | undefined;
const vectors = bandColumns / 2;

function program(): CompiledProgram {
  const [list, listEnd, band, bandsEnd] = [0, 1, 2, 3] as const;
  // `at` walks through the list, `row` is the row's place in the columns of the band, `offset` that of the columns in a row.
  const [at, row, offset, firstVector] = [4, 5, 6, 7] as const;
  const local = (part: number, j: number) => firstVector + part * vectors + j;
  const each = (code: (j: number) => readonly number[]) => Array.from({ length: vectors }, (_, j) => code(j)).flat();
  const place = (part: number, j: number) => 8 * bandColumns * part + 16 * j;
  const [shift, sum, square, min, max, value] = [0, 1, 2, 3, 4, 5] as const;
  const add = (j: number): number[] => [
    ...[...get(row), ...loadVector(16 * j), ...set(local(value, j))],
    ...[...get(local(min, j)), ...get(local(value, j)), ...float64x2.lesser, ...set(local(min, j))],
    ...[...get(local(max, j)), ...get(local(value, j)), ...float64x2.greater, ...set(local(max, j))],
    ...[...get(local(value, j)), ...get(local(shift, j)), ...float64x2.subtract, ...tee(local(value, j))],
    ...[...get(local(sum, j)), ...float64x2.add, ...set(local(sum, j))],
    ...[...get(local(value, j)), ...get(local(value, j)), ...float64x2.multiply],
    ...[...get(local(square, j)), ...float64x2.add, ...set(local(square, j))],
  ];
  const rows = repeatWhile(
    [...get(at), ...loadInteger, ...get(offset), ...addIntegers, ...set(row), ...each(add)],
    [...get(at), ...constant(4), ...addIntegers, ...tee(at), ...get(listEnd), ...isBelow],
  );
  const load = (part: number) => each((j) => [...get(band), ...loadVector(place(part, j)), ...set(local(part, j))]);
  const store = (part: number) => each((j) => [...get(band), ...get(local(part, j)), ...storeVector(place(part, j))]);
  return compile({
    parameters: 4,
    integers: 3,
    vectors: (bandParts.length + 1) * vectors,
    body: repeatWhile(
      [
        ...[shift, sum, square, min, max].flatMap(load),
        ...[...get(list), ...set(at)],
        ...rows,
        ...[sum, square, min, max].flatMap(store),
        ...[...get(offset), ...constant(8 * bandColumns), ...addIntegers, ...set(offset)],
      ],
      [...get(band), ...constant(8 * bandValues), ...addIntegers, ...tee(band), ...get(bandsEnd), ...isBelow],
    ),
  });
}
