/**
 * The few file operations that the store is made of, so that tests can fail or kill at any one of them. Synchronous: they run
 * in the recorder's thread, or for milliseconds between batches.
 */
import * as fs from 'node:fs';
import { dirname } from 'node:path';
import { bytesText } from '../protocol/counted';
import { type Place, InputError } from '../protocol/errors';
import { makeFolder } from './makeFolder';

export interface FsPort {
  /** Makes a folder and those above it, durably. */
  makeFolder(path: string): void;
  /** Names in a folder, sorted; none when it does not exist. */
  list(path: string): string[];
  /** Size in bytes and time of the last change; undefined when there is no such file. */
  stat(path: string): { readonly size: number; readonly changed: number } | undefined;
  /** Opens a file that must not exist yet, for writing and reading. */
  create(path: string): number;
  /** Opens a file for reading; undefined when it does not exist. */
  openForReading(path: string): number | undefined;
  /** Writes all bytes at a position. */
  write(handle: number, bytes: Uint8Array, position: number): void;
  /** Fills `bytes` from a position on; returns how many there were. */
  read(handle: number, bytes: Uint8Array, position: number): number;
  sync(handle: number): void;
  close(handle: number): void;
  rename(from: string, to: string): void;
  /** Makes renames and removals in a folder durable. */
  syncFolder(path: string): void;
  /** Removes a file; nothing when it is gone already. */
  remove(path: string): void;
}

/** The real file system. Failures come as `InputError` DISK_FULL or OUTPUT_FILE, which name the path and what to do. */
export const realFs: FsPort = {
  makeFolder: (path) => said(path, () => makeFolder(path).forEach((made) => syncFolder(dirname(made)))),
  list: (path) => (absentAs([], () => fs.readdirSync(path)) ?? []).sort(),
  stat: (path) =>
    absentAs(undefined, () => {
      const { size, mtimeMs } = fs.statSync(path);
      return { size, changed: mtimeMs };
    }),
  create: (path) => said(path, () => fs.openSync(path, 'wx+')),
  openForReading: (path) => absentAs(undefined, () => fs.openSync(path, 'r')),
  write(handle, bytes, position) {
    for (let done = 0; done < bytes.length;) done += fs.writeSync(handle, bytes, done, bytes.length - done, position + done);
  },
  read(handle, bytes, position) {
    let done = 0;
    for (let got = -1; got !== 0 && done < bytes.length; done += got) {
      got = fs.readSync(handle, bytes, done, bytes.length - done, position + done);
    }
    return done;
  },
  sync: (handle) => fs.fsyncSync(handle),
  close: (handle) => fs.closeSync(handle),
  rename: (from, to) => said(to, () => patiently(() => fs.renameSync(from, to))),
  syncFolder,
  remove: (path) => fs.rmSync(path, { force: true }),
};

function syncFolder(path: string): void {
  // Windows has no such thing and answers EPERM or EISDIR.
  if (process.platform === 'win32') return;
  const handle = fs.openSync(path, 'r');
  try {
    fs.fsyncSync(handle);
  } finally {
    fs.closeSync(handle);
  }
}

const pauses = [10, 30, 100, 300];
const passing = new Set(['EPERM', 'EBUSY', 'EACCES']);

/** Tries again for half a second: on Windows a virus scanner holds new files open (npm/write-file-atomic#28). */
function patiently(work: () => void): void {
  for (let attempt = 0; ; attempt++) {
    try {
      return work();
    } catch (error) {
      const pause = pauses[attempt];
      if (pause === undefined || !passing.has(errno(error))) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pause);
    }
  }
}

function absentAs<T>(absent: T, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (errno(error) === 'ENOENT' || errno(error) === 'ENOTDIR') return absent;
    throw error;
  }
}

function said<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw writeFailure(error, path);
  }
}

function errno(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

/** A failed write in words of ours: DISK_FULL with the free space, OUTPUT_FILE otherwise. Findings pass through as they are. */
export function writeFailure(error: unknown, path: string): unknown {
  const code = errno(error);
  if (error instanceof InputError || !code) return error;
  const place: Place = { file: path };
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new InputError('DISK_FULL', place, {
      found: `no space left${freeSpace(path)}`,
      expected: 'room for the next chunk; what was committed before is kept',
      remedy:
        'Free space (golgi cache shows what is kept and removes what you name), or move the cache with GOLGI_CACHE, and run again: it goes on where it stopped.',
    });
  }
  return new InputError('OUTPUT_FILE', place, {
    found: `writing failed with ${code}`,
    expected: 'a folder that can be written to',
    remedy: 'Check the folder and the disk, or name another folder, and run again: it goes on where it stopped.',
  });
}

function freeSpace(path: string): string {
  try {
    const { bavail, bsize } = fs.statfsSync(dirname(path));
    return ` (${bytesText(bavail * bsize)} free)`;
  } catch {
    return '';
  }
}
