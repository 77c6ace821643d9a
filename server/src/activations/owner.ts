/**
 * Who owns a temporary file: its process, named so that a number reused after a restart is not mistaken for it. Not by the
 * clock, which jumps; locks there are none.
 */
import { readFileSync } from 'node:fs';
import { threadId } from 'node:worker_threads';

let counter = 0;

/** A name for a temporary file, unique to this process and thread: `.tmp-<pid>.<start>-<thread>-<n>`. */
export function temporaryName(): string {
  return `.tmp-${process.pid}.${startOf(process.pid) ?? 0}-${threadId}-${counter++}`;
}

/** Whether a file in the store is a temporary one whose process is gone, so that it can be removed. */
export function isOrphan(name: string): boolean {
  const match = /^\.tmp-(\d+)\.(\d+)-\d+-\d+$/.exec(name);
  if (!match) return false;
  const [pid, start] = [Number(match[1]), Number(match[2])];
  if (!isAlive(pid)) return true;
  const now = startOf(pid);
  return now !== undefined && start !== 0 && now !== start;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** When a process started, in clock ticks since boot (field 22 of its `stat`); undefined where there is no `/proc`. */
function startOf(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]);
  } catch {
    return undefined;
  }
}
