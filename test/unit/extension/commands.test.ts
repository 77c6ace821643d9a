import type { Ui } from '../../../extension/src/ui';
import { expect, test } from 'vitest';
import manifest from '../../../package.json';
import { commands, runCommand } from '../../../extension/src/commands';
import { modelFolders } from '../../../extension/src/commands/choose';
import { showPlace } from '../../../extension/src/commands/places';
import { InputError } from '../../../server/src/protocol/errors';
import { digest, goodAnswers, serverStatusNow, testWindow, TestStorage, untilCancelled } from '../../helpers/extensionWindow';

test('the manifest and the code name the same commands', () => {
  expect(manifest.contributes.commands.map(({ command }) => command).sort()).toEqual(Object.keys(commands).sort());
});

test('menus, keys, welcome texts and the walkthrough name only commands and views that exist', () => {
  const { menus, keybindings, viewsWelcome, walkthroughs, views } = manifest.contributes;
  const viewIds = Object.values(views).flatMap((list) => list.map(({ id }) => id));
  const known = [...Object.keys(commands), ...viewIds.map((id) => `${id}.focus`), 'workbench.trust.manage'];
  const texts = [
    ...viewsWelcome.map(({ contents }) => contents),
    ...walkthroughs.flatMap(({ steps }) => steps.map(({ description }) => description)),
  ];
  const named = [
    ...Object.values(menus).flatMap((items) => items.map(({ command }) => command)),
    ...keybindings.map(({ command }) => command),
    ...texts.flatMap((text) => [...text.matchAll(/\(command:([\w.]+)\)/g)].map((match) => match[1] ?? '')),
  ];
  expect(named.filter((command) => !known.includes(command))).toEqual([]);
  expect(viewsWelcome.map(({ view }) => view).filter((view) => !viewIds.includes(view))).toEqual([]);
});

test('a command that needs the server says why nothing happens while there is none', async () => {
  const given = testWindow();
  await runCommand('golgi.showStatus', given);
  expect(given.done).toEqual(['Golgi: stopped. The analysis server is not running.']);
});

test('a command that comes while the server starts is carried out when it has started', async () => {
  const given = testWindow(goodAnswers());
  const starting = given.session.start();
  expect(given.session.state.kind).toBe('starting');
  await runCommand('golgi.chooseCorpus', given, '/c.txt');
  await starting;
  expect(given.study.openCorpus).not.toBeNull();
});

test('the status is said in one sentence', async () => {
  const given = testWindow();
  await given.session.start();
  await runCommand('golgi.showStatus', given);
  expect(given.done).toEqual(['Golgi 1.2.3, process 7, up for 65 s; models can be run']);
});

test('the log can be shown and the server restarted in any state', async () => {
  const given = testWindow();
  await runCommand('golgi.showLog', given);
  await runCommand('golgi.restart', given);
  expect(given.done).toEqual(['log']);
  expect(given.session.state.kind).toBe('ready');
});

test('the sample is model and corpus in one step', async () => {
  const given = testWindow(goodAnswers());
  await given.session.start();
  await runCommand('golgi.openSample', given);
  expect(given.failures).toEqual([]);
  expect(given.done).toEqual(['open file:///bundled/sample.jsonl']);
  expect(given.study).toMatchObject({ model: { kind: 'open', from: '/bundled/demo' }, corpus: { kind: 'open' } });
});

test('in a workspace without trust nothing that runs a model starts, and the reason is said', async () => {
  const runtime = { state: 'restricted', reason: 'This workspace is not trusted.' } as const;
  const given = testWindow(goodAnswers(), {}, { status: { ...serverStatusNow, runtime } });
  await given.session.start();
  for (const id of ['golgi.openSample', 'golgi.chooseModel', 'golgi.chooseCorpus', 'golgi.rankNeurons'] as const)
    await runCommand(id, given);
  expect(new Set(given.done)).toEqual(new Set([runtime.reason]));
  expect(given.asked).toEqual([]);
});

