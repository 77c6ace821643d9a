/**
 * A disk in memory that loses power: what was not synchronised may be gone, half there, or there without what came before it,
 * as file systems allow. Contents of a file are kept by `sync`, names in a folder by `syncFolder`, folders by being made.
 */
import { basename, dirname } from 'node:path';
import type { FsPort } from '../../../server/src/activations/fsPort';

/** What becomes of something that was not synchronised when the power went. */
export type Fate = 'lost' | 'kept' | 'zeros' | 'half';

/** Fates of the names that were changed and of the files that were written, in their order. */
export interface Fates {
  readonly name: (change: number) => boolean;
  readonly content: (file: number) => Fate;
}

class File {
  content: Uint8Array = new Uint8Array(0);
  synced: Uint8Array = new Uint8Array(0);
  changed = 0;
}

class Folder {
  readonly names = new Map<string, File>();
  synced = new Map<string, File>();
  /** What was done to names since they were synchronised; each is there as a whole or not at all. */
  pending: ((names: Map<string, File>) => void)[] = [];

  change(work: (names: Map<string, File>) => void): void {
    work(this.names);
    this.pending.push(work);
  }
}

/** The power went before this operation. */
class PowerLoss extends Error {}

export class VolatileDisk implements FsPort {
  readonly #folders = new Map<string, Folder>();
  readonly #open = new Map<number, File>();
  readonly #lastOperation: number;
  #clock = 0;
  #handles = 0;
  /** Operations that changed something so far. */
  operations = 0;

  /** The power goes before the operation of this number, counted from 0 over those that change something. */
  constructor(lastOperation = Infinity) {
    this.#lastOperation = lastOperation;
  }

  /** The disk as it is found when the power is back. */
  restarted({ name, content }: Fates): VolatileDisk {
    const after = new VolatileDisk();
    let change = 0;
    let written = 0;
    for (const [path, folder] of this.#folders) {
      const survived = new Map(folder.synced);
      for (const work of folder.pending) if (name(change++)) work(survived);
      const found = new Folder();
      for (const [entry, file] of survived) {
        const kept = new File();
        kept.content = file.content === file.synced ? file.synced : remains(file, content(written++));
        kept.synced = kept.content;
        found.names.set(entry, kept);
      }
      found.synced = new Map(found.names);
      after.#folders.set(path, found);
    }
    return after;
  }

  /** Names and contents of a folder. */
  contents(path: string): Map<string, Uint8Array> {
    return new Map([...(this.#folders.get(path)?.names ?? [])].map(([name, { content }]) => [name, content]));
  }

  makeFolder(path: string): void {
    if (this.#folders.has(path)) return;
    this.#changes();
    this.#folders.set(path, new Folder());
  }

  list(path: string): string[] {
    return [...(this.#folders.get(path)?.names.keys() ?? [])].sort();
  }

  stat(path: string): { size: number; changed: number } | undefined {
    const file = this.#file(path);
    return file && { size: file.content.length, changed: file.changed };
  }

  create(path: string): number {
    this.#changes();
    if (this.#file(path)) throw new Error(`${path} is there already`);
    const file = new File();
    this.#folder(path).change((names) => names.set(basename(path), file));
    return this.#handle(file);
  }

  openForReading(path: string): number | undefined {
    const file = this.#file(path);
    return file && this.#handle(file);
  }

  write(handle: number, bytes: Uint8Array, position: number): void {
    this.#changes();
    const file = this.#opened(handle);
    const content = new Uint8Array(Math.max(file.content.length, position + bytes.length));
    content.set(file.content);
    content.set(bytes, position);
    file.content = content;
    file.changed = ++this.#clock;
  }

  read(handle: number, bytes: Uint8Array, position: number): number {
    const found = this.#opened(handle).content.subarray(position, position + bytes.length);
    bytes.set(found);
    return found.length;
  }

  sync(handle: number): void {
    this.#changes();
    const file = this.#opened(handle);
    file.synced = file.content;
  }

  close(handle: number): void {
    this.#open.delete(handle);
  }

  rename(from: string, to: string): void {
    this.#changes();
    const file = this.#file(from);
    if (!file || dirname(from) !== dirname(to)) throw new Error(`no ${from} to become ${to}`);
    this.#folder(from).change((names) => {
      names.delete(basename(from));
      names.set(basename(to), file);
    });
  }

  syncFolder(path: string): void {
    this.#changes();
    const folder = this.#folders.get(path);
    if (!folder) throw new Error(`no folder ${path}`);
    folder.synced = new Map(folder.names);
    folder.pending = [];
  }

  remove(path: string): void {
    this.#changes();
    if (this.#file(path)) this.#folder(path).change((names) => names.delete(basename(path)));
  }

  #changes(): void {
    if (this.operations >= this.#lastOperation) throw new PowerLoss();
    this.operations += 1;
  }

  #folder(path: string): Folder {
    const folder = this.#folders.get(dirname(path));
    if (!folder) throw new Error(`no folder ${dirname(path)}`);
    return folder;
  }

  #file(path: string): File | undefined {
    return this.#folders.get(dirname(path))?.names.get(basename(path));
  }

  #handle(file: File): number {
    this.#open.set(++this.#handles, file);
    return this.#handles;
  }

  #opened(handle: number): File {
    const file = this.#open.get(handle);
    if (!file) throw new Error(`handle ${handle} is closed`);
    return file;
  }
}

/** A file that was written to and not synchronised, when the power is back. */
function remains({ content, synced }: File, fate: Fate): Uint8Array {
  if (fate === 'lost') return synced;
  if (fate === 'kept') return content;
  if (fate === 'zeros') return new Uint8Array(content.length);
  return content.slice(0, content.length >> 1);
}
