/**
 * A block of stored rows and what is asked of it: sums of every column, of distances from the first row and of their squares
 * in float64, and the range; eight columns at a time, so that the sums stay in registers from the first row to the last.
 */
import { decodeFloat16 } from '../float16';
import { type Code, type Locals, assemble, f32x4, f64x2, i32, i32x4, repeat, v128 } from './assembly';

/** How rows are stored. */
export type RowType = 'f16' | 'f32';

/** Rows of a block: few enough to stay in the processor's cache, enough to be worth the joining of their sums. */
const blockValues = 1 << 16;
const fewestRows = 64;
const mostRows = 512;

const tile = 8;
/** Bytes that a tile's results take: sums and squares in float64, then smallest, largest and first value in float32. */
const tileBytes = tile * (8 + 8 + 4 + 4 + 4);

/** Sums and range of a column over some rows of a block. `sum - sum !== 0` where a value is not finite. */
export interface ColumnSums {
  /** The column's value in the first row, from which distances are taken. */
  first: number;
  sum: number;
  square: number;
  min: number;
  max: number;
}

export class RowBlock {
  /** Most rows that it holds. */
  readonly rows: number;
  /** Where to put rows, as they are stored, one behind the other. */
  readonly bytes: Uint8Array;
  readonly #width: number;
  readonly #type: RowType;
  readonly #rowBytes: number;
  readonly #list: Int32Array;
  readonly #results: DataView;
  readonly #gather: (list: number, end: number, column: number, to: number) => void;

