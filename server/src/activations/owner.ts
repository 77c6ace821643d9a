/**
 * Who owns a temporary file, and who uses a folder: a process, named so that a number reused after a restart is not mistaken
 * for it. Not by the clock, which jumps; locks there are none.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { threadId } from 'node:worker_threads';

let counter = 0;

/** A name for a temporary file, unique to this process and thread: `.tmp-<pid>.<start>-<thread>-<n>`. */
export function temporaryName(): string {
  return `.tmp-${process.pid}.${startOf(process.pid) ?? 0}-${threadId}-${counter++}`;
}

/**
 * Marks a folder as used by this process, so that nobody clears it away meanwhile: `.use-<pid>.<start>`. A folder that takes no
 * mark cannot be cleared away either, so that failures mean nothing.
 */
export function markUse(folder: string): void {
  try {
    writeFileSync(join(folder, `.use-${process.pid}.${startOf(process.pid) ?? 0}`), '', { flag: 'wx' });
  } catch {
    // There already, or a folder that cannot be written to.
  }
}

/** Whether a file is the mark of a process that lives. */
export function isUse(name: string): boolean {
  const mark = /^\.use-(\d+)\.(\d+)$/.exec(name);
  return mark !== null && lives(mark);
}

/** Whether a file in the store is a temporary one, or a mark, whose process is gone, so that it can be removed. */
export function isOrphan(name: string): boolean {
  const owned = /^\.(?:tmp-(\d+)\.(\d+)-\d+-\d+|use-(\d+)\.(\d+))$/.exec(name);
  return owned !== null && !lives([name, owned[1] ?? owned[3], owned[2] ?? owned[4]]);
}

/** Whether the process that a name tells of still runs, and is no later one of the same number. */
function lives([, number, begun]: readonly (string | undefined)[]): boolean {
  const [pid, start] = [Number(number), Number(begun)];
  if (!isAlive(pid)) return false;
  const now = startOf(pid);
  return now === undefined || start === 0 || now === start;
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
