/** Collections: neurons that somebody keeps together under a name. */
import { expect, test } from 'vitest';
import { runCommand } from '../../../extension/src/commands';
import { Memory } from '../../../extension/src/memory';
import type { Ui } from '../../../extension/src/ui';
import { collectionRows } from '../../../extension/src/views/rows';
import { TestStorage, testWindow } from '../../helpers/extensionWindow';

test('a neuron is kept in a collection that is named for it, then in the same one by choice, each once', async () => {
  const storage = new TestStorage();
  const ask: Ui['ask'] = async () => 'tense set';
  const pick: Ui['pick'] = async (choices) => (await choices)[0]?.value;
  const given = testWindow({}, { ask, pick }, { storage });
  await runCommand('golgi.collectNeuron', given, { neuron: 'L3.ffn.412' });
  await runCommand('golgi.collectNeuron', given, { neuron: 'L4.ffn.96' });
  await runCommand('golgi.collectNeuron', given, { neuron: 'L3.ffn.412' });
  expect(given.collections.all).toEqual([{ name: 'tense set', neurons: ['L3.ffn.412', 'L4.ffn.96'] }]);
  expect(new Memory(storage, new TestStorage()).collections).toEqual(given.collections.all);
});

test('all marked neurons are kept and taken out together when the one that is acted on is one of them', async () => {
  const given = testWindow({}, { ask: async () => 'odd ones' });
  given.selection.send({ type: 'mark', neurons: ['L1.ffn.1', 'L1.ffn.2'] });
  await runCommand('golgi.collectNeuron', given, 'L1.ffn.2');
  expect(given.collections.all[0]?.neurons).toEqual(['L1.ffn.1', 'L1.ffn.2']);
  await runCommand('golgi.removeFromCollection', given, { neuron: 'L1.ffn.1', collection: 'odd ones' });
  expect(given.collections.all).toEqual([{ name: 'odd ones', neurons: [] }]);
});

test('a collection takes another name, takes in the one that has it already, and is deleted after a question', async () => {
  let answer: boolean | undefined = false;
  const pick = (async () => answer) as Ui['pick'];
  const given = testWindow({}, { ask: async () => 'both', pick });
  given.collections.add('one', ['L1.ffn.1']);
  given.collections.add('both', ['L1.ffn.2']);
  await runCommand('golgi.renameCollection', given, { collection: 'one' });
  expect(given.collections.all).toEqual([{ name: 'both', neurons: ['L1.ffn.2', 'L1.ffn.1'] }]);
  await runCommand('golgi.deleteCollection', given, { collection: 'both' });
  expect(given.collections.all).toHaveLength(1);
  answer = true;
  await runCommand('golgi.deleteCollection', given, { collection: 'both' });
  expect(given.collections.all).toEqual([]);
});

test('rows of collections count their neurons and tick those that are marked', () => {
  const [row] = collectionRows([{ name: 'tense set', neurons: ['L1.ffn.1', 'L1.ffn.2'] }], ['L1.ffn.2']);
  expect(row).toMatchObject({ label: 'tense set', description: '2', checked: false, kind: 'collection' });
  expect(row?.rows?.map(({ label, checked }) => [label, checked])).toEqual([
    ['L1.ffn.1', false],
    ['L1.ffn.2', true],
  ]);
});

test('collections that something else has written are read with every doubt', () => {
  const storage = new TestStorage();
  void storage.update('golgi.collections', [{ name: 'a', neurons: ['L1.ffn.1', 'x', 3] }, { neurons: [] }, { name: 7 }]);
  expect(new Memory(storage, new TestStorage()).collections).toEqual([{ name: 'a', neurons: ['L1.ffn.1'] }]);
});
