/** What a person does on the page of analyses, and what the host hears of it. */
import { describe, expect, test } from 'vitest';
import { chromiumMissing } from '../helpers/chromium.mjs';
import { sharedPage } from '../helpers/sharedPage';
import { analysisStates } from './analysisStates';

describe.skipIf(chromiumMissing)('the page of analyses', () => {
  const { opened, shown } = sharedPage('analysis', analysisStates, { width: 1_000, height: 900 });

  test('the best formula is open with chance and held-out overlap; its words lead into the text, its disagreement is painted', async () => {
    const page = await opened('formulas');
    expect(await page.getByRole('row', { name: /L3\.ffn\.412/ }).innerText()).toMatch(/\.62\s+\.55\s+\.03\s+\.41\s+290\s+310/);
    await page.getByRole('button', { name: /compass/ }).click();
    await page.getByRole('button', { name: 'L3.ffn.412' }).click();
    await page.getByText('Paint Where They Disagree').click();
    const formula = ['and', ['or', 'wink.xpos=VBD', 'wink.xpos=VBN'], ['not', 'word:"was"']];
    const explained = { neuron: 'L3.ffn.412', direction: 1, threshold: 1.9, formula };
    expect(await shown.intents()).toEqual([
      { type: 'open', word: 40, line: 4, text: 'compass' },
      { type: 'focus', neuron: 'L3.ffn.412', side: 'high' },
      { type: 'paint', explained },
    ]);
    await shown.show({ type: 'window', window: { corpus: 'h', painted: explained, kept: [], focus: null } });
    await page.getByText('Stop Painting').click();
    expect(await shown.intents()).toEqual([{ type: 'paint', explained: null }]);
  });

  test('over another text words lead nowhere, and it is said', async () => {
    const page = await opened('another-text');
    expect(await page.getByRole('button', { name: /compass/ }).count()).toBe(0);
    expect(await page.getByText('words lead nowhere').count()).toBe(1);
  });

  test('a proposed concept is kept, forgotten, and ranked for', async () => {
    const page = await opened('proposals');
    const concept = 'may-june := word:"may|june|july"';
    await page.getByText('Forget This Concept').click();
    await shown.show({ type: 'window', window: { corpus: 'h', painted: null, kept: [], focus: null } });
    await page.getByText('Keep as Concept').click();
    await page.getByText('Rank Neurons for It').click();
    expect(await shown.intents()).toEqual(['forget', 'keep', 'rank'].map((type) => ({ type, concept })));
  });

  test('analyses of one run are tabs, and one that was refused says why', async () => {
    const page = await opened('together');
    await page.getByRole('tab', { name: 'Alignment by replication' }).click();
    expect(await page.getByText('Found dec.L1.ffn; expected neurons of the encoder').count()).toBe(1);
  });

  test('a chart is a table at the press of a button', async () => {
    const page = await opened('contexts');
    await page.getByRole('button', { name: 'Show as table' }).click();
    expect(await page.getByRole('row', { name: 'L1.ffn .500' }).count()).toBe(1);
  });

  test.each(['cut', 'other-version', 'damaged', 'failed'] as const)('a file that is %s is told and nothing of it shown', async (state) => {
    const page = await opened(state);
    expect(await page.getByRole('alert').count()).toBe(1);
    expect(await page.getByRole('table').count()).toBe(0);
  });
});
