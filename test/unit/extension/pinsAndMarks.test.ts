/** Pins and marks of several neurons at once, and what is said where there is not room for all. */
import { expect, test } from 'vitest';
import { runCommand } from '../../../extension/src/commands';
import { mark, pin } from '../../../extension/src/commands/neurons';
import { explorerSnapshot } from '../../../extension/src/views/explorerSnapshot';
import { fromExplorer, fromTable } from '../../../extension/src/views/fromPages';
import { digest, goodAnswers, testWindow } from '../../helpers/extensionWindow';

const neurons = (...units: readonly number[]): string[] => units.map((unit) => `L1.ffn.${unit}`);

test('marked neurons that are pinned on three pins take the places of all three, which is said once', async () => {
  const given = testWindow();
  pin(given, neurons(1, 2, 3));
  given.selection.send({ type: 'mark', neurons: neurons(7, 8, 9) });
  await runCommand('golgi.pinMarked', given);
  expect(given.selection.now.pins).toEqual(neurons(7, 8, 9));
  expect(given.done).toEqual([
    'L1.ffn.1 and L1.ffn.2 and L1.ffn.3 gave their places to L1.ffn.7 and L1.ffn.8 and L1.ffn.9: three neurons can be pinned.',
  ]);
});

test('more neurons than can be compared are marked up to the hundredth, and that is said', () => {
  const given = testWindow();
  const many = neurons(...Array(250).keys());
  expect([fromTable, fromExplorer].map((read) => read({ type: 'mark', neurons: many }))).toEqual(
    Array(2).fill({ type: 'mark', neurons: many }),
  );
  mark(given, many);
  expect(given.selection.now.marks).toEqual(many.slice(0, 100));
  mark(given, neurons(1, 2, 2));
  expect(given.selection.now.marks).toEqual(neurons(1, 2));
  expect(given.done).toEqual(['The first 100 of 250 neurons are marked: more cannot be compared.']);
});

test('pages pin lists of neurons', () => {
  for (const read of [fromTable, fromExplorer]) {
    expect(read({ type: 'pin', neurons: neurons(1, 2) })).toEqual({ type: 'pin', neurons: neurons(1, 2) });
    expect(read({ type: 'pin', neurons: ['L1.ffn.1', ''] })).toBeUndefined();
    expect(read({ type: 'pin', neuron: 'L1.ffn.1' })).toBeUndefined();
  }
});

test('who walks the first ranking because the concept is not ranked sees the concept of that ranking', async () => {
  const given = testWindow(goodAnswers());
  await given.session.start();
  await runCommand('golgi.openSample', given);
  await runCommand('golgi.rankNeurons', given, { concepts: ['upos=VERB'] });
  given.selection.send({ type: 'concept', concept: 'upos=NOUN' });
  await runCommand('golgi.nextNeuron', given);
  expect(given.selection.now).toMatchObject({ focus: { neuron: digest.neurons[0].id }, concept: 'upos=VERB', isPreview: true });
});

test('the explorer is told nothing that it shows already', () => {
  const given = testWindow();
  const { selection, explorer } = given;
  const shown = { state: explorer.state, compared: given.compared.now, hovered: null };
  const first = explorerSnapshot(selection, shown, undefined);
  expect(first).toMatchObject({ type: 'snapshot', selection: selection.now, canGoBack: false, canGoForward: false });
  expect(explorerSnapshot(selection, shown, first)).toBe(first);
  pin(given, neurons(1));
  expect(explorerSnapshot(selection, shown, first).selection.pins).toEqual(neurons(1));
  expect(explorerSnapshot(selection, { ...shown, state: { kind: 'empty', reason: 'restricted' } }, first)).toMatchObject({
    state: { reason: 'restricted' },
  });
  expect(explorerSnapshot(selection, { ...shown, hovered: { text: 'took', value: 1 } }, first).hovered).toEqual({ text: 'took', value: 1 });
});
