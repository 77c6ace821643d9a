/** The report as a person opens it: the real bundle, its real policy, a real browser. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import axe from 'axe-core';
import type { AxeResults } from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { reportHtml } from '../../server/src/study/report';
import { chromiumMissing, launchChromium } from '../helpers/chromium.mjs';
import { sampleResult } from '../helpers/sampleResult';

const dist = (name: string): string => fileURLToPath(new URL(`../../dist/webview/${name}`, import.meta.url));
const out = fileURLToPath(new URL('../../out/pages/', import.meta.url));

describe.skipIf(chromiumMissing)('the report', () => {
  let browser: Browser;
  let page: Page;
  const complaints: string[] = [];

  beforeAll(async () => {
    mkdirSync(out, { recursive: true });
    const assets = { script: readFileSync(dist('report.js'), 'utf8'), style: readFileSync(dist('report.css'), 'utf8') };
    writeFileSync(`${out}report.html`, reportHtml(sampleResult, assets));
    browser = await launchChromium();
    page = await browser.newPage({ viewport: { width: 1200, height: 1000 } });
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('request', (request) => {
      if (!request.url().startsWith('file:')) complaints.push(`asked for ${request.url()}`);
    });
    await page.goto(pathToFileURL(`${out}report.html`).href);
  });

  afterAll(async () => {
    await browser.close();
  });

  test('it shows every concept with the score of its best neuron beside chance', async () => {
    expect(await page.getByRole('heading', { level: 2 }).allTextContents()).toEqual(
      expect.arrayContaining(['wink.xpos=VBD', 'rule:quote', 'Where these numbers come from']),
    );
    const row = page.getByRole('row', { name: /L1\.ffn\.3/ }).nth(1);
    expect(await row.textContent()).toMatch(/\.91.*▲ high.*\.88–\.94.*\.95.*took 12 %, without \.90/);
  });

  test('a concept that no neuron stands for says so', async () => {
    expect(await page.getByText('No neuron stands out').count()).toBe(1);
  });

  test('undefined scores are not listed as if they were numbers', async () => {
    expect(await page.getByRole('rowheader', { name: 'L2.ffn.8', exact: true }).count()).toBe(0);
  });

  test('words of a corpus are text and nothing else', async () => {
    expect(await page.getByText('</script><script>alert(1)</script>').first().isVisible()).toBe(true);
  });

  test('another method is one key away', async () => {
    await page.getByRole('tab', { name: 'd′' }).focus();
    await page.keyboard.press('Enter');
    expect(await page.getByRole('tab', { name: 'd′' }).getAttribute('aria-selected')).toBe('true');
    expect(await page.getByRole('cell', { name: '2.90', exact: true }).isVisible()).toBe(true);
  });

  test.each(['light', 'dark'] as const)('people with any eyes can use it in %s', async (colorScheme) => {
    await page.emulateMedia({ colorScheme });
    await page.evaluate(axe.source);
    const { violations } = (await page.evaluate('axe.run()')) as AxeResults;
    await page.screenshot({ path: `${out}report-${colorScheme}.png`, fullPage: true });
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`)).toEqual([]);
  });

  test('its bundle also mounts, styled, where no inline script or style is allowed, as in the editor', async () => {
    const address = 'http://golgi.test/';
    const policy = `default-src 'none'; script-src ${address}report.js; style-src ${address}report.css`;
    const html = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Report</title>
      <meta http-equiv="Content-Security-Policy" content="${policy}"><link rel="stylesheet" href="report.css"></head><body><div id="app"></div>
      <script type="application/json" id="result">${JSON.stringify(sampleResult).replaceAll('<', '\\u003c')}</script>
      <script src="report.js"></script></body></html>`;
    const strict = await browser.newPage();
    const refused: string[] = [];
    strict.on('console', (message) => refused.push(message.text()));
    strict.on('pageerror', (error) => refused.push(error.message));
    await strict.route('**/*', (route) => {
      const name = route.request().url().slice(address.length);
      return name === '' ? route.fulfill({ contentType: 'text/html', body: html }) : route.fulfill({ path: dist(name) });
    });
    await strict.goto(address);
    await strict.waitForSelector('main section');
    expect(await strict.evaluate("getComputedStyle(document.querySelector('section')).borderTopStyle")).toBe('solid');
    expect(refused).toEqual([]);
    await strict.close();
  });

  test('it stays within its own policy and asks for nothing', () => {
    expect(complaints).toEqual([]);
  });
});