  constructor(width: number, type: RowType) {
    this.rows = Math.min(mostRows, Math.max(fewestRows, Math.floor(blockValues / width)));
    this.#width = width;
    this.#type = type;
    this.#rowBytes = width * (type === 'f16' ? 2 : 4);
    const tiles = Math.ceil(width / tile);
    // The last tile of the last row may read beyond it.
    const listAt = align(this.rows * this.#rowBytes + tile * 4);
    const resultsAt = align(listAt + this.rows * 4);
    const { memory, routines } = program(resultsAt + tiles * tileBytes);
    this.bytes = new Uint8Array(memory, 0, this.rows * this.#rowBytes);
    this.#list = new Int32Array(memory, listAt, this.rows);
    this.#results = new DataView(memory, resultsAt, tiles * tileBytes);
    this.#gather = type === 'f16' ? routines.gatherHalves : routines.gatherSingles;
  }

  /** Sums the columns over the given rows of the block, at least one; `sums` then says what came out. */
  gather(rows: ArrayLike<number>): void {
    for (let i = 0; i < rows.length; i++) this.#list[i] = (rows[i] as number) * this.#rowBytes;
    const { byteOffset } = this.#list;
    const itemBytes = this.#rowBytes / this.#width;
    for (let column = 0, to = this.#results.byteOffset; column < this.#width; column += tile, to += tileBytes) {
      this.#gather(byteOffset, byteOffset + rows.length * 4, column * itemBytes, to);
    }
  }

  /** What the last `gather` found in a column. */
  sums(column: number, into: ColumnSums): ColumnSums {
    const lane = column % tile;
    const at = ((column - lane) / tile) * tileBytes;
    into.sum = this.#results.getFloat64(at + lane * 8, true);
    into.square = this.#results.getFloat64(at + tile * 8 + lane * 8, true);
    // Adding 0 makes −0 into 0: which of the two equals comes out would depend on where blocks begin.
    into.min = this.#results.getFloat32(at + tile * 16 + lane * 4, true) + 0;
    into.max = this.#results.getFloat32(at + tile * 20 + lane * 4, true) + 0;
    into.first = this.#results.getFloat32(at + tile * 24 + lane * 4, true);
    return into;
  }

  /** A single value. */
  value(row: number, column: number): number {
    const { buffer } = this.bytes;
    const at = row * this.#rowBytes;
    if (this.#type === 'f32') return new Float32Array(buffer, at, this.#width)[column] as number;
    const value = new Float32Array(1);
    decodeFloat16(new Uint16Array(buffer, at + column * 2, 1), value);
    return value[0] as number;
  }
}

/** Blocks that are used again: a memory of WebAssembly is dear to make, and freed only when the collector comes by. */
export class RowBlocks {
  readonly #blocks = new Map<string, RowBlock>();

  /** The block for rows of that kind. What it holds is from whoever used it last. */
  of(width: number, type: RowType): RowBlock {
    const key = `${type} ${width}`;
    const block = this.#blocks.get(key) ?? new RowBlock(width, type);
    this.#blocks.set(key, block);
    return block;
  }
}

/** Results are read as float64. */
function align(bytes: number): number {
  return Math.ceil(bytes / 16) * 16;
}

const quarters = [0, 1] as const;
const halves = [0, 1, 2, 3] as const;

/** Reads four values of the row at `row`, the first or the last four of a tile. */
type LoadFour = (local: Locals, quarter: number) => Code;

const loadSingles: LoadFour = ({ get }, quarter) => v128.load(get('row'), quarter * 16);

/**
 * Half to single: the exponent is moved by multiplying with 2¹¹², which is right for subnormals too; where it was all ones,
 * for infinities and NaN, it is made all ones again.
 */
const loadHalves: LoadFour = ({ get, set, tee }, quarter) => {
  const magnitude = i32x4.shiftLeft(v128.and(get('bits'), i32x4.splat(0x7fff)), 13);
  const sign = i32x4.shiftLeft(v128.and(get('bits'), i32x4.splat(0x8000)), 16);
  const special = v128.and(i32x4.isAtLeast(get('magnitude'), i32x4.splat(0x7c00 << 13)), i32x4.splat(0x7f800000));
  return [
    ...set('bits', v128.loadShorts(get('row'), quarter * 8)),
    ...v128.or(v128.or(f32x4.mul(tee('magnitude', magnitude), i32x4.splat((127 + 112) << 23)), special), sign),
  ];
};

const program = assemble({ gatherHalves: gatherer(loadHalves), gatherSingles: gatherer(loadSingles) });

/** `gather(list, end, column, to)`: over the rows whose places are listed, the tile that begins `column` bytes into them. */
function gatherer(load: LoadFour) {
  const named = (name: string, of: readonly number[]): string[] => of.map((i) => `${name}${i}`);
  return {
    parameters: ['list', 'end', 'column', 'to'],
    gives: false,
    integers: ['row'],
    vectors: [
      ...['bits', 'magnitude', 'value', 'distance'],
      ...[...named('sum', halves), ...named('square', halves), ...named('shift', halves)],
      ...[...named('min', quarters), ...named('max', quarters), ...named('first', quarters)],
    ],
    body(local: Locals): Code {
      const { get, set } = local;
      const nextRow = set('row', i32.add(i32.load(get('list')), get('column')));
      const widened = (value: Code, half: number): Code => f64x2.fromLowerSingles(half % 2 === 0 ? value : v128.upper(value));
      const begin = quarters.flatMap((q) => [
        ...set(`first${q}`, load(local, q)),
        ...set(`min${q}`, get(`first${q}`)),
        ...set(`max${q}`, get(`first${q}`)),
        ...[2 * q, 2 * q + 1].flatMap((h) => set(`shift${h}`, widened(get(`first${q}`), h))),
      ]);
      const join = quarters.flatMap((q) => [
        ...set('value', load(local, q)),
        ...set(`min${q}`, f32x4.min(get(`min${q}`), get('value'))),
        ...set(`max${q}`, f32x4.max(get(`max${q}`), get('value'))),
        ...[2 * q, 2 * q + 1].flatMap((h) => [
          ...set('distance', f64x2.sub(widened(get('value'), h), get(`shift${h}`))),
          ...set(`sum${h}`, f64x2.add(get(`sum${h}`), get('distance'))),
          ...set(`square${h}`, f64x2.add(get(`square${h}`), f64x2.mul(get('distance'), get('distance')))),
        ]),
      ]);
      const keep = (name: string, of: readonly number[], at: number): Code =>
        of.flatMap((i) => v128.store(get('to'), get(`${name}${i}`), at + 16 * i));
      return [
        ...nextRow,
        ...begin,
        // The first row joins too, at no distance.
        ...repeat([...nextRow, ...join], i32.isBelow(local.tee('list', i32.add(get('list'), i32.const(4))), get('end'))),
        ...[...keep('sum', halves, 0), ...keep('square', halves, tile * 8)],
        ...[...keep('min', quarters, tile * 16), ...keep('max', quarters, tile * 20), ...keep('first', quarters, tile * 24)],
      ];
    },
  };
}
