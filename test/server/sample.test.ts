/** The server with the worker as it ships, on the bundled model and corpus. */
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { ProgressType } from 'vscode-languageserver/node';
import { Supervisor } from '../../server/src/jobs/supervisor';
import { forkedWorkers } from '../../server/src/jobs/workers';
import { namedFormula } from '../../server/src/protocol/analyses';
import type { AnalysisFile } from '../../server/src/protocol/analyses';
import * as messages from '../../server/src/protocol/messages';
import { bestByStack } from '../../server/src/protocol/reading';
import type { Progress } from '../../server/src/protocol/workerMessages';
import { parseResult } from '../../server/src/study/resultFile';
import { media } from '../helpers/media';
import { startServer } from '../helpers/serverOverStreams';
import type { TestClient } from '../helpers/serverOverStreams';

const entry = fileURLToPath(new URL('../../dist/worker.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'golgi-server-'));
/** A part of the bundled corpus, since the store is filled anew in most tests. */
const lines = readFileSync(media('corpus/golgi-sample.jsonl'), 'utf8').split('\n').slice(0, 400);
const path = join(folder, 'sample.jsonl');
const uri = pathToFileURL(path).href;
const asked = { corpus: uri, concepts: ['rule:digit'], methods: ['ap'], taps: ['ffn' as const] };

beforeAll(() => writeFileSync(path, lines.join('\n')));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const open: { client: TestClient; end: () => void }[] = [];
afterEach(() => {
  for (const { client, end } of open.splice(0)) {
    client.close();
    end();
  }
});

/** A server of its own window, with the sample opened. */
async function window(storage: string): Promise<{ client: TestClient; batch: Supervisor }> {
  const batch = new Supervisor({ entry });
  const { interactive } = forkedWorkers(entry, 'cpu');
  const client = startServer({ workers: () => ({ batch, interactive }), hoverPatienceMs: 60_000 });
  open.push({ client, end: () => [batch, interactive].forEach((worker) => worker.dispose()) });
  await client.initialize({ storage });
  await client.ask(messages.openModel, { folder: media('models/demo-gpt2') });
  await client.ask(messages.openCorpus, { uri, path });
  return { client, batch };
}

const rank = (client: TestClient, more: Partial<messages.RankNeuronsParams> = {}) =>
  client.ask(messages.rankNeurons, { ...asked, resultFolder: join(folder, 'results'), ...more });

const hover = (client: TestClient, line: number, word: string) =>
  client.connection.sendRequest('textDocument/hover', {
    textDocument: { uri },
    position: { line, character: (lines[line] ?? '').indexOf(word) + 1 },
  }) as Promise<{ contents: { value: string }; range: { start: { line: number; character: number }; end: { character: number } } } | null>;

test('from a ranking to its file, a hover, paint and a view, each on the exact words of the file', async () => {
  const { client } = await window(join(folder, 'a'));
  const { file, rankings } = await rank(client);
  const result = parseResult(readFileSync(file, 'utf8'), file);
  const best = rankings[0]?.neurons[0];
  expect(best).toMatchObject({ id: result.neurons[result.rankings[0]?.order[0] ?? -1], beatsLuck: true });
  expect(readdirSync(join(folder, 'results')).filter((name) => name.endsWith('.tmp'))).toEqual([]);

  const line = lines.findIndex((text) => /"text":"[^"]*\b\d{4}\b/.test(text));
  const year = /"text":"[^"]*?\b(\d{4})\b/.exec(lines[line] ?? '')?.[1] ?? '';
  const found = await hover(client, line, year);
  const { start, end } = found?.range ?? { start: { character: 0 }, end: { character: 0 } };
  expect((lines[line] ?? '').slice(start.character, end.character)).toBe(year);
  expect(found?.contents.value).toMatch(/1 sub-word|\d sub-words/);
  expect(found?.contents.value).toContain('(automatic)');
  // What the model predicts is not asked for here: a machine as busy as one that runs tests may have no time for it.

  const neuron = best?.id ?? '';
  const paint = await client.ask(messages.paintNeuron, { corpus: uri, neuron, fromLine: line, toLine: line });
  expect(paint.spans).toContainEqual(expect.objectContaining({ line, start: start.character, end: end.character }));

  const look = await client.ask(messages.lookAtWord, { corpus: uri, line, character: start.character, neuron });
  expect(paint.spans.find((span) => span.start === start.character)?.value).toBe(look?.neurons[0]?.value);

  const everywhere = await client.ask(messages.neuronsOfWord, { corpus: uri, text: 'THE' });
  expect(everywhere.looked).toBeGreaterThan(0);
  expect(everywhere.places).toBeGreaterThan(8);
  expect(everywhere.neurons.length).toBeGreaterThan(0);
  expect(everywhere.neurons.map(({ seen }) => seen)).toEqual(everywhere.neurons.map(({ seen }) => seen).sort((a, b) => b - a));
  const nowhere = await client.ask(messages.neuronsOfWord, { corpus: uri, text: 'zymurgy' });
  expect(nowhere).toEqual({ places: 0, looked: 0, neurons: [] });

  const { places } = await client.ask(messages.findNeuron, { corpus: uri, neuron, side: 'high' });
  expect(places).toHaveLength(100);
  expect(places[0]?.value).toBe(Math.max(...places.map(({ value }) => value)));
  expect(new Set(places.map((place) => place.line)).size).toBe(100);

  const view = await client.ask(messages.viewNeuron, { corpus: uri, neuron, concept: 'rule:digit', side: 'high' });
  const chosen = view.concepts.find(({ concept }) => concept === 'rule:digit');
  expect(chosen?.luck).toBe(rankings[0]?.luck);
  expect(chosen?.interval?.[0]).toBeLessThanOrEqual(chosen?.score ?? 0);
  expect(view.strip?.stacks).toEqual(result.rankings[0] && bestByStack(result, result.rankings[0]));
  expect(view.concepts.map(({ concept }) => concept)).toContain('rule:digit');
  expect(view.threshold?.precision).toBeGreaterThan(0.5);
  for (const { line: at, character, text, start: from, end: to } of [...view.top, ...view.wrong]) {
    const word = text.slice(from, to);
    expect((lines[at] ?? '').slice(character, character + word.length)).toBe(word);
  }
  expect(view.bands.reduce((sum, { words }) => sum + words, 0)).toBe(view.words);
  expect(view.histogram.carrying.concat(view.histogram.others).reduce((sum, count) => sum + count, 0)).toBe(view.words);
});

