/** The report's real bundle in a real Chromium. Needs dist/webview, as `npm run build` makes it. */
import { mkdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import axe from 'axe-core';
import type { AxeResults } from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { AnalysisResult, RankingColumns } from '../../server/src/protocol/results';
import { reportHtml } from '../../server/src/study/report';
import { chromiumMissing, launchChromium } from '../helpers/chromium.mjs';

const bundle = (name: string): string => readFileSync(new URL(`../../dist/webview/${name}`, import.meta.url), 'utf8');
const out = fileURLToPath(new URL('../../out/webview/', import.meta.url));

// Four neurons; L1.ffn.2 is the noun neuron, L2.hidden.0 is constant. The corpus has a name that must stay text.
const hostile = '<img src=x onerror="window.attacked=true">';
const nouns: RankingColumns = {
  method: 'ap',
  title: 'Average precision',
  parameters: {},
  concept: 'upos=NOUN',
  labels: { source: 'gold' },
  chance: 0.25,
  support: { positive: 250, negative: 750 },
  score: [0.31, 0.28, 0.92, null],
  direction: [1, -1, 1, 1],
  order: [2, 0, 1, 3],
  extras: { auroc: [0.6, 0.45, 0.97, null] },
  undefined: { '3': 'constant' },
  against: null,
  null: { rounds: 200, median: 0.29, q95: 0.33, max: 0.35 },
  focus: [
    {
      neuron: 2,
      interval: [0.89, 0.94],
      p: 1 / 201,
      word: { text: 'time', share: 0.08, scoreWithout: 0.91 },
      topWords: [
        { text: 'time', count: 4 },
        { text: hostile, count: 1 },
      ],
    },
  ],
  warnings: [],
};
const result: AnalysisResult = {
  schema: 'golgi-result/1',
  kind: 'ranking',
  provenance: {
    golgi: '0.1.0',
    created: '2026-01-01T00:00:00.000Z',
    elapsedMs: 1234,
    model: { name: 'demo', graph: 'a'.repeat(64), weights: 'b'.repeat(64), tokenizer: 'c'.repeat(64) },
    corpus: { files: [hostile], format: 'conllu', hash: 'd'.repeat(64), sentences: 80, words: 1000 },
    matrix: null,
    activations: { words: 'last', dtype: 'f16', rows: 1000, excluded: {} },
    seed: 0,
    runtime: { 'onnxruntime-node': '1.30.0' },
    notes: [],
  },
  neurons: ['L1.ffn.0', 'L1.ffn.1', 'L1.ffn.2', 'L2.hidden.0'],
  rankings: [nouns, { ...nouns, concept: 'upos=VERB', score: [0.7, 0.3, 0.26, null], order: [0, 1, 2, 3], focus: [] }],
};

const address = 'http://golgi.test/';

/** The same page as an editor would show it: no inline script or style at all. */
function strictPage(): string {
  const policy = `default-src 'none'; script-src ${address}report.js; style-src ${address}report.css`;
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Report</title>
    <meta http-equiv="Content-Security-Policy" content="${policy}"><link rel="stylesheet" href="report.css"></head>
    <body><div id="app"></div><script type="application/json" id="result">${JSON.stringify(result).replaceAll('<', '\\u003c')}</script>
    <script src="report.js"></script></body></html>`;
}

describe.skipIf(chromiumMissing)('the report', () => {
  let browser: Browser;
  let page: Page;
  let complaints: string[];

  beforeAll(async () => {
    mkdirSync(out, { recursive: true });
    browser = await launchChromium();
  });
  afterAll(() => browser.close());

  beforeEach(async () => {
    page = await browser.newPage({ viewport: { width: 1200, height: 900 } });
    complaints = [];
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(String(error)));
  });
  afterEach(() => page.close());

  async function open(html: string): Promise<void> {
    const files: Record<string, { contentType: string; body: string }> = {
      [address]: { contentType: 'text/html', body: html },
      [`${address}report.js`]: { contentType: 'text/javascript', body: bundle('report.js') },
      [`${address}report.css`]: { contentType: 'text/css', body: bundle('report.css') },
    };
    await page.route('**/*', (route) => {
      const file = files[route.request().url()];
      return file ? route.fulfill(file) : route.abort();
    });
    await page.goto(address);
    await page.waitForSelector('main');
  }

  const selfContained = (): string => reportHtml(result, { script: bundle('report.js'), style: bundle('report.css') });

  test('shows the neurons of every concept, from one file that loads nothing', async () => {
    const requests: string[] = [];
    page.on('request', (request) => requests.push(request.url()));
    await open(selfContained());
    expect(await page.locator('section').getByText('L1.ffn.2').first().isVisible()).toBe(true);
    expect(await page.getByRole('heading', { name: 'upos=VERB' }).isVisible()).toBe(true);
    expect(requests).toEqual([address]);
    expect(complaints).toEqual([]);
  });

  test('mounts and is styled under a policy that allows no inline script and no inline style', async () => {
    await open(strictPage());
    expect(await page.evaluate("getComputedStyle(document.querySelector('section')).borderTopStyle")).toBe('solid');
    expect(complaints).toEqual([]);
  });

  test('shows hostile names as text and runs nothing of them', async () => {
    await open(selfContained());
    expect(await page.locator('img').count()).toBe(0);
    expect(await page.evaluate(() => 'attacked' in globalThis)).toBe(false);
    expect(await page.getByText(hostile).first().isVisible()).toBe(true);
  });

  test.each(['light', 'dark'] as const)('can be read by everybody in the %s theme', async (colorScheme) => {
    await page.emulateMedia({ colorScheme });
    await open(selfContained());
    await page.screenshot({ path: `${out}report-${colorScheme}.png`, fullPage: true });
    // The policy keeps script tags out; the debugger's door is not closed to us.
    await page.evaluate(axe.source);
    const { violations } = (await page.evaluate('axe.run()')) as AxeResults;
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([]);
  });
});
