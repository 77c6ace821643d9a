import { expect, test } from 'vitest';
import { InputError } from '../../../server/src/protocol/errors';
import { progressText, said, saidInLine, timeText } from '../../../extension/src/said';
import { readSettings } from '../../../extension/src/settings';
import { fromExplorer, fromTable } from '../../../extension/src/views/fromPages';
import { paintItem } from '../../../extension/src/views/paintItem';
import { pinRows, resultRows } from '../../../extension/src/views/rows';
import { contextWriter } from '../../../extension/src/contextKeys';

test('pins say what they are painted as and from where to where', () => {
  const scales = new Map([['L3.ffn.412', { centre: 0, high: 4.4, low: null }]]);
  expect(pinRows(['L3.ffn.412', 'L8.hidden.177'], scales).map(({ description }) => description)).toEqual(['fill, 0 to 4.40', 'underline']);
});

test('the newest result stands first', () => {
  const files = [1, 3, 2].map((changed) => ({ path: `/r/${changed}.golgi-result.json`, changed, own: true }));
  expect(resultRows(files).map(({ label }) => label)).toEqual(['3', '2', '1']);
});

test('a result made here says when, by the clock on the wall', () => {
  const changed = new Date(2026, 10, 3, 5, 7).getTime();
  expect(resultRows([{ path: '/r/1.golgi-result.json', changed, own: true }])[0]?.description).toBe('3 Nov 2026, 05:07');
});

test('the status bar says what runs, else what is painted, else nothing', () => {
  const painted = { running: null, pins: ['L3.ffn.412', 'L8.hidden.177'], scales: new Map(), on: true, formula: null };
  expect(paintItem(painted)).toMatchObject({ text: '$(paintcan) L3.ffn.412 and 1 more', command: 'golgi.togglePaint' });
  expect(paintItem({ ...painted, on: false })?.text).toBe('$(paintcan) L3.ffn.412 and 1 more (off)');
  const running = { title: 'Ranking', progress: { stage: 'extracting', done: 61, total: 100, unit: 'words' } };
  expect(paintItem({ ...painted, running })).toMatchObject({ text: '$(loading~spin) Ranking 61\u202f%', command: 'golgi.cancel' });
  const formula = paintItem({ ...painted, formula: 'L3.ffn.412' });
  expect(formula).toMatchObject({ text: '$(paintcan) L3.ffn.412 ≠ formula', command: 'golgi.stopPaintingFormula' });
  expect(paintItem({ ...painted, pins: [] })).toBeUndefined();
});

test('progress has numbers, and the time that is left once it can be known', () => {
  const progress = { stage: 'extracting', done: 15_140, total: 24_816, unit: 'words' };
  expect(progressText(progress, 156_000)).toBe('15,140 of 24,816 words, 1 min 40 s left');
  expect(progressText({ ...progress, done: 10 }, 5_000)).toBe('10 of 24,816 words');
  expect([38, 12_400, 60_000].map(timeText)).toEqual(['38 ms', '12 s', '1 min']);
});

test('a failure is said with place, remedy and how many more there are', () => {
  const found = { found: 'line has 14 words and 13 tags', expected: 'as many', remedy: 'add a tag' };
  const error = new InputError('LABEL_COUNT', { file: '/w/c.label', line: 1204 }, found);
  expect(said(error)).toEqual({
    code: 'LABEL_COUNT',
    message: 'c.label, line 1204: line has 14 words and 13 tags; expected as many',
    remedy: 'add a tag',
  });
  expect(said('x')).toMatchObject({ code: 'DEFECT', message: 'x' });
});

test('a failure in one line keeps paths and names as they are, and ends each sentence once', () => {
  const found = { found: 'no tap of ../models/x', expected: 'one', remedy: 'look at ../models/x.' };
  expect(saidInLine(new InputError('MODEL_TAP', {}, found))).toBe('No tap of ../models/x; expected one. Look at ../models/x. (MODEL_TAP)');
  expect(saidInLine(new InputError('MODEL_TAP', { file: '/m/model.onnx' }, { ...found, found: 'broken', remedy: 're-export it…' }))).toBe(
    'model.onnx: broken; expected one. Re-export it… (MODEL_TAP)',
  );
  expect(saidInLine('Is it there?')).toBe('Is it there? The log says more. (DEFECT)');
});

test('messages of the explorer are read field by field', () => {
  expect(fromExplorer({ type: 'focus', neuron: 'L3.ffn.412', side: 'low', more: 1 })).toEqual({
    type: 'focus',
    neuron: 'L3.ffn.412',
    side: 'low',
  });
  expect(fromExplorer({ type: 'open', line: 3, character: 0, length: 4 })).toEqual({ type: 'open', line: 3, character: 0, peek: false });
  const bad = [
    undefined,
    null,
    'ready',
    { type: 'focus', neuron: 'L3.ffn.*', side: 'low' },
    { type: 'focus', neuron: 'L3.ffn.1', side: 'left' },
    { type: 'open', line: -1, character: 0 },
    { type: 'open', line: 1.5, character: 0 },
    { type: 'command', command: 'workbench.action.terminal.sendSequence' },
    { type: 'step', by: 2 },
    { type: 'examples', tab: 'best' },
    { type: '__proto__' },
  ];
  expect(bad.map(fromExplorer)).toEqual(bad.map(() => undefined));
});

test('messages of the table are read field by field', () => {
  const focus = { type: 'focus', neuron: 'L3.ffn.412', side: 'high', concept: 'c', keep: true };
  expect(fromTable(focus)).toEqual(focus);
  expect(fromTable({ type: 'mark', neurons: ['L1.ffn.1'] })).toEqual({ type: 'mark', neurons: ['L1.ffn.1'] });
  expect(fromTable({ type: 'copy', text: 'a\tb' })).toEqual({ type: 'copy', text: 'a\tb' });
  expect(fromTable({ type: 'method', method: 'ap' })).toEqual({ type: 'method', method: 'ap' });
  expect(fromTable({ type: 'method', method: 7 })).toBeUndefined();
  expect(fromTable({ type: 'mark', neurons: ['L1.ffn.1', '<img>'] })).toBeUndefined();
  expect([{ type: 'copy', text: 7 }, { type: 'pin', neuron: '' }, { type: 'focus' }].map(fromTable)).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});

test('settings that a person has written in another form are read as far as they make sense', () => {
  const read = (settings: Readonly<Record<string, unknown>>) => readSettings({ get: (name) => settings[name] });
  const usual = { methods: ['ap'], taps: ['hidden', 'ffn'], provider: 'cpu' };
  expect(read({ taps: 'ffn', methods: 'auroc', executionProvider: 'webgpu' })).toEqual({
    provider: 'webgpu',
    methods: ['auroc'],
    taps: ['ffn'],
  });
  expect(read({ taps: ['final', 7, 'ffn', 'nope', 'ffn'], methods: ['ap', null, {}] })).toEqual({
    methods: ['ap'],
    taps: ['final', 'ffn'],
    provider: 'cpu',
  });
  for (const odd of [{}, { taps: null, methods: 7 }, { taps: { ffn: true }, methods: [''] }, { taps: [], methods: [] }])
    expect(read(odd)).toEqual(usual);
});

test('context keys are set when they change and not each time', () => {
  const set: string[] = [];
  const write = contextWriter((key, value) => set.push(`${key}=${value}`));
  write({ a: true, b: false });
  write({ a: true, b: true });
  expect(set).toEqual(['a=true', 'b=false', 'b=true']);
});
