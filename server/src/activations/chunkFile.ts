/** The files of a run's folder: what they are called, what their seals say, and the check of one against the other. */
import { parseTap } from '../protocol/neurons';
import type { FsPort } from './fsPort';
import { itemSize, npyHeaderBytes, ourHeaderBytes, type NpyKind } from './npyHeader';
import { type StoredType, storeVersion } from './identity';
import { type Seal, hashBody, isCount, readSeal } from './sealed';
import { statisticsSize } from './statisticsBytes';

/** Name under which the row table is stored beside the taps. */
export const rowsName = 'rows';

/** `L3.ffn.c00012.npy`: values of a tap in a chunk, or the chunk's row table. */
export function chunkFileName(name: string, chunk: number): string {
  return `${name}.c${String(chunk).padStart(5, '0')}.npy`;
}

/** `L3.ffn.c00012.columns.npy`: the same values, neuron after neuron. */
export function columnsFileName(name: string, chunk: number): string {
  return chunkFileName(name, chunk).replace(/npy$/, 'columns.npy');
}

/** Whether a text is the name of a tap, or of the row table: what may become a file's name. */
export function isChunkName(text: string): boolean {
  return text === rowsName || parseTap(text) !== undefined;
}

/** Name and chunk of a chunk's file; undefined for anything else in the folder. */
export function parseChunkFileName(file: string): { readonly name: string; readonly chunk: number } | undefined {
  const match = /^(.+)\.c(\d{5,9})\.npy$/.exec(file);
  return match?.[1] && isChunkName(match[1]) ? { name: match[1], chunk: Number(match[2]) } : undefined;
}

/** What the seal of a chunk's file says. */
export interface ChunkFields {
  readonly key: string;
  readonly name: string;
  readonly chunk: number;
  readonly rows: number;
  readonly width: number;
  readonly dtype: StoredType | 'i32';
  /** SHA-256 (hex) of header and values. */
  readonly sha256: string;
  /** Finite values that float16 could not hold and that became ±65,504. */
  readonly clamped: number;
  readonly nonFinite: number;
  readonly firstNonFinite: { readonly row: number; readonly unit: number } | null;
  /** Whether rows of the first position have statistics of their own behind the others. */
  readonly firstStratum: boolean;
}

/** The seal's JSON of a chunk's file. */
export function chunkJson(fields: ChunkFields): object {
  return { golgi: 'chunk', version: storeVersion, ...fields };
}

/** Element type in `.npy` terms. */
export function npyKind(dtype: ChunkFields['dtype']): NpyKind {
  return ({ f16: 'f2', f32: 'f4', i32: 'i4' } as const)[dtype];
}

/** An open, checked file of a chunk. */
export interface ChunkFile {
  readonly handle: number;
  readonly fields: ChunkFields;
  readonly block: Uint8Array;
  readonly bodyBytes: number;
}

/** What a file must be to be accepted under its name. */
export interface ExpectedChunk {
  readonly key: string;
  readonly name: string;
  readonly chunk: number;
}

/**
 * Opens a chunk's file and checks that seal, name and size agree; with `whole` also every value. Undefined when there is no
 * such file, a text that says what is wrong when it cannot be used.
 */
export function openChunkFile(fs: FsPort, path: string, expected: ExpectedChunk, whole: boolean): ChunkFile | string | undefined {
  const size = fs.stat(path)?.size;
  const handle = size === undefined ? undefined : fs.openForReading(path);
  if (size === undefined || handle === undefined) return undefined;
  const checked = checkedFile(fs, handle, size, expected, whole);
  if (typeof checked === 'string') fs.close(handle);
  return checked;
}

function checkedFile(fs: FsPort, handle: number, size: number, expected: ExpectedChunk, whole: boolean): ChunkFile | string {
  const seal = readSeal(fs, handle, size);
  if (typeof seal === 'string') return seal;
  const fields = chunkFields(seal, expected);
  if (typeof fields === 'string') return fields;
  if (whole) {
    const found = hashBody((bytes, at) => fs.read(handle, bytes, at), seal.bodyBytes);
    if (found !== fields.sha256) return `values have SHA-256 ${found.slice(0, 12)}, not ${fields.sha256.slice(0, 12)}`;
  }
  return { handle, fields, block: seal.block, bodyBytes: seal.bodyBytes };
}

/** The fields of a seal, each checked: a valid checksum proves only that somebody computed it. */
function chunkFields({ json, bodyBytes, block }: Seal, { key, name, chunk }: ExpectedChunk): ChunkFields | string {
  const { rows, width, dtype, sha256, clamped, nonFinite, firstNonFinite, firstStratum } = json;
  if (json['golgi'] !== 'chunk' || json['version'] !== storeVersion) return 'not a chunk of this version';
  if (json['key'] !== key) return `it belongs to run ${String(json['key']).slice(0, 12)}, not ${key.slice(0, 12)}`;
  if (json['name'] !== name || json['chunk'] !== chunk) return `it is ${String(json['name'])}, chunk ${String(json['chunk'])}`;
  if (!isCount(rows) || !isCount(width) || !isCount(clamped) || !isCount(nonFinite)) return 'counts that are none';
  if ((dtype !== 'f16' && dtype !== 'f32' && dtype !== 'i32') || typeof sha256 !== 'string') return 'an unknown type of values';
  const place = firstNonFinite as ChunkFields['firstNonFinite'];
  if (place !== null && !(isCount(place?.row) && isCount(place?.unit) && place.row < rows && place.unit < width))
    return 'a place that is none';
  if (bodyBytes !== ourHeaderBytes + rows * width * itemSize(npyKind(dtype))) return `${bodyBytes} bytes for ${rows} × ${width} values`;
  const blocks = dtype === 'i32' ? 0 : firstStratum === true ? 2 : 1;
  if (block.length !== blocks * statisticsSize(width)) return `statistics of ${block.length} bytes`;
  return { key, name, chunk, rows, width, dtype, sha256, clamped, nonFinite, firstNonFinite: place, firstStratum: firstStratum === true };
}

/** The header with which a chunk's file begins. */
export function chunkHeader(rows: number, width: number, dtype: ChunkFields['dtype'], fortran = false): Uint8Array {
  return npyHeaderBytes(npyKind(dtype), [rows, width], fortran);
}
