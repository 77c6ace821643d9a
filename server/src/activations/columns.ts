/**
 * The neuron-major copy of a chunk: the same values, neuron after neuron, made when single neurons are first asked for. Each
 * neuron's values carry a CRC-32 of their own, so one is read and checked without the others.
 */
import { join } from 'node:path';
import { chunkHeader, columnsFileName, npyKind } from './chunkFile';
import { crc32 } from './crc32';
import { decodeFloat16 } from './float16';
import { type StoredType, storeVersion } from './identity';
import { itemSize, ourHeaderBytes } from './npyHeader';
import { temporaryName } from './owner';
import { readSeal, sealBytes } from './sealed';
import type { RunFolder } from './store';
import { turn } from './turn';

/** One tap in one chunk. */
export interface ChunkPart {
  readonly name: string;
  readonly chunk: number;
  readonly rows: number;
  readonly width: number;
  readonly dtype: StoredType;
}

/**
 * Values of some neurons in a chunk, one array a neuron. Undefined when the chunk itself is missing or damaged. A damaged
 * copy is made anew.
 */
export function readNeurons(run: RunFolder, part: ChunkPart, units: readonly number[]): Float32Array[] | undefined {
  const path = join(run.path, columnsFileName(part.name, part.chunk));
  const kept = readCopy(run, path, part, units);
  if (kept) return kept;
  if (!writeCopy(run, path, part)) return undefined;
  return readCopy(run, path, part, units);
}

function readCopy(run: RunFolder, path: string, part: ChunkPart, units: readonly number[]): Float32Array[] | undefined {
  const { fs } = run;
  const size = fs.stat(path)?.size;
  const handle = size === undefined ? undefined : fs.openForReading(path);
  if (size === undefined || handle === undefined) return undefined;
  try {
    const seal = readSeal(fs, handle, size);
    const neuronBytes = part.rows * itemSize(npyKind(part.dtype));
    const describes = (json: object): boolean => JSON.stringify(json) === JSON.stringify(copyJson(run, part));
    if (typeof seal === 'string' || !describes(seal.json) || seal.bodyBytes !== ourHeaderBytes + part.width * neuronBytes) return undefined;
    const sums = Buffer.from(seal.block);
    const neurons: Float32Array[] = [];
    for (const unit of units) {
      const bytes = Buffer.from(new ArrayBuffer(neuronBytes));
      fs.read(handle, bytes, ourHeaderBytes + unit * neuronBytes);
      if (crc32(bytes) !== sums.readUInt32LE(unit * 4)) return undefined;
      neurons.push(widened(bytes.buffer, part.dtype));
    }
    return neurons;
  } finally {
    fs.close(handle);
  }
}

/** Writes the copy; false when the chunk it would be made of is not there. */
function writeCopy(run: RunFolder, path: string, part: ChunkPart): boolean {
  const { fs } = run;
  const source = run.open(part.name, part.chunk);
  if (!source) return false;
  const { rows, width, dtype } = part;
  const bytes = Buffer.from(new ArrayBuffer(rows * width * itemSize(npyKind(dtype))));
  try {
    fs.read(source.handle, bytes, ourHeaderBytes);
  } finally {
    fs.close(source.handle);
  }
  const turned = Buffer.from(transposed(bytes.buffer, rows, width, dtype).buffer);
  const sums = Buffer.alloc(width * 4);
  const neuronBytes = turned.length / width;
  for (let unit = 0; unit < width; unit++) {
    sums.writeUInt32LE(crc32(turned.subarray(unit * neuronBytes, (unit + 1) * neuronBytes)), unit * 4);
  }
  const temporary = join(run.path, temporaryName());
  const handle = fs.create(temporary);
  try {
    try {
      fs.write(handle, chunkHeader(rows, width, dtype, true), 0);
      fs.write(handle, turned, ourHeaderBytes);
      fs.write(handle, sealBytes(sums, copyJson(run, part)), ourHeaderBytes + turned.length);
      fs.sync(handle);
    } finally {
      fs.close(handle);
    }
    fs.rename(temporary, path);
  } catch (error) {
    fs.remove(temporary);
    throw error;
  }
  return true;
}

function copyJson(run: RunFolder, { name, chunk, rows, width, dtype }: ChunkPart): object {
  return { golgi: 'columns', version: storeVersion, key: run.key, name, chunk, rows, width, dtype };
}

/** Rows × neurons into neurons × rows. */
function transposed(
  buffer: ArrayBuffer,
  rows: number,
  width: number,
  dtype: StoredType,
): Uint16Array<ArrayBuffer> | Uint32Array<ArrayBuffer> {
  const whole = { rows, columns: width, from: 0, to: width, at: 0, stride: rows };
  if (dtype === 'f16') {
    const halves = new Uint16Array(rows * width);
    turn(new Uint16Array(buffer), halves, whole);
    return halves;
  }
  const words = new Uint32Array(rows * width);
  turn(new Uint32Array(buffer), words, whole);
  return words;
}

function widened(buffer: ArrayBuffer, dtype: StoredType): Float32Array {
  if (dtype === 'f32') return new Float32Array(buffer);
  const halves = new Uint16Array(buffer);
  const values = new Float32Array(halves.length);
  decodeFloat16(halves, values);
  return values;
}
