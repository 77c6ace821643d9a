/** What the extension costs its host in a real workbench: how long it takes to activate, and how long it works in one go. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { codeServerMissing, ensureCodeServer, startCodeServer } from '../workbench/codeServer.mjs';
import { command, showGolgi } from '../workbench/hands.mjs';
import type { HostWork } from '../workbench/hostWork';
import { bigResult, bytesOf } from '../webview/states';
import { median } from './cost';
import { report } from './row';
import type { Row } from './row';
import { scratch } from './subjects';

const windows = 7;
const limitMs = 300_000;
const neurons = 40_000;

async function* measure(): AsyncGenerator<Row> {
  const missing = codeServerMissing ?? (await ensureCodeServer());
  if (missing) {
    yield { what: 'the extension in a workbench', value: null, unit: 'ms', note: missing };
    return;
  }
  const folder = scratch();
  const workspace = join(folder, 'workspace');
  mkdirSync(workspace);
  writeFileSync(join(workspace, 'big.golgi-result.json'), bytesOf(bigResult(neurons)));
  const workbench = await startCodeServer({ env: { GOLGI_WORKBENCH_RESULTS: folder }, limitMs });
  const extension = process.cwd();
  try {
    const times: number[] = [];
    for (let i = 0; i < windows; i++) times.push(await activation(await workbench.open({ extension, workspace })));
    yield {
      what: 'activation, by the editor’s own list of running extensions',
      value: median(times),
      unit: 'ms',
      atMost: 100,
      note: `median of ${times.join(', ')} ms; all but the first begin with the view open, while the editor itself starts`,
    };

    await workbench.runTests({ extension, workspace, suite: join(extension, 'out', 'bench', 'hostWork.js') });
    const { steps, stretches } = JSON.parse(readFileSync(join(folder, 'hostStretches.json'), 'utf8')) as HostWork;
    for (const step of new Set(steps)) {
      const found = stretches.filter((stretch) => stretch.step === step);
      const [longest] = found;
      const over = found.filter(({ milliseconds }) => milliseconds > 10).length;
      yield {
        what: `longest turn of the extension in its host: ${step}`,
        value: longest?.milliseconds ?? 0,
        unit: 'ms',
        atMost: 10,
        note: longest ? `${over} over 10 ms; ${longest.where.join('; ')}` : 'none of 2 ms',
      };
    }
  } finally {
    await workbench.stop();
  }
}

type Window = Awaited<ReturnType<Awaited<ReturnType<typeof startCodeServer>>['open']>>;

/** Milliseconds that the editor says the activation took. */
async function activation(page: Window): Promise<number> {
  await page.locator('.activitybar a[aria-label^="Golgi"]').waitFor();
  if ((await page.locator('[aria-label*="Rankings"]').count()) === 0) await showGolgi(page);
  await page.locator('.welcome-view-content .monaco-button').first().waitFor();
  await command(page, 'Developer: Show Running Extensions');
  const row = page.locator('.runtime-extensions-editor .extension', { hasText: 'golgi' }).first();
  await row.locator('.activation-time', { hasText: /\d/ }).waitFor();
  const [, milliseconds] = /Activation: (\d+)\s*ms/.exec(await row.innerText()) ?? [];
  await page.close();
  return Number(milliseconds);
}

void report(measure());
