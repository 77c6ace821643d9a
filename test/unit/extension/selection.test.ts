import { expect, test } from 'vitest';
import { historyLength, mostMarks, nothingSelected, SelectionStore } from '../../../extension/src/selection';
import { Memory } from '../../../extension/src/memory';
import { TestStorage } from '../../helpers/extensionWindow';

const look = (unit: number) => ({ type: 'focus', neuron: `L1.ffn.${unit}`, side: 'high' }) as const;
const place = (line: number) => ({ uri: 'file:///c.txt', word: 10 * line, line, text: 'took', value: 2, percentile: 90 });

test('Back returns to the neuron before, Forward to the one after', () => {
  const store = new SelectionStore();
  store.send(look(1));
  expect(store.canGoBack).toBe(false);
  store.send(look(2));
  store.send({ type: 'back' });
  expect(store.now.focus?.neuron).toBe('L1.ffn.1');
  expect(store.canGoForward).toBe(true);
  store.send({ type: 'forward' });
  expect(store.now.focus?.neuron).toBe('L1.ffn.2');
});

test('going somewhere new forgets what Forward would have shown', () => {
  const store = new SelectionStore();
  for (const unit of [1, 2]) store.send(look(unit));
  store.send({ type: 'back' });
  store.send(look(3));
  expect(store.canGoForward).toBe(false);
});

test('pins and concept stay as they are when one goes back', () => {
  const store = new SelectionStore();
  for (const unit of [1, 2]) store.send(look(unit));
  store.send({ type: 'pin', neurons: ['L1.ffn.9'] });
  store.send({ type: 'concept', concept: 'upos=VERB' });
  store.send({ type: 'back' });
  expect(store.now).toMatchObject({ pins: ['L1.ffn.9'], concept: 'upos=VERB' });
});

test('a place where the cursor came by is no step of the history, one that was asked for is', () => {
  const store = new SelectionStore();
  store.send(look(1));
  store.send({ type: 'place', place: place(3), recorded: false });
  expect(store.canGoBack).toBe(false);
  store.send({ type: 'place', place: place(4), recorded: true });
  store.send({ type: 'back' });
  expect(store.now.place?.line).toBe(3);
});

test('a word that was gone to is left by Back for the word before, and no step is lost on a cursor that was nowhere', () => {
  const store = new SelectionStore();
  store.send(look(1));
  store.send({ type: 'place', place: place(4), recorded: true });
  expect(store.canGoBack).toBe(false);
  store.send({ type: 'place', place: place(9), recorded: true });
  store.send({ type: 'back' });
  expect(store.now.place).toEqual(place(4));
  store.send({ type: 'forward' });
  expect(store.now.place).toEqual(place(9));
});

test('neurons that are only passed by are shown and not remembered', () => {
  const store = new SelectionStore();
  for (const unit of [1, 2]) store.send(look(unit));
  for (const unit of [3, 4, 5]) store.send({ ...look(unit), preview: true });
  expect(store.now).toMatchObject({ focus: { neuron: 'L1.ffn.5' }, isPreview: true });
  store.send({ type: 'back' });
  expect(store.now).toMatchObject({ focus: { neuron: 'L1.ffn.2' }, isPreview: false });
  store.send({ type: 'back' });
  expect(store.now.focus?.neuron).toBe('L1.ffn.1');
});

test('a preview that is kept, or whose words are gone to, is one step from what was there before it', () => {
  for (const keep of [look(4), { type: 'place', place: place(3), recorded: true } as const]) {
    const store = new SelectionStore();
    store.send(look(1));
    for (const unit of [3, 4]) store.send({ ...look(unit), preview: true });
    store.send(keep);
    expect(store.now).toMatchObject({ focus: { neuron: 'L1.ffn.4' }, isPreview: false });
    store.send({ type: 'back' });
    expect(store.now.focus?.neuron).toBe('L1.ffn.1');
    expect(store.canGoBack).toBe(false);
  }
});

test('Escape, or a walk back to where it began, ends a preview', () => {
  const store = new SelectionStore();
  store.send(look(1));
  store.send({ ...look(2), preview: true });
  store.send({ type: 'restore' });
  expect(store.now).toMatchObject({ focus: { neuron: 'L1.ffn.1' }, isPreview: false });
  store.send({ ...look(2), preview: true });
  store.send({ ...look(1), preview: true });
  expect(store.now.isPreview).toBe(false);
  expect(store.canGoBack).toBe(false);
});

