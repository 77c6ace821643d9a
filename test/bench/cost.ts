/** Measuring on a machine that others use too: contenders take turns, and what counts is how one compares to the other. */
import { readFileSync } from 'node:fs';

/** What a piece of work took, in seconds. */
export interface Cost {
  readonly wall: number;
  /** Processor time of the main thread alone, where the system tells it (Linux, in steps of 10 ms). */
  readonly main: number | null;
  /** Processor time of all threads. */
  readonly all: number;
}

/** Measures one piece of work. */
export async function costOf(work: () => Promise<unknown>): Promise<Cost> {
  const began = performance.now();
  const usage = process.cpuUsage();
  const before = mainThreadSeconds();
  await work();
  const { user, system } = process.cpuUsage(usage);
  const after = mainThreadSeconds();
  return {
    wall: (performance.now() - began) / 1e3,
    main: before === null || after === null ? null : after - before,
    all: (user + system) / 1e6,
  };
}

/**
 * Lets every contender run once to warm up and then `repeats` times, in turns: A B A B …; the costs of each, in order.
 * `tidy` runs after each of them and is not measured.
 */
export async function inTurns<Name extends string>(
  contenders: Readonly<Record<Name, () => Promise<unknown>>>,
  repeats: number,
  tidy: () => void = () => undefined,
): Promise<Record<Name, Cost[]>> {
  const names = Object.keys(contenders) as Name[];
  const costs = Object.fromEntries(names.map((name) => [name, [] as Cost[]])) as Record<Name, Cost[]>;
  for (let i = 0; i <= repeats; i++) {
    for (const name of names) {
      const cost = await costOf(contenders[name]);
      if (i > 0) costs[name].push(cost);
      tidy();
    }
  }
  return costs;
}

/** Median over the turns of how many times as long `slow` took as `fast`, by the clock or by another measure. */
export function timesAsLong(slow: readonly Cost[], fast: readonly Cost[], measure: (cost: Cost) => number | null = wall): number | null {
  const ratios = slow.map((cost, i) => {
    const [above, below] = [measure(cost), measure(fast[i] as Cost)];
    return above === null || !below ? null : above / below;
  });
  const known = ratios.filter((ratio) => ratio !== null);
  return known.length < ratios.length ? null : median(known);
}

export const wall = (cost: Cost): number => cost.wall;
export const main = (cost: Cost): number | null => cost.main;

export function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? (sorted[middle] ?? NaN) : ((sorted[middle - 1] ?? NaN) + (sorted[middle] ?? NaN)) / 2;
}

/** User and system time of the thread whose number is the process's, by proc(5): fields 14 and 15, in hundredths of a second. */
function mainThreadSeconds(): number | null {
  if (process.platform !== 'linux') return null;
  const fields = readFileSync(`/proc/self/task/${process.pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  const ticks = Number(fields[11]) + Number(fields[12]);
  return Number.isFinite(ticks) ? ticks / 100 : null;
}
