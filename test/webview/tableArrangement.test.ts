/** How a person arranges the concept table: marks and compares rows, moves and widens columns, chooses by facets. */
import { describe, expect, test } from 'vitest';
import { chromiumMissing } from '../helpers/chromium.mjs';
import { sharedPage } from '../helpers/sharedPage';
import { selection, tableStates } from './states';

describe.skipIf(chromiumMissing)('the concept table, arranged', () => {
  const { another, opened, shown } = sharedPage('table', tableStates, { width: 1_200, height: 820 });

  test('Ctrl+click, Shift+click and Space mark rows, which are compared, shown alone, pinned, copied and unmarked together', async () => {
    const page = await opened('ready');
    const ids = await page.locator('tbody th').allTextContents();
    const all = await page.getByRole('grid').getAttribute('aria-rowcount');
    const marked = async (neurons: readonly string[]): Promise<void> =>
      shown.show({ type: 'selection', selection: { ...selection, focus: null, marks: neurons } });
    const marks = async (): Promise<unknown> => (await shown.intents()).findLast(({ type }) => type === 'mark')?.neurons;
    await page.locator('#cell-0-0').click({ modifiers: ['Control'] });
    expect(await marks()).toEqual([ids[0]]);
    await marked(ids.slice(0, 1));
    await page.locator('#cell-2-0').click({ modifiers: ['Shift'] });
    expect(await marks()).toEqual(ids.slice(0, 3));
    await marked(ids.slice(0, 3));
    await page.getByRole('grid').focus();
    await page.keyboard.press(' ');
    expect(await marks()).toEqual(ids.slice(0, 2));
    await marked(ids.slice(0, 2));
    const compare = page.getByRole('region', { name: 'Marked neurons' });
    expect(await compare.getByRole('heading').textContent()).toBe('2 marked, on punctuation');
    expect(await compare.getByRole('rowheader').allTextContents()).toEqual(ids.slice(0, 2));
    await compare.getByRole('button', { name: 'Show only these' }).click();
    const rows = async (): Promise<string[]> => page.locator('tbody [data-row][scope=row]').allTextContents();
    expect(await rows()).toEqual(ids.slice(0, 2));
    // One neuron alone is not compared, so the button is gone, and with it what it hid.
    await marked(ids.slice(1, 2));
    expect(await page.getByRole('grid').getAttribute('aria-rowcount')).toBe(all);
    await marked(ids.slice(0, 2));
    expect(await page.getByRole('grid').getAttribute('aria-rowcount')).toBe(all);
    await compare.getByRole('button', { name: 'Show only these' }).click();
    await compare.getByRole('button', { name: 'Show all rows' }).click();
    await compare.getByRole('button', { name: 'Pin' }).click();
    expect(await shown.intents()).toEqual([{ type: 'pin', neurons: ids.slice(0, 2) }]);
    await page.getByRole('grid').focus();
    await page.keyboard.press('Control+c');
    const [copied] = await shown.intents();
    expect(
      String(copied?.text)
        .trimEnd()
        .split('\n')
        .map((line) => line.split('\t')[0]),
    ).toEqual(['neuron', ...ids.slice(0, 2)]);
    await page.keyboard.press('Escape');
    expect(await marks()).toEqual([]);
    await marked([]);
  });

  test('a column is moved by dragging its name or with Alt and arrows, and its neurons move with it along the diagonal', async () => {
    const page = await opened('ready');
    const names = async (): Promise<string[]> => page.locator('thead .name').allInnerTexts();
    const [first = '', second = '', third = ''] = await names();
    const bounds = async (name: string) => page.getByRole('columnheader', { name, exact: true }).boundingBox();
    const [from, to] = [await bounds(first), await bounds(third)];
    if (!from || !to) throw new Error('no header');
    const y = from.y + from.height - 12;
    await page.mouse.move(from.x + from.width / 2 + 8, y);
    await page.mouse.down();
    await page.mouse.move(to.x + to.width / 2 + 12, y, { steps: 5 });
    expect(await page.locator('thead .before').count()).toBe(1);
    await page.mouse.up();
    expect((await names()).slice(0, 3)).toEqual([second, third, first]);
    expect(await page.locator('[aria-sort]').count()).toBe(0);
    expect(await page.locator('#cell-0-0 .heat').count()).toBe(1);
    await page.getByRole('grid').focus();
    await page.keyboard.press('Control+Home');
    await page.keyboard.press('End');
    await page.keyboard.press('Home');
    for (let i = 0; i < 2; i++) await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Alt+ArrowLeft');
    await page.keyboard.press('Alt+ArrowLeft');
    expect((await names()).slice(0, 3)).toEqual([first, second, third]);
    expect(await page.getByRole('grid').getAttribute('aria-activedescendant')).toBe('cell-0-0');
  });

  test('a column is as wide as its edge is dragged or Alt+Shift+arrows make it, until a double click; the layout is kept', async () => {
    const page = await opened('ready');
    const width = async (): Promise<number> => (await page.locator('thead .name').first().boundingBox())?.width ?? 0;
    const edge = await page.locator('.edge').first().boundingBox();
    if (!edge) throw new Error('no edge');
    await page.mouse.move(edge.x + 4, edge.y + 5);
    await page.mouse.down();
    await page.mouse.move(edge.x + 44, edge.y + 5, { steps: 4 });
    await page.mouse.up();
    expect(await width()).toBe(76);
    const kept = await page.evaluate('kept');
    const again = await another({ kept });
    await again.show(tableStates.ready);
    expect((await again.page.locator('thead .name').first().boundingBox())?.width).toBe(76);
    await again.page.close();
    await page.getByRole('grid').focus();
    await page.keyboard.press('Home');
    await page.keyboard.press('Alt+Shift+ArrowLeft');
    expect(await width()).toBe(70);
    await page.locator('.edge').first().dblclick();
    expect(await width()).toBe(36);
  });

  test('facets of score, coverage, family and support say how many they would show', async () => {
    const page = await opened('ready');
    const shownNow = async (): Promise<number> => Number(await page.getByRole('grid').getAttribute('aria-rowcount')) - 1;
    const band = page.getByRole('button', { name: /^80–100 %/ });
    const inBand = Number(/(\d+) neurons/.exec((await band.textContent()) ?? '')?.[1]);
    await band.click();
    expect(await shownNow()).toBe(inBand);
    await page.getByRole('region', { name: 'Best score' }).getByRole('button', { name: 'all' }).click();
    const all = await shownNow();
    await page.getByRole('checkbox', { name: 'one concept' }).click();
    expect(await shownNow()).toBeLessThan(all);
    await page.getByRole('checkbox', { name: 'one concept' }).click();
    expect(await page.getByRole('columnheader', { name: 'comparative' }).count()).toBe(1);
    await page.getByRole('checkbox', { name: 'under 100 words' }).click();
    expect(await page.getByRole('columnheader', { name: 'comparative' }).count()).toBe(0);
    await page.getByRole('checkbox', { name: 'under 100 words' }).click();
    const small = await opened('small');
    await small.getByRole('checkbox', { name: 'rule', exact: true }).click();
    expect(await small.locator('thead .name').allInnerTexts()).toEqual(['wink.xpos=VBD']);
    await small.getByRole('checkbox', { name: 'rule', exact: true }).click();
  });

  test('it stays within its policy throughout', () => {
    expect(shown.complaints).toEqual([]);
  });
});