test('a hover before any analysis runs its own sentence and compares it with a sample', async () => {
  const { client } = await window(join(folder, 'b'));
  const found = await hover(client, 0, 'custom');
  expect(found?.contents.value).toContain('custom');
  expect(found?.contents.value).toMatch(/L\d\.(ffn|hidden)\.\d+/);
});

test('a view of what is not stored extracts it and then shows it', async () => {
  const { client } = await window(join(folder, 'c'));
  const snapshots: Progress[] = [];
  client.connection.onProgress(new ProgressType<Progress>(), 'view', (snapshot) => void snapshots.push(snapshot));
  const view = await client.ask(messages.viewNeuron, {
    ...{ corpus: uri, neuron: 'L2.ffn.3', concept: null, side: 'low' as const, partialResultToken: 'view' },
  });
  expect(view).toMatchObject({ neuron: 'L2.ffn.3', concept: null, side: 'low', threshold: null, wrong: [] });
  expect(snapshots.length).toBeGreaterThan(0);
});

test('a ranking goes on when its worker is killed in mid-run, with the same result', async () => {
  const { client, batch } = await window(join(folder, 'd'));
  let killed = false;
  client.connection.onProgress(new ProgressType<Progress>(), 'rank', ({ stage }) => {
    if (killed || stage !== 'extracting' || batch.pid === undefined) return;
    killed = true;
    process.kill(batch.pid, 'SIGKILL');
  });
  const { file } = await rank(client, { partialResultToken: 'rank' });
  expect(killed).toBe(true);
  const again = await rank((await window(join(folder, 'a'))).client);
  const scores = (of: string) => parseResult(readFileSync(of, 'utf8'), of).rankings[0]?.score;
  expect(scores(file)).toEqual(scores(again.file));
});

test('two windows share one store', async () => {
  const [one, other] = [await window(join(folder, 'e')), await window(join(folder, 'e'))];
  const [first, second] = await Promise.all([rank(one.client), rank(other.client, { concepts: ['rule:capitalised'] })]);
  expect(first.rankings[0]?.neurons[0]?.score).toBeGreaterThan(0.5);
  expect(second.rankings[0]?.concept).toBe('rule:capitalised');
});

test('analyses run together into one file, and a formula is painted on exactly the words where it and its neuron disagree', async () => {
  const { client } = await window(join(folder, 'a'));
  const forms = await client.ask(messages.listAnalyses, {});
  // Those that need no tagger beside formulas: each would run it anew.
  const quick: Readonly<Record<string, Record<string, string>>> = {
    compositional: { length: '2', beam: '2', 'min-rows': '20', examples: '3' },
    'context-information': { rounds: '1' },
    omission: { sentences: '2' },
  };
  const { file } = await client.ask(messages.runAnalyses, {
    ...{
      corpus: uri,
      neurons: 'L2.ffn.3,L3.hidden.5',
      taps: ['ffn' as const],
      concepts: ['rule:digit', 'rule:quote', 'rule:first'],
      contexts: [],
    },
    analyses: forms.flatMap(({ id }) => (quick[id] ? [{ method: id, parameters: quick[id] }] : [])),
    resultFolder: join(folder, 'results'),
  });
  expect(file).toMatch(/\.golgi-analysis\.json$/);
  const { outcomes, corpus } = JSON.parse(readFileSync(file, 'utf8')) as AnalysisFile;
  expect(corpus.name).toBe('sample.jsonl');
  // Neurons of two taps are two runs without words, because a sentence has one vector.
  expect(outcomes.map(({ job }) => job)).toEqual(['explain', 'contexts', 'omission', 'omission']);

  const [explained] = outcomes;
  if (explained?.job !== 'explain') throw new Error('no formula');
  const { neurons, atoms } = explained.result;
  for (const { id, tree, direction, threshold, missed, unmatched } of neurons) {
    const formula = namedFormula(tree, atoms) ?? '';
    const asked = { corpus: uri, explained: { neuron: id, direction, threshold, formula }, fromLine: 0, toLine: lines.length };
    const { spans } = await client.ask(messages.paintFormula, asked);
    expect([1, -1].map((sign) => spans.filter((span) => span.sign === sign).length)).toEqual([missed.count, unmatched.count]);
    for (const { at, context } of [...missed.rows, ...unmatched.rows]) {
      const { words } = await client.ask(messages.wordsOnLines, { corpus: uri, fromLine: at?.line ?? -1, toLine: at?.line ?? -1 });
      const word = words.find((each) => each.word === at?.word);
      expect((lines[at?.line ?? -1] ?? '').slice(word?.start, word?.end)).toBe(context?.word);
    }
  }
});
