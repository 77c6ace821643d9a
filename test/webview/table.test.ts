/** What a person does in the concept table, by keyboard and mouse, and what the host hears of it. */
import { describe, expect, test } from 'vitest';
import { sampleResult } from '../helpers/sampleResult';
import { chromiumMissing } from '../helpers/chromium.mjs';
import { sharedPage } from '../helpers/sharedPage';
import { bigResult, bytesOf, selection, tableStates } from './states';

describe.skipIf(chromiumMissing)('the concept table', () => {
  const { another, opened, shown } = sharedPage('table', tableStates, { width: 1_200, height: 820 });
  const firstCell = (): Promise<string | null> => shown.page.locator('tbody th').first().textContent();

  test('it says that it listens, once', async () => {
    const fresh = await another({ theme: 'light' });
    expect(await fresh.intents()).toEqual([{ type: 'ready' }]);
    await fresh.page.close();
  });

  test('neurons that are no better than luck wait behind a facet', async () => {
    const page = await opened('small');
    expect(await page.locator('tbody th').allTextContents()).toEqual(['L1.ffn.3', 'L2.ffn.7']);
    expect(await page.getByText('2 of 4 neurons beat shuffled labels').count()).toBe(1);
    await page.getByRole('checkbox', { name: 'no concept' }).click();
    expect(await page.locator('tbody th').allTextContents()).toEqual(['L1.ffn.3', 'L2.ffn.7', 'L0.hidden.0', 'L2.ffn.8']);
    await page.getByRole('checkbox', { name: 'no concept' }).click();
  });

  test('where nothing stands out everything is shown, as dots', async () => {
    const page = await opened('nothing-stands');
    expect(await page.locator('tbody th').count()).toBe(4);
    expect(await page.locator('tbody .heat').count()).toBe(0);
    expect(await page.getByText('0 of 4 neurons beat shuffled labels').count()).toBe(1);
  });

  test('arrows move the focus, Enter explores, P pins, Ctrl+C copies the row in full precision', async () => {
    const page = await opened('small');
    const grid = page.getByRole('grid');
    await grid.focus();
    await page.keyboard.press('ArrowDown');
    expect(await grid.getAttribute('aria-activedescendant')).toBe('cell-1-0');
    expect(await page.locator('#cell-1-0').getAttribute('aria-label')).toBe('wink.xpos=VBD, average precision .45, chance .10, low side');
    for (const key of ['Enter', 'p', 'Control+c']) await page.keyboard.press(key);
    const passed = { type: 'focus', neuron: 'L2.ffn.7', side: 'low', concept: 'wink.xpos=VBD', keep: false };
    expect(await shown.intents()).toEqual([
      passed,
      { ...passed, keep: true },
      { type: 'pin', neurons: ['L2.ffn.7'] },
      { type: 'copy', text: 'neuron\twink.xpos=VBD\trule:quote\nL2.ffn.7\t0.45\t0.18\n' },
    ]);
    await page.keyboard.press('End');
    expect(await grid.getAttribute('aria-activedescendant')).toBe('cell-1-1');
    await page.keyboard.press('Control+Home');
    expect(await grid.getAttribute('aria-activedescendant')).toBe('cell-0-0');
  });

  test('the focused cell is told in full: interval, chance, luck, support and the commonest hit', async () => {
    const page = await opened('small');
    const detail = await page.getByRole('region', { name: 'The focused cell' }).innerText();
    for (const fact of [
      /\.91\s*\[\.88, \.94\]/,
      /chance \.10/,
      /luck, best of 4 \.19/,
      /120 of 1,200/,
      /rule:quote \.15/,
      /took 12.%, without it \.90/,
    ])
      expect(detail).toMatch(fact);
  });

  test('a probe is looked at as curves first, with what it is compared with and its classes; the table is a button away', async () => {
    const page = await opened('probe');
    const charts = page.getByRole('region', { name: 'Charts' });
    for (const fact of [
      /right on words held out\s*91/,
      /selectivity[^\n]*\s*\.42/,
      /8 neurons reach F1 \.71/,
      /8 neurons are accurate enough: \.90/,
    ])
      expect(await charts.innerText()).toMatch(fact);
    expect(await charts.getByRole('img', { name: /3 steps reach \.55 bits, the most on the way \.60, of 1\.00/ }).count()).toBe(1);
    expect(await charts.getByRole('row', { name: /NOUN/ }).innerText()).toMatch(/93.%\s+98.%\s+2 neurons/);
    await page.getByText('Table', { exact: true }).click();
    const detail = await page.getByRole('region', { name: 'The focused cell' }).innerText();
    for (const fact of [/q <\.001/, /Best for the classes NOUN \.01/]) expect(detail).toMatch(fact);
  });

  test('what carries a concept is called what it is: tokens where sub-words were not joined', async () => {
    const { provenance } = sampleResult;
    const tokens = { ...sampleResult, provenance: { ...provenance, activations: { ...provenance.activations, words: 'none' } } };
    await shown.show({ type: 'result', bytes: bytesOf(tokens), name: 'x', selection });
    expect(await shown.page.getByRole('rowheader', { name: 'that carry it' }).textContent()).toBe('tokens that carry it');
    const detail = await shown.page.getByRole('region', { name: 'The focused cell' }).innerText();
    expect(detail).toContain('tokens that carry it 120 of 1,200');
  });

  test('a header sorts: best first, worst first, back to the diagonal; Shift adds a key', async () => {
    const page = await opened('ready');
    const header = page.getByRole('columnheader', { name: 'verb', exact: true });
    const diagonal = await firstCell();
    await header.getByRole('button').click();
    expect(await header.getAttribute('aria-sort')).toBe('descending');
    const best = bigResult(1_200).rankings[11];
    expect(await firstCell()).toBe(bigResult(1_200).neurons[best?.order[0] ?? -1]);
    await page
      .getByRole('columnheader', { name: 'noun', exact: true })
      .getByRole('button')
      .click({ modifiers: ['Shift'] });
    expect(await page.locator('[aria-sort]').count()).toBe(2);
    await header.getByRole('button').click();
    expect(await header.getAttribute('aria-sort')).toBe('ascending');
    await header.getByRole('button').click();
    expect(await page.locator('[aria-sort]').count()).toBe(0);
    expect(await firstCell()).toBe(diagonal);
    await page.getByRole('grid').focus();
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Enter');
    expect(await page.locator('[aria-sort=descending]').count()).toBe(1);
  });

  test('a filter narrows by text, pattern, score and layer; parts that make no sense are named and the rest applies', async () => {
    const page = await opened('ready');
    const field = page.locator('vscode-text-field input');
    const rows = async (): Promise<string[]> => page.locator('tbody th').allTextContents();
    await field.fill('layer:3-4 verb>.0');
    expect(new Set((await rows()).map((id) => id.split('.')[0]))).toEqual(new Set(['L3', 'L4']));
    expect(await page.getByText('concepts are called so, say which').count()).toBe(0);
    await field.fill('/^L1\\.ffn\\.6\\d punct/');
    expect(await rows()).toEqual(['L1.ffn.60']);
    await field.fill('L1.ffn.60 tense>.5 layer:x');
    expect(await rows()).toEqual(['L1.ffn.60']);
    expect(await page.locator('[role=status]').innerText()).toMatch(
      /tense>\.5\s*2 concepts are called so.*layer:x\s*a layer or a range follows/s,
    );
    await field.fill('zzz');
    expect(await page.getByText('No neuron passes').count()).toBe(1);
    await field.fill('');
  });

  test('only rows in view are in the page, and the table says how many there are', async () => {
    const page = await another();
    await page.show({ type: 'result', bytes: bytesOf(bigResult(40_000)), name: 'big', selection });
    const grid = page.page.getByRole('grid');
    await page.page.getByRole('checkbox', { name: 'no concept' }).click();
    expect(await grid.getAttribute('aria-rowcount')).toBe('40001');
    expect(await page.page.locator('tbody tr').count()).toBeLessThan(60);
    await grid.focus();
    await page.page.keyboard.press('Control+End');
    await page.page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
    expect(await grid.getAttribute('aria-activedescendant')).toBe('cell-39999-19');
    expect(await page.page.locator('#cell-39999-19').isVisible()).toBe(true);
    expect(page.complaints).toEqual([]);
    await page.page.close();
  });

  test('it follows the selection of the other views', async () => {
    const page = await opened('small');
    const focus = { neuron: 'L2.ffn.7', side: 'low' } as const;
    await shown.show({ type: 'selection', selection: { ...selection, focus, concept: 'rule:quote' } });
    expect(await page.getByRole('grid').getAttribute('aria-activedescendant')).toBe('cell-1-1');
    expect(await shown.intents()).toEqual([]);
  });

  test('a click shows the neuron in the other views, a double click keeps it', async () => {
    const page = await opened('small');
    await page.locator('#cell-1-0').dblclick();
    const said = { type: 'focus', neuron: 'L2.ffn.7', side: 'low', concept: 'wink.xpos=VBD' };
    expect(await shown.intents()).toEqual([
      { ...said, keep: false },
      { ...said, keep: true },
    ]);
  });

  test('an arrow key that is held is not pulled back by what the host answers to it', async () => {
    const page = await opened('ready');
    const grid = page.getByRole('grid');
    await grid.focus();
    for (let i = 0; i < 3; i++) await page.keyboard.press('ArrowDown');
    const [first, second, third] = await shown.intents();
    for (const { neuron, side, concept } of [first, second].map((intent) => intent as { neuron: string; side: 'high'; concept: string }))
      await shown.show({ type: 'selection', selection: { ...selection, focus: { neuron, side }, isPreview: true, concept } });
    expect(await grid.getAttribute('aria-activedescendant')).toBe('cell-3-0');
    const { neuron, side, concept } = third as { neuron: string; side: 'high'; concept: string };
    await shown.show({ type: 'selection', selection: { ...selection, focus: { neuron, side }, isPreview: true, concept } });
    await page.keyboard.press('Escape');
    expect(await shown.intents()).toEqual([{ type: 'restore' }]);
  });

  test('the card of the method on show is asked for', async () => {
    const page = await opened('small');
    await page.getByRole('button', { name: 'Method', exact: true }).click();
    expect(await shown.intents()).toEqual([{ type: 'method', method: 'ap' }]);
  });

  test('another method is chosen in the toolbar', async () => {
    const page = await opened('small');
    await page.locator('vscode-dropdown').focus();
    await page.keyboard.press('ArrowDown');
    expect(await page.locator('tbody .heat').first().textContent()).toBe('2.90');
    await page.keyboard.press('ArrowUp');
  });

  test.each([
    ['cut', 'The file is not whole'],
    ['other-version', 'The file is of another version'],
    ['damaged', 'The file is damaged'],
    ['failed', 'The file is larger than 512 MB'],
  ] as const)('a file that cannot be shown says why: %s', async (state, title) => {
    const page = await opened(state);
    expect(await page.getByRole('alert').getByRole('heading').textContent()).toBe(title);
    expect(await page.getByRole('grid').count()).toBe(0);
  });

  test('fields of every kind of damage are found before anything is drawn', async () => {
    const [ranking] = sampleResult.rankings;
    if (!ranking) throw new Error('no ranking');
    const page = await opened('small');
    for (const damage of [
      { score: [1, 2] },
      { score: ['a', 1, 2, 3] },
      { direction: [0, 1, 1, 1] },
      { order: [9] },
      { focus: [{}] },
      { support: null },
      { concept: 3 },
    ]) {
      const bytes = bytesOf({ ...sampleResult, rankings: [{ ...ranking, ...damage } as typeof ranking] });
      await shown.show({ type: 'result', bytes, name: 'x', selection });
      expect(await page.getByRole('alert').count(), JSON.stringify(damage)).toBe(1);
    }
  });

  test.each([500, 900, 1_600])('at %i px only the grid scrolls sideways', async (width) => {
    const page = await opened('ready');
    await page.setViewportSize({ width, height: 820 });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
    await page.screenshot({ path: `out/webview/table-${width}.png` });
    expect(await page.getByRole('button', { name: 'Facets' }).count()).toBe(width < 1_000 ? 1 : 0);
  });

  test('it stays within its policy throughout', () => {
    expect(shown.complaints).toEqual([]);
  });
});
