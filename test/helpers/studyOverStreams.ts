/** A server over streams with a model, a corpus and its document open, and workers that the test plays itself. */
import type { PaintedWords, WordFacts } from '../../server/src/protocol/interactive';
import type { ModelCard } from '../../server/src/protocol/modelCard';
import * as messages from '../../server/src/protocol/messages';
import { fakeWorkers, placesOf } from './fakeWorkers';
import type { Answers, FakeWorkers } from './fakeWorkers';
import { startServer } from './serverOverStreams';
import type { TestClient } from './serverOverStreams';

export const uri = 'file:///c.txt';
export const text = ['one two', 'three', 'four'];
export const aWord: WordFacts = {
  ...{
    word: 2,
    text: 'three',
    line: 1,
    start: 0,
    end: 5,
    pieces: ['three'],
    tag: null,
    prediction: null,
    firstPosition: false,
    strip: null,
  },
  neurons: [{ neuron: 'L1.ffn.7', value: 2, percentile: 99, place: 3, concept: null }],
  ...{ comparedWith: { words: 300, sample: false }, model: 'm', corpus: 'c.txt' },
};
export const painted = (line: number): PaintedWords => ({
  ...{ kind: 'painted', word: Int32Array.of(2), line: Int32Array.of(line), start: Int32Array.of(0), end: Int32Array.of(5) },
  ...{ value: Float32Array.of(1.5), step: Int8Array.of(9), scale: { centre: 0, high: 1.5, low: null } },
});

/** Of the server that `study` started last. */
export let client: TestClient;
/** Its workers. */
export let workers: FakeWorkers;

/** A server with a model, a corpus and its document open. */
export async function study(answers: Answers, hello: Partial<messages.ClientHello> = {}): Promise<void> {
  workers = fakeWorkers({ places: () => placesOf(...text), model: () => ({ name: 'm' }) as ModelCard, ...answers });
  client = startServer({ workers: () => workers, hoverPatienceMs: 50 });
  await client.initialize(hello);
  if (hello.trusted !== false) await client.ask(messages.openModel, { folder: '/m' });
  await client.ask(messages.openCorpus, { uri, path: '/c.txt' });
  await client.connection.sendNotification('textDocument/didOpen', {
    textDocument: { uri, languageId: 'plaintext', version: 1, text: text.join('\n') },
  });
}

/** Types on one line of the document. */
export function edit(version: number, line: number, from: number, to: number, newText: string): Promise<void> {
  const range = { start: { line, character: from }, end: { line, character: to } };
  return client.connection.sendNotification('textDocument/didChange', {
    textDocument: { uri, version },
    contentChanges: [{ range, text: newText }],
  });
}

export const hoverAt = (line: number) =>
  client.connection.sendRequest('textDocument/hover', { textDocument: { uri }, position: { line, character: 1 } }) as Promise<{
    contents: { value: string };
    range?: { start: { line: number } };
  } | null>;

export const paintAll = () => client.ask(messages.paintNeuron, { corpus: uri, neuron: 'L1.ffn.7', fromLine: 0, toLine: 9 });
