/** Entry of the thread beside the model: plain JavaScript, no native code. Answers every message with `done` or a failure. */
import { readlinkSync } from 'node:fs';
import { setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { ChunkRecorder, type RecorderTarget } from './chunkRecorder';
import { realFs } from './fsPort';
import { type RecorderAnswer, type RecorderMessage, failureData } from './recorderMessages';

giveWay();
const recorder = new ChunkRecorder(realFs, workerData as RecorderTarget);

parentPort?.on('message', (message: RecorderMessage) => {
  let answer: RecorderAnswer = { done: true };
  try {
    if (message.kind === 'begin') recorder.begin(message.start);
    else if (message.kind === 'add') recorder.add(message.output);
    else if (message.kind === 'commit') recorder.commit();
    else recorder.abort();
  } catch (error) {
    answer = { done: false, failure: failureData(error) };
  }
  parentPort?.postMessage(answer);
});

/**
 * Where threads outnumber processors the model goes first: two recorders at work at once would otherwise slow it, while what
 * they have not done yet waits within bounds. Linux has priorities of threads and says which one this is; elsewhere, or where
 * it is not allowed, all stay equal.
 */
function giveWay(): void {
  try {
    const [thread = ''] = /\d+$/.exec(readlinkSync('/proc/thread-self')) ?? [];
    setPriority(Number(thread), 10);
  } catch {
    // Only speed is at stake.
  }
}
