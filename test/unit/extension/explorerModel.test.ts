import { expect, test } from 'vitest';
import { InputError } from '../../../server/src/protocol/errors';
import type { ExplorerState } from '../../../server/src/protocol/views';
import { runCommand } from '../../../extension/src/commands';
import { goodAnswers, testWindow, TestStorage } from '../../helpers/extensionWindow';
import type { Answers, TestWindow } from '../../helpers/extensionWindow';

/** A window with the sample open. */
async function studied(answers: Answers = {}): Promise<TestWindow> {
  const given = testWindow({ ...goodAnswers(), ...answers });
  await given.session.start();
  await runCommand('golgi.openSample', given);
  given.explorer.refresh();
  return given;
}

function focus(given: TestWindow, neuron: string): void {
  given.selection.send({ type: 'focus', neuron, side: 'high' });
  given.explorer.refresh();
}

function reached({ explorer }: TestWindow, kind: ExplorerState['kind']): Promise<ExplorerState> {
  if (explorer.state.kind === kind) return Promise.resolve(explorer.state);
  return new Promise((resolve) => explorer.onChange(() => explorer.state.kind === kind && resolve(explorer.state)));
}

test('what is missing is said in the order in which a person would do it', async () => {
  const given = testWindow(goodAnswers());
  const reason = (): unknown => {
    given.explorer.refresh();
    return given.explorer.state.kind === 'empty' && given.explorer.state.reason;
  };
  expect(reason()).toBe('no server');
  await given.session.start();
  expect(reason()).toBe('no model');
  await given.study.chooseModel('/m');
  expect(reason()).toBe('no corpus');
  await given.study.chooseCorpus({ uri: 'file:///c.txt', path: '/c.txt' });
  expect(reason()).toBe('no neuron');
});

test('a neuron loads with numbers and is then on show', async () => {
  let finish: () => void = () => undefined;
  const given = await studied({
    'golgi/neuron/view': async ({ neuron }: { neuron: string }, options) => {
      options?.onProgress?.({ stage: 'extracting', done: 1, total: 2, unit: 'words' } as never);
      await new Promise<void>((resolve) => (finish = resolve));
      return { neuron, top: [] };
    },
  });
  focus(given, 'L1.ffn.1');
  await Promise.resolve();
  expect(given.explorer.state).toEqual({ kind: 'loading', neuron: 'L1.ffn.1', progress: { done: 1, total: 2, unit: 'words' } });
  finish();
  expect(await reached(given, 'ready')).toMatchObject({ view: { neuron: 'L1.ffn.1' }, stale: null });
});

test('an answer that comes too late shows nothing', async () => {
  const finish: (() => void)[] = [];
  const given = await studied({
    'golgi/neuron/view': async ({ neuron }: { neuron: string }) => {
      await new Promise<void>((resolve) => finish.push(resolve));
      return { neuron, top: [] };
    },
  });
  focus(given, 'L1.ffn.1');
  focus(given, 'L1.ffn.2');
  await Promise.resolve();
  finish[1]?.();
  await reached(given, 'ready');
  finish[0]?.();
  await Promise.resolve();
  expect(given.explorer.view?.neuron).toBe('L1.ffn.2');
});

test('a failure stays on show with its code', async () => {
  const given = await studied({
    'golgi/neuron/view': () => {
      throw new InputError(
        'NEURON_UNKNOWN',
        {},
        { found: 'no unit 9999 in L1.ffn', expected: '0 to 511', remedy: 'choose a smaller number' },
      );
    },
  });
  focus(given, 'L1.ffn.9999');
  expect(await reached(given, 'failed')).toMatchObject({ neuron: 'L1.ffn.9999', code: 'NEURON_UNKNOWN' });
});

test('a document that changed marks what is on show as stale, and a reverted one does not', async () => {
  const given = await studied();
  focus(given, 'L1.ffn.1');
  await reached(given, 'ready');
  given.study.corpusChanged('c1', true);
  given.explorer.refresh();
  expect(given.explorer.state).toMatchObject({ kind: 'ready', stale: expect.stringContaining('changed') });
  given.study.corpusChanged('c1', false);
  given.explorer.refresh();
  expect(given.explorer.state).toMatchObject({ kind: 'ready', stale: null });
});

test('the same neuron is not asked for twice', async () => {
  const given = await studied();
  focus(given, 'L1.ffn.1');
  await reached(given, 'ready');
  given.explorer.refresh();
  expect(given.asked.filter(({ method }) => method === 'golgi/neuron/view')).toHaveLength(1);
});

test('a window that comes back opens its model and corpus again and has its ranking', async () => {
  const storage = new TestStorage();
  const before = testWindow(goodAnswers(), {}, { storage });
  await before.session.start();
  await runCommand('golgi.openSample', before);
  await runCommand('golgi.rankNeurons', before, { concepts: ['upos=VERB'] });
  const after = testWindow(goodAnswers(), {}, { storage });
  await after.session.start();
  await after.study.resume();
  expect(after.study).toMatchObject({ model: { kind: 'open', from: '/bundled/demo' }, corpus: { kind: 'open' } });
  expect(after.study.ranking?.rankings).toHaveLength(1);
});

test('a model that went away in the meantime is a state and stops nothing else', async () => {
  const storage = new TestStorage();
  void storage.update('golgi.model', '/gone');
  void storage.update('golgi.corpus', { uri: 'file:///c.txt' });
  const given = testWindow({ 'golgi/corpus/open': goodAnswers()['golgi/corpus/open'] ?? (() => null) }, {}, { storage });
  await given.session.start();
  await given.study.resume();
  expect(given.study.model?.kind).toBe('failed');
  expect(given.study.corpus?.kind).toBe('open');
});
