/**
 * `npm test`: sets everything up, then runs every check there is. Each prints what it found and its counts; what failed is
 * named again at the end, for whoever sees no more of the output than that, and the last line sums all up. The exit code is 1
 * when anything failed.
 */
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { ensureInstalled, root, run } from './setup.mjs';

const bin = (name) => join(root, 'node_modules', name);
/** Programs colour their output on CI, and vitest warns that a later Vite will load its configuration differently. */
const plain = { ...(process.stdout.isTTY ? {} : { NO_COLOR: '1' }), VITE_CONFIG_NATIVE_IGNORE_WARNING: 'true' };
const total = { passed: 0, failed: 0, skipped: 0 };
const failures = [];

/** Runs one suite, says how it went and adds it to the total. `work` resolves with counts and, if it has any, a report and failures. */
async function suite(name, work) {
  process.stdout.write(`\n── ${name}\n`);
  tell(name, await measured(work));
}

/** Suites that have nothing to say before their end, two side by side, as each keeps one processor busy. */
async function quietSuites(waiting) {
  const one = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const [name, work] = next;
      const outcome = await measured(work);
      process.stdout.write(`\n── ${name}\n`);
      tell(name, outcome);
    }
  };
  await Promise.all([one(), one()]);
}

async function measured(work) {
  const started = Date.now();
  const outcome = await work().catch((error) => ({
    ...{ passed: 0, failed: 1, skipped: 0 },
    report: error instanceof Error ? (error.stack ?? error.message) : String(error),
  }));
  return { ...outcome, seconds: ((Date.now() - started) / 1000).toFixed(1) };
}

function tell(name, { passed, failed, skipped, report, seconds, ...rest }) {
  const named = rest.failures ?? (failed > 0 ? [{ name, error: report ?? '' }] : []);
  failures.push(...named.map((failure) => `✗ ${name}: ${failure.name}\n${endOf(failure.error)}`));
  if (report) process.stdout.write(`${report.trimEnd()}\n`);
  total.passed += passed;
  total.failed += failed;
  total.skipped += skipped;
  process.stdout.write(`   ${name}: ${passed} passed, ${failed} failed, ${skipped} skipped (${seconds} s)\n`);
}

/** The last lines of a text that may be long. */
const endOf = (text) => text.trimEnd().split('\n').slice(-30).join('\n');

/** A program that passes or fails as a whole; its output is shown when it fails. */
const program = (script, ...args) => {
  return async () => {
    const { code, output } = await run(process.execPath, [script, ...args], { env: plain });
    return code === 0 ? { passed: 1, failed: 0, skipped: 0 } : { passed: 0, failed: 1, skipped: 0, report: output };
  };
};

async function vitest() {
  const file = join(root, 'out', 'vitest.json');
  rmSync(file, { force: true });
  mkdirSync(join(root, 'out'), { recursive: true });
  const args = ['run', '--config', 'test/vitest.config.ts', '--reporter=default', '--reporter=json', `--outputFile=${file}`];
  const { code } = await run(process.execPath, [bin('vitest/vitest.mjs'), ...args], { show: true, env: plain });
  if (!existsSync(file)) throw new Error(`vitest ended with code ${code} and left no report`);
  const { numPassedTests: passed, numFailedTests, numPendingTests, numTodoTests, testResults } = JSON.parse(readFileSync(file, 'utf8'));
  // A file that cannot even be loaded, or an error outside any test, fails the run without failing a test.
  const failed = code === 0 ? 0 : Math.max(1, numFailedTests);
  return { passed, failed, skipped: numPendingTests + numTodoTests, failures: failed === 0 ? [] : failuresOf(testResults) };
}

/** What vitest's report names as failed, each with its file. */
function failuresOf(files) {
  const named = files.flatMap(({ name, status, message, assertionResults }) => {
    const file = relative(root, name);
    const failed = assertionResults.filter((test) => test.status === 'failed');
    if (failed.length === 0) return status === 'failed' ? [{ name: file, error: message }] : [];
    return failed.map(({ fullName, failureMessages }) => ({ name: `${file}: ${fullName}`, error: failureMessages.join('\n') }));
  });
  return named.length > 0 ? named : [{ name: 'an error outside every test', error: 'it stands above, where the tests end' }];
}

async function workbench() {
  const { runWorkbench } = await import('../workbench/run.mjs');
  return runWorkbench();
}

await ensureInstalled();
// The tests run on what ships: minified bundles with this platform's runtime beside them.
await suite('package', program(join(root, 'test/tools/package.mjs')));
await quietSuites([
  ['lint', program(bin('eslint/bin/eslint.js'), '.')],
  ['format', program(bin('prettier/bin/prettier.cjs'), '--check', '--log-level', 'warn', '.')],
  ['types', program(bin('typescript/bin/tsc'), '-p', '.')],
  ['types of the pages', program(bin('svelte-check/bin/svelte-check'), '--workspace', 'webview', '--fail-on-warnings')],
  ['unused code', program(bin('knip/bin/knip.js'), '--no-progress')],
]);
await suite('tests', vitest);
await suite('workbench', workbench);

if (failures.length > 0) process.stdout.write(`\n── failed\n${failures.join('\n\n')}\n`);
process.stdout.write(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped\n`);
process.exitCode = total.failed > 0 ? 1 : 0;
