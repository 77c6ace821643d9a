/** What takes its time in the server: rankings, extraction, what is opened ahead; what is refused, and by which name. */
import { afterEach, expect, test, vi } from 'vitest';
import { CancellationTokenSource, ProgressType } from 'vscode-languageserver/node';
import { CancelledError, InputError } from '../../server/src/protocol/errors';
import * as messages from '../../server/src/protocol/messages';
import type { Jobs } from '../../server/src/protocol/jobs';
import type { Progress } from '../../server/src/protocol/workerMessages';
import { placesOf } from '../helpers/fakeWorkers';
import { aWord, client, hoverAt, paintAll, painted, study, text, uri, workers } from '../helpers/studyOverStreams';

afterEach(() => client.close());

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
