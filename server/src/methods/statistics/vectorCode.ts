/**
 * The processor's vector instructions, which JavaScript reaches through WebAssembly only. Programs are single short loops, so
 * they are assembled here, where they can be read, and not by another tool chain. Instructions and types are those of the
 * WebAssembly core specification 2.0, chapter 5.
 */

/** Integers of 32 bits, and vectors of 128. */
const i32 = 0x7f;
const v128 = 0x7b;

type Code = readonly number[];

const noResult = 0x40;
const end = 0x0b;
export const get = (local: number): Code => [0x20, local];
export const set = (local: number): Code => [0x21, local];
export const tee = (local: number): Code => [0x22, local];
/** Runs `body` until the condition at its end is 0. */
export const repeatWhile = (body: Code, condition: Code): Code => [0x03, noResult, ...body, ...condition, 0x0d, 0, end];
export const constant = (value: number): Code => [0x41, ...signed(value)];
export const loadInteger: Code = [0x28, 2, 0];
export const addIntegers: Code = [0x6a];
export const isBelow: Code = [0x49];
export const loadVector = (offset: number): Code => vector(0x00, 4, ...unsigned(offset));
export const storeVector = (offset: number): Code => vector(0x0b, 4, ...unsigned(offset));

/** Four float32 in a vector. */
export const float32x4 = { add: vector(0xe4) };
/** Two float64 in a vector. `lesser` and `greater` keep their first operand where the second is NaN. */
export const float64x2 = { add: vector(0xf0), subtract: vector(0xf1), multiply: vector(0xf2), lesser: vector(0xf6), greater: vector(0xf7) };

function vector(operation: number, ...rest: Code): Code {
  return [0xfd, ...unsigned(operation), ...rest];
}

/** A function of integers without result: its parameters are the first locals, the others follow in the order given. */
export interface Program {
  readonly parameters: number;
  readonly integers: number;
  readonly vectors: number;
  readonly body: Code;
}

/** A compiled program; it may be given any number of memories. */
export type CompiledProgram = object;

/** A module that imports `golgi.memory` and exports the program as `run`. */
export function compile({ parameters, integers, vectors, body }: Program): CompiledProgram {
  const locals = [2, integers, i32, vectors, v128];
  const magic = [0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
  return new WebAssembly.Module(
    Uint8Array.from([
      ...magic,
      ...section(1, [0x60, ...sized(new Array<number>(parameters).fill(i32)), 0]),
      ...section(2, [...text('golgi'), ...text('memory'), 2, 0, 1]),
      ...section(3, [0]),
      ...section(7, [...text('run'), 0, 0]),
      ...section(10, sized([...locals, ...body, end])),
    ]),
  );
}

/** The program over a memory of at least so many bytes, all 0; the integers given are places in it, in bytes. */
export function instantiate(
  program: CompiledProgram,
  bytes: number,
): { memory: ArrayBuffer; run: (...integers: readonly number[]) => void } {
  const memory = new WebAssembly.Memory({ initial: Math.ceil(bytes / pageBytes) });
  const { run } = new WebAssembly.Instance(program, { golgi: { memory } }).exports;
  return { memory: memory.buffer, run };
}

/** The part of the standard interface that is used here; Node's types leave it out. */
declare const WebAssembly: {
  readonly Module: new (code: Uint8Array) => CompiledProgram;
  readonly Memory: new (size: { initial: number }) => { readonly buffer: ArrayBuffer };
  readonly Instance: new (
    code: CompiledProgram,
    imports: { golgi: { memory: object } },
  ) => { readonly exports: { readonly run: (...integers: readonly number[]) => void } };
};

const pageBytes = 65_536;

/** A section that holds a single item. */
function section(id: number, item: Code): Code {
  return [id, ...sized([1, ...item])];
}

function text(name: string): Code {
  return sized([...Buffer.from(name)]);
}

function sized(bytes: Code): Code {
  return [...unsigned(bytes.length), ...bytes];
}

/** LEB128: seven bits a byte, lowest first. */
function unsigned(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsigned(value >>> 7)];
}

/** The same with a sign, which is the highest of the seven bits of the last byte. */
function signed(value: number): number[] {
  return value >= -0x40 && value < 0x40 ? [value & 0x7f] : [(value & 0x7f) | 0x80, ...signed(value >> 7)];
}
