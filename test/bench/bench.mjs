/**
 * `npm run bench [name …]`: measures what the documents promise, prints one table and writes `out/bench.json`. Every
 * benchmark runs in a process of its own, one after the other. Leave the machine alone meanwhile: the ratios forgive a
 * neighbour, times do not.
 */
import { fork } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { ensureBuilt, ensureInstalled, root } from '../tools/setup.mjs';

const benchmarks = [
  'extraction',
  'layers',
  'statistics',
  'probes',
  'linear',
  'formulas',
  'memory',
  'commands',
  'editor',
  'pages',
  'workbench',
  'peer',
  'gradient',
  'sessions',
];

await ensureInstalled();
// As it is delivered: checks that help while developing take time of their own.
await ensureBuilt(['--production']);
const { bundleBenchmarks } = await import('./bundle.mjs');
const folder = join(root, 'out', 'bench');
await bundleBenchmarks(benchmarks, folder);

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !benchmarks.includes(name));
if (unknown.length > 0) throw new Error(`no benchmark ${unknown.join(', ')}; there are ${benchmarks.join(', ')}`);

process.stdout.write(`${cpus().length} × ${cpus()[0]?.model.trim() ?? 'processor'}, load ${loadavg()[0]?.toFixed(1)}\n`);
const rows = [];
for (const name of asked.length > 0 ? asked : benchmarks) {
  process.stdout.write(`\n── ${name}\n`);
  const code = await run(name, (row) => {
    const judged = { ...row, verdict: verdict(row) };
    rows.push(judged);
    process.stdout.write(line(judged));
  });
  if (code !== 0) throw new Error(`${name} ended with code ${code}`);
}
mkdirSync(join(root, 'out'), { recursive: true });
writeFileSync(join(root, 'out', 'bench.json'), `${JSON.stringify({ made: new Date().toISOString(), load: loadavg(), rows }, null, 2)}\n`);

const failed = rows.filter((row) => row.verdict === 'does not hold').length;
process.stdout.write(`\n${rows.length} rows, ${failed} that do not hold; written to out/bench.json\n`);
process.exitCode = failed > 0 ? 1 : 0;

/** Runs one benchmark and hears its rows. */
function run(name, onRow) {
  return new Promise((resolve, reject) => {
    // JSON would make null, which is skipped, of a number that is none.
    const child = fork(join(folder, `${name}.js`), { cwd: root, serialization: 'advanced' });
    child.on('message', onRow);
    child.on('error', reject);
    child.on('close', resolve);
  });
}

function verdict({ value, atLeast = -Infinity, atMost = Infinity }) {
  if (value === null) return 'skipped';
  if (!Number.isFinite(value)) return 'does not hold';
  if (atLeast === -Infinity && atMost === Infinity) return 'reported';
  return value >= atLeast && value <= atMost ? 'holds' : 'does not hold';
}

function line({ what, value, unit, atLeast, atMost, verdict, note }) {
  const number = value === null ? '–' : `${value.toPrecision(3)} ${unit}`;
  const bound = atLeast === undefined ? (atMost === undefined ? '' : `≤ ${atMost}`) : `≥ ${atLeast}`;
  return `${verdict.padEnd(14)}${number.padStart(10)}  ${bound.padEnd(8)}${what}\n${' '.repeat(34)}${note}\n`;
}
