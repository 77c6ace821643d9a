import { expect, test } from 'vitest';
import manifest from '../../../package.json';
import { commands, runCommand } from '../../../extension/src/commands';
import { modelFolders } from '../../../extension/src/commands/choose';
import { CancelledError, InputError } from '../../../server/src/protocol/errors';
import { goodAnswers, serverStatusNow, testWindow, TestStorage } from '../../helpers/extensionWindow';

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

test('models are found beside their tokenizer or in a folder below it', () => {
  expect(modelFolders(['/w/a/onnx/model.onnx', '/w/a/onnx/model_q8.onnx', '/w/b/model.onnx', 'C:\\m\\onnx\\model.onnx'])).toEqual([
    '/w/a',
    '/w/b',
    'C:\\m',
  ]);
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

test('a large corpus is read with numbers, and when that is cancelled the corpus of before stays', async () => {
  const stop = new AbortController();
  const open = ({ uri }: { uri: string }, options?: { readonly signal?: AbortSignal }) => {
    if (uri.endsWith('large.txt')) stop.abort();
    if (options?.signal?.aborted) throw new CancelledError();
    return { id: uri, uri, words: 30, hash: 'h', isShared: true };
  };
  const shown: string[] = [];
  const given = testWindow(
    { ...goodAnswers(), 'golgi/corpus/open': open },
    {
      sizeOf: async (uri) => (uri.endsWith('large.txt') ? 100_000_000 : 100),
      progress: (title, work) => {
        shown.push(title);
        return work(() => undefined, stop.signal);
      },
    },
  );
  await given.session.start();
  await runCommand('golgi.chooseCorpus', given, '/w/small.txt');
  await runCommand('golgi.chooseCorpus', given, '/w/large.txt');
  expect(shown).toEqual(['Reading large.txt']);
  expect(given.study.openCorpus?.uri).toBe('file:///w/small.txt');
  expect(given.memory.corpus?.uri).toBe('file:///w/small.txt');
  expect(given.done.at(-1)).toBe('large.txt was not read to its end. The corpus is still small.txt.');
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

test('a saved result keeps the ending by which the editor knows it', async () => {
  const given = testWindow({}, { askWhereToSave: async () => '/w/mine.json' });
  await runCommand('golgi.saveResultAs', given, { file: '/results/r.golgi-result.json' });
  expect(given.done).toEqual(['copy /results/r.golgi-result.json /w/mine.golgi-result.json']);
});
