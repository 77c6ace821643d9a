/** What a person waits for in the pages: the real bundles in Chromium, beside a page that does nothing. */
import type { Browser, Page } from 'playwright-core';
import { chromiumMissing, launchChromium } from '../helpers/chromium.mjs';
import { openPage } from '../helpers/pageHost';
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
  const opened: number[] = [];
  const whole: number[] = [];
  const changed: number[] = [];
  for (let i = 0; i < repeats; i++) {
    const { page, show } = await openPage(browser, 'explorer', 'dark');
    const { all, script } = (await page.evaluate(`(() => {
      const { domContentLoadedEventEnd: end } = performance.getEntriesByType('navigation')[0];
      return { all: end, script: end - performance.getEntriesByName('https://golgi.test/page.js')[0].responseEnd };
    })()`)) as { all: number; script: number };
    const drawn = Number(await page.evaluate(timed(post(explorerStates.ready))));
    opened.push(script + drawn);
    whole.push(all + drawn);
    await show(explorerStates.low);
    changed.push(Number(await page.evaluate(timed(post(explorerStates.ready)))));
    await page.close();
  }
  const frame = await emptyFrame(browser);
  const note = `a frame of an empty page takes ${frame.toFixed(0)} ms here`;
  // Files come through the test here and through the editor there; what is the page's own begins with its script.
  yield {
    what: 'explorer, from the arrival of its script to the first frame of a neuron',
    value: median(opened),
    unit: 'ms',
    atMost: 100,
    note: `${note}; ${median(whole).toFixed(0)} ms with the files, which the test hands over one by one`,
  };
  yield { what: 'explorer, another side of the neuron', value: median(changed), unit: 'ms', atMost: 50, note };
}

async function* table(browser: Browser): AsyncGenerator<Row> {
  const { page, show } = await openPage(browser, 'table', 'dark', { width: 1_200, height: 820 });
  await show({ type: 'result', bytes: bytesOf(bigResult(neurons)), name: 'big', selection });
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
