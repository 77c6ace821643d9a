/**
 * WebAssembly modules assembled in place. The processor's four-lane instructions are reached from JavaScript through
 * WebAssembly only, and the loops that need them are a dozen lines each: assembled here they can be read, and no other tool
 * chain is needed. Types and instructions are those of the WebAssembly core specification 2.0, chapter 5.
 */

/** Instructions in their order, as bytes. */
export type Code = readonly number[];

/** A function of a module: names and types of what it takes, then of what it keeps. */
export interface Routine {
  readonly parameters: readonly string[];
  /** Whether it leaves an integer; nothing otherwise. */
  readonly gives: boolean;
  readonly integers: readonly string[];
  readonly vectors: readonly string[];
  /** Made from the numbers that the names got. */
  readonly body: (local: Locals) => Code;
}

/** Reads and writes the locals of a routine by their names. */
export interface Locals {
  readonly get: (name: string) => Code;
  readonly set: (name: string, value: Code) => Code;
  /** Sets a local and leaves its value. */
  readonly tee: (name: string, value: Code) => Code;
}

/** Instructions on 32-bit integers; operands come first, as the machine wants them. */
export const i32 = {
  const: (value: number): Code => [0x41, ...signed(value)],
  load: (from: Code): Code => [...from, 0x28, 2, 0],
  add: (a: Code, b: Code): Code => [...a, ...b, 0x6a],
  isBelow: (a: Code, b: Code): Code => [...a, ...b, 0x49],
} as const;

const simd = (opcode: number): Code => [0xfd, ...unsigned(opcode)];
const unary = (opcode: number) => (a: Code) => [...a, ...simd(opcode)];
const binary = (opcode: number) => (a: Code, b: Code) => [...a, ...b, ...simd(opcode)];
const shift = (opcode: number) => (a: Code, bits: number) => [...a, ...i32.const(bits), ...simd(opcode)];

/** Instructions on vectors of 128 bits. */
export const v128 = {
  load: (from: Code, offset = 0): Code => [...from, ...simd(0x00), 0, ...unsigned(offset)],
  /** Four unsigned 16-bit integers, widened to 32 bits. */
  loadShorts: (from: Code, offset = 0): Code => [...from, ...simd(0x04), 0, ...unsigned(offset)],
  store: (to: Code, value: Code, offset = 0): Code => [...to, ...value, ...simd(0x0b), 0, ...unsigned(offset)],
  /** One 32-bit number of the memory in all four places. */
  loadSplat: (from: Code, offset = 0): Code => [...from, ...simd(0x09), 2, ...unsigned(offset)],
  and: binary(0x4e),
  or: binary(0x50),
  /** Bits of `a` where the mask has ones, of `b` elsewhere. */
  select: (a: Code, b: Code, mask: Code): Code => [...a, ...b, ...mask, ...simd(0x52)],
  /** The upper half twice. */
  upper: (a: Code): Code => [...a, ...a, ...simd(0x0d), ...[0, 1].flatMap(() => [8, 9, 10, 11, 12, 13, 14, 15])],
} as const;

/** Four 32-bit integers. */
export const i32x4 = {
  splat: (value: number): Code => [...i32.const(value), ...simd(0x11)],
  extract: (a: Code, lane: number): Code => [...a, ...simd(0x1b), lane],
  add: binary(0xae),
  sub: binary(0xb1),
  shiftLeft: shift(0xab),
  shiftRight: shift(0xad),
  isBelow: binary(0x39),
  isAbove: binary(0x3b),
  isAtLeast: binary(0x3f),
  /** Eight 16-bit integers from two vectors of values from 0 to 65,535. */
  narrow: binary(0x86),
} as const;

const singleBits = new DataView(new ArrayBuffer(4));

