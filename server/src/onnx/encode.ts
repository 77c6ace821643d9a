/** Plain data to ONNX files, driven by the tables of `schema.ts`: the counterpart of `decode.ts`. */
import { readSpan } from './bytes';
import type { ByteSpan } from './bytes';
import type { Int64, ModelProto, RawField } from './model';
import { isSpan, modelSchema } from './schema';
import type { Field, Schema } from './schema';
import { wireType } from './wireReader';
import { WireWriter } from './wireWriter';

type Message = Readonly<Record<string, unknown>> & { readonly unknown?: readonly RawField[] };

/**
 * A model as chunks of bytes, to be written one after the other. Weights held as spans are read now; long ones are passed
 * on without a copy.
 */
export function encodeModel(model: ModelProto): Uint8Array[] {
  return encoded(modelSchema, model as unknown as Message).chunks();
}

/** A model in one array of bytes. */
export function encodeModelBytes(model: ModelProto): Uint8Array {
  return new Uint8Array(Buffer.concat(encodeModel(model)));
}

function encoded(schema: Schema, message: Message): WireWriter {
  const writer = new WireWriter();
  const unknown = [...(message.unknown ?? [])].sort((a, b) => a.field - b.field);
  let next = 0;
  for (const [number, field] of schema.fields) {
    for (; (unknown[next]?.field ?? Infinity) < number; next++) writer.bytes(unknown[next]?.bytes ?? none);
    const value = message[field.name];
    const values = field.repeated ? (value as unknown[]) : value === undefined || value === '' ? [] : [value];
    for (const each of values) write(writer, number, field.kind, each);
  }
  for (; next < unknown.length; next++) writer.bytes(unknown[next]?.bytes ?? none);
  return writer;
}

const none = new Uint8Array(0);
const toUtf8 = new TextEncoder();

function write(writer: WireWriter, number: number, kind: Field['kind'], value: unknown): void {
  if (typeof kind === 'function') writer.message(number, encoded(kind(), value as Message));
  else if (kind === 'text') writer.lengthDelimited(number, toUtf8.encode(value as string));
  else if (kind === 'bytes') writer.lengthDelimited(number, value as Uint8Array);
  else if (isSpan(kind)) writer.lengthDelimited(number, readSpan(value as ByteSpan));
  else if (kind === 'float') {
    writer.tag(number, wireType.fixed32);
    writer.float32(value as number);
  } else {
    writer.tag(number, wireType.varint);
    writer.varint(value as Int64);
  }
}
