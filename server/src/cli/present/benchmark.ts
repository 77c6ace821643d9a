/** The planted benchmark as a table: methods down, plants across. */
import type { BenchmarkCell, BenchmarkResult } from '../../protocol/benchmark';
import { counted } from '../../protocol/counted';
import type { Palette } from './marks';
import { table } from './table';

/** Marks of plants that were found in all, some and none of the runs. */
const marks = { all: '●', some: '◐', none: '·' } as const;

/** What lines with a setting show. */
const settingsText: Readonly<Record<string, string>> = {
  'control-task':
    'control-task: labels drawn at random, one a word form. What is found there is found for its words, whatever the concept.',
  standardise: 'standardise: with --set standardise=true.',
};

/** A line for every method, and what was planted. */
export function benchmarkText({ plants, methods, rows, neurons, runs, top, seed }: BenchmarkResult, paint: Palette): string {
  const head = ['method', ...plants.map(({ id, decoy }) => (decoy ? `(${id})` : id))];
  const lines = methods.map(({ id, setting, cells }) => [
    setting ? `${id} ${setting}` : id,
    ...cells.map((cell, p) => cellText(cell, plants[p]?.decoy ?? false, paint)),
  ]);
  const chances = ['by chance', ...plants.map(({ chance }) => percent(chance))];
  return [
    table([head.map(paint.bold), ...lines, chances.map(paint.dim)]),
    '',
    ...plants.map(({ id, what, members }) => `${id}: ${what} (${members.length === 1 ? 'column' : 'columns'} ${members.join(', ')})`),
    '',
    `${counted(rows, 'row')} × ${neurons} neurons, ${counted(runs, 'run')} from seed ${seed}. A cell is the rank of the plant’s last neuron, the median of all runs;`,
    `${marks.all} all its neurons are among the first ${top} in every run, ${marks.some} in some runs, ${marks.none} in none; – not every one has a score.`,
    `In brackets: decoys, which must not be found. ${marks.all} there means that the method was deceived.`,
    ...[...new Set(methods.flatMap(({ setting }) => setting ?? []))].map((setting) => settingsText[setting] ?? setting),
    '',
  ].join('\n');
}

function cellText({ ranks, found }: BenchmarkCell, decoy: boolean, paint: Palette): string {
  const mark = found === 1 ? marks.all : found > 0 ? marks.some : marks.none;
  const text = `${mark} ${median(ranks) ?? '–'}`;
  if (found === 0) return paint.dim(text);
  return decoy ? paint.low(text) : paint.gain(text);
}

/** The lower median; a missing rank counts as later than all others. */
function median(ranks: readonly (number | null)[]): number | null {
  const ordered = [...ranks].sort((a, b) => (a ?? Infinity) - (b ?? Infinity));
  return ordered[Math.floor((ordered.length - 1) / 2)] ?? null;
}

function percent(share: number): string {
  return share < 0.001 ? '<0.1 %' : `${(100 * share).toFixed(1)} %`;
}
