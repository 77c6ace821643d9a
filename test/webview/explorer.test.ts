/** What a person does in the explorer, by keyboard and mouse, and what the host hears of it. */
import { describe, expect, test } from 'vitest';
import type { ToExplorer } from '../../server/src/protocol/views';
import { chromiumMissing } from '../helpers/chromium.mjs';
import { sharedPage } from '../helpers/sharedPage';
import { explorerStates, hostile, selection, snapshot, view } from './states';

describe.skipIf(chromiumMissing)('the explorer', () => {
  const { another, opened, shown } = sharedPage('explorer', explorerStates);

  test('it says that it listens, once', async () => {
    const fresh = await another({ theme: 'light' });
    expect(await fresh.intents()).toEqual([{ type: 'examples', tab: 'bands' }, { type: 'ready' }]);
    await fresh.page.close();
  });

  test('the threshold starts at the best F1 and is cut again in the page when it is moved by keys', async () => {
    const page = await opened('ready');
    const slider = page.getByRole('slider', { name: 'Threshold' });
    expect(await slider.getAttribute('aria-valuetext')).toBe('1.90, precision .86, recall .79');
    await slider.focus();
    await page.keyboard.press('End');
    expect(await slider.getAttribute('aria-valuetext')).toBe('5.80, precision –, recall .00');
    await page.keyboard.press('Home');
    const carrying = view.histogram.carrying.reduce((sum, count) => sum + count, 0);
    const others = view.histogram.others.reduce((sum, count) => sum + count, 0);
    const precision = (carrying / (carrying + others)).toFixed(2).replace('0.', '.');
    expect(await slider.getAttribute('aria-valuetext')).toBe(`−0.200, precision ${precision}, recall 1.00`);
    await page.keyboard.press('Shift+ArrowRight');
    expect(Number(await slider.getAttribute('aria-valuenow'))).toBeCloseTo(-0.2 + 10 * 0.15);
    // The host tells everything anew whenever something else has changed.
    const now = await slider.getAttribute('aria-valuenow');
    await shown.show(explorerStates.ready);
    expect(await slider.getAttribute('aria-valuenow')).toBe(now);
    await page.keyboard.press('Escape');
    expect(await page.getByText('best F1').count()).toBe(1);
  });

  test('the threshold follows the pointer', async () => {
    const page = await opened('ready');
    const slider = page.getByRole('slider', { name: 'Threshold' });
    const box = await slider.boundingBox();
    if (!box) throw new Error('no slider');
    await page.mouse.move(box.x + box.width / 2, box.y + 20);
    await page.mouse.down();
    await page.mouse.move(box.x + 80, box.y + 20, { steps: 4 });
    await page.mouse.up();
    expect(Number(await slider.getAttribute('aria-valuenow'))).toBeGreaterThan(2.5);
    await slider.dblclick();
    expect(await slider.getAttribute('aria-valuenow')).toBe('1.9');
  });

  test('arrows walk the examples, Enter opens the exact place', async () => {
    const page = await opened('ready');
    await page.getByRole('option').first().focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    expect(await shown.intents()).toEqual([{ type: 'open', line: 4, character: 4, peek: false }]);
    expect(await page.getByRole('option', { selected: true }).textContent()).toContain('counted');
    await page.getByRole('option', { name: /biased/ }).click();
    await page.keyboard.press('Alt+Enter');
    await page.getByRole('option', { name: /rowed/ }).click({ modifiers: ['Alt'] });
    expect(await shown.intents()).toEqual([
      { type: 'open', line: 22, character: 4, peek: false },
      { type: 'open', line: 22, character: 4, peek: true },
      { type: 'open', line: 0, character: 4, peek: true },
    ]);
  });

  test('words on the wrong side of the threshold are called misses and false alarms', async () => {
    const page = await opened('ready');
    expect(await page.getByRole('option', { name: /biased/ }).textContent()).toContain('false alarm');
    expect(await page.getByRole('option', { name: /bollard/ }).textContent()).toContain('missed');
    expect(await page.getByRole('option', { name: /rowed/ }).textContent()).not.toMatch(/missed|alarm/);
  });

  test('an example says its tag and paints the words around it by their own steps', async () => {
    const page = await opened('ready');
    const row = page.getByRole('option', { name: /the night the water/ });
    expect(await row.getByTitle('wink.xpos = VBD, by a tagger').textContent()).toBe('VBD');
    const painted = row.locator('bdi .heat');
    expect(await painted.evaluateAll((words) => words.map((word) => [word.textContent, word.className]))).toEqual([
      ['night', expect.stringContaining('high1')],
      ['water', expect.stringContaining('high2')],
      ['took', expect.stringContaining('high8')],
      ['it', expect.stringContaining('high6')],
    ]);
    expect(await row.locator('bdi').textContent()).toBe('… the night the water took it.');
  });

  test('a concept shows its other names, its luck and its interval, and says where its words are few', async () => {
    const page = await opened('ready');
    const first = page.getByRole('button', { name: /past-tense verb/ });
    expect(await first.textContent()).toContain('= xpos=VBD');
    expect(await first.locator('.luck, .interval').count()).toBe(2);
    const few = page.getByRole('button', { name: /went away|img src/ });
    expect(await few.locator('.few, .interval').evaluateAll((all) => all.map((one) => one.className))).toEqual([
      expect.stringContaining('few'),
    ]);
  });

  test('tabs and sections remember what was open', async () => {
    const page = await opened('ready');
    await page.getByRole('tab', { name: 'Bands' }).focus();
    await page.keyboard.press('ArrowRight');
    expect(await page.getByRole('tab', { selected: true }).textContent()).toBe('Top');
    await page.getByRole('button', { name: 'Words' }).click();
    const kept = await page.evaluate('kept');
    expect(kept).toEqual({ version: 1, closed: ['words'], tab: 'top' });
    const again = await another({ kept });
    await again.show(explorerStates.ready);
    expect(await again.page.getByRole('tab', { selected: true }).textContent()).toBe('Top');
    expect(await again.page.getByRole('button', { name: 'Words' }).getAttribute('aria-expanded')).toBe('false');
    await again.page.close();
    await page.getByRole('button', { name: 'Words' }).click();
    await page.getByRole('tab', { name: 'Bands' }).click();
  });

  test('state kept by another version, or by nobody we know, is left alone', async () => {
    for (const kept of [{ version: 0, closed: ['words'] }, 'text', { version: 1, closed: 7, tab: {} }]) {
      const odd = await another({ kept });
      await odd.show(explorerStates.ready);
      expect(await odd.page.getByRole('tab', { selected: true }).textContent()).toBe('Bands');
      expect(odd.complaints).toEqual([]);
      await odd.page.close();
    }
  });

  test('sides, concepts and pins are asked of the host', async () => {
    const page = await opened('ready');
    await page.getByRole('radio', { name: 'High side' }).focus();
    await page.keyboard.press('ArrowRight');
    await page.getByRole('button', { name: /suffix -ed/ }).click();
    await page.getByRole('button', { name: /past-tense verb/ }).click();
    await page.getByRole('button', { name: 'Unpin' }).click();
    await page.getByRole('button', { name: 'L8.hidden.177' }).click();
    expect(await shown.intents()).toEqual([
      { type: 'focus', neuron: 'L3.ffn.412', side: 'low' },
      { type: 'concept', concept: 'suffix -ed' },
      { type: 'concept', concept: null },
      { type: 'unpin', neuron: 'L3.ffn.412' },
      { type: 'focus', neuron: 'L8.hidden.177', side: 'high' },
    ]);
  });

  test.each([
    ['no-model', 'Choose Model…', 'golgi.chooseModel'],
    ['no-corpus', 'Choose Corpus…', 'golgi.chooseCorpus'],
    ['no-neuron', 'Rank Neurons…', 'golgi.rankNeurons'],
    ['restricted', 'Manage Workspace Trust', 'workbench.trust.manage'],
    ['no-server', 'Restart', 'golgi.restart'],
    ['failed', 'Show Log', 'golgi.showLog'],
  ] as const)('%s has one button for the next step', async (state, name, command) => {
    const page = await opened(state);
    const buttons = page.locator('vscode-button');
    expect(await buttons.allTextContents()).toEqual([name]);
    await buttons.focus();
    await page.keyboard.press('Enter');
    expect(await shown.intents()).toEqual([{ type: 'command', command }]);
  });

  test('a neuron that is only passed by says so, and is kept or left', async () => {
    const page = await opened('preview');
    await page.getByRole('button', { name: 'Keep' }).click();
    await page.getByRole('button', { name: 'Back', exact: true }).click();
    await page.keyboard.press('Escape');
    expect(await shown.intents()).toEqual([
      { type: 'focus', neuron: 'L3.ffn.412', side: 'high' },
      { type: 'restore' },
      { type: 'restore' },
    ]);
  });

  test('marked neurons are one click apart and can be unmarked', async () => {
    const page = await opened('preview');
    const marks = page.getByRole('navigation', { name: 'Marked neurons' });
    await marks.getByRole('button', { name: 'L4.ffn.96' }).click();
    await marks.getByRole('button', { name: 'Unmark' }).click();
    expect(await shown.intents()).toEqual([
      { type: 'focus', neuron: 'L4.ffn.96', side: 'high' },
      { type: 'mark', neurons: [] },
    ]);
  });

  test('several pins stand side by side, and a concept that not all of them mark is a dash with its reason', async () => {
    const page = await opened('compared');
    const table = page.getByRole('region', { name: 'Pins compared' }).getByRole('table');
    expect(
      await table
        .getByRole('row', { name: /suffix -ed/ })
        .getByRole('cell')
        .allTextContents(),
    ).toEqual(['.62', '.62']);
    const alone = table.getByRole('row', { name: /past-tense verb/ }).getByRole('cell');
    expect((await alone.allTextContents()).map((text) => text.trim())).toEqual(['.87', '–']);
    expect(await alone.nth(1).getAttribute('title')).toBe('not among its five best');
  });

  test('the word that the pointer rests on has a dotted marker at its value, which goes with it', async () => {
    const page = await opened('ready');
    const marker = page.locator('line.hovered');
    expect(await marker.count()).toBe(0);
    await shown.show({ ...explorerStates.ready, hovered: { text: 'carried', value: 3.4 } } as ToExplorer);
    expect(await page.getByText('carried 3.40').count()).toBe(1);
    const [at, from, to] = await Promise.all([
      marker.getAttribute('x1'),
      page.locator('line.base').getAttribute('x1'),
      page.locator('line.base').getAttribute('x2'),
    ]);
    const { edges } = view.histogram;
    const [least, most] = [edges[0] ?? 0, edges.at(-1) ?? 0];
    expect((Number(at) - Number(from)) / (Number(to) - Number(from))).toBeCloseTo((3.4 - least) / (most - least), 5);
    await shown.show(explorerStates.ready);
    expect(await marker.count()).toBe(0);
  });

  test('the ranking is walked from the header, and the word here is shown again', async () => {
    const page = await opened('ready');
    await page.getByRole('button', { name: 'Next neuron of the ranking' }).click();
    await page.getByRole('button', { name: 'Previous neuron of the ranking' }).click();
    await page.getByRole('button', { name: 'line 15' }).click();
    expect(await shown.intents()).toEqual([{ type: 'step', by: 1 }, { type: 'step', by: -1 }, { type: 'here' }]);
  });

  test('scrolled, the header is one line below the pins, and gone again at the top', async () => {
    const page = await opened('ready');
    const steps = page.getByRole('button', { name: 'Next neuron of the ranking' });
    expect(await steps.count()).toBe(1);
    await page.evaluate('window.scrollTo(0, 500)');
    await expect.poll(() => steps.count()).toBe(2);
    const line = await steps.first().boundingBox();
    const pins = await page.getByRole('navigation', { name: 'Pinned neurons' }).boundingBox();
    expect(pins?.y).toBe(0);
    expect(line?.y).toBeGreaterThanOrEqual(pins?.height ?? 0);
    expect(line?.y).toBeLessThan((pins?.height ?? 0) + 32);
    await page.screenshot({ path: 'out/webview/explorer-scrolled.png' });
    await page.evaluate('window.scrollTo(0, 0)');
    await expect.poll(() => steps.count()).toBe(1);
  });

  test('words of a corpus are text and nothing else', async () => {
    const page = await opened('ready');
    expect(await page.locator('img').count()).toBe(0);
    expect(await page.getByRole('option', { name: hostile }).locator('b').textContent()).toBe(hostile);
  });

  test('what is no snapshot changes nothing', async () => {
    const page = await opened('ready');
    const before = await page.locator('main').innerHTML();
    const noise = [null, 'text', [], { type: 'other' }, { type: 'snapshot' }, { type: 'snapshot', selection, state: { kind: 'party' } }];
    for (const message of noise) await shown.show(message);
    await shown.show({ type: 'snapshot', selection: 3, state: { kind: 'ready' } });
    expect(await page.locator('main').innerHTML()).toBe(before);
  });

  test.each([300, 340, 420, 480, 900])('at %i px nothing is cut off sideways', async (width) => {
    const page = await opened('ready');
    await page.setViewportSize({ width, height: 900 });
    await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
    await page.screenshot({ path: `out/webview/explorer-${width}.png`, fullPage: true });
    await page.setViewportSize({ width: 340, height: 900 });
  });

  test('a constant neuron says so and draws nothing', async () => {
    const page = await opened('constant');
    expect(await page.getByText('constant on all words').count()).toBe(1);
    expect(await page.getByRole('slider').count()).toBe(0);
  });

  test('few words and one bin are drawn as well', async () => {
    const few = { edges: Array.from({ length: 41 }, (_, i) => i), carrying: Array(40).fill(0), others: Array(40).fill(0) };
    await shown.show(snapshot({ kind: 'ready', view: { ...view, histogram: few, wordTypes: [], wrong: [] }, stale: null }));
    expect(await shown.page.getByRole('img', { name: /Values from/ }).count()).toBe(1);
  });

  test('it stays within its policy throughout', () => {
    expect(shown.complaints).toEqual([]);
  });
});
