/** Every state of the explorer, the concept table and the model card in four themes: photographed, looked through by axe, within the policy. */
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import axe from 'axe-core';
import type { AxeResults } from 'axe-core';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chromiumMissing, launchChromium } from '../helpers/chromium.mjs';
import type { Theme } from '../helpers/pageHost';
import { openPage, themes } from '../helpers/pageHost';
import { analysisStates } from './analysisStates';
import { cardStates } from './cardStates';
import { explorerStates, tableStates } from './states';

const out = fileURLToPath(new URL('../../out/webview/', import.meta.url));
const gallery = {
  explorer: { states: explorerStates, viewport: { width: 340, height: 1_500 } },
  table: { states: tableStates, viewport: { width: 1_200, height: 820 } },
  card: { states: cardStates, viewport: { width: 1_000, height: 1_600 } },
  analysis: { states: analysisStates, viewport: { width: 1_000, height: 900 } },
};
const pages = Object.keys(gallery) as (keyof typeof gallery)[];
const cases = (Object.keys(themes) as Theme[]).flatMap((theme) => pages.map((name) => ({ theme, name })));

describe.skipIf(chromiumMissing)('the gallery', () => {
  let browser: Browser;

  beforeAll(async () => {
    mkdirSync(out, { recursive: true });
    browser = await launchChromium();
  });
  afterAll(() => browser.close());

  // Pages side by side: while one is looked through, the next is drawn.
  test.concurrent.each(cases)('people with any eyes can use every state of the $name in $theme', async ({ name, theme }) => {
    const { states, viewport } = gallery[name];
    const { page, complaints, show } = await openPage(browser, name, theme, viewport);
    await page.evaluate(axe.source);
    const found: string[] = [];
    for (const [state, message] of Object.entries(states)) {
      await show(message);
      if (state === 'loading' || state === 'starting') await page.locator('[role=progressbar]').waitFor();
      await page.screenshot({ path: `${out}${name}-${state}-${theme}.png` });
      const { violations } = (await page.evaluate("axe.run({ resultTypes: ['violations'] })")) as AxeResults;
      found.push(
        ...violations.flatMap(({ id, nodes }) =>
          nodes.map(({ html, failureSummary }) => `${state}: ${id}: ${html.slice(0, 200)} ${failureSummary?.split('\n')[1] ?? ''}`),
        ),
      );
    }
    expect(found).toEqual([]);
    expect(complaints).toEqual([]);
    await page.close();
  });
});
