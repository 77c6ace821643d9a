/**
 * Runs the suites in a real workbench: the editor that GOLGI_VSCODE names, a downloaded one (`--electron`), or code-server in
 * Chromium. Where none of them can be had the tests count as skipped, and the reason is said. Names after the flags choose
 * among the suites.
 */
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as esbuild from 'esbuild';
import { ensureBuilt, root } from '../tools/setup.mjs';
import { runByHand } from './byHand.mjs';
import { codeServerMissing, ensureCodeServer, startCodeServer } from './codeServer.mjs';
import { desktopEditor, runInElectron } from './electron.mjs';

/** Of a window; only what hangs comes near it. */
const limitMs = 900_000;
const out = join(root, 'out', 'workbench');

/** Suites in their order, each in a window of its own. Folders below `out` are empty at first. */
const suites = [
  { name: 'suite', workspace: join(root, 'test/workbench/workspace') },
  { name: 'badInput', workspace: join(out, 'badInput') },
  { name: 'noFolder' },
];

/**
 * The build must be there already.
 * @param {{ electron?: boolean, only?: string[] }} [options]
 * @returns {Promise<{ passed: number, failed: number, skipped: number, report: string, failures?: { name: string, error: string }[] }>}
 */
export async function runWorkbench({ electron = false, only = [] } = {}) {
  const named = process.env.GOLGI_VSCODE;
  const desktop = electron || Boolean(named);
  const { executable, missing } = desktop ? await desktopEditor(named) : { missing: codeServerMissing ?? (await ensureCodeServer()) };
  // Who asked for the desktop editor by name is told that there is none; otherwise the tests count as skipped.
  if (missing && desktop) return { passed: 0, failed: 1, skipped: 0, report: missing };
  if (missing) return { passed: 0, failed: 0, skipped: 1, report: `skipped: ${missing}` };

  rmSync(out, { recursive: true, force: true });
  const isWanted = (name) => only.length === 0 || only.includes(name);
  const chosen = suites.filter(({ name }) => isWanted(name));
  for (const { workspace } of chosen) if (workspace) mkdirSync(workspace, { recursive: true });
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
  const hands = isWanted('byHand') && !desktop ? await runByHand({ extension: root, out, start }).catch(asFailure) : [];
  const skipped = isWanted('byHand') && desktop ? 1 : 0;
  return summary([...chosen.flatMap(resultsOf), ...hands], log, skipped);
}

const moduleOf = (name) => join(out, 'suites', `${name}.js`);
const start = (options = {}) => startCodeServer({ env: { GOLGI_WORKBENCH_RESULTS: out }, limitMs, ...options });

async function inDesktop(chosen, executable) {
  const logs = [];
  for (const { name, workspace } of chosen) {
    const { log } = await runInElectron({ executable, extension: root, suite: moduleOf(name), workspace, results: out });
    logs.push(`${name}: ${log}`);
  }
  return logs.join('\n');
}

async function inCodeServer(chosen) {
  if (chosen.length === 0) return '';
  const workbench = await start();
  try {
    for (const { name, workspace } of chosen) {
      const window = { extension: root, suite: moduleOf(name), workspace, screenshot: join(out, `${name}.png`) };
      await workbench.runTests(window).catch((error) => workbench.log.push(`${name}: ${error}`));
    }
    return workbench.log.join('\n');
  } finally {
    await workbench.stop();
  }
}

/** What the other suites have found is not lost when the walks by hand cannot even start. */
const asFailure = (error) => [{ name: 'the walks by hand run to their end', error: String(error?.stack ?? error), milliseconds: 0 }];

/** A suite that did not come to its end is a failure. */
function resultsOf({ name }) {
  const file = join(out, `${name}.json`);
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8'));
  return [{ name: `the suite ${name} runs to its end`, error: 'it did not', milliseconds: 0 }];
}

function summary(tests, log, skipped) {
  const failed = tests.filter(({ error }) => error !== null);
  const lines = tests.map(
    ({ name, error, milliseconds, note }) => `${error === null ? '✓' : '✗'} ${name} (${milliseconds} ms)${note ? `: ${note}` : ''}`,
  );
  const report = [...(failed.length > 0 ? [log, ''] : []), ...lines].join('\n');
  return { passed: tests.length - failed.length, failed: failed.length, skipped, report, failures: failed };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await ensureBuilt();
  const electron = process.argv.includes('--electron');
  const only = process.argv.slice(2).filter((word) => !word.startsWith('-'));
  const { passed, failed, skipped, report, failures = [] } = await runWorkbench({ electron, only });
  const details = failures.map(({ name, error }) => `\n✗ ${name}\n${error}`).join('\n');
  process.stdout.write(`${report}\n${details}\n${passed} passed, ${failed} failed, ${skipped} skipped\n`);
  process.exitCode = failed > 0 ? 1 : 0;
}
