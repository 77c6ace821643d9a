/** As much of a test runner as fits into the extension host: tests in order, results into a file that the runner reads. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface TestResult {
  readonly name: string;
  readonly error: string | null;
  readonly milliseconds: number;
  /** What the test has measured and nobody judges. */
  readonly note: string | null;
}

/** May give a note. */
type Body = () => void | string | Promise<void | string>;

/** A hung test must not hang the editor; no test comes near this, however much else the machine does. */
const usualLimitMs = 200_000;

const tests: { name: string; body: Body; limitMs: number }[] = [];

/** Adds a test. */
export function test(name: string, body: Body, limitMs = usualLimitMs): void {
  tests.push({ name, body, limitMs });
}

/** Where the results of a suite go: the runner says it by the environment, and each suite adds its name. */
export function resultsFile(suite: string): string {
  const folder = process.env['GOLGI_WORKBENCH_RESULTS'];
  if (!folder) throw new Error('GOLGI_WORKBENCH_RESULTS names no folder');
  return join(folder, `${suite}.json`);
}

/** Runs all tests and writes their results as JSON; throws when one failed, so that the editor's exit code tells, too. */
export async function runAll(resultsFile: string): Promise<void> {
  const results: TestResult[] = [];
  for (const { name, body, limitMs } of tests) {
    const started = performance.now();
    const result = await outcome(body, limitMs);
    results.push({ name, ...result, milliseconds: Math.round(performance.now() - started) });
  }
  writeFileSync(resultsFile, JSON.stringify(results));
  const failed = results.filter((result) => result.error !== null);
  if (failed.length > 0) throw new Error(`${failed.length} failed`);
}

async function outcome(body: Body, limitMs: number): Promise<Pick<TestResult, 'error' | 'note'>> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not done after ${limitMs / 1000} s`)), limitMs);
  });
  try {
    return { error: null, note: (await Promise.race([body(), late])) ?? null };
  } catch (error) {
    return { error: error instanceof Error ? (error.stack ?? error.message) : String(error), note: null };
  } finally {
    clearTimeout(timer);
  }
}