test('a model that does not open is told with its code and stays a state', async () => {
  const error = new InputError('MODEL_NOT_ONNX', { file: '/m/model.onnx' }, { found: 'text', expected: 'ONNX', remedy: 'export it again' });
  const refuse = (): never => {
    throw error;
  };
  const given = testWindow({ 'golgi/model/open': refuse });
  await given.session.start();
  await runCommand('golgi.chooseModel', given, '/m');
  expect(given.failures).toEqual([error]);
  expect(given.study.model).toMatchObject({ kind: 'failed', failure: { code: 'MODEL_NOT_ONNX', remedy: 'export it again' } });
});

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

test('models are found beside their tokenizer or in a folder below it', () => {
  expect(modelFolders(['/w/a/onnx/model.onnx', '/w/a/onnx/model_q8.onnx', '/w/b/model.onnx', 'C:\\m\\onnx\\model.onnx'])).toEqual([
    '/w/a',
    '/w/b',
    'C:\\m',
  ]);
});

test('a neuron is shown from the side and for the concept of the row that was clicked', async () => {
  const given = testWindow();
  await runCommand('golgi.goToNeuron', given, { neuron: 'L4.ffn.96', side: 'low', concept: 'upos=VERB' });
  expect(given.selection.now).toMatchObject({ focus: { neuron: 'L4.ffn.96', side: 'low' }, concept: 'upos=VERB' });
  expect(given.done).toEqual(['explorer']);
});

test('what is no neuron is asked for and not shown', async () => {
  const given = testWindow();
  await runCommand('golgi.goToNeuron', given, { neuron: 'L4.ffn.*' });
  await runCommand('golgi.goToNeuron', given, 'rm -rf');
  expect(given.selection.now.focus).toBeNull();
});

test('a fourth pin takes the place of the third, and that is said', async () => {
  const given = testWindow();
  for (const unit of [1, 2, 3, 4]) await runCommand('golgi.pinNeuron', given, `L1.ffn.${unit}`);
  expect(given.selection.now.pins).toEqual(['L1.ffn.1', 'L1.ffn.2', 'L1.ffn.4']);
  expect(given.done).toEqual([expect.stringContaining('L1.ffn.3 gave its place to L1.ffn.4')]);
});

test('the examples of the neuron on show are stepped through, round and round', async () => {
  const given = testWindow(goodAnswers());
  await given.session.start();
  await runCommand('golgi.openSample', given);
  given.selection.send({ type: 'focus', neuron: 'L1.ffn.1', side: 'high' });
  const shown = new Promise<void>((resolve) => given.explorer.onChange(() => given.explorer.view && resolve()));
  given.explorer.refresh();
  await shown;
  for (const id of ['golgi.nextExample', 'golgi.nextExample', 'golgi.nextExample', 'golgi.previousExample'] as const)
    await runCommand(id, given);
  const at = (line: number): string => `reveal file:///bundled/sample.jsonl:${line}:2+4`;
  expect(given.done.filter((each) => each.startsWith('reveal'))).toEqual([at(4), at(9), at(4), at(9)]);
  await runCommand('golgi.back', given);
  expect(given.done.at(-1)).toBe(at(4));
});

test('a word whose line has changed is not highlighted, and the way on is offered', async () => {
  const given = testWindow({ ...goodAnswers(), 'golgi/corpus/words': () => ({ words: [{ word: 7, line: 4, start: 2, end: 6 }] }) });
  await given.session.start();
  await runCommand('golgi.openSample', given);
  const place = { uri: 'file:///bundled/sample.jsonl', word: 40, line: 4, text: 'took', value: 1, percentile: null };
  expect(await showPlace(given, place)).toBe(false);
  expect(given.done.at(-1)).toBe('The line of “took” has changed since the corpus was read.');
  expect(given.done.some((each) => each.startsWith('reveal'))).toBe(false);
});

