/** Entry of the thread beside the model: plain JavaScript, no native code. Answers every message with `done` or a failure. */
import { readlinkSync } from 'node:fs';
import { setPriority } from 'node:os';
import { MessageChannel, parentPort, workerData } from 'node:worker_threads';
import { type BatchOutput, ChunkRecorder, type RecorderTarget } from './chunkRecorder';
import { realFs } from './fsPort';
import { type RecorderAnswer, type RecorderMessage, failureData } from './recorderMessages';

giveWay();
const { port1: nowhere, port2: unheard } = new MessageChannel();
unheard.close();
const recorder = new ChunkRecorder(realFs, workerData as RecorderTarget);

parentPort?.on('message', (message: RecorderMessage) => {
  let answer: RecorderAnswer = { done: true };
  try {
    if (message.kind === 'begin') recorder.begin(message.start);
    else if (message.kind === 'add') recordAndFree(message.output);
    else if (message.kind === 'commit') recorder.commit();
    else recorder.abort();
  } catch (error) {
    answer = { done: false, failure: failureData(error) };
  }
  parentPort?.postMessage(answer);
});

/**
 * Records a batch and gives its memory back at once: the collector looks at buffers only when tens of megabytes of them have
 * gathered, in every thread. Sending them nowhere is the one way to free them that Node 20 has.
 */
function recordAndFree(output: BatchOutput): void {
  recorder.add(output);
  nowhere.postMessage(undefined, [...new Set(output.outputs.map(({ buffer }) => buffer as ArrayBuffer))]);
}

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
