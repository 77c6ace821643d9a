/** What an editor asks of the server while somebody works, with workers that the test plays itself. */
import { afterEach, expect, test, vi } from 'vitest';
import { CancellationTokenSource, ProgressType } from 'vscode-languageserver/node';
import { CancelledError, InputError } from '../../server/src/protocol/errors';
import type { RunOptions } from '../../server/src/jobs/supervisor';
import type { FoundWords, PaintedWords, PlacedWords, WordFacts } from '../../server/src/protocol/interactive';
import type { ModelCard } from '../../server/src/protocol/modelCard';
import * as messages from '../../server/src/protocol/messages';
import type { Jobs } from '../../server/src/protocol/jobs';
import type { Progress } from '../../server/src/protocol/workerMessages';
import { fakeWorkers, placesOf } from '../helpers/fakeWorkers';
import type { Answers, FakeWorkers } from '../helpers/fakeWorkers';
import { startServer } from '../helpers/serverOverStreams';
import type { TestClient } from '../helpers/serverOverStreams';

const uri = 'file:///c.txt';
const text = ['one two', 'three', 'four'];
const aWord: WordFacts = {
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
const painted = (line: number): PaintedWords => ({
  ...{ kind: 'painted', word: Int32Array.of(2), line: Int32Array.of(line), start: Int32Array.of(0), end: Int32Array.of(5) },
  ...{ value: Float32Array.of(1.5), step: Int8Array.of(9), scale: { centre: 0, high: 1.5, low: null } },
});

let client: TestClient;
let workers: FakeWorkers;
afterEach(() => client.close());

/** A server with a model, a corpus and its document open. */
async function study(answers: Answers, hello: Partial<messages.ClientHello> = {}): Promise<void> {
  workers = fakeWorkers({ places: () => placesOf(...text), model: () => ({ name: 'm' }) as ModelCard, ...answers });
  client = startServer({ workers: () => workers, hoverPatienceMs: 50 });
  await client.initialize(hello);
  if (hello.trusted !== false) await client.ask(messages.openModel, { folder: '/m' });
  await client.ask(messages.openCorpus, { uri, path: '/c.txt' });
  await client.connection.sendNotification('textDocument/didOpen', {
    textDocument: { uri, languageId: 'plaintext', version: 1, text: text.join('\n') },
  });
}

function edit(version: number, line: number, from: number, to: number, newText: string): Promise<void> {
  const range = { start: { line, character: from }, end: { line, character: to } };
  return client.connection.sendNotification('textDocument/didChange', {
    textDocument: { uri, version },
    contentChanges: [{ range, text: newText }],
  });
}

const hoverAt = (line: number) =>
  client.connection.sendRequest('textDocument/hover', { textDocument: { uri }, position: { line, character: 1 } }) as Promise<{
    contents: { value: string };
    range?: { start: { line: number } };
  } | null>;

const paintAll = () => client.ask(messages.paintNeuron, { corpus: uri, neuron: 'L1.ffn.7', fromLine: 0, toLine: 9 });

test('a document that is edited is stale, and no longer stale when the edit is undone', async () => {
  await study({});
  const said: messages.CorpusChanged[] = [];
  client.connection.onNotification(messages.corpusChanged, (change: messages.CorpusChanged) => void said.push(change));
  await edit(2, 1, 0, 5, 'seven');
  await edit(3, 1, 0, 5, 'three');
  await vi.waitFor(() => expect(said).toHaveLength(2));
  expect(said).toEqual([
    { corpus: uri, uri, stale: true },
    { corpus: uri, uri, stale: false },
  ]);
});

test('a hover on a line that has changed says nothing, and on a line that has moved it stands where the line is now', async () => {
  await study({ hover: () => aWord });
  await edit(2, 0, 0, 3, 'zero\none');
  expect(await hoverAt(0)).toBeNull();
  const moved = await hoverAt(2);
  expect(moved?.range?.start.line).toBe(2);
  expect(workers.asked.at(-1)).toMatchObject({ job: 'hover', params: { line: 1 } });
});

test('what fires at a word is said as data, for the line where the word is now', async () => {
  await study({ hover: () => aWord });
  await edit(2, 0, 0, 3, 'zero\none');
  const look = await client.ask(messages.lookAtWord, { corpus: uri, line: 2, character: 1, neuron: 'L1.ffn.7' });
  expect(workers.asked.at(-1)).toMatchObject({ job: 'hover', params: { line: 1, character: 1, pins: ['L1.ffn.7'] } });
  expect(look).toEqual({
    ...{ text: 'three', line: 2, start: 0, end: 5 },
    neurons: [{ neuron: 'L1.ffn.7', value: 2, percentile: 99, place: 3, concept: null, side: 'high' }],
  });
  expect(await client.ask(messages.lookAtWord, { corpus: uri, line: 0, character: 0, neuron: null })).toBeNull();
});

test('a hover that takes long says that it is being computed, and is there the next time', async () => {
  let ready: (facts: WordFacts) => void = () => undefined;
  let asked = 0;
  await study({ hover: () => (asked++ === 0 ? new Promise<WordFacts>((resolve) => (ready = resolve)) : aWord) });
  expect((await hoverAt(1))?.contents.value).toContain('Computing this sentence');
  // Whatever the mouse passes meanwhile does not queue behind it.
  expect((await hoverAt(1))?.contents.value).toContain('Computing this sentence');
  expect(asked).toBe(1);
  ready(aWord);
  await vi.waitFor(async () => expect((await hoverAt(1))?.contents.value).toContain('L1.ffn.7'));
});

test('a hover that fails is none, with a line in the log: the pointer rests too often for a message each time', async () => {
  await study({
    hover: () => {
      throw new InputError('FILE_CHANGED', { file: '/c.txt' }, { found: 'another text', expected: 'the text', remedy: 'choose it again' });
    },
  });
  const logged: unknown[] = [];
  client.connection.onNotification('window/logMessage', (line: { readonly message: string }) => void logged.push(line.message));
  expect(await hoverAt(1)).toBeNull();
  await vi.waitFor(() => expect(logged).toEqual(['hover: another text']));
});

test('who was told that a hover is being computed hears when it can be asked for again', async () => {
  let ready: (facts: WordFacts) => void = () => undefined;
  await study({ hover: () => new Promise<WordFacts>((resolve) => (ready = resolve)) });
  const computing = await hoverAt(1);
  expect(computing?.contents.value).toContain('Computing this sentence');
  expect(computing?.range).toBeUndefined();
  let settled = false;
  const asked = client.ask(messages.hoverSettled, {}).then(() => (settled = true));
  await client.ask(messages.serverStatus, {});
  expect(settled).toBe(false);
  ready(aWord);
  await asked;
});

test('what the next look needs is opened ahead, when model and corpus are chosen and when a ranking ends, and gives way to a look', async () => {
  const warmed: { readonly params: Jobs['warm']['params']; readonly signal: AbortSignal | undefined }[] = [];
  await study({
    warm: (params, { signal }) => {
      warmed.push({ params, signal });
      return new Promise((_, reject) => signal?.addEventListener('abort', () => reject(new CancelledError())));
    },
    hover: () => aWord,
    'rank-to-file': () => [],
  });
  expect(warmed).toHaveLength(1);
  expect(warmed[0]?.signal?.aborted).toBe(false);
  expect((await hoverAt(1))?.contents.value).toContain('L1.ffn.7');
  expect(warmed[0]?.signal?.aborted).toBe(true);
  const params = { corpus: uri, concepts: ['upos=VERB'], methods: ['ap'], taps: ['ffn' as const], resultFolder: '/r' };
  const { file } = await client.ask(messages.rankNeurons, params);
  expect(warmed.map((each) => each.params.result)).toEqual([null, file]);
});

test('of several corpora the one that was opened last is opened ahead for another model, also where it was open before', async () => {
  const warmed: unknown[] = [];
  await study({
    warm: ({ corpus }) => {
      warmed.push(corpus.files[0]);
      return null;
    },
  });
  await client.ask(messages.openCorpus, { uri: 'file:///d.txt', path: '/d.txt' });
  await client.ask(messages.openCorpus, { uri, path: '/c.txt' });
  await client.ask(messages.openModel, { folder: '/other' });
  expect(warmed).toEqual(['/c.txt', '/d.txt', '/c.txt', '/c.txt']);
});

test('places at which a neuron is strongest move with their lines, and those of changed lines are left out', async () => {
  const ends = { start: Int32Array.of(0, 0), end: Int32Array.of(3, 5) };
  const found: FoundWords = { kind: 'found', word: Int32Array.of(0, 2), line: Int32Array.of(0, 1), ...ends, value: Float32Array.of(4, 2) };
  await study({ find: () => found });
  await edit(2, 0, 0, 3, 'zero\nno');
  const { places } = await client.ask(messages.findNeuron, { corpus: uri, neuron: 'L1.ffn.7', side: 'high' });
  expect(places).toEqual([{ line: 2, start: 0, end: 5, value: 2 }]);
});

test.each(['view', 'paint', 'find'] as const)('a superseded %s stops in the worker', async (job) => {
  let started: () => void = () => undefined;
  const running = new Promise<void>((resolve) => (started = resolve));
  const untilStopped = (_: unknown, { signal }: RunOptions) => {
    started();
    return new Promise<never>((_resolve, reject) => signal?.addEventListener('abort', () => reject(new CancelledError())));
  };
  await study({ [job]: untilStopped });
  const source = new CancellationTokenSource();
  const params = {
    ...{ corpus: uri, neuron: 'L1.ffn.7', side: 'high', concept: null },
    ...{ line: 1, character: 1, fromLine: 0, toLine: 9 },
  };
  const asked = client.connection.sendRequest(`golgi/neuron/${job}`, params, source.token);
  await running;
  source.cancel();
  await expect(asked).rejects.toMatchObject({ data: { kind: 'cancelled' } });
});

test('a link of a hover stands for a neuron, and a number that nobody issued for nothing', async () => {
  await study({ hover: () => aWord });
  const value = (await hoverAt(1))?.contents.value ?? '';
  const numbers = [...value.matchAll(/command:golgi\.hoverLink\?(?:%5B|\[)?(\d+)/g)].map(([, number]) => Number(number));
  expect(numbers.length).toBeGreaterThan(0);
  for (const link of numbers) {
    expect(await client.ask(messages.hoverLink, { link })).toMatchObject({ neuron: 'L1.ffn.7', corpus: uri });
  }
  expect(await client.ask(messages.hoverLink, { link: 999_999 })).toBeNull();
});

test('pins and the concept of the selection are part of what a hover asks for', async () => {
  await study({ hover: () => aWord });
  await client.ask(messages.setPins, { pins: ['L2.ffn.1'], concept: 'upos=VERB' });
  await hoverAt(1);
  expect(workers.asked.at(-1)).toMatchObject({ params: { pins: ['L2.ffn.1'], concept: 'upos=VERB' } });
});

test('concepts of a hover are of the ranking that the window shows, also when another server made it', async () => {
  await study({ hover: () => aWord });
  const result = async (corpus: string | null) => {
    await client.ask(messages.setPins, { pins: [], ranking: corpus === null ? null : { corpus, file: '/r/verbs.golgi-result.json' } });
    await hoverAt(1);
    return (workers.asked.at(-1)?.params as { readonly result: string | null }).result;
  };
  expect(await result(uri)).toBe('/r/verbs.golgi-result.json');
  expect(await result('file:///another.txt'), 'of another text').toBeNull();
  expect(await result(null)).toBeNull();
});

test('paint of lines that changed while it was made is left out', async () => {
  let ready: (words: PaintedWords) => void = () => undefined;
  await study({ paint: () => new Promise<PaintedWords>((resolve) => (ready = resolve)) });
  const asked = paintAll();
  await vi.waitFor(() => expect(workers.asked.at(-1)?.job).toBe('paint'));
  await edit(2, 1, 0, 1, 'T');
  await client.ask(messages.serverStatus, {});
  ready(painted(1));
  expect(await asked).toMatchObject({ spans: [], stale: true });
});

test('words of lines that changed while they were looked for are left out, and those of lines that moved move with them', async () => {
  let ready: (words: PlacedWords) => void = () => undefined;
  const ends = { start: Int32Array.of(0, 0), end: Int32Array.of(5, 4) };
  await study({ words: () => new Promise<PlacedWords>((resolve) => (ready = resolve)) });
  const asked = client.ask(messages.wordsOnLines, { corpus: uri, fromLine: 0, toLine: 9 });
  await vi.waitFor(() => expect(workers.asked.at(-1)?.job).toBe('words'));
  await edit(2, 1, 0, 5, 'THREE\nand a half');
  await client.ask(messages.serverStatus, {});
  ready({ word: Int32Array.of(2, 3), line: Int32Array.of(1, 2), ...ends });
  expect((await asked).words).toEqual([{ word: 3, line: 3, start: 0, end: 4 }]);
});

test('paint moves with its line', async () => {
  await study({ paint: () => painted(1) });
  await edit(2, 0, 0, 0, 'zero\n');
  expect((await paintAll()).spans).toEqual([{ line: 2, start: 0, end: 5, value: 1.5, step: 9 }]);
});

test('what is not stored is extracted first, with snapshots under the caller’s token', async () => {
  let stored = false;
  await study({
    paint: () => (stored ? painted(1) : { kind: 'not stored', taps: ['L1.ffn'] }),
    extract: (_params, { onProgress }) => {
      onProgress?.({ stage: 'extracting', done: 1, total: 3, unit: 'words' });
      stored = true;
      return {} as never;
    },
  });
  const snapshots: Progress[] = [];
  client.connection.onProgress(new ProgressType<Progress>(), 'mine', (snapshot) => void snapshots.push(snapshot));
  const paint = await client.ask(messages.paintNeuron, {
    corpus: uri,
    neuron: 'L1.ffn.7',
    fromLine: 0,
    toLine: 9,
    partialResultToken: 'mine',
  });
  expect(paint.spans).toHaveLength(1);
  expect(snapshots).toEqual([{ stage: 'extracting', done: 1, total: 3, unit: 'words' }]);
  expect(workers.asked.find(({ job }) => job === 'extract')).toMatchObject({
    params: { activations: { taps: ['ffn'], layers: [{ from: 1, to: 1 }] } },
  });
});

test('a ranking that is cancelled in mid-run stops in the worker', async () => {
  let started: () => void = () => undefined;
  const running = new Promise<void>((resolve) => (started = resolve));
  await study({
    'rank-to-file': (_params, { signal }) => {
      started();
      return new Promise((_, reject) => signal?.addEventListener('abort', () => reject(new CancelledError('2 of 7 parts kept'))));
    },
  });
  const source = new CancellationTokenSource();
  const params = { corpus: uri, concepts: ['upos=VERB'], methods: ['ap'], taps: ['ffn'], resultFolder: '/r' };
  const asked = client.connection.sendRequest(messages.rankNeurons.method, params, source.token);
  await running;
  source.cancel();
  await expect(asked).rejects.toMatchObject({ data: { kind: 'cancelled', message: '2 of 7 parts kept' } });
});

test('a ranking says which text it was made on, and is not of the window when another model was chosen meanwhile', async () => {
  let finish: () => void = () => undefined;
  let reading = placesOf(...text);
  await study({
    places: () => reading,
    hover: () => aWord,
    'rank-to-file': () => new Promise<[]>((resolve) => (finish = () => resolve([]))),
  });
  reading = { ...reading, corpus: { ...reading.corpus, hash: 'of the saved text' } };
  const params = { corpus: uri, concepts: ['upos=VERB'], methods: ['ap'], taps: ['ffn' as const], resultFolder: '/r' };
  const asked = client.ask(messages.rankNeurons, params);
  await vi.waitFor(() => expect(workers.asked.at(-1)?.job).toBe('rank-to-file'));
  await client.ask(messages.openModel, { folder: '/other' });
  finish();
  expect((await asked).corpus).toMatchObject({ id: uri, uri, hash: 'of the saved text' });
  await hoverAt(1);
  expect(workers.asked.at(-1)).toMatchObject({ job: 'hover', params: { result: null } });
});

test('a result file is named after what was asked and when, whatever the concept is made of', async () => {
  await study({ 'rank-to-file': () => [] });
  const params = { corpus: uri, methods: ['ap', 'auroc'], taps: ['ffn' as const], resultFolder: '/r' };
  const { file } = await client.ask(messages.rankNeurons, { ...params, concepts: ['regex:/../../x/i'] });
  expect(file).toBe('/r/regex-x-i-ap-auroc-1970-01-01-00-00-00.golgi-result.json');
});

test('a view that was superseded before its turn is not answered', async () => {
  await study({ view: () => ({ kind: 'not stored', taps: ['L1.ffn'] }), extract: () => new Promise<never>(() => undefined) });
  const source = new CancellationTokenSource();
  const asked = client.connection.sendRequest(
    messages.viewNeuron.method,
    { corpus: uri, neuron: 'L1.ffn.7', concept: null, side: 'high' },
    source.token,
  );
  source.cancel();
  await expect(asked).rejects.toMatchObject({ data: { kind: 'cancelled' } });
});

test('an error of a worker reaches the editor with its findings', async () => {
  await study({
    concepts: () => {
      throw new InputError('CORPUS_FILE', { file: '/c.txt' }, { found: 'gone', expected: 'a file', remedy: 'choose another' });
    },
  });
  await expect(client.ask(messages.listConcepts, { corpus: uri })).rejects.toMatchObject({ data: { problems: [{ code: 'CORPUS_FILE' }] } });
});

test('a corpus that the window does not have is refused by name', async () => {
  await study({});
  await expect(client.ask(messages.listConcepts, { corpus: 'file:///other' })).rejects.toMatchObject({
    data: { problems: [{ code: 'CORPUS_FILE', found: expect.stringContaining('file:///other') as unknown }] },
  });
});

test('nothing runs a model in a workspace without trust, and reading a corpus still works', async () => {
  await study(
    { words: () => ({ word: Int32Array.of(0), line: Int32Array.of(0), start: Int32Array.of(0), end: Int32Array.of(3) }) },
    { trusted: false },
  );
  const refused = { data: { problems: [{ code: 'RESTRICTED' }] } };
  await expect(client.ask(messages.openModel, { folder: '/m' })).rejects.toMatchObject(refused);
  await expect(paintAll()).rejects.toMatchObject(refused);
  await expect(
    client.ask(messages.rankNeurons, { corpus: uri, concepts: ['x=y'], methods: ['ap'], taps: ['ffn'], resultFolder: '/r' }),
  ).rejects.toMatchObject(refused);
  expect(await hoverAt(1)).toBeNull();
  expect((await client.ask(messages.wordsOnLines, { corpus: uri, fromLine: 0, toLine: 0 })).words).toEqual([
    { word: 0, line: 0, start: 0, end: 3 },
  ]);
});
