/** The built command line program, run as a person runs it: a process, two streams, an exit code. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { media } from './media';

/** The checkout; examples of help pages are commands for this folder. */
export const root = fileURLToPath(new URL('../..', import.meta.url));
const { bin } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { bin: { golgi: string } };
/** The built program. */
export const executable = join(root, bin.golgi);
if (!existsSync(executable)) throw new Error(`${executable} is missing; npm run build makes it`);

export const gpt2 = media('models/demo-gpt2');
export const sample = media('corpus/golgi-sample.jsonl');

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Started {
  readonly process: ChildProcess;
  /** What it has written to standard error so far. */
  readonly stderr: () => string;
  /** Ctrl-C, as a terminal sends it: to the program and everything that it started. */
  readonly interrupt: () => void;
  readonly ended: Promise<Ended>;
}

export interface Golgi {
  /** Starts the program. */
  start(...args: readonly string[]): Started;
  /** Runs it to its end. */
  run(...args: readonly string[]): Promise<Ended>;
  /** Runs it with `--json`; fails unless it ends with 0. */
  json<T>(...args: readonly string[]): Promise<T>;
}

/**
 * The program with a cache of its own, in the checkout unless told otherwise. What still runs after the tests of the calling
 * file is ended.
 */
export function golgi(cache: string, options: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv } = {}): Golgi {
  const running = new Set<ChildProcess>();
  afterAll(() => {
    for (const { pid } of running) if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  });
  const start = (...args: readonly string[]): Started => {
    const child = spawn(process.execPath, [executable, ...args], {
      cwd: options.cwd ?? root,
      env: { ...process.env, GOLGI_CACHE: cache, ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
      // A process group of its own, as a shell gives it.
      detached: true,
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    running.add(child);
    const ended = new Promise<Ended>((resolve) => {
      child.on('close', (code) => {
        running.delete(child);
        resolve({ code, stdout, stderr });
      });
    });
    const interrupt = (): void => void (child.pid !== undefined && process.kill(-child.pid, 'SIGINT'));
    return { process: child, stderr: () => stderr, interrupt, ended };
  };
  return {
    start,
    run: async (...args) => start(...args).ended,
    async json<T>(...args: readonly string[]) {
      const { code, stdout, stderr } = await start(...args, '--json').ended;
      if (code !== 0) throw new Error(`golgi ${args.join(' ')} ended with ${code}: ${stderr}`);
      return JSON.parse(stdout) as T;
    },
  };
}

/** What `--json` writes to standard error when something is wrong. */
export interface ErrorDocument {
  readonly errors: readonly {
    readonly code: string;
    readonly place: { readonly file?: string; readonly line?: number; readonly column?: number; readonly flag?: string };
    readonly found: string;
    readonly expected: string;
    readonly remedy: string;
    readonly line: string;
  }[];
}

/** The errors of a run with `--json`. */
export function errorsOf({ stderr }: Ended): ErrorDocument['errors'] {
  return (JSON.parse(stderr) as ErrorDocument).errors;
}

/** Parts of ranking documents that tests look at. */
export interface RankingDocument {
  readonly kind: string;
  readonly method: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly concept: string;
  readonly chance: number | null;
  readonly support: { readonly positive: number; readonly negative: number };
  readonly against: { readonly chance: number | null } | null;
  readonly neurons: readonly {
    readonly id: string;
    readonly layer: number | null;
    readonly tap: string | null;
    readonly unit: number;
    readonly score: number | null;
    readonly direction: 1 | -1;
    readonly [extra: string]: unknown;
  }[];
  readonly undefined: readonly { readonly id: string; readonly reason: string }[];
  readonly warnings: readonly string[];
  readonly provenance: Readonly<Record<string, unknown>>;
}

export interface RankingDocuments {
  readonly results: readonly RankingDocument[];
}
