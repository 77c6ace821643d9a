/** What a person does on a model's card, and what the host hears of it. */
import { describe, expect, test } from 'vitest';
import { chromiumMissing } from '../helpers/chromium.mjs';
import { sharedPage } from '../helpers/sharedPage';
import { cardStates } from './cardStates';

describe.skipIf(chromiumMissing)('the model card', () => {
  const { another, opened, shown } = sharedPage('card', cardStates, { width: 1_000, height: 1_600 });

  test('it says that it listens, once', async () => {
    const fresh = await another();
    expect(await fresh.intents()).toEqual([{ type: 'ready' }]);
    await fresh.page.close();
  });

  test('it shows taps with tensors and shapes, methods with reasons, and which numbers are estimates', async () => {
    const page = await opened('ready');
    const text = await page.locator('main').innerText();
    for (const said of [
      '/h.0/Add_1',
      'batch × tokens × 128',
      'a model that does not guess words',
      'BPE, 4,000 pieces',
      'estimate',
      '1.3 million',
    ])
      expect(text).toContain(said);
    expect(await page.locator('img').count()).toBe(0);
  });

  test('self-checks are run and stopped by a button, and each result has its badge', async () => {
    await opened('ready');
    await shown.page.getByRole('button', { name: 'Run Self-Check' }).click();
    expect(await shown.intents()).toEqual([{ type: 'check' }]);
    await opened('running');
    expect(await shown.page.getByRole('progressbar').getAttribute('aria-valuenow')).toBe('33');
    await shown.page.getByRole('button', { name: 'Stop' }).click();
    expect(await shown.intents()).toEqual([{ type: 'stop' }]);
    const text = await (await opened('checked')).locator('main').innerText();
    expect(text).toContain('✗ 1 of 5 self-checks failed, 1 not checked');
    for (const said of ['✓ held', '✗ failed', 'not checked', '40,153 tokens a second', 'measured']) expect(text).toContain(said);
  });

  test('a tap with other places can be changed, a chosen one undone', async () => {
    await opened('ready');
    expect(await shown.page.getByRole('button', { name: 'Change L1.ffn' }).count()).toBe(0);
    await shown.page.getByRole('button', { name: 'Change L1.hidden' }).click();
    expect(await shown.intents()).toEqual([{ type: 'choose', tap: 'L1.hidden' }]);
    await opened('chosen');
    expect(await shown.page.getByText('chosen by hand', { exact: true }).count()).toBe(1);
    await shown.page.getByRole('button', { name: 'Undo L1.hidden' }).click();
    await shown.page.getByRole('button', { name: 'Undo all' }).click();
    expect(await shown.intents()).toEqual([{ type: 'undo', tap: 'L1.hidden' }, { type: 'undoAll' }]);
  });

  test('the model is studied by a button, unless it is already', async () => {
    await (await opened('ready')).getByRole('button', { name: 'Study This Model' }).click();
    expect(await shown.intents()).toEqual([{ type: 'use' }]);
    expect(await (await opened('studied')).getByRole('button', { name: 'Study This Model' }).count()).toBe(0);
  });

  test('a broken model shows all that is wrong with it, with codes and remedies, and a way back from chosen taps', async () => {
    const page = await opened('failed');
    const text = await page.getByRole('alert').innerText();
    for (const said of ['MODEL_TRUNCATED', 'Download the file again.', 'MODEL_OP']) expect(text).toContain(said);
    await page.getByRole('button', { name: 'Undo all chosen taps' }).click();
    expect(await shown.intents()).toEqual([{ type: 'undoAll' }]);
  });

  test('without trust it says why nothing is read', async () => {
    await (await opened('restricted')).getByRole('button', { name: 'Manage Workspace Trust' }).click();
    expect(await shown.intents()).toEqual([{ type: 'command', command: 'workbench.trust.manage' }]);
  });

  test('it stays within its policy throughout', () => {
    expect(shown.complaints).toEqual([]);
  });
});
