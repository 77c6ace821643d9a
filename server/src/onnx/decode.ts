/**
 * ONNX files to plain data, driven by the tables of `schema.ts`. Weights stay where they lie (`ByteSpan`), fields that the
 * tables do not name are kept byte for byte, and hostile bytes meet typed errors before any large allocation.
 */
import { InputError } from '../protocol/errors';
import { memorySource, readSpan, spanOf } from './bytes';
import type { ByteSource, ByteSpan } from './bytes';
import type { Int64, ModelProto, RawField } from './model';
import { isSpan, modelSchema } from './schema';
import type { Field, Schema } from './schema';
import { WireReader, wireType } from './wireReader';

/** What a model's structure (everything but its weights) may take; the runtime's own limit of nesting is 100 too. */
export interface DecodeLimits {
  readonly depth: number;
  readonly structureBytes: number;
  readonly nodes: number;
  /** Messages of any kind, and single fields: two bytes in a file can become hundreds in memory. */
  readonly messages: number;
  readonly fields: number;
}

export const decodeLimits: DecodeLimits = {
  depth: 100,
  structureBytes: 256 * 2 ** 20,
  nodes: 200_000,
  messages: 2_000_000,
  fields: 8_000_000,
};

// Byte fields up to this length are read at once: a file need not be opened again for every small constant.
const readNow = 1024;

type Decoded = Record<string, unknown> & { unknown?: RawField[] };

/**
 * Reads a model. Throws InputError MODEL_TRUNCATED, MODEL_NOT_ONNX (contradictory bytes), MODEL_DEPTH or MODEL_LIMIT with
 * the byte at which it was noticed. Whether the graph makes sense is not looked at here.
 */
export function decodeModel(source: ByteSource, limits = decodeLimits): ModelProto {
  const decoder = new Decoder(source, limits);
  return decoder.message(modelSchema, source.size, 1) as unknown as ModelProto;
}

/** Reads a model from bytes in memory; `name` is what messages call them. */
export function decodeModelBytes(bytes: Uint8Array, name?: string): ModelProto {
  return decodeModel(memorySource(bytes, name));
}

class Decoder {
  private readonly reader: WireReader;
  private readonly limits: DecodeLimits;
  private fields = 0;
  private messages = 0;
  private nodes = 0;
  private spanned = 0;

  constructor(source: ByteSource, limits: DecodeLimits) {
    this.reader = new WireReader(source);
    this.limits = limits;
  }

  /** Reads fields up to `end`; into an earlier occurrence of the same singular message, if any, as protobuf merges them. */
  message(schema: Schema, end: number, depth: number, into = emptyMessage(schema)): Decoded {
    const { limits } = this;
    if (depth > limits.depth) throw this.tooDeep();
    if (++this.messages > limits.messages) throw this.tooMuch('messages', limits.messages);
    if (schema.name === 'NodeProto' && ++this.nodes > limits.nodes) throw this.tooMuch('nodes', limits.nodes);
    const parts = new Map<string, ByteSpan[]>();
    while (this.reader.position < end) {
      if (++this.fields > limits.fields) throw this.tooMuch('fields', limits.fields);
      const start = this.reader.position;
      const tag = Number(this.reader.varint());
      const number = Math.floor(tag / 8);
      if (number === 0 || number > 0x1fff_ffff) throw this.reader.contradiction(`field number ${number} in ${schema.name}`);
      const field = schema.fields.get(number);
      if (!field || !this.known(into, parts, field, tag % 8, end, depth)) {
        this.skip(number, tag % 8, end);
        const length = this.reader.position - start;
        this.reader.position = start;
        (into.unknown ??= []).push({ field: number, bytes: Uint8Array.from(this.take(length)) });
      }
    }
    if (this.reader.position > end) throw this.reader.contradiction(`a ${schema.name} that ends within a field`);
    for (const [name, spans] of parts) into[name] = joined(into[name] as ByteSpan | undefined, spans);
    return into;
  }

  /** Reads a field that the table names; false when its wire type is another one: then it is kept as unknown. */
  private known(into: Decoded, parts: Map<string, ByteSpan[]>, field: Field, wire: number, end: number, depth: number): boolean {
    const { reader } = this;
    const { kind, name } = field;
    const packed = packedWire(kind);
    if (wire === wireType.length && (packed === undefined || field.repeated || isSpan(kind))) {
      const length = reader.length(end, name);
      if (typeof kind === 'function') {
        const earlier = field.repeated ? undefined : (into[name] as Decoded | undefined);
        put(into, field, this.message(kind(), reader.position + length, depth + 1, earlier));
      } else if (kind === 'span') {
        put(into, field, this.span(length));
      } else if (isSpan(kind)) {
        append(parts, name, this.span(length));
      } else if (packed !== undefined) {
        this.packed(into, field, reader.position + length);
      } else {
        const bytes = this.take(length);
        put(into, field, kind === 'text' ? this.text(bytes, name) : Uint8Array.from(bytes));
      }
      return true;
    }
    if (wire !== packed) return false;
    if (isSpan(kind)) {
      const start = reader.position;
      this.skip(0, wire, end);
      const length = reader.position - start;
      reader.position = start;
      if (++this.messages > this.limits.messages) throw this.tooMuch('messages', this.limits.messages);
      append(parts, name, this.span(length));
    } else {
      put(into, field, this.number(kind));
    }
    return true;
  }

