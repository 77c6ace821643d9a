/**
 * What the extension computes in its host, by the processor's profile: how long it works without a pause, and where. Taken
 * from inside the same process, so that nothing in the product has to know of it.
 */
import { Session } from 'node:inspector/promises';
import type { Profiler } from 'node:inspector';

/** Microseconds between two samples. */
const everyMicroseconds = 250;

/** A time during which the extension worked and nobody else had a turn. */
export interface Stretch {
  readonly milliseconds: number;
  /** Since the watch began. */
  readonly at: number;
  /** The functions of the extension that took most of it: name, place in the bundle, milliseconds. */
  readonly where: readonly string[];
}

/** Watches from now on; `stop` gives all stretches, the longest first. */
export async function watchHost(isOurs: (url: string) => boolean): Promise<{ now(): number; stop(): Promise<Stretch[]> }> {
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.setSamplingInterval', { interval: everyMicroseconds });
  await session.post('Profiler.start');
  const started = milliseconds();
  const turns: number[] = [];
  // Timers have their turn once in every round of the loop, so a tick lies between what was done before it and after it.
  const ticking = setInterval(() => turns.push(milliseconds()), 1);
  return {
    now: () => milliseconds() - started,
    stop: async () => {
      clearInterval(ticking);
      const { profile } = await session.post('Profiler.stop');
      session.disconnect();
      const stretches = stretchesOf(profile, isOurs, turns);
      return stretches.map((stretch) => ({ ...stretch, at: stretch.at - started })).sort((a, b) => b.milliseconds - a.milliseconds);
    },
  };
}

/** By the clock that the profiler goes by. */
const milliseconds = (): number => Number(process.hrtime.bigint() / 1_000n) / 1_000;

/** Milliseconds. A sample that stands for longer is of a process that had to wait for a processor. */
const longestSample = 2;

/** Nobody's work, which may happen in the middle of anybody's. */
const betweenTheLines = new Set(['(garbage collector)', '(program)']);

/** The stretches of a profile in their order; `turns` are times at which others had a turn. */
function stretchesOf(
  { nodes, samples = [], timeDeltas = [], startTime }: Profiler.Profile,
  isOurs: (url: string) => boolean,
  turns: readonly number[],
): Stretch[] {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const parents = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id] as const)));
  const ours = new Map<number, string | null>();
  /** The innermost function of ours on the stack of a sample; null when there is none. */
  const functionOfOurs = (id: number | undefined): string | null => {
    if (id === undefined) return null;
    const known = ours.get(id);
    if (known !== undefined) return known;
    const frame = byId.get(id)?.callFrame;
    const found =
      frame && isOurs(frame.url)
        ? `${frame.functionName || '(anonymous)'} ${frame.lineNumber + 1}:${frame.columnNumber + 1}`
        : functionOfOurs(parents.get(id));
    ours.set(id, found);
    return found;
  };

  const stretches: Stretch[] = [];
  let at = (startTime + (timeDeltas[0] ?? 0)) / 1_000;
  let [began, length, pending, turn] = [0, 0, 0, 0];
  let where = new Map<string, number>();
  const end = (): void => {
    if (length > 0) stretches.push({ milliseconds: length, at: began, where: longest(where) });
    [length, pending, where] = [0, 0, new Map()];
  };
  samples.forEach((id, index) => {
    // A sample stands for the time until the next one.
    const milliseconds = Math.min((timeDeltas[index + 1] ?? 0) / 1_000, longestSample);
    const name = functionOfOurs(id);
    if ((turns[turn] ?? Infinity) <= at) end();
    while ((turns[turn] ?? Infinity) <= at) turn += 1;
    if (name !== null) {
      if (length === 0) began = at;
      length += pending + milliseconds;
      pending = 0;
      where.set(name, (where.get(name) ?? 0) + milliseconds);
    } else if (length > 0 && betweenTheLines.has(byId.get(id)?.callFrame.functionName ?? '')) pending += milliseconds;
    else end();
    at += (timeDeltas[index + 1] ?? 0) / 1_000;
  });
  end();
  return stretches;
}

function longest(where: ReadonlyMap<string, number>): string[] {
  const sorted = [...where].sort((a, b) => b[1] - a[1]).slice(0, 4);
  return sorted.map(([name, milliseconds]) => `${name} ${milliseconds.toFixed(1)} ms`);
}
