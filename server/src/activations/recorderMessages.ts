/** What passes between extraction and the recorder's thread. Answers come in the order of the messages. */
import { type Problem, InputError } from '../protocol/errors';
import type { BatchOutput, ChunkStart } from './chunkRecorder';

export type RecorderMessage =
  | { readonly kind: 'begin'; readonly start: ChunkStart }
  | { readonly kind: 'add'; readonly output: BatchOutput }
  | { readonly kind: 'commit' }
  | { readonly kind: 'abort' };

export type RecorderAnswer = { readonly done: true } | { readonly done: false; readonly failure: FailureData };

/** A failure as plain data: findings stay findings. */
export type FailureData = { readonly problems: readonly [Problem, ...Problem[]] } | { readonly message: string };

export function failureData(error: unknown): FailureData {
  if (error instanceof InputError) return { problems: error.problems };
  return { message: error instanceof Error ? (error.stack ?? error.message) : String(error) };
}

export function failureError(data: FailureData): Error {
  return 'problems' in data ? new InputError(data.problems) : new Error(data.message);
}
