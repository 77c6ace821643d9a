/** Reading protobuf's wire format from a byte source: varints, fixed numbers and lengths, checked against what remains. */
import { InputError } from '../protocol/errors';
import type { ByteSource } from './bytes';
import type { Int64 } from './model';

/** How a value follows its tag. */
export const wireType = { varint: 0, fixed64: 1, length: 2, groupStart: 3, groupEnd: 4, fixed32: 5 } as const;

const windowSize = 65_536;

/**
 * A position in a source. Only the bytes asked for are read (through a window of 64 KB), so skipping a weight of a gigabyte
 * costs nothing. Throws MODEL_TRUNCATED where the file ends too early and MODEL_NOT_ONNX where it contradicts itself.
 */
export class WireReader {
  position = 0;
  readonly source: ByteSource;
  private window: Uint8Array = new Uint8Array(0);
  private windowStart = 0;

  constructor(source: ByteSource) {
    this.source = source;
  }

  /** A varint without sign, at most 64 bits. */
  varint(): Int64 {
    let value = 0;
    let scale = 1;
    // Seven bytes hold 49 bits, which a double adds exactly; only longer ones (negative numbers) need bigints.
    for (let i = 0; i < 7; i++) {
      const byte = this.byte();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      scale *= 128;
    }
    let exact = BigInt(value);
    for (let shift = 49n; shift < 70n; shift += 7n) {
      const byte = this.byte();
      exact |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return narrow(BigInt.asUintN(64, exact));
    }
    throw this.contradiction('a number of more than 64 bits');
  }

  /** A varint read as int64. */
  int64(): Int64 {
    const value = this.varint();
    return typeof value === 'number' ? value : narrow(BigInt.asIntN(64, value));
  }

  /** A varint read as int32: the low 32 bits. */
  int32(): number {
    return Number(BigInt.asIntN(32, BigInt(this.varint())));
  }

  float32(): number {
    const bytes = this.bytes(4);
    return new DataView(bytes.buffer, bytes.byteOffset, 4).getFloat32(0, true);
  }

  /** The length of a field that follows, at most what remains before `end`. `field` is what it is called in messages. */
  length(end: number, field: string): number {
    const length = Number(this.varint());
    this.need(length, end, field);
    return length;
  }

  /** Checks that `length` bytes lie between here and `end`. */
  need(length: number, end: number, field: string): void {
    const remaining = end - this.position;
    if (length <= remaining) return;
    const facts = `the field "${field}" claims ${length} bytes`;
    if (this.position + length > this.source.size) throw this.truncated(facts, this.source.size - this.position);
    throw this.contradiction(`${facts}, its message has ${remaining} left`);
  }

  /** Passes over bytes that need not be read. */
  skip(length: number, end: number): void {
    this.need(length, end, 'unknown');
    this.position += length;
  }

  /** The next bytes; a view where the source is in memory. */
  bytes(length: number): Uint8Array {
    this.need(length, this.source.size, 'bytes');
    const from = this.position - this.windowStart;
    if (from >= 0 && from + length <= this.window.length) {
      this.position += length;
      return this.window.subarray(from, from + length);
    }
    if (length <= windowSize) {
      this.refill();
      return this.bytes(length);
    }
    const bytes = this.source.read(this.position, length);
    this.position += length;
    return bytes;
  }

  /** A file that says something impossible, at the present position. */
  contradiction(found: string): InputError {
    return new InputError(
      'MODEL_NOT_ONNX',
      { file: this.source.name, byte: this.position },
      {
        found,
        expected: 'an ONNX model',
        remedy: 'the file is damaged or is none of this format: fetch or export it again',
      },
    );
  }

  private byte(): number {
    const byte = this.window[this.position - this.windowStart];
    if (byte !== undefined) {
      this.position++;
      return byte;
    }
    if (this.position >= this.source.size) throw this.truncated('a field begins here', 0);
    this.refill();
    return this.byte();
  }

  private refill(): void {
    this.windowStart = this.position;
    this.window = this.source.read(this.position, Math.min(windowSize, this.source.size - this.position));
  }

  private truncated(facts: string, remaining: number): InputError {
    return new InputError(
      'MODEL_TRUNCATED',
      { file: this.source.name, byte: this.position },
      {
        found: `${facts}, ${remaining} remain: the file ends after ${this.source.size} bytes`,
        expected: 'the whole file',
        remedy: 'a download or copy was cut short: fetch the file again',
      },
    );
  }
}

function narrow(value: bigint): Int64 {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}
