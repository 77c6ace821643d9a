/**
 * Header and values of a chunk's file while its rows arrive, in no order: in memory, to be written at once, or, where a chunk
 * is too large for that, in the file itself.
 */
import type { FsPort } from './fsPort';
import type { ReadAt } from './sealed';

export interface ChunkBody {
  write(bytes: Uint8Array, position: number): void;
  readonly read: ReadAt;
  /** Puts into the file what is not there yet. */
  flush(): void;
}

/** Most bytes of a chunk, all taps together, that are kept in memory: 5,000 neurons of a chunk in half precision. */
const memoryBytes = 48 << 20;

/** Makes the bodies of one chunk after the other, in memory that is used again. */
export class ChunkBodies {
  #arena = new Uint8Array(0);
  #used = 0;

  /** Begins a chunk whose taps take so many bytes together. The bodies of the chunk before must be done with. */
  begin(total: number): void {
    this.#used = 0;
    if (total > memoryBytes) this.#arena = new Uint8Array(0);
    else if (this.#arena.length < total) this.#arena = new Uint8Array(total);
  }

  /** The body of an open file; in the file itself when there is no room for it. */
  make(fs: FsPort, handle: number, bytes: number): ChunkBody {
    if (this.#used + bytes > this.#arena.length) return fileBody(fs, handle);
    return memoryBody(fs, handle, this.#arena.subarray(this.#used, (this.#used += bytes)));
  }
}

function memoryBody(fs: FsPort, handle: number, body: Uint8Array): ChunkBody {
  return {
    write: (bytes, position) => body.set(bytes, position),
    read(bytes, position) {
      const found = body.subarray(position, position + bytes.length);
      bytes.set(found);
      return found.length;
    },
    flush: () => fs.write(handle, body, 0),
  };
}

function fileBody(fs: FsPort, handle: number): ChunkBody {
  return {
    write: (bytes, position) => fs.write(handle, bytes, position),
    read: (bytes, position) => fs.read(handle, bytes, position),
    flush: () => undefined,
  };
}
