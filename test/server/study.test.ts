/** What an editor asks of the server while somebody reads: hovers, paint and places on a document that may change. */
import { afterEach, expect, test, vi } from 'vitest';
import { CancellationTokenSource } from 'vscode-languageserver/node';
import { CancelledError, InputError } from '../../server/src/protocol/errors';
import type { RunOptions } from '../../server/src/jobs/supervisor';
import type { FoundWords, PaintedWords, PlacedWords, WordFacts } from '../../server/src/protocol/interactive';
import * as messages from '../../server/src/protocol/messages';
import { aWord, client, edit, hoverAt, paintAll, painted, study, uri, workers } from '../helpers/studyOverStreams';

afterEach(() => client.close());

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
    ...{ text: 'three', line: 2, start: 0, end: 5, firstPosition: false },
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
