/**
 * Runs `suite.ts` in a real workbench: the editor that GOLGI_VSCODE names, a downloaded one (`--electron`), or code-server in
 * Chromium. Where none of them can be had the tests count as skipped, and the reason is said.
 */
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as esbuild from 'esbuild';
import { ensureBuilt, root } from '../tools/setup.mjs';
import { codeServerMissing, ensureCodeServer, runInCodeServer } from './codeServer.mjs';
import { runInElectron } from './electron.mjs';

const limitMs = 240_000;
const out = join(root, 'out', 'workbench');

/**
 * The build must be there already.
 * @param {{ electron?: boolean }} [options]
 * @returns {Promise<{ passed: number, failed: number, skipped: number, report: string }>}
 */
export async function runWorkbench({ electron = false } = {}) {
  const executable = process.env.GOLGI_VSCODE;
  const desktop = electron || Boolean(executable);
  const missing = desktop ? undefined : (codeServerMissing ?? (await ensureCodeServer()));
  if (missing) return { passed: 0, failed: 0, skipped: 1, report: `skipped: ${missing}` };

  const suite = join(out, 'suite.js');
  const results = join(out, 'results.json');
  mkdirSync(out, { recursive: true });
  rmSync(results, { force: true });
  await esbuild.build({
    entryPoints: [join(root, 'test/workbench/suite.ts')],
    outfile: suite,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    external: ['vscode'],
    logLevel: 'warning',
  });
  const place = { extension: root, suite, workspace: join(root, 'test/workbench/workspace'), results };
  const { log } = desktop
    ? await runInElectron({ executable, ...place })
    : await runInCodeServer({ ...place, screenshot: join(out, 'workbench.png'), limitMs });
  if (!existsSync(results)) return { passed: 0, failed: 1, skipped: 0, report: `the tests did not run to their end\n${log}` };
  return summary(JSON.parse(readFileSync(results, 'utf8')), log);
}

function summary(tests, log) {
  const failed = tests.filter(({ error }) => error !== null);
  const lines = tests.map(({ name, error, milliseconds }) => `${error === null ? '✓' : '✗'} ${name} (${milliseconds} ms)`);
  const details = failed.map(({ name, error }) => `\n${name}\n${error}`);
  const report = [...lines, ...details, ...(failed.length > 0 ? ['', log] : [])].join('\n');
  return { passed: tests.length - failed.length, failed: failed.length, skipped: 0, report };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await ensureBuilt();
  const { passed, failed, skipped, report } = await runWorkbench({ electron: process.argv.includes('--electron') });
  process.stdout.write(`${report}\n${passed} passed, ${failed} failed, ${skipped} skipped\n`);
  process.exitCode = failed > 0 ? 1 : 0;
}
