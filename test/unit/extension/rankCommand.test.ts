/** Ranking from the palette: what it asks for, what it is of, and how long it stays. */
import { expect, test } from 'vitest';
import { runCommand } from '../../../extension/src/commands';
import { digest, goodAnswers, testWindow, TestStorage, untilCancelled } from '../../helpers/extensionWindow';

test('ranking asks for what is missing, opens the table and sets the concept', async () => {
  const given = testWindow(goodAnswers(), { pickSome: async () => ['upos=VERB'] });
  await given.session.start();
  await runCommand('golgi.openSample', given);
  await runCommand('golgi.rankNeurons', given);
  expect(given.failures).toEqual([]);
  expect(given.done.at(-1)).toBe('table /results/r.golgi-result.json');
  expect(given.selection.now.concept).toBe('upos=VERB');
  expect(given.asked.at(-1)).toMatchObject({ params: { corpus: 'c1', concepts: ['upos=VERB'], methods: ['ap'], taps: ['ffn'] } });
});

test('a ranking that is asked for while the window opens again what was chosen waits for it and asks for nothing', async () => {
  const storage = new TestStorage();
  const before = testWindow(goodAnswers(), {}, { storage });
  await before.session.start();
  await runCommand('golgi.openSample', before);
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  const answers = goodAnswers();
  const openModel = answers['golgi/model/open'];
  const after = testWindow({ ...answers, 'golgi/model/open': (params) => opened.then(() => openModel?.(params)) }, {}, { storage });
  await after.session.start();
  const resumed = after.study.resume();
  const ranked = runCommand('golgi.rankNeurons', after, { concepts: ['upos=VERB'] });
  open();
  await Promise.all([resumed, ranked]);
  expect(after.offered).toEqual([]);
  expect(after.failures).toEqual([]);
  expect(after.done.at(-1)).toBe('table /results/r.golgi-result.json');
});

test('a ranking without a model offers models and starts nothing when none is chosen', async () => {
  const given = testWindow(goodAnswers(), { findFiles: async () => ['/w/bert/onnx/model.onnx'] });
  await given.session.start();
  await runCommand('golgi.rankNeurons', given, { concepts: ['upos=VERB'] });
  expect(given.offered[0]?.map(({ label }) => label)).toEqual(['found here', 'bert', 'bundled', 'demo', 'elsewhere', 'Choose Folder…']);
  expect(given.asked).toEqual([]);
});

test('a ranking that is cancelled says what is kept, and nothing runs any more', async () => {
  const given = testWindow({ ...goodAnswers(), 'golgi/neurons/rank': untilCancelled });
  await given.session.start();
  await runCommand('golgi.openSample', given);
  const ranking = runCommand('golgi.rankNeurons', given, { concepts: ['upos=VERB'] });
  await new Promise((resolve) => given.running.onChange(() => resolve(undefined)));
  await runCommand('golgi.rankNeurons', given, { concepts: ['upos=VERB'] });
  await runCommand('golgi.cancel', given);
  await ranking;
  expect(given.done.slice(-2)).toEqual([expect.stringContaining('is still running'), expect.stringContaining('are kept')]);
  expect(given.running.now).toBeNull();
  expect(given.failures).toEqual([]);
});

test('a ranking goes with its model and text: another text hides it, the same text elsewhere does not', async () => {
  const hashes: Readonly<Record<string, string>> = { '/moved.txt': 'h', '/other.txt': 'i' };
  const open = ({ uri, path }: { uri: string; path: string }) => ({ id: uri, uri, words: 30, hash: hashes[path] ?? 'h' });
  const given = testWindow({ ...goodAnswers(), 'golgi/corpus/open': open });
  await given.session.start();
  await runCommand('golgi.openSample', given);
  await runCommand('golgi.rankNeurons', given, { concepts: ['upos=VERB'] });
  const { ranking } = given.study;
  await runCommand('golgi.chooseCorpus', given, '/other.txt');
  expect(given.study.ranking).toBeNull();
  await runCommand('golgi.chooseCorpus', given, '/moved.txt');
  expect(given.study.ranking).toBe(ranking);
});

test('a ranking is of the model and the text that it was made on, whatever is chosen while it runs', async () => {
  let finish: () => void = () => undefined;
  const ranked = { id: 'c1', uri: 'file:///bundled/sample.jsonl', words: 30, hash: 'h' };
  const given = testWindow({
    ...goodAnswers(),
    'golgi/model/open': ({ folder }: { folder: string }) => ({
      name: folder,
      hash: { graph: folder, weights: 'w', tokenizer: 't' },
      chosen: [],
    }),
    'golgi/neurons/rank': async () => {
      await new Promise<void>((resolve) => (finish = resolve));
      return { file: '/results/r.golgi-result.json', corpus: ranked, rankings: [digest] };
    },
  });
  await given.session.start();
  await runCommand('golgi.openSample', given);
  const asked = given.study.rank({ concepts: [], methods: [], taps: [], resultFolder: '/results' }, {});
  await given.study.chooseModel('/other');
  finish();
  await asked;
  expect(given.study.ranking).toBeNull();
  await given.study.chooseModel('/bundled/demo');
  expect(given.study.ranking?.file).toBe('/results/r.golgi-result.json');
});

test('a text that was read anew for a ranking is the open one from then on: the ranking is of it, here and in the next window', async () => {
  const storage = new TestStorage();
  let hash = 'h';
  const answers = {
    ...goodAnswers(),
    'golgi/corpus/open': ({ uri }: { uri: string }) => ({ id: 'c1', uri, words: 30, hash }),
    'golgi/neurons/rank': () => {
      const corpus = { id: 'c1', uri: 'file:///bundled/sample.jsonl', words: 31, hash };
      return { file: '/results/r.golgi-result.json', corpus, rankings: [digest] };
    },
  };
  const given = testWindow(answers, {}, { storage });
  await given.session.start();
  await runCommand('golgi.openSample', given);
  hash = 'of the saved text';
  given.study.corpusFileChanged('The file has changed since it was read.');
  await runCommand('golgi.rankNeurons', given, { concepts: ['upos=VERB'] });
  expect(given.study.openCorpus).toMatchObject({ hash, words: 31 });
  expect(given.study.stale).toBeNull();
  expect(given.study.ranking).not.toBeNull();
  const after = testWindow(answers, {}, { storage });
  await after.session.start();
  await after.study.resume();
  expect(after.study.ranking).not.toBeNull();
});

test('a corpus that was chosen while another was ranked stays the open one', async () => {
  const corpus = { id: 'c1', uri: 'file:///bundled/sample.jsonl', words: 30, hash: 'h' };
  let finish: () => void = () => undefined;
  const given = testWindow({
    ...goodAnswers(),
    'golgi/corpus/open': ({ uri }: { uri: string }) => ({ id: uri, uri, words: 30, hash: uri }),
    'golgi/neurons/rank': async () => {
      await new Promise<void>((resolve) => (finish = resolve));
      return { file: '/results/r.golgi-result.json', corpus, rankings: [digest] };
    },
  });
  await given.session.start();
  await runCommand('golgi.openSample', given);
  const asked = given.study.rank({ concepts: [], methods: [], taps: [], resultFolder: '/results' }, {});
  await given.study.chooseCorpus({ uri: 'file:///other.txt', path: '/other.txt' });
  finish();
  await asked;
  expect(given.study.openCorpus?.uri).toBe('file:///other.txt');
  expect(given.study.ranking).toBeNull();
});
