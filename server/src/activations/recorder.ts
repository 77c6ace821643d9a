/** Entry of the thread beside the model: plain JavaScript, no native code. Answers every message with `done` or a failure. */
import { parentPort, workerData } from 'node:worker_threads';
import { ChunkRecorder, type RecorderTarget } from './chunkRecorder';
import { realFs } from './fsPort';
import { type RecorderAnswer, type RecorderMessage, failureData } from './recorderMessages';

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
