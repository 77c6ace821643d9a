import { expect, test, vi } from 'vitest';
import { ChosenTaps } from '../../../extension/src/chosenTaps';
import type { SettingScope } from '../../../extension/src/chosenTaps';
import { CardModel } from '../../../extension/src/cardModel';
import { runCommand } from '../../../extension/src/commands';
import { chooseTap } from '../../../extension/src/commands/modelCard';
import { fromCard } from '../../../extension/src/views/fromPages';
import { InputError } from '../../../server/src/protocol/errors';
import type { Problem } from '../../../server/src/protocol/errors';
import type { ReadModelCardParams } from '../../../server/src/protocol/messages';
import { goodAnswers, testWindow, untilCancelled } from '../../helpers/extensionWindow';
import type { Answers, TestWindow } from '../../helpers/extensionWindow';
import { sampleCard } from '../../webview/cardStates';

const file = '/m/onnx/model.onnx';
const ofFolder: Answers = { 'golgi/model/card': () => ({ ...sampleCard, files: [file] }) };

async function opened(answers: Answers): Promise<{ given: TestWindow; model: CardModel }> {
  const given = testWindow(answers);
  await given.session.start();
  const ask: TestWindow['session']['ask'] = (message, params, options) => given.session.ask(message, params, options);
  const model = new CardModel(file, { ask, state: () => given.session.state, chosenTaps: given.chosenTaps });
  model.refresh();
  await vi.waitFor(() => expect(['ready', 'failed']).toContain(model.state.kind));
  return { given, model };
}

test('a file that its folder takes is the model of the folder, any other file is its own', async () => {
  const { model } = await opened(ofFolder);
  expect(model.path).toBe('/m');
  const other = await opened({ 'golgi/model/card': () => ({ ...sampleCard, files: ['/m/onnx/another.onnx'] }) });
  expect(other.model.path).toBe(file);
  expect(other.given.asked.map(({ params }) => (params as ReadModelCardParams).model.folder)).toEqual(['/m', file]);
});

test('a chosen tap is asked for by card and study, and undone again', async () => {
  const { given, model } = await opened({ ...goodAnswers(), ...ofFolder });
  await runCommand('golgi.chooseModel', given, '/m');
  await given.chosenTaps.choose('/m', 'L1.hidden', '/h.0/Add');
  const choice = { folder: '/m', chosenTaps: [{ tap: 'L1.hidden', tensor: '/h.0/Add' }] };
  model.refresh();
  expect(given.asked.at(-1)?.params).toEqual({ model: choice, check: false });
  await given.study.followChosenTaps();
  expect(given.asked.at(-1)).toEqual({ method: 'golgi/model/open', params: choice });
  await given.chosenTaps.choose('/m', 'L1.hidden', null);
  await given.study.followChosenTaps();
  expect(given.asked.at(-1)?.params).toEqual({ folder: '/m', chosenTaps: [] });
  const asked = given.asked.length;
  await given.study.followChosenTaps();
  expect(given.asked).toHaveLength(asked);
});

test('a tap that was chosen for the person and for the folder is put back in both, and other choices stay where they are', async () => {
  const settings: unknown[] = [
    { '/m': { 'L1.ffn': '/a', 'L2.ffn': '/b' }, '/n': { 'L1.ffn': '/a' } },
    { '/m': { 'L1.ffn': '/c' }, odd: 7 },
  ];
  const written: number[] = [];
  const scope = (i: number): SettingScope => ({
    value: settings[i],
    write: async (value) => {
      settings[i] = value;
      written.push(i);
    },
  });
  const taps = new ChosenTaps({ scopes: () => [scope(0), scope(1)], keyOf: (path) => path });
  expect(taps.of('/m')).toEqual([
    { tap: 'L1.ffn', tensor: '/c' },
    { tap: 'L2.ffn', tensor: '/b' },
  ]);
  await taps.choose('/m', 'L3.ffn', '/d');
  expect(settings[1]).toEqual({ '/m': { 'L1.ffn': '/c', 'L3.ffn': '/d' }, odd: {} });
  await taps.choose('/m', 'L1.ffn', null);
  expect(settings[0]).toEqual({ '/m': { 'L2.ffn': '/b' }, '/n': { 'L1.ffn': '/a' } });
  expect(taps.of('/m')).toEqual([
    { tap: 'L2.ffn', tensor: '/b' },
    { tap: 'L3.ffn', tensor: '/d' },
  ]);
  await taps.forget('/m');
  expect(taps.of('/m')).toEqual([]);
  expect(settings[0]).toEqual({ '/n': { 'L1.ffn': '/a' } });
  expect(written).toEqual([1, 0, 1, 0, 1]);
});

test('the candidates of a tap are offered with their reasons, and what is picked is kept', async () => {
  const given = testWindow({}, { pick: async (choices) => (await choices)[0]?.value });
  await chooseTap(given, '/m', sampleCard, 'L1.hidden');
  expect(given.chosenTaps.of('/m')).toEqual([{ tap: 'L1.hidden', tensor: '/h.0/Add' }]);
  expect(given.chosenTaps.of('/other')).toEqual([]);
});

test('a broken model shows every finding of its file', async () => {
  const finding = (found: string): Problem => ({ code: 'MODEL_OP', place: { file }, found, expected: '', remedy: 'export it again' });
  const error = new InputError([finding('one'), finding('two')]);
  const { model } = await opened({
    'golgi/model/card': () => {
      throw error;
    },
  });
  expect(model.state).toMatchObject({ kind: 'failed', hasChosenTaps: false });
  expect(model.state.kind === 'failed' && model.state.problems.map(({ message }) => message)).toEqual([
    'model.onnx: one',
    'model.onnx: two',
  ]);
});

test('a self-check that is stopped leaves the card as it was', async () => {
  const { model } = await opened({
    'golgi/model/card': (params: ReadModelCardParams, options) =>
      params.check ? untilCancelled(params as never, options) : { ...sampleCard, files: [file] },
  } as Answers);
  const checking = model.check();
  expect(model.state).toMatchObject({ check: { kind: 'running' } });
  model.stop();
  await checking;
  expect(model.state).toMatchObject({ kind: 'ready', check: { kind: 'not run' } });
});

test('the command opens the card of the model that is studied, or of the one given', async () => {
  const given = testWindow(goodAnswers());
  await given.session.start();
  await runCommand('golgi.showModelCard', given, '/bundled/demo');
  await runCommand('golgi.openSample', given);
  await runCommand('golgi.showModelCard', given);
  expect(given.done.filter((each) => each.startsWith('card'))).toEqual(Array(2).fill('card /bundled/demo/model.onnx'));
});

test('messages of the page are read as what they are', () => {
  expect(fromCard({ type: 'choose', tap: 'L1.ffn', more: 1 })).toEqual({ type: 'choose', tap: 'L1.ffn' });
  expect(fromCard({ type: 'choose', tap: 3 })).toBeUndefined();
  expect(fromCard({ type: 'command', command: 'workbench.action.terminal.new' })).toBeUndefined();
  expect(fromCard(null)).toBeUndefined();
});
