/**
 * Loaded into the server's process beside it: watches for what keeps its loop from turning. On SIGUSR2 it writes the longest
 * gap between two turns to the file that GOLGI_LOOP_DELAY names, and how much of it the process itself computed: on a machine
 * with other work a process also stands still because another one runs.
 */
import { writeFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';

const everyMs = 5;
const delay = monitorEventLoopDelay({ resolution: everyMs });
let longest = { own: 0, gap: 0 };
/** Undefined until the first turn: before it the server's own code is loaded, and nobody waits for an answer yet. */
let turned;
let used = process.cpuUsage();

setInterval(() => {
  const now = performance.now();
  turned ??= now;
  const { user, system } = process.cpuUsage(used);
  const gap = now - turned - everyMs;
  const own = Math.min(gap, (user + system) / 1e3);
  if (own > longest.own) longest = { own, gap };
  [turned, used] = [now, process.cpuUsage()];
}, everyMs).unref();
delay.enable();

process.on('SIGUSR2', () => {
  writeFileSync(process.env['GOLGI_LOOP_DELAY'] ?? '', JSON.stringify({ ...longest, monitored: delay.max / 1e6 - everyMs }));
});
