/** Other processes as Linux shows them: children, life and death. */
import { readFileSync } from 'node:fs';

/** Ids of a process's children. Empty once it is gone. */
export function childrenOf(pid: number): number[] {
  try {
    const list = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
    return list.split(' ').filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

/** Whether a process runs; one that ended and waits to be collected does not. */
export function isAlive(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) [ZX]/s.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

/** Asks again every other millisecond until `what` gives something; undefined when `over` comes first. */
export async function until<T>(what: () => T | undefined | false, over: () => boolean): Promise<T | undefined> {
  for (;;) {
    const found = what();
    if (found !== undefined && found !== false) return found;
    if (over()) return undefined;
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}
