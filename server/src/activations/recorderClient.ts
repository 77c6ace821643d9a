/** Extraction's side of the recorder: in a thread of its own, or in this one where there is no thread to be had. */
import { existsSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { Defect } from '../protocol/errors';
import { type BatchOutput, type ChunkStart, type RecorderTarget, ChunkRecorder } from './chunkRecorder';
import type { FsPort } from './fsPort';
import { type RecorderAnswer, type RecorderMessage, failureError } from './recorderMessages';

/** A recorder that works at its own pace: every call but `settled` returns as soon as more may follow. */
export interface Recorder {
  begin(start: ChunkStart): Promise<void>;
  /** Takes the outputs' buffers over. Waits while too much is on its way. */
  add(output: BatchOutput): Promise<void>;
  commit(): Promise<void>;
  /** Gives up the chunk that is not committed. */
  abort(): Promise<void>;
  /** When everything sent so far is done. Rejects with the first failure. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

/** Threads that take turns: while one seals a chunk and waits for the disk, the other takes the rows of the next. */
const threads = 2;

/** Bytes of outputs that may wait for one thread; beyond them the model pauses. */
const bytesUnderWay = 6 << 20;

/** Where the bundle puts the thread's file: beside the bundle that contains this module. Undefined when it is not there. */
export function bundledRecorder(): URL | undefined {
  const here: string | undefined = import.meta.url;
  if (!here) return undefined;
  const url = new URL('./recorder.js', here);
  return existsSync(url) ? url : undefined;
}

/** Records in threads whose file is `url`, chunk by chunk in turns. */
export function recorderThreads(url: URL, target: RecorderTarget): Recorder {
  const recorders = Array.from({ length: threads }, () => new ThreadRecorder(url, target));
  const all = async (what: (recorder: Recorder) => Promise<void>): Promise<void> => {
    // All of them, also after a failure of one, so that nothing is left behind.
    const outcomes = await Promise.allSettled(recorders.map(what));
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
  };
  let turn = 0;
  const current = (): Recorder => recorders[turn % threads] as Recorder;
  return {
    begin: (start) => {
      turn++;
      return current().begin(start);
    },
    add: (output) => current().add(output),
    commit: () => current().commit(),
    abort: () => all((recorder) => recorder.abort()),
    settled: () => all((recorder) => recorder.settled()),
    close: () => all((recorder) => recorder.close()),
  };
}

/** Records in this thread, on any file system. */
export function recorderInProcess(fs: FsPort, target: RecorderTarget): Recorder {
  const recorder = new ChunkRecorder(fs, target);
  return {
    begin: async (start) => recorder.begin(start),
    add: async (output) => recorder.add(output),
    commit: async () => recorder.commit(),
    abort: async () => recorder.abort(),
    settled: async () => undefined,
    close: async () => undefined,
  };
}

interface Sent {
  readonly bytes: number;
  readonly answered: (failure?: Error) => void;
}

class ThreadRecorder implements Recorder {
  readonly #worker: Worker;
  readonly #sent: Sent[] = [];
  #bytes = 0;
  #failure: Error | undefined;
  /** Why the thread is gone, if it is: nothing sent from then on would be answered. */
  #ended: Error | undefined;
  #last: Promise<void> = Promise.resolve();
  #roomMade: () => void = () => undefined;

  constructor(url: URL, target: RecorderTarget) {
    this.#worker = new Worker(url, { workerData: target });
    this.#worker.on('message', (answer: RecorderAnswer) => this.#answered(answer));
    this.#worker.on('error', (error) => this.#died(error));
    this.#worker.on('exit', () => this.#died(new Defect('the recorder thread ended')));
  }

  begin(start: ChunkStart): Promise<void> {
    return this.#send({ kind: 'begin', start });
  }

  async add(output: BatchOutput): Promise<void> {
    const buffers = [...new Set(output.outputs.map(({ buffer }) => buffer as ArrayBuffer))];
    const bytes = buffers.reduce((sum, buffer) => sum + buffer.byteLength, 0);
    await this.#send({ kind: 'add', output }, buffers, bytes);
  }

  commit(): Promise<void> {
    return this.#send({ kind: 'commit' });
  }

  abort(): Promise<void> {
    this.#failure = undefined;
    return this.#send({ kind: 'abort' });
  }

  async settled(): Promise<void> {
    await this.#last;
    if (this.#failure) throw this.#failure;
  }

  async close(): Promise<void> {
    this.#worker.removeAllListeners();
    await this.#worker.terminate();
  }

  async #send(message: RecorderMessage, transfer: ArrayBuffer[] = [], bytes = 0): Promise<void> {
    if (this.#ended) throw this.#ended;
    if (this.#failure) throw this.#failure;
    this.#last = new Promise((resolve) => {
      this.#sent.push({
        bytes,
        answered: (failure) => {
          this.#failure ??= failure;
          resolve();
        },
      });
    });
    this.#bytes += bytes;
    this.#worker.postMessage(message, transfer);
    while (this.#bytes > bytesUnderWay && !this.#failure) await new Promise<void>((resolve) => (this.#roomMade = resolve));
  }

  #answered(answer: RecorderAnswer): void {
    const sent = this.#sent.shift();
    this.#bytes -= sent?.bytes ?? 0;
    sent?.answered(answer.done ? undefined : failureError(answer.failure));
    this.#roomMade();
  }

  #died(error: Error): void {
    this.#ended ??= error;
    this.#failure ??= error;
    for (const { answered } of this.#sent.splice(0)) answered(error);
    this.#roomMade();
  }
}
