/**
 * What every command of this repository needs before it can start: the packages and the bundles. Plain Node without
 * packages, so that `npm test` and `npm run demo` work in a fresh clone.
 */
import { spawn } from 'node:child_process';
import { existsSync, lstatSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's folder, without a slash at its end. */
export const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/[\\/]$/, '');

/**
 * Runs a program in the repository. Resolves with its exit code and what it printed; nothing is shown unless `show` is set.
 * @param {string} command
 * @param {string[]} args
 * @param {{ show?: boolean, env?: Record<string, string>, cwd?: string }} [options]
 * @returns {Promise<{ code: number, output: string }>}
 */
export function run(command, args, { show = false, env = {}, cwd = root } = {}) {
  return new Promise((resolve) => {
    // npm is a script on Windows, which only a shell can start.
    const shell = process.platform === 'win32' && command === 'npm';
    const child = spawn(command, args, { cwd, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'], shell });
    let output = '';
    const take = (stream) => (chunk) => {
      output += chunk;
      if (show) stream.write(chunk);
    };
    child.stdout.on('data', take(process.stdout));
    child.stderr.on('data', take(process.stderr));
    child.on('error', (error) => resolve({ code: 127, output: `${output}${error.message}\n` }));
    child.on('close', (code) => resolve({ code: code ?? 1, output }));
  });
}

/** Installs the packages of the lock file when they are missing or older than it. Throws when npm fails. */
export async function ensureInstalled() {
  const installed = join(root, 'node_modules', '.package-lock.json');
  const wanted = join(root, 'package-lock.json');
  // npm would empty the folder that the link leads to, which is another checkout's.
  if (lstatSync(join(root, 'node_modules'), { throwIfNoEntry: false })?.isSymbolicLink()) return;
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(wanted).mtimeMs) return;
  process.stdout.write('Installing the packages of package-lock.json (npm ci, about 300 MB)\n');
  await must('npm ci', run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']));
}

/**
 * Builds `dist/`. Takes about two seconds, so it is always done. Throws when the build fails.
 * @param {readonly string[]} flags of `build.mjs`
 */
export async function ensureBuilt(flags = []) {
  await must('The build', run(process.execPath, [join(root, 'test', 'tools', 'build.mjs'), ...flags]));
}

async function must(what, running) {
  const { code, output } = await running;
  if (code !== 0) throw new Error(`${what} failed (exit code ${code}):\n${output}`);
}
