/** Writing protobuf's wire format as a list of chunks: long byte fields are passed on as they are, never copied. */
import type { Int64 } from './model';
import { wireType } from './wireReader';

// Longer byte fields become chunks of their own; shorter ones are cheaper to copy.
const passOn = 4096;

/** Collects fields of one message; `chunks` is its encoding. */
export class WireWriter {
  length = 0;
  private readonly done: Uint8Array[] = [];
  private scratch = new Uint8Array(256);
  private used = 0;

  tag(field: number, type: number): void {
    this.varint(field * 8 + type);
  }

  /** Negative numbers take ten bytes, as int64 and int32 do in protobuf. */
  varint(value: Int64): void {
    this.reserve(10);
    if (typeof value === 'number' && value >= 0 && value < 0x8000_0000) {
      let rest = value;
      while (rest > 0x7f) {
        this.scratch[this.used++] = (rest & 0x7f) | 0x80;
        rest >>>= 7;
      }
      this.scratch[this.used++] = rest;
    } else {
      let rest = BigInt.asUintN(64, BigInt(value));
      while (rest > 0x7fn) {
        this.scratch[this.used++] = Number(rest & 0x7fn) | 0x80;
        rest >>= 7n;
      }
      this.scratch[this.used++] = Number(rest);
    }
  }

  float32(value: number): void {
    this.reserve(4);
    new DataView(this.scratch.buffer).setFloat32(this.used, value, true);
    this.used += 4;
  }

  /** Bytes as they are. */
  bytes(bytes: Uint8Array): void {
    if (bytes.length >= passOn) {
      this.flush();
      this.done.push(bytes);
      this.length += bytes.length;
      return;
    }
    this.reserve(bytes.length);
    this.scratch.set(bytes, this.used);
    this.used += bytes.length;
  }

  /** A field with a length before it. */
  lengthDelimited(field: number, bytes: Uint8Array): void {
    this.tag(field, wireType.length);
    this.varint(bytes.length);
    this.bytes(bytes);
  }

  /** A message within this one. */
  message(field: number, inner: WireWriter): void {
    const chunks = inner.chunks();
    this.tag(field, wireType.length);
    this.varint(inner.length);
    for (const chunk of chunks) this.bytes(chunk);
  }

  /** Everything written, in order. */
  chunks(): Uint8Array[] {
    this.flush();
    return this.done;
  }

  private reserve(count: number): void {
    if (this.used + count <= this.scratch.length) return;
    const larger = new Uint8Array(Math.max(this.scratch.length * 2, this.used + count));
    larger.set(this.scratch.subarray(0, this.used));
    this.scratch = larger;
  }

  private flush(): void {
    if (this.used === 0) return;
    this.done.push(this.scratch.subarray(0, this.used));
    this.length += this.used;
    this.scratch = new Uint8Array(256);
    this.used = 0;
  }
}
