/**
 * A sealed file: an ordinary `.npy` file with something behind it that NumPy does not look at.
 *
 *     .npy header and values ‖ block ‖ JSON ‖ lengths of both, 2 × u32 ‖ "golgi seal 1\n" and zeros, 16 bytes ‖ SHA-256
 *
 * The hash at the end covers block, JSON, lengths and mark; the JSON holds the hash of what lies before the block. So a file
 * says what it is, is either whole or known not to be, and its statistics are read without its values.
 */
import { createHash } from 'node:crypto';
import type { FsPort } from './fsPort';

const mark = Buffer.alloc(16);
mark.write('golgi seal 1\n', 'latin1');
const hashBytes = 32;
const tailBytes = 8 + mark.length + hashBytes;
const pieceBytes = 1 << 20;

/** What lies behind the values of a sealed file. */
export interface Seal {
  /** Bytes of `.npy` header and values. */
  readonly bodyBytes: number;
  readonly block: Uint8Array;
  /** As parsed; the reader checks every field that it uses. */
  readonly json: Readonly<Record<string, unknown>>;
}

/** The bytes to write behind a body. */
export function sealBytes(block: Uint8Array, json: object): Uint8Array {
  const text = Buffer.from(JSON.stringify(json));
  const lengths = Buffer.alloc(8);
  lengths.writeUInt32LE(block.length, 0);
  lengths.writeUInt32LE(text.length, 4);
  const covered = Buffer.concat([block, text, lengths, mark]);
  return Buffer.concat([covered, createHash('sha256').update(covered).digest()]);
}

/** Reads and checks the seal of an open file; a text that says what is wrong with it otherwise. */
export function readSeal(fs: FsPort, handle: number, fileBytes: number): Seal | string {
  if (fileBytes < tailBytes) return `${fileBytes} bytes, too few for a seal`;
  const tail = Buffer.alloc(tailBytes);
  if (fs.read(handle, tail, fileBytes - tailBytes) < tailBytes) return 'it became shorter while it was read';
  if (!tail.subarray(8, 8 + mark.length).equals(mark)) return 'no seal at its end';
  const blockBytes = tail.readUInt32LE(0);
  const textBytes = tail.readUInt32LE(4);
  const bodyBytes = fileBytes - tailBytes - blockBytes - textBytes;
  if (bodyBytes < 0) return 'a seal longer than the file';
  const covered = Buffer.alloc(blockBytes + textBytes);
  if (fs.read(handle, covered, bodyBytes) < covered.length) return 'it became shorter while it was read';
  const found = createHash('sha256')
    .update(covered)
    .update(tail.subarray(0, 8 + mark.length))
    .digest();
  const expected = tail.subarray(tailBytes - hashBytes);
  if (!found.equals(expected)) return `seal has SHA-256 ${short(found)}, not ${short(expected)}`;
  const json = parseObject(covered.toString('utf8', blockBytes));
  return json ? { bodyBytes, block: covered.subarray(0, blockBytes), json } : 'a seal without fields';
}

/** The object that a JSON text holds; undefined when it holds something else or is none. */
export function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** Whether a field that was read is a whole number from 0 on. */
export function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

/** Fills `bytes` from a position on; returns how many there were. */
export type ReadAt = (bytes: Uint8Array, position: number) => number;

/** SHA-256 (hex) of the first `bytes` bytes of a file, in pieces of 1 MB. */
export function hashBody(read: ReadAt, bytes: number): string {
  const hash = createHash('sha256');
  const piece = Buffer.alloc(Math.min(pieceBytes, bytes));
  for (let at = 0; at < bytes;) {
    const got = read(piece.subarray(0, Math.min(piece.length, bytes - at)), at);
    if (got === 0) break;
    hash.update(piece.subarray(0, got));
    at += got;
  }
  return hash.digest('hex');
}

function short(hash: Uint8Array): string {
  return Buffer.from(hash).toString('hex').slice(0, 12);
}
