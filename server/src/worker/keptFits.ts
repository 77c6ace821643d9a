/**
 * How far the fits of a job are, in files of the cache: a folder a job, named by the hash of everything that its fits follow from, a
 * file a fit, written whole or not at all. They go when the job is done.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder } from '../activations/makeFolder';
import type { FitIdentity, FitPlace, FitPlaces } from '../methods';

/** Other arithmetic goes other ways from the same place. */
const version = 'golgi fit 1';
const hashBytes = 32;
/** Fits are kept at most this often: what is lost with a worker costs no more time than that. */
const keepEveryMs = 2000;

/** The folder of a cache in which fits are kept. */
export function fitsFolder(cache: string): string {
  return join(cache, 'fits');
}

/** Keeps fits in a cache. Nothing is hashed or written for jobs that take no longer than it takes to be worth it. */
export function keptFits(cache: string, everyMs = keepEveryMs): (identity: FitIdentity) => FitPlaces {
  return (identity) => {
    let known: string | undefined;
    const folder = (): string => (known ??= join(fitsFolder(cache), keyOf(identity)));
    const anyKept = existsSync(fitsFolder(cache));
    let written = performance.now();
    let count = 0;
    return {
      next: (): FitPlace => {
        const name = `${count++}.fit`;
        return {
          kept: anyKept ? read(join(folder(), name)) : null,
          keep(state) {
            if (performance.now() - written < everyMs) return;
            // A fit that cannot be kept is fitted all the same.
            written = write(folder(), name, state()) ? performance.now() : Infinity;
          },
        };
      },
      forget() {
        if (known !== undefined) rmSync(known, { recursive: true, force: true });
      },
    };
  };
}

function keyOf({ numbers, text }: FitIdentity): string {
  const hash = createHash('sha256').update(version).update(text);
  for (const { buffer, byteOffset, byteLength } of numbers) {
    // One update takes less than 2 GB.
    for (let at = 0; at < byteLength; at += 1 << 28)
      hash.update(new Uint8Array(buffer, byteOffset + at, Math.min(1 << 28, byteLength - at)));
    hash.update(`${byteLength};`);
  }
  return hash.digest('hex').slice(0, 32);
}

/** The numbers of a file; null where there is none, or not the whole of it. */
function read(file: string): Float64Array | null {
  if (!existsSync(file)) return null;
  const bytes = readFileSync(file);
  const body = bytes.subarray(0, Math.max(0, bytes.length - hashBytes));
  if (!sealOf(body).equals(bytes.subarray(body.length)) || body.length % 8 !== 0) return null;
  return new Float64Array(Uint8Array.from(body).buffer);
}

/** False where it could not be written. */
function write(folder: string, name: string, { buffer, byteOffset, byteLength }: Float64Array): boolean {
  const body = Buffer.from(buffer, byteOffset, byteLength);
  const temporary = join(folder, `${name}.${process.pid}.tmp`);
  try {
    makeFolder(folder);
    writeFileSync(temporary, Buffer.concat([body, sealOf(body)]), { flush: true });
    renameSync(temporary, join(folder, name));
    return true;
  } catch {
    rmSync(temporary, { force: true });
    return false;
  }
}

function sealOf(body: Uint8Array): Buffer {
  return createHash('sha256').update(body).digest();
}
