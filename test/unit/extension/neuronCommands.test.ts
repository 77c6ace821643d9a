/** Looking at neurons by commands: which is shown, from which side, where it fires, and what is pinned. */
import type { Ui } from '../../../extension/src/ui';
import { expect, test } from 'vitest';
import { runCommand } from '../../../extension/src/commands';
import { showPlace } from '../../../extension/src/commands/places';
import { HoveredWord } from '../../../extension/src/hoveredWord';
import { goodAnswers, testWindow } from '../../helpers/extensionWindow';

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

test('the examples that are stepped through are those of the open list, from its first; where it has none, the bands', async () => {
  const given = testWindow(goodAnswers());
  await given.session.start();
  await runCommand('golgi.openSample', given);
  given.selection.send({ type: 'focus', neuron: 'L1.ffn.1', side: 'high' });
  const shown = new Promise<void>((resolve) => given.explorer.onChange(() => given.explorer.view && resolve()));
  given.explorer.refresh();
  await shown;
  const lines = (): (number | undefined)[] => [1, 1].map(() => given.explorer.step(1)?.line);
  expect(lines()).toEqual([4, 9]);
  given.explorer.openTab('lowest');
  expect(lines()).toEqual([9, 9]);
  given.explorer.openTab('top');
  expect(lines()).toEqual([4, 9]);
  given.explorer.openTab('wrong');
  expect(given.explorer.step(-1)?.line).toBe(9);
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

test('the word that the pointer rests on is shown with its value, recorded nowhere, and gone once the cursor moves', async () => {
  const neurons = [{ neuron: 'L2.ffn.7', value: -1.5, percentile: 0.1, place: 3, concept: null, side: 'low' }];
  const given = testWindow({ ...goodAnswers(), 'golgi/word/look': () => ({ text: 'took', line: 4, start: 2, end: 6, neurons }) });
  await given.session.start();
  await runCommand('golgi.openSample', given);
  const hovered = new HoveredWord({ ...given, ask: given.session.ask.bind(given.session), log: (text) => given.done.push(text) });
  const uri = 'file:///bundled/sample.jsonl';
  await hovered.look(uri, 4, 2);
  expect(hovered.now, 'without a neuron there is nothing to mark').toBeNull();
  given.selection.send({ type: 'focus', neuron: 'L2.ffn.7', side: 'high' });
  const { now } = given.selection;
  let told = 0;
  hovered.onChange(() => told++);
  await hovered.look('file:///other.txt', 4, 2);
  expect(hovered.now).toBeNull();
  await hovered.look(uri, 4, 2);
  expect(hovered.now).toEqual({ text: 'took', value: -1.5 });
  expect(given.selection.now).toBe(now);
  const place = { uri, word: 41, line: 5, text: 'it', value: null, percentile: null };
  given.selection.send({ type: 'place', place, recorded: false });
  expect(hovered.now).toBeNull();
  expect(told).toBe(2);
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