test('a word that edits above have moved is shown where it is now', async () => {
  const words = ({ fromLine }: { fromLine: number }) => ({ words: fromLine === 4 ? [] : [{ word: 40, line: 6, start: 2, end: 6 }] });
  const given = testWindow({ ...goodAnswers(), 'golgi/corpus/words': words });
  await given.session.start();
  await runCommand('golgi.openSample', given);
  const place = { uri: 'file:///bundled/sample.jsonl', word: 40, line: 4, text: 'took', value: 1, percentile: null };
  expect(await showPlace(given, place)).toBe(true);
  expect(given.done.at(-1)).toBe('reveal file:///bundled/sample.jsonl:6:2+4');
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

test('a corpus with lines that do not parse can be read without them, and stays so', async () => {
  const problem = { found: 'a line of 1 MB', expected: 'less', remedy: 'Break it up, or leave it out with --skip-invalid.' };
  const open = ({ uri, skipInvalid }: { uri: string; skipInvalid?: boolean }) => {
    if (!skipInvalid) throw new InputError('LINE_TOO_LONG', { file: '/w/c.txt', line: 9 }, problem);
    return { id: uri, uri, words: 30, hash: 'h' };
  };
  const storage = new TestStorage();
  const given = testWindow({ ...goodAnswers(), 'golgi/corpus/open': open }, {}, { storage });
  await given.session.start();
  await runCommand('golgi.chooseCorpus', given, '/w/c.txt');
  expect(given.study.corpus).toMatchObject({ kind: 'failed', failure: { remedy: 'Break it up, or leave it out.' } });
  await runCommand('golgi.leaveLinesOut', given);
  expect(given.study.openCorpus).not.toBeNull();
  expect(given.memory.corpus).toEqual({ uri: 'file:///w/c.txt', skipInvalid: true });
});

test('a corpus in the editor that is no file is saved as one first', async () => {
  const saved = { uri: 'file:///w/saved.txt', path: '/w/saved.txt' };
  const given = testWindow(goodAnswers(), {
    activeDocument: () => ({ name: 'Untitled-1', path: undefined }),
    pick: async (choices) => (await choices)[0]?.value,
    saveAsFile: async () => saved,
  });
  await given.session.start();
  await runCommand('golgi.chooseCorpus', given);
  expect(given.study.corpus?.from).toEqual(saved);
});

test('what another program did to the file is said until the corpus is read again', async () => {
  const given = testWindow(goodAnswers());
  await given.session.start();
  await runCommand('golgi.openSample', given);
  given.study.corpusChanged('c1', true);
  given.study.corpusFileChanged('The file has been removed since it was read.');
  expect(given.study.stale).toBe('The file has been removed since it was read.');
  given.study.corpusFileChanged(null);
  expect(given.study.stale).toBe('The document has changed since it was read.');
  await runCommand('golgi.readAgain', given);
  expect(given.study.stale).toBeNull();
});

test('the ranking is walked neuron by neuron, and Back undoes the walk', async () => {
  const given = testWindow(goodAnswers());
  await given.session.start();
  await runCommand('golgi.openSample', given);
  await runCommand('golgi.nextNeuron', given);
  expect(given.done.at(-1)).toContain('Nothing is ranked yet');
  await runCommand('golgi.rankNeurons', given, { concepts: ['upos=VERB'] });
  given.selection.send({ type: 'focus', neuron: 'L3.ffn.412', side: 'high' });
  await runCommand('golgi.nextNeuron', given);
  expect(given.selection.now).toMatchObject({ focus: { neuron: 'L4.ffn.96', side: 'low' }, isPreview: true });
  await runCommand('golgi.back', given);
  expect(given.selection.now).toMatchObject({ focus: { neuron: 'L3.ffn.412' }, isPreview: false });
});

test('what fires at the word under the cursor can be explored without a pointer', async () => {
  const neurons = [{ neuron: 'L2.ffn.7', value: -1.5, percentile: 0.1, place: 3, concept: 'upos=VERB', side: 'low' }];
  const look = { text: 'took', line: 4, start: 2, end: 6, neurons };
  const offered: unknown[] = [];
  const pick: Ui['pick'] = async (choices) => {
    const [first] = await choices;
    offered.push(first);
    return first?.value;
  };
  const given = testWindow(
    { ...goodAnswers(), 'golgi/word/look': () => look, 'golgi/corpus/words': () => ({ words: [{ word: 40, line: 4, start: 2, end: 6 }] }) },
    { pick },
  );
  await given.session.start();
  await runCommand('golgi.openSample', given);
  await runCommand('golgi.exploreHere', given);
  expect(given.done.at(-1)).toContain('Put the cursor on a word');
  const place = { uri: 'file:///bundled/sample.jsonl', word: 40, line: 4, text: 'took', value: null, percentile: null };
  given.selection.send({ type: 'place', place, recorded: false });
  await runCommand('golgi.exploreHere', given);
  expect(offered[0]).toMatchObject({ label: 'L2.ffn.7', description: '−1.50, percentile 0.1', detail: 'upos=VERB' });
  expect(given.selection.now.focus).toEqual({ neuron: 'L2.ffn.7', side: 'low' });
});

test('marked neurons are pinned together, as far as there are channels', async () => {
  const given = testWindow();
  given.selection.send({ type: 'mark', neurons: [1, 2, 3, 4].map((unit) => `L1.ffn.${unit}`) });
  await runCommand('golgi.pinMarked', given);
  expect(given.selection.now.pins).toEqual(['L1.ffn.1', 'L1.ffn.2', 'L1.ffn.3']);
  expect(given.done).toEqual([expect.stringContaining('The first 3 of 4')]);
});

test('a link of a hover is a number that the server knows, or too old', async () => {
  const link = { action: 'pin', neuron: 'L1.ffn.1', corpus: 'c1' };
  const given = testWindow({ 'golgi/hover/link': ({ link: number }: { link: number }) => (number === 7 ? link : null) });
  await given.session.start();
  await runCommand('golgi.hoverLink', given, 7);
  expect(given.selection.now.pins).toEqual(['L1.ffn.1']);
  await runCommand('golgi.hoverLink', given, 8);
  await runCommand('golgi.hoverLink', given, '7');
  expect(given.done).toEqual([expect.stringContaining('too old'), expect.stringContaining('too old')]);
  expect(given.asked).toHaveLength(2);
});

test('a neuron of a hover is looked at from the side on which it is unusual there', async () => {
  const link = { action: 'explore', neuron: 'L1.ffn.1', corpus: 'c1', side: 'low', line: 3, character: 4 };
  const given = testWindow({ 'golgi/hover/link': () => link });
  await given.session.start();
  await runCommand('golgi.hoverLink', given, 7);
  expect(given.selection.now.focus).toEqual({ neuron: 'L1.ffn.1', side: 'low' });
  expect(given.done).toEqual(['explorer']);
});

test('finding elsewhere peeks at the strongest places from the word that was hovered', async () => {
  const link = { action: 'find', neuron: 'L1.ffn.1', corpus: 'c1', side: 'high', line: 3, character: 4 };
  const places = [
    { line: 9, start: 2, end: 6, value: 4 },
    { line: 1, start: 0, end: 3, value: 2 },
  ];
  const given = testWindow({ ...goodAnswers(), 'golgi/hover/link': () => link, 'golgi/neuron/find': () => ({ places }) });
  await given.session.start();
  await runCommand('golgi.openSample', given);
  await runCommand('golgi.hoverLink', given, 7);
  expect(given.done.at(-1)).toBe('peek 3:4 9:2 1:0');
  expect(given.selection.now.focus).toBeNull();
});

test('a saved result keeps the ending by which the editor knows it', async () => {
  const given = testWindow({}, { askWhereToSave: async () => '/w/mine.json' });
  await runCommand('golgi.saveResultAs', given, { file: '/results/r.golgi-result.json' });
  expect(given.done).toEqual(['copy /results/r.golgi-result.json /w/mine.golgi-result.json']);
});
