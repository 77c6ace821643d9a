/** Go to Neuron: what is meant by what is typed, which neurons are offered for it, and what a look at one leaves behind. */
import { describe, expect, test } from 'vitest';
import { runCommand } from '../../../extension/src/commands';
import { neuronQuery } from '../../../extension/src/goTo/neuronQuery';
import { neuronRows, wordRows } from '../../../extension/src/goTo/neuronRows';
import type { NeuronRow } from '../../../extension/src/goTo/neuronRows';
import type { NeuronPick } from '../../../extension/src/goTo/pickNeuron';
import type { RankingDigest } from '../../../server/src/protocol/messages';
import { digest, goodAnswers, testWindow } from '../../helpers/extensionWindow';

const past: RankingDigest = { ...digest, concept: 'wink.xpos=VBD' };
const plural: RankingDigest = { ...digest, concept: 'wink.xpos=NNS', neurons: [{ ...digest.neurons[0], id: 'L2.ffn.7' }] };
const known = {
  rankings: [past, plural],
  selection: { focus: { neuron: 'L1.hidden.5', side: 'low' } as const, pins: ['L4.ffn.96'], marks: [] },
  taps: ['L3.hidden', 'L3.ffn', 'enc.L3.ffn', 'L4.ffn'].map((id) => ({ id, width: id.endsWith('hidden') ? 128 : 512 })),
};
const rowsFor = (line: string): NeuronRow[] => neuronRows(neuronQuery(line), known);
const ids = (rows: readonly NeuronRow[]): string[] => rows.map(({ label }) => label);

test.each([
  ['', { kind: 'nothing' }],
  ['"', { kind: 'nothing' }],
  ['L3.ffn.412', { kind: 'place', stack: null, layer: 3, tap: 'ffn', unit: 412 }],
  ['3:412', { kind: 'place', stack: null, layer: 3, tap: null, unit: 412 }],
  ['dec.l3.FFN.', { kind: 'place', stack: 'dec', layer: 3, tap: 'ffn', unit: null }],
  ['L3', { kind: 'place', stack: null, layer: 3, tap: null, unit: null }],
  ['#Plural', { kind: 'concept', text: 'plural' }],
  ['"she"', { kind: 'word', text: 'she' }],
  ['“took', { kind: 'word', text: 'took' }],
  ['past tense', { kind: 'text', text: 'past tense' }],
  ['L3.nothing.4', { kind: 'text', text: 'l3.nothing.4' }],
])('%s is understood', (line, query) => {
  expect(neuronQuery(line)).toEqual(query);
});

describe('what is offered', () => {
  test('before anything is typed: what is on show and pinned, then the best of each ranking', () => {
    expect(ids(rowsFor(''))).toEqual(['L1.hidden.5', 'L4.ffn.96', 'L3.ffn.412', 'L4.ffn.96', 'L1.ffn.1', 'L2.ffn.7']);
    expect(rowsFor('')[1]).toMatchObject({ description: 'pinned', detail: 'wink.xpos=VBD: verb, past tense', value: { side: 'low' } });
  });

  test('for a number: that neuron of every tap of the layer that has as many, whatever is known of it', () => {
    expect(ids(rowsFor('3:100'))).toEqual(['L3.hidden.100', 'L3.ffn.100', 'enc.L3.ffn.100']);
    expect(ids(rowsFor('3:200'))).toEqual(['L3.ffn.200', 'enc.L3.ffn.200']);
    expect(ids(rowsFor('3:9999'))).toEqual([]);
  });

  test('for the beginning of an id: ranked neurons that begin so', () => {
    expect(ids(rowsFor('L3.ffn.41'))).toEqual(['L3.ffn.41', 'enc.L3.ffn.41', 'L3.ffn.412']);
    expect(ids(rowsFor('L4'))).toEqual(['L4.ffn.96']);
  });

  test('for a concept, by its name or by what it means: the neurons of its ranking with their sides', () => {
    expect(ids(rowsFor('#plural'))).toEqual(['L2.ffn.7']);
    expect(rowsFor('past')[0]?.value).toEqual({ neuron: 'L3.ffn.412', side: 'high', concept: 'wink.xpos=VBD' });
    expect(rowsFor('past')[1]).toMatchObject({ description: 'Average precision .61 (.09)', value: { side: 'low' } });
  });

  test('for a word: how many of its places were looked at, and at how many a neuron is unusual', () => {
    const found = { places: 1212, looked: 8, neurons: [{ neuron: 'L2.ffn.7', side: 'low', seen: 6, concept: null } as const] };
    expect(wordRows('she', found)).toEqual([
      {
        label: 'L2.ffn.7',
        description: 'low at 6 of 8 places of “she” looked at, of 1,212',
        detail: 'no concept above chance',
        value: { neuron: 'L2.ffn.7', side: 'low' },
      },
    ]);
  });
});

