/** What somebody at the editor waits for: hovers while a ranking runs, views, paint, and whether the server's loop ever stands still. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { CancellationTokenSource } from 'vscode-languageserver/node';
import type { Hover } from 'vscode-languageserver';
import * as messages from '../../server/src/protocol/messages';
import { median } from './cost';
import { report } from './row';
import type { Row } from './row';
import { startServerProcess } from './serverProcess';
import type { ServerProcess } from './serverProcess';
import { gpt2, repeatedSample, sample, scratch } from './subjects';

const misses = 40;
const hovers = 600;
const views = 20;
const linesAtOnce = 200;
const paintedWords = 5_000;
/** Words of the corpus whose ranking goes on meanwhile: more than it can finish. */
const otherWords = 300_000;

interface Word {
  readonly word: number;
  readonly line: number;
  readonly start: number;
}

async function* measure(): AsyncGenerator<Row> {
  const storage = scratch();
  const server = await startServerProcess(storage);
  try {
    yield* atTheEditor(server, storage);
  } finally {
    await server.stop();
  }
}

async function* atTheEditor(server: ServerProcess, storage: string): AsyncGenerator<Row> {
  const uri = pathToFileURL(sample).href;
  const text = readFileSync(sample, 'utf8');
  await server.ask(messages.openModel, { folder: gpt2.folder });
  await server.ask(messages.openCorpus, { uri, path: sample });
  await server.connection.sendNotification('textDocument/didOpen', {
    textDocument: { uri, languageId: 'jsonlines', version: 1, text },
  });
  const words = await wordsOf(server, uri, text.split('\n').length);
  const at = (share: number): Word => words[Math.floor(share * words.length)] ?? { word: 0, line: 0, start: 0 };
  const spread = (count: number): Word[] => Array.from({ length: count }, (_, i) => at((i + 0.37) / count));
  const timed = async <T>(work: () => Promise<T>): Promise<{ ms: number; answer: T }> => {
    const began = performance.now();
    const answer = await work();
    return { ms: performance.now() - began, answer };
  };
  const hover = ({ line, start }: Word) => timed(() => hoverAt(server, uri, line, start));

  const first = await timed(() => ready(server, uri, at(0.5)));
  yield {
    what: 'the first hover, nothing stored, until it has something to show',
    value: first.ms,
    unit: 'ms',
    note: 'the session is opened and a sample of sentences run',
  };
  const missed: { ms: number; answer: Hover | null }[] = [];
  for (const word of spread(misses)) {
    missed.push(await hover(word));
    await server.ask(messages.hoverSettled, {});
  }
  yield {
    what: 'hover on a sentence that nothing is stored of: an answer, or word that it is coming',
    value: Math.max(...missed.map(({ ms }) => ms)),
    unit: 'ms',
    atMost: 150,
    note: `longest of ${misses}; median ${median(missed.map(({ ms }) => ms)).toFixed(1)} ms, ${missed.filter(({ answer }) => !answer?.range).length} placeholders`,
  };

  const taps = ['hidden', 'ffn'] as const;
  const asked = { concepts: ['rule:capitalised'], methods: ['ap'], taps, resultFolder: join(storage, 'results') };
  const { rankings } = await server.ask(messages.rankNeurons, { ...asked, corpus: uri });
  const afterRanking = await timed(() => ready(server, uri, at(0.9)));
  yield {
    what: 'the first hover after a ranking, until it has something to show',
    value: afterRanking.ms,
    unit: 'ms',
    note: 'asked for at once, while all that hovers need is being opened',
  };

  const neurons = (rankings[0]?.neurons ?? []).slice(0, views).map(({ id }) => id);
  const view = (neuron: string) => server.ask(messages.viewNeuron, { corpus: uri, neuron, concept: 'rule:capitalised', side: 'high' });
  await view('L1.ffn.0');
  const viewed: number[] = [];
  for (const neuron of neurons) viewed.push((await timed(() => view(neuron))).ms);
  yield {
    what: 'the view of a neuron that nobody has looked at',
    value: median(viewed),
    unit: 'ms',
    atMost: 100,
    note: `median of ${viewed.length}, ${words.length} words; longest ${Math.max(...viewed).toFixed(0)} ms`,
  };
  const toLine = (words[paintedWords] ?? words.at(-1))?.line ?? 0;
  const painted: number[] = [];
  for (const neuron of neurons) {
    painted.push((await timed(() => server.ask(messages.paintNeuron, { corpus: uri, neuron, fromLine: 0, toLine }))).ms);
  }
  yield {
    what: `paint for ${paintedWords} words`,
    value: median(painted),
    unit: 'ms',
    atMost: 50,
    note: `median of ${painted.length}; longest ${Math.max(...painted).toFixed(0)} ms`,
  };

  // The other ranking keeps the batch worker busy for as long as hovers are measured.
  const other = repeatedSample(otherWords, storage);
  const otherUri = pathToFileURL(other).href;
  await server.ask(messages.openCorpus, { uri: otherUri, path: other });
  const stop = new CancellationTokenSource();
  let isRanking = true;
  const ranking = server.connection
    .sendRequest(messages.rankNeurons.method, { ...asked, corpus: otherUri }, stop.token)
    .catch(() => undefined)
    .finally(() => (isRanking = false));
  const chosen = spread(hovers);
  for (const word of chosen) await hover(word);
  const times: number[] = [];
  let placeholders = 0;
  for (const word of chosen) {
    const { ms, answer } = await hover(word);
    times.push(ms);
    placeholders += Number(!answer?.range);
  }
  const note = `${hovers} hovers, ${placeholders} placeholders, a ranking ${isRanking ? 'running to their end' : 'that ended before them'}`;
  stop.cancel();
  await ranking;
  const sorted = times.sort((a, b) => a - b);
  const quantile = (share: number): number => sorted[Math.ceil(share * sorted.length) - 1] ?? NaN;
  yield { what: 'cached hover while a ranking runs, median', value: quantile(0.5), unit: 'ms', atMost: 20, note };
  yield { what: 'cached hover while a ranking runs, 99th percentile', value: quantile(0.99), unit: 'ms', atMost: 100, note };

  const { own, gap, monitored } = await server.loopBlock();
  yield {
    what: 'longest block of the server’s loop, all of the above',
    value: own,
    unit: 'ms',
    atMost: 50,
    note: `its own computing; by the clock ${gap.toFixed(0)} ms, longest gap by the monitor ${monitored.toFixed(0)} ms`,
  };
}

function hoverAt({ connection }: ServerProcess, uri: string, line: number, character: number): Promise<Hover | null> {
  return connection.sendRequest('textDocument/hover', { textDocument: { uri }, position: { line, character } });
}

/** All words, asked for as an editor does: some lines at a time. */
async function wordsOf(server: ServerProcess, corpus: string, lines: number): Promise<Word[]> {
  const found: Word[] = [];
  for (let fromLine = 0; fromLine < lines; fromLine += linesAtOnce) {
    found.push(...(await server.ask(messages.wordsOnLines, { corpus, fromLine, toLine: fromLine + linesAtOnce - 1 })).words);
  }
  return found;
}

/** Hovers as the host does: once told that it is being computed, waits and asks again. */
async function ready(server: ServerProcess, uri: string, { line, start }: Word): Promise<void> {
  while (!(await hoverAt(server, uri, line, start))?.range) await server.ask(messages.hoverSettled, {});
}

void report(measure());