test.each([
  ['on no pins the first three, once each', '', 'abbcd', 'abc'],
  ['one on three takes the place of the last', 'xyz', 'a', 'xya'],
  ['two on three leave the oldest', 'xyz', 'ab', 'xab'],
  ['three on three take all places', 'xyz', 'abc', 'abc'],
  ['one that is pinned keeps its channel', 'xyz', 'ay', 'xya'],
  ['those that are pinned already, in another order', 'xyz', 'zy', 'xyz'],
  ['none', 'xy', '', 'xy'],
])('several pins come at once: %s', (_, before, wanted, after) => {
  const neurons = (letters: string): string[] => [...letters].map((letter) => `L1.ffn.${letter.charCodeAt(0)}`);
  const store = new SelectionStore({ ...nothingSelected, pins: neurons(before) });
  let heard = 0;
  store.onChange(() => heard++);
  store.send({ type: 'pin', neurons: neurons(wanted) });
  expect(store.now.pins).toEqual(neurons(after));
  expect(heard).toBe(before === after ? 0 : 1);
});

test('marks are a set with an end', () => {
  const store = new SelectionStore();
  store.send({ type: 'mark', neurons: ['L1.ffn.2', 'L1.ffn.1', 'L1.ffn.2'] });
  expect(store.now.marks).toEqual(['L1.ffn.2', 'L1.ffn.1']);
  store.send({ type: 'mark', neurons: Array.from({ length: 500 }, (_, unit) => `L1.ffn.${unit}`) });
  expect(store.now.marks).toHaveLength(mostMarks);
});

test('another neuron keeps the word and not the value that the first had there', () => {
  const store = new SelectionStore();
  store.send(look(1));
  store.send({ type: 'place', place: place(3), recorded: false });
  store.send({ ...look(1), side: 'low' });
  expect(store.now.place?.value).toBe(2);
  store.send(look(2));
  expect(store.now.place).toEqual({ ...place(3), value: null, percentile: null });
});

test('the history has an end', () => {
  const store = new SelectionStore();
  for (let unit = 0; unit < historyLength + 20; unit++) store.send(look(unit));
  let steps = 0;
  for (; store.canGoBack; steps++) store.send({ type: 'back' });
  expect(steps).toBe(historyLength);
});

test('who listens hears of changes only', () => {
  const store = new SelectionStore();
  let heard = 0;
  store.onChange(() => heard++);
  store.send(look(1));
  for (const intent of [look(1), { type: 'unpinAll' }, { type: 'back' }, { type: 'unpin', neuron: 'L9.ffn.9' }] as const)
    store.send(intent);
  expect(heard).toBe(1);
});

test('a selection comes back as it was, without the place', () => {
  const storage = new TestStorage();
  const selection = {
    focus: { neuron: 'L1.ffn.1', side: 'low' },
    isPreview: false,
    place: place(1),
    concept: 'upos=VERB',
    pins: ['L1.ffn.2'],
    marks: ['L1.ffn.3', 'L1.ffn.4'],
  } as const;
  new Memory(storage, storage).keepSelection(selection);
  expect(new Memory(storage, storage).selection).toEqual({ ...selection, place: null });
});

test('what another version or another hand has stored does no harm', () => {
  const storage = new TestStorage();
  void storage.update('golgi.selection', {
    focus: { neuron: '<img>', side: 4 },
    concept: 7,
    marks: 'all',
    pins: ['L1.ffn.1', 3, 'x', 'L1.ffn.2', 'L1.ffn.3', 'L1.ffn.4'],
  });
  void storage.update('golgi.ranking', { rankings: 'many' });
  void storage.update('golgi.recentModels', ['/a', 2]);
  const memory = new Memory(storage, storage);
  expect(memory.selection).toEqual({ ...nothingSelected, pins: ['L1.ffn.1', 'L1.ffn.2', 'L1.ffn.3'] });
  expect(memory.ranking).toBeNull();
  expect(memory.recentModels).toEqual(['/a']);
});

test('models used before are listed once, the last one first', () => {
  const storage = new TestStorage();
  const memory = new Memory(storage, storage);
  for (const folder of ['/a', '/b', '/a']) memory.keepModel(folder);
  expect(memory.recentModels).toEqual(['/a', '/b']);
});