describe('the box', () => {
  const boxed = async (act: (pick: NeuronPick) => Promise<string | undefined>) => {
    const pickNeuron = async (pick: NeuronPick) => {
      const neuron = await act(pick);
      return neuron === undefined ? undefined : { neuron, side: 'low' as const };
    };
    const found = { places: 1, looked: 1, neurons: [{ neuron: 'L2.ffn.7', side: 'high', seen: 1, concept: null }] };
    const given = testWindow({ ...goodAnswers(), 'golgi/word/neurons': () => found }, { pickNeuron });
    await given.session.start();
    await runCommand('golgi.openSample', given);
    given.selection.send({ type: 'focus', neuron: 'L3.ffn.412', side: 'high', concept: 'upos=VERB' });
    await runCommand('golgi.goToNeuron', given);
    return given;
  };

  test('shows each row as a preview, and who takes none finds neuron and concept as they were', async () => {
    const given = await boxed(async ({ look }) => {
      look({ neuron: 'L4.ffn.96', side: 'low', concept: 'upos=NOUN' });
      return undefined;
    });
    expect(given.selection.now).toMatchObject({ focus: { neuron: 'L3.ffn.412' }, concept: 'upos=VERB', isPreview: false });
    expect(given.selection.canGoBack).toBe(false);
  });

  test('keeps the row that was taken, and Back leads to what was there before it', async () => {
    const given = await boxed(async ({ look }) => {
      look({ neuron: 'L4.ffn.96', side: 'low', concept: 'upos=NOUN' });
      return 'L4.ffn.96';
    });
    expect(given.selection.now).toMatchObject({ focus: { neuron: 'L4.ffn.96', side: 'low' }, isPreview: false });
    given.selection.send({ type: 'back' });
    expect(given.selection.now.focus?.neuron).toBe('L3.ffn.412');
  });

  test('looks a word up in the corpus, pins and copies from a row', async () => {
    let rows: readonly NeuronRow[] = [];
    const given = await boxed(async (pick) => {
      rows = await pick.rows('"she"', new AbortController().signal);
      pick.pin({ neuron: 'L2.ffn.7', side: 'high' });
      pick.copy({ neuron: 'L2.ffn.7', side: 'high' });
      return undefined;
    });
    expect(ids(rows)).toEqual(['L2.ffn.7']);
    expect(given.selection.now.pins).toEqual(['L2.ffn.7']);
    expect(given.done).toContain('clipboard L2.ffn.7');
  });

  test.each([
    ['', 'Nothing is ranked or pinned yet'],
    ['3:', 'Write the number'],
    ['3:77', 'no such neuron'],
    ['"she"', 'does not stand in the corpus'],
    ['#plural', 'No concept called'],
    ['plural', 'In quotes'],
  ])('says why there is nothing for %s', async (line, reason) => {
    const said: string[] = [];
    await boxed(async ({ none }) => {
      said.push(none(line));
      return undefined;
    });
    expect(said[0]).toContain(reason);
  });
});
