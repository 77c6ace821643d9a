/**
 * Adds up rows of a tile with the processor's four-lane instructions, which JavaScript reaches through WebAssembly only.
 * The program is one short loop, so it is assembled here, where it can be read, and not by another tool chain.
 */

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
  compiled ??= new WebAssembly.Module(program());
  const memory = new WebAssembly.Memory({ initial: Math.ceil(bytes / pageBytes) });
  const { add } = new WebAssembly.Instance(compiled, { golgi: { memory } }).exports;
  return { memory: memory.buffer, add };
}

/** The part of the standard interface that is used here; Node's types leave it out. */
declare const WebAssembly: {
  readonly Module: new (code: Uint8Array) => object;
  readonly Memory: new (size: { initial: number }) => { readonly buffer: ArrayBuffer };
  readonly Instance: new (code: object, imports: { golgi: { memory: object } }) => { readonly exports: Pick<RowSummer, 'add'> };
};

let compiled: object | undefined;
const pageBytes = 65_536;
const vectors = tileColumns / 4;

// Types and instructions of the WebAssembly core specification 2.0, chapter 5.
const i32 = 0x7f;
const v128 = 0x7b;
const noResult = 0x40;
const end = 0x0b;
const get = (local: number) => [0x20, local];
const set = (local: number) => [0x21, local];
const tee = (local: number) => [0x22, local];
const loop = (body: readonly number[]) => [0x03, noResult, ...body, end];
const repeatIf = (condition: readonly number[]) => [...condition, 0x0d, 0];
const constant = (value: number) => [0x41, value];
const loadInteger = [0x28, 2, 0];
const addIntegers = 0x6a;
const isBelow = 0x49;
const loadVector = (offset: number) => [0xfd, 0x00, 4, ...unsigned(offset)];
const storeVector = (offset: number) => [0xfd, 0x0b, 4, ...unsigned(offset)];
const addVectors = [0xfd, ...unsigned(0xe4)];

/** A module that imports `golgi.memory` and exports `add(list, listEnd, into)`. */
function program(): Uint8Array {
  const [list, listEnd, into, row] = [0, 1, 2, 3] as const;
  const partial = Array.from({ length: vectors }, (_, j) => row + 1 + j);
  // The rows of a call are summed by themselves before they join the total, which keeps the rounding of float32 small.
  const body = [
    ...loop([
      ...[...get(list), ...loadInteger, ...set(row)],
      ...partial.flatMap((sum, j) => [...get(sum), ...get(row), ...loadVector(16 * j), ...addVectors, ...set(sum)]),
      ...repeatIf([...get(list), ...constant(4), addIntegers, ...tee(list), ...get(listEnd), isBelow]),
    ]),
    ...partial.flatMap((sum, j) => [
      ...[...get(into), ...get(into), ...loadVector(16 * j), ...get(sum), ...addVectors],
      ...storeVector(16 * j),
    ]),
    end,
  ];
  const locals = [2, 1, i32, vectors, v128];
  const magic = [0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
  return Uint8Array.from([
    ...magic,
    ...section(1, [0x60, ...sized([i32, i32, i32]), 0]),
    ...section(2, [...text('golgi'), ...text('memory'), 2, 0, 1]),
    ...section(3, [0]),
    ...section(7, [...text('add'), 0, 0]),
    ...section(10, sized([...locals, ...body])),
  ]);
}

/** A section that holds a single item. */
function section(id: number, item: readonly number[]): number[] {
  return [id, ...sized([1, ...item])];
}

function text(name: string): number[] {
  return sized([...Buffer.from(name)]);
}

function sized(bytes: readonly number[]): number[] {
  return [...unsigned(bytes.length), ...bytes];
}

/** LEB128: seven bits a byte, lowest first. */
function unsigned(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsigned(value >>> 7)];
}