  /** Numbers without tags between them. */
  private packed(into: Decoded, field: Field, end: number): void {
    while (this.reader.position < end) {
      if (++this.fields > this.limits.fields) throw this.tooMuch('fields', this.limits.fields);
      put(into, field, this.number(field.kind));
    }
    if (this.reader.position > end) throw this.reader.contradiction(`a packed field "${field.name}" that ends within a number`);
  }

  private number(kind: Field['kind']): Int64 {
    if (kind === 'float') return this.reader.float32();
    return kind === 'int32' ? this.reader.int32() : this.reader.int64();
  }

  private text(bytes: Uint8Array, name: string): string {
    try {
      return utf8.decode(bytes);
    } catch {
      throw this.reader.contradiction(`the field "${name}" holds bytes that are no UTF-8`);
    }
  }

  /** The next bytes as a span: by reference where they are many. */
  private span(length: number): ByteSpan {
    const { reader } = this;
    const here = { source: reader.source, offset: reader.position, length };
    if (length <= readNow) return spanOf(Uint8Array.from(this.take(length)));
    reader.position += length;
    this.spanned += length;
    return here;
  }

  /** Bytes of the structure, which is limited; weights are not. */
  private take(length: number): Uint8Array {
    const { structureBytes } = this.limits;
    if (this.reader.position + length - this.spanned > structureBytes) throw this.tooMuch('bytes beside its weights', structureBytes);
    return this.reader.bytes(length);
  }

  /** Passes over one value. Groups, which ONNX never uses, are walked without recursion. */
  private skip(number: number, wire: number, end: number): void {
    const { reader } = this;
    const open = wire === wireType.groupStart ? [number] : [];
    this.pass(wire, end);
    while (open.length > 0) {
      if (open.length > this.limits.depth) throw this.tooDeep();
      const tag = Number(reader.varint());
      const inner = Math.floor(tag / 8);
      if (tag % 8 === wireType.groupStart) open.push(inner);
      else if (tag % 8 !== wireType.groupEnd) this.pass(tag % 8, end);
      else if (open.pop() !== inner) throw reader.contradiction('a group that ends under another number');
    }
  }

  private pass(wire: number, end: number): void {
    const { reader } = this;
    switch (wire) {
      case wireType.varint:
        reader.varint();
        return;
      case wireType.length:
        reader.skip(reader.length(end, 'unknown'), end);
        return;
      case wireType.fixed64:
        reader.skip(8, end);
        return;
      case wireType.fixed32:
        reader.skip(4, end);
        return;
      case wireType.groupStart:
        return;
      default:
        throw reader.contradiction(`wire type ${wire}`);
    }
  }

  private tooDeep(): InputError {
    return new InputError(
      'MODEL_DEPTH',
      { file: this.reader.source.name, byte: this.reader.position },
      {
        found: `messages nested more than ${decodeLimits.depth} deep`,
        expected: `at most ${decodeLimits.depth} levels, which is also the runtime's limit`,
        remedy: 'export the model without so many nested If or Loop nodes',
      },
    );
  }

  private tooMuch(what: string, limit: number): InputError {
    return new InputError(
      'MODEL_LIMIT',
      { file: this.reader.source.name, byte: this.reader.position },
      {
        found: `a model of more than ${limit} ${what}`,
        expected: `at most ${limit}`,
        remedy: 'export the model with its weights as initializers or external data, not within nodes',
      },
    );
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The wire type of one value of a number kind, and of the elements of spans of numbers; undefined for the rest. */
function packedWire(kind: Field['kind']): number | undefined {
  switch (kind) {
    case 'int':
    case 'int32':
    case 'varints':
      return wireType.varint;
    case 'float':
    case 'fixed32':
      return wireType.fixed32;
    case 'fixed64':
      return wireType.fixed64;
    default:
      return undefined;
  }
}

function emptyMessage(schema: Schema): Decoded {
  const message: Decoded = {};
  for (const { name, kind, repeated } of schema.fields.values()) {
    if (repeated) message[name] = [];
    else if (kind === 'text' && name !== 'param') message[name] = '';
  }
  return message;
}

function put(message: Decoded, { name, repeated }: Field, value: unknown): void {
  if (repeated) (message[name] as unknown[]).push(value);
  else message[name] = value;
}

function append(parts: Map<string, ByteSpan[]>, name: string, span: ByteSpan): void {
  const earlier = parts.get(name);
  if (earlier) earlier.push(span);
  else parts.set(name, [span]);
}

/** Packed numbers of several occurrences, those of an earlier message first. */
function joined(earlier: ByteSpan | undefined, spans: readonly ByteSpan[]): ByteSpan {
  const all = earlier ? [earlier, ...spans] : spans;
  return all.length === 1 && all[0] ? all[0] : spanOf(Buffer.concat(all.map(readSpan)));
}
