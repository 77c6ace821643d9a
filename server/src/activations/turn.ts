/** Rows × neurons into neurons × rows, in tiles that fit the cache. */
import { halves } from './float16';

/** Which columns of a block of rows are turned, and where they go. */
export interface Turn {
  readonly rows: number;
  readonly columns: number;
  /** The columns `from … to` (to excluded). */
  readonly from: number;
  readonly to: number;
  /** Where the first of them goes, and how far apart one is from the next. */
  readonly at: number;
  readonly stride: number;
}

/** Columns turned together: their places in the result stay in the cache from one row to the next. */
const tileColumns = 16;

/** Turns numbers as they are. */
export function turn<Values extends Uint16Array | Uint32Array | Float32Array | Float64Array>(
  values: Values,
  into: Values,
  { rows, columns, from, to, at, stride }: Turn,
): void {
  for (let first = from; first < to; first += tileColumns) {
    const width = Math.min(tileColumns, to - first);
    const start = at + (first - from) * stride;
    for (let r = 0; r < rows; r++) {
      let place = start + r;
      for (let i = r * columns + first, end = i + width; i < end; i++, place += stride) into[place] = values[i]!;
    }
  }
}

/** Turns halves, given as their bits, and widens them: four rows at once, so that a place in the cache is looked up once for four. */
export function turnFloat16(bits: Uint16Array, into: Float32Array, { rows, columns, from, to, at, stride }: Turn): void {
  for (let first = from; first < to; first += tileColumns) {
    const width = Math.min(tileColumns, to - first);
    const start = at + (first - from) * stride;
    let r = 0;
    for (; r + 4 <= rows; r += 4) {
      let place = start + r;
      for (let i = r * columns + first, end = i + width; i < end; i++, place += stride) {
        into[place] = halves[bits[i]!]!;
        into[place + 1] = halves[bits[i + columns]!]!;
        into[place + 2] = halves[bits[i + 2 * columns]!]!;
        into[place + 3] = halves[bits[i + 3 * columns]!]!;
      }
    }
    for (; r < rows; r++) {
      let place = start + r;
      for (let i = r * columns + first, end = i + width; i < end; i++, place += stride) into[place] = halves[bits[i]!]!;
    }
  }
}
