/** Bytes that stay where they are: in memory or in a file, named by offset and length until somebody wants to see them. */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { InputError } from '../protocol/errors';

/** A run of bytes that can be read at any place. */
export interface ByteSource {
  /** What to call it in messages: the file's path, or what the bytes are. */
  readonly name: string;
  readonly size: number;
  /** The path, where the bytes lie in a file. */
  readonly path?: string;
  /** Bytes `offset` to `offset + length`; the caller keeps within `size` and does not write to them. */
  read(offset: number, length: number): Uint8Array;
  /** Runs `work` with the source held open, where that saves opening it for every read. */
  whileOpen?<T>(work: () => T): T;
}

/** A part of a source. Weights of gigabytes are spans; nothing of them is in memory. */
export interface ByteSpan {
  readonly source: ByteSource;
  readonly offset: number;
  readonly length: number;
}

/** A source over bytes in memory; reads are views. */
export function memorySource(bytes: Uint8Array, name = 'bytes in memory'): ByteSource {
  return { name, size: bytes.length, read: (offset, length) => bytes.subarray(offset, offset + length) };
}

/** A span over all of some bytes in memory. */
export function spanOf(bytes: Uint8Array): ByteSpan {
  return { source: memorySource(bytes), offset: 0, length: bytes.length };
}

/** The bytes of a span, read now. */
export function readSpan({ source, offset, length }: ByteSpan): Uint8Array {
  return source.read(offset, length);
}

/**
 * A file read by position. It is open only while `read` runs, so a span may be kept for long without holding a handle;
 * a file that was replaced or changed in between is refused (FILE_CHANGED), never read as if it were the same. One that
 * cannot be opened is refused as MODEL_FOLDER.
 */
export class FileSource implements ByteSource {
  readonly name: string;
  readonly path: string;
  readonly size: number;
  private readonly seen: string;
  private handle: number | undefined;

  /** `name` is the path as the person knows it, where `path` is what its links lead to. */
  constructor(path: string, name = path) {
    this.name = name;
    this.path = path;
    const handle = openForReading(path, name);
    try {
      const stat = fstatSync(handle);
      this.size = stat.size;
      this.seen = fingerprint(stat);
    } finally {
      closeSync(handle);
    }
  }

  whileOpen<T>(work: () => T): T {
    if (this.handle !== undefined) return work();
    const handle = openForReading(this.path, this.name);
    this.handle = handle;
    try {
      if (fingerprint(fstatSync(handle)) !== this.seen) throw this.changed();
      return work();
    } finally {
      this.handle = undefined;
      closeSync(handle);
    }
  }

  read(offset: number, length: number): Uint8Array {
    return this.whileOpen(() => {
      const bytes = new Uint8Array(length);
      let done = 0;
      while (done < length) {
        const count = readSync(this.handle ?? -1, bytes, done, length - done, offset + done);
        if (count === 0) throw this.changed();
        done += count;
      }
      return bytes;
    });
  }

  private changed(): InputError {
    return new InputError(
      'FILE_CHANGED',
      { file: this.path },
      {
        found: 'the file was replaced or changed while it was in use',
        expected: 'the file that was opened',
        remedy: 'open the model again',
      },
    );
  }
}

function openForReading(path: string, name: string): number {
  try {
    return openSync(path, 'r');
  } catch (error) {
    throw new InputError(
      'MODEL_FOLDER',
      { file: name },
      {
        found: `a file that cannot be opened (${(error as NodeJS.ErrnoException).code ?? 'unknown reason'})`,
        expected: 'a file that you may read',
        remedy: 'check that it is still there, and its permissions',
      },
    );
  }
}

function fingerprint(stat: { dev: number; ino: number; size: number; mtimeMs: number }): string {
  return `${stat.dev}:${stat.ino}:${stat.size}:${stat.mtimeMs}`;
}
