/** What a person waits for in the pages: the real bundles in Chromium, beside a page that does nothing. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import { chromiumMissing, launchChromium } from '../helpers/chromium.mjs';
import { openPage, pageFiles } from '../helpers/pageHost';
import { bigResult, bytesOf, explorerStates, selection } from '../webview/states';
import { median } from './cost';
import { report } from './row';
import type { Row } from './row';

const repeats = 5;
const neurons = 40_000;

async function* measure(): AsyncGenerator<Row> {
  if (chromiumMissing) {
    yield { what: 'pages in a browser', value: null, unit: 'ms', note: chromiumMissing };
    return;
  }
  const browser = await launchChromium();
  try {
    yield* explorer(browser);
    yield* table(browser);
  } finally {
    await browser.close();
  }
}

async function* explorer(browser: Browser): AsyncGenerator<Row> {
  const files = await serveFiles('explorer');
  const opened: number[] = [];
  const drawn: number[] = [];
  const changed: number[] = [];
  for (let i = 0; i < repeats; i++) {
    const page = await browser.newPage({ viewport: { width: 340, height: 900 } });
    await page.goto(files.address);
    const loaded = Number(await page.evaluate(`performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd`));
    drawn.push(Number(await page.evaluate(timed(post(explorerStates.ready)))));
    opened.push(loaded + (drawn.at(-1) ?? 0));
    await page.evaluate(timed(post(explorerStates.low)));
    changed.push(Number(await page.evaluate(timed(post(explorerStates.ready)))));
    await page.close();
  }
  files.close();
  const note = `a frame of an empty page takes ${(await emptyFrame(browser)).toFixed(0)} ms here`;
  yield {
    what: 'explorer, from its address to the first frame of a neuron',
    value: median(opened),
    unit: 'ms',
    atMost: 100,
    note: `${opened.map((time) => Math.round(time)).join(', ')} ms with its files, which come from this machine; ${median(drawn).toFixed(0)} ms from the neuron on; ${note}`,
  };
  yield { what: 'explorer, another side of the neuron', value: median(changed), unit: 'ms', atMost: 50, note };
}

/** A page's files on a port of this machine, as the editor has them: handed over by the test, each would wait for the test. */
async function serveFiles(name: string): Promise<{ address: string; close: () => void }> {
  const server = createServer((request, response) => {
    const found = pageFiles(name, 'dark', `http://${request.headers.host ?? ''}/`)[(request.url ?? '/').slice(1)];
    response.writeHead(found ? 200 : 404, { 'content-type': found?.contentType ?? 'text/plain' }).end(found?.body);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  return { address: `http://127.0.0.1:${port}/`, close: () => server.close() };
}

async function* table(browser: Browser): AsyncGenerator<Row> {
  const { page } = await openPage(browser, 'table', 'dark', { width: 1_200, height: 820 });
  const bytes = bytesOf(bigResult(neurons));
  const megabytes = `${neurons} × 20, ${(bytes.length / 1e6).toFixed(0)} MB`;
  const inspector = await page.context().newCDPSession(page);
  const blocks: number[] = [];
  const openings: number[] = [];
  // The file is in the page before the clock runs: how it comes there is the editor's.
  await page.evaluate(`window.file = Uint8Array.from(atob('${Buffer.from(bytes).toString('base64')}'), (c) => c.charCodeAt(0))`);
  for (let i = 0; i < repeats; i++) {
    await page.evaluate(`window.copy = window.file.slice()`);
    // What the benchmark itself left behind would be collected in the middle of the page's work.
    await inspector.send('HeapProfiler.collectGarbage');
    const message = `{ type: 'result', bytes: copy, name: 'big', selection: ${JSON.stringify(selection)} }`;
    // Handed over as the editor does it: moved, not copied.
    const { block, all } = await page.evaluate<Blocked>(blocked(`window.postMessage(${message}, '*', [copy.buffer])`, '[role=grid]'));
    blocks.push(block);
    openings.push(all);
    if (i + 1 < repeats) await page.evaluate(`window.postMessage({ type: 'failed', code: '', message: '', remedy: '' }, '*')`);
    if (i + 1 < repeats) await page.waitForSelector('[role=grid]', { state: 'detached' });
  }
  yield {
    what: `concept table, longest block of its page while a result opens (${megabytes})`,
    value: median(blocks),
    unit: 'ms',
    atMost: 50,
    note: `${blocks.map((time) => Math.round(time)).join(', ')} ms; it stands after ${median(openings).toFixed(0)} ms`,
  };
  await page.getByRole('checkbox', { name: 'no concept' }).click();
  const sorted: number[] = [];
  for (let i = 0; i < repeats; i++)
    sorted.push(Number(await page.evaluate(timed(`document.querySelectorAll('thead .name button')[${3 * i}].click()`))));
  yield {
    what: `concept table, ${neurons} × 20 sorted by a concept, to its first frame`,
    value: median(sorted),
    unit: 'ms',
    atMost: 100,
    note: `${sorted.map((time) => Math.round(time)).join(', ')} ms`,
  };
  const moving = await scrolled(page, '.scroller');
  const still = await emptyScroll(browser);
  yield {
    what: 'concept table, a frame while scrolling 18 rows a frame, against an empty page',
    value: moving / still,
    unit: '×',
    atMost: 1.5,
    note: `${moving.toFixed(1)} ms against ${still.toFixed(1)} ms`,
  };
  await page.close();
}

const post = (message: unknown): string => `window.postMessage(${JSON.stringify(message)}, '*')`;

/** A script that does something and gives the milliseconds until the frame that shows it has been drawn. */
function timed(action: string): string {
  return `(async () => {
    await new Promise((done) => requestAnimationFrame(done));
    const began = performance.now();
    ${action};
    // The first frame may begin before a message is heard.
    await new Promise((done) => setTimeout(done));
    await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
    return performance.now() - began;
  })()`;
}

interface Blocked {
  readonly block: number;
  readonly all: number;
}

/** A script that does something and gives the longest time, in milliseconds, in which the page served nobody until an element stood. */
function blocked(action: string, selector: string): string {
  return `(async () => {
    await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
    const began = performance.now();
    let last = began;
    let block = 0;
    const turn = () => {
      const now = performance.now();
      block = Math.max(block, now - last);
      last = now;
    };
    const { port1, port2 } = new MessageChannel();
    ${action};
    let stood = 0;
    await new Promise((done) => {
      port1.onmessage = () => {
        turn();
        if (stood === 0 && document.querySelector('${selector}')) stood = last;
        if (stood > 0 && last - stood > 100) done();
        else port2.postMessage(null);
      };
      port2.postMessage(null);
    });
    return { block, all: stood - began };
  })()`;
}

/** Milliseconds of a frame, in the middle of many, while an element scrolls. */
async function scrolled(page: Page, selector: string): Promise<number> {
  const frames = (await page.evaluate(`(async () => {
    const scroller = document.querySelector('${selector}');
    const frames = [];
    let last = performance.now();
    for (let i = 0; i < 120; i++) {
      scroller.scrollTop += 400;
      await new Promise((done) => requestAnimationFrame(done));
      const now = performance.now();
      frames.push(now - last);
      last = now;
    }
    return frames;
  })()`)) as number[];
  return frames.reduce((sum, frame) => sum + frame, 0) / frames.length;
}

async function emptyScroll(browser: Browser): Promise<number> {
  const page = await browser.newPage({ viewport: { width: 1_200, height: 820 } });
  await page.setContent(`<div id="tall" style="height: 800px; overflow: auto"><div style="height: 900000px"></div></div>`);
  const frame = await scrolled(page, '#tall');
  await page.close();
  return frame;
}

async function emptyFrame(browser: Browser): Promise<number> {
  const page = await browser.newPage();
  const times: number[] = [];
  for (let i = 0; i < repeats; i++) times.push(Number(await page.evaluate(timed(''))));
  await page.close();
  return median(times);
}

void report(measure());
