/** What a person waits for at a terminal. Times, not ratios: they mean little while others use the machine. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { median } from './cost';
import { report } from './row';
import type { Row } from './row';
import { gpt2, sample, scratch } from './subjects';

const repeats = 5;
const golgi = join(process.cwd(), 'dist', 'golgi.js');

async function* measure(): AsyncGenerator<Row> {
  const cache = scratch();
  const args = ['rank', '--model', gpt2.folder, '--corpus', sample, '--concept', 'rule:capitalised', '--method', 'ap,probeless'];
  const rank = (): Promise<Answer> => answer([golgi, ...args, '--cache', cache]);
  await rank();
  const answers: Answer[] = [];
  for (let i = 0; i < repeats; i++) answers.push(await rank());
  const nothing = await answer(['-e', 'console.log(0)']);
  yield {
    what: 'golgi rank on cached activations, time to its first line',
    value: median(answers.map(({ first }) => first)),
    unit: 'ms',
    atMost: 1000,
    note: `done after ${Math.round(median(answers.map(({ done }) => done)))} ms; node alone takes ${Math.round(nothing.first)} ms to say anything`,
  };
  const demo = await answer([join('test', 'tools', 'demo.mjs')], { GOLGI_CACHE: scratch() });
  yield {
    what: 'npm run demo after the installation, with an empty cache',
    value: demo.done / 1e3,
    unit: 's',
    atMost: 120,
    note: 'builds, extracts, ranks a dozen concepts by four methods with evidence, writes result and report',
  };
}

/** Milliseconds until the first output and until the end. */
interface Answer {
  readonly first: number;
  readonly done: number;
}

function answer(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const began = performance.now();
    const child = spawn(process.execPath, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'inherit'] });
    let first = 0;
    child.stdout.on('data', () => (first ||= performance.now() - began));
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve({ first, done: performance.now() - began });
      else reject(new Error(`${args.join(' ')} ended with ${code}`));
    });
  });
}

void report(measure());
