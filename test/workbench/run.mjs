/**
 * Runs the suites in a real workbench: the editor that GOLGI_VSCODE names, a downloaded one (`--electron`), or code-server in
 * Chromium. Where none of them can be had the tests count as skipped, and the reason is said. Names after the flags choose
 * among the suites.
 */
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as esbuild from 'esbuild';
import { ensureBuilt, root } from '../tools/setup.mjs';
import { runByHand } from './byHand.mjs';
import { codeServerMissing, ensureCodeServer, startCodeServer } from './codeServer.mjs';
import { runInElectron } from './electron.mjs';

const limitMs = 300_000;
const out = join(root, 'out', 'workbench');

/**
 * Suites in their order, each in windows of its own: one for each folder, all at the same time. Folders below `out` are
 * empty at first. A desktop editor under test forgets what it should remember and opens one window at a time, so what
 * needs more is `inBrowser`.
 */
const suites = [
  { name: 'suite', folders: [join(root, 'test/workbench/workspace')] },
  { name: 'badInput', folders: [join(out, 'badInput')] },
  { name: 'noFolder', folders: [undefined] },
  { name: 'beforeReload', folders: [join(out, 'reload')], inBrowser: true },
  { name: 'afterReload', folders: [join(out, 'reload')], inBrowser: true },
  { name: 'twoWindows', folders: [join(out, 'two', 'first'), join(out, 'two', 'second')], inBrowser: true },
];

/**
 * The build must be there already.
 * @param {{ electron?: boolean, only?: string[] }} [options]
 * @returns {Promise<{ passed: number, failed: number, skipped: number, report: string }>}
 */
export async function runWorkbench({ electron = false, only = [] } = {}) {
  const executable = process.env.GOLGI_VSCODE;
  const desktop = electron || Boolean(executable);
  const missing = desktop ? undefined : (codeServerMissing ?? (await ensureCodeServer()));
  if (missing) return { passed: 0, failed: 0, skipped: 1, report: `skipped: ${missing}` };

  rmSync(out, { recursive: true, force: true });
  const isWanted = (name) => only.length === 0 || only.includes(name);
  const wanted = suites.filter(({ name }) => isWanted(name));
  const chosen = wanted.filter(({ inBrowser }) => !(desktop && inBrowser));
  for (const folder of chosen.flatMap(({ folders }) => folders)) if (folder) mkdirSync(folder, { recursive: true });
  await esbuild.build({
    entryPoints: chosen.map(({ name }) => join(root, `test/workbench/${name}.ts`)),
    outdir: join(out, 'suites'),
    bundle: true,
    platform: 'node',
    format: 'cjs',
    external: ['vscode'],
    logLevel: 'warning',
  });
  const log = await (desktop ? inDesktop(chosen, executable) : inCodeServer(chosen));
  const hands = isWanted('byHand') && !desktop ? await runByHand({ extension: root, out, start }) : [];
  const skipped = wanted.length - chosen.length + (isWanted('byHand') && desktop ? 1 : 0);
  return summary([...chosen.flatMap(resultsOf), ...hands], log, skipped);
}

const moduleOf = (name) => join(out, 'suites', `${name}.js`);
const start = (options = {}) => startCodeServer({ env: { GOLGI_WORKBENCH_RESULTS: out }, limitMs, ...options });

async function inDesktop(chosen, executable) {
  const logs = [];
  for (const { name, folders } of chosen) {
    const [workspace] = folders;
    const { log } = await runInElectron({ executable, extension: root, suite: moduleOf(name), workspace, results: out });
    logs.push(`${name}: ${log}`);
  }
  return logs.join('\n');
}

async function inCodeServer(chosen) {
  if (chosen.length === 0) return '';
  const workbench = await start();
  try {
    for (const { name, folders } of chosen) {
      const windows = folders.map((workspace) => {
        const screenshot = join(out, `${nameIn(name, folders, workspace)}.png`);
        return workbench.runTests({ extension: root, suite: moduleOf(name), workspace, screenshot });
      });
      for (const { reason } of await Promise.allSettled(windows)) if (reason) workbench.log.push(`${name}: ${reason}`);
    }
    return workbench.log.join('\n');
  } finally {
    await workbench.stop();
  }
}

/** The name under which a window of a suite leaves its results. */
function nameIn(name, folders, folder) {
  return folders.length > 1 ? `${name}-${basename(folder)}` : name;
}

/** A suite that did not come to its end is a failure. */
function resultsOf({ name, folders }) {
  return folders.flatMap((folder) => {
    const own = nameIn(name, folders, folder);
    const file = join(out, `${own}.json`);
    if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8'));
    return [{ name: `the suite ${own} runs to its end`, error: 'it did not', milliseconds: 0 }];
  });
}

function summary(tests, log, skipped) {
  const failed = tests.filter(({ error }) => error !== null);
  const lines = tests.map(({ name, error, milliseconds }) => `${error === null ? '✓' : '✗'} ${name} (${milliseconds} ms)`);
  const details = failed.map(({ name, error }) => `\n${name}\n${error}`);
  const report = [...lines, ...details, ...(failed.length > 0 ? ['', log] : [])].join('\n');
  return { passed: tests.length - failed.length, failed: failed.length, skipped, report };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await ensureBuilt();
  const electron = process.argv.includes('--electron');
  const only = process.argv.slice(2).filter((word) => !word.startsWith('-'));
  const { passed, failed, skipped, report } = await runWorkbench({ electron, only });
  process.stdout.write(`${report}\n${passed} passed, ${failed} failed, ${skipped} skipped\n`);
  process.exitCode = failed > 0 ? 1 : 0;
}