/** Four float32. */
export const f32x4 = {
  /** One number in all four places, rounded to float32. */
  splat: (value: number): Code => {
    singleBits.setFloat32(0, value);
    return i32x4.splat(singleBits.getInt32(0));
  },
  add: binary(0xe4),
  sub: binary(0xe5),
  mul: binary(0xe6),
  /** `b < a ? b : a` and `a < b ? b : a`, one instruction each; of NaN they promise nothing. */
  min: binary(0xea),
  max: binary(0xeb),
} as const;

/** Two float64. */
export const f64x2 = {
  fromLowerSingles: unary(0x5f),
  add: binary(0xf0),
  sub: binary(0xf1),
  mul: binary(0xf2),
  /** As those of four float32: the first operand where the second is NaN. */
  min: binary(0xf6),
  max: binary(0xf7),
} as const;

/** Runs the body once and again as long as the condition holds after it. */
export function repeat(body: Code, condition: Code): Code {
  return [0x03, noResult, ...body, ...condition, 0x0d, 0, end];
}

const integer = 0x7f;
const vector = 0x7b;
const noResult = 0x40;
const end = 0x0b;
const pageBytes = 65_536;

/** The part of the standard interface that is used here; Node's types leave it out. */
declare const WebAssembly: {
  readonly Module: new (code: Uint8Array) => object;
  readonly Memory: new (size: { initial: number }) => { readonly buffer: ArrayBuffer };
  readonly Instance: new (code: object, imports: { golgi: { memory: object } }) => { readonly exports: unknown };
};

/** Assembles routines once; every call of what is returned gives them with a memory of their own, all 0. */
export function assemble<Names extends string>(
  routines: Readonly<Record<Names, Routine>>,
): (bytes: number) => { readonly memory: ArrayBuffer; readonly routines: Readonly<Record<Names, (...places: number[]) => number>> } {
  let compiled: object | undefined;
  return (bytes) => {
    compiled ??= new WebAssembly.Module(moduleOf(Object.entries(routines)));
    const memory = new WebAssembly.Memory({ initial: Math.ceil(bytes / pageBytes) });
    const { exports } = new WebAssembly.Instance(compiled, { golgi: { memory } });
    return { memory: memory.buffer, routines: exports as Record<Names, (...places: number[]) => number> };
  };
}

function moduleOf(routines: readonly (readonly [string, Routine])[]): Uint8Array {
  const magic = [0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
  const types = routines.map(([, { parameters, gives }]) => [
    0x60,
    ...sized(parameters.map(() => integer)),
    ...sized(gives ? [integer] : []),
  ]);
  return Uint8Array.from([
    ...magic,
    ...section(1, types),
    ...section(2, [[...text('golgi'), ...text('memory'), 2, 0, 1]]),
    ...section(3, routines.map((_, i) => [i])), // prettier-ignore
    ...section(7, routines.map(([name], i) => [...text(name), 0, i])), // prettier-ignore
    ...section(10, routines.map(([, routine]) => sized(codeOf(routine)))), // prettier-ignore
  ]);
}

function codeOf({ parameters, integers, vectors, body }: Routine): Code {
  const names = [...parameters, ...integers, ...vectors];
  const place = (name: string): Code => unsigned(names.indexOf(name));
  const locals: Locals = {
    get: (name) => [0x20, ...place(name)],
    set: (name, value) => [...value, 0x21, ...place(name)],
    tee: (name, value) => [...value, 0x22, ...place(name)],
  };
  return [2, ...unsigned(integers.length), integer, ...unsigned(vectors.length), vector, ...body(locals), end];
}

function section(id: number, items: readonly Code[]): Code {
  return [id, ...sized([...unsigned(items.length), ...items.flat()])];
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

/** The same of a signed integer, which ends where the rest repeats the sign. */
function signed(value: number): number[] {
  const low = value & 0x7f;
  const rest = value >> 7;
  return (rest === 0 && low < 0x40) || (rest === -1 && low >= 0x40) ? [low] : [low | 0x80, ...signed(rest)];
}
