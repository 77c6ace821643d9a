/** The planted benchmark: what is in the matrix, and which method finds it. */
import { readFileSync } from 'node:fs';
import { beforeAll, expect, test } from 'vitest';
import { constantNeuron, plantedMatrix, plantedNeurons, plantedRows } from '../../../server/src/evaluation/benchmark/plantedMatrix';
import { plants } from '../../../server/src/evaluation/benchmark/plants';
import { runBenchmark } from '../../../server/src/evaluation/benchmark/run';
import { conceptMethods } from '../../../server/src/methods';
import { plainKernels } from '../../../server/src/methods/kernels';
import type { BenchmarkResult } from '../../../server/src/protocol/benchmark';
import { benchmarkText } from '../../../server/src/cli/present/benchmark';
import { palette } from '../../../server/src/cli/present/marks';

const quiet = { kernels: plainKernels, signal: new AbortController().signal, onProgress: () => undefined };
const asked = { methods: ['ap', 'probeless', 'd-prime', 'mean-select'], runs: 3, seed: 1, top: 10 };
let result: BenchmarkResult;

beforeAll(async () => {
  result = await runBenchmark(asked, quiet);
});

/** Share of the runs in which a line of the table found a plant. */
function found(line: string, plant: string): number | undefined {
  const index = result.plants.findIndex(({ id }) => id === plant);
  return result.methods.find(({ id, setting }) => [id, setting ?? []].flat().join(' ') === line)?.cells[index]?.found;
}

test('the same seed plants the same matrix, another seed another one', async () => {
  const values = async (seed: number) => plantedMatrix(seed).matrix.readColumns(0, plantedNeurons);
  expect(await values(3)).toEqual(await values(3));
  expect(await values(3)).not.toEqual(await values(4));
});

test('no neuron belongs to two plants but the one that carries two concepts, none is the constant one, and every plant has a concept with rows on both sides', () => {
  const members = plants.filter(({ id }) => id !== 'two-b').flatMap((plant) => plant.members);
  expect(new Set(members).size).toBe(members.length);
  expect(members).not.toContain(constantNeuron);
  for (const { labels } of plantedMatrix(1).labelSets) {
    const positive = labels.reduce((sum, label) => sum + label, 0);
    expect(positive).toBeGreaterThan(100);
    expect(positive).toBeLessThan(plantedRows - 100);
  }
});

test('neurons that stand for a concept by themselves are found by whatever looks at one neuron, whatever their scale', () => {
  for (const method of ['ap', 'd-prime', 'mean-select']) {
    for (const plant of ['shift', 'tails', 'faint', 'copies', 'two-a', 'two-b', 'group', 'seldom']) expect([method, plant, found(method, plant)]).toEqual([method, plant, 1]); // prettier-ignore
  }
});

test('differences of means that are not standardised miss faint neurons and take a large one for a concept', () => {
  expect([found('probeless', 'faint'), found('probeless', 'large')]).toEqual([0, 1]);
  for (const line of ['d-prime', 'probeless standardise']) expect([line, found(line, 'faint'), found(line, 'large')]).toEqual([line, 1, 0]);
});

test('average precision sees what is far out on both sides; a comparison of means is blind to it', () => {
  expect([found('ap', 'spread'), found('d-prime', 'spread')]).toEqual([1, 0]);
});

test('two neurons that say nothing alone are found by no method that looks at one neuron', () => {
  for (const { id } of result.methods) expect([id, found(id, 'xor'), found(id, 'cancel')]).toEqual([id, 0, 0]);
});

test('a neuron that remembers words deceives every method: only other words could tell', () => {
  for (const { id } of result.methods) expect([id, (found(id, 'words') ?? 0) > 0]).toEqual([id, true]);
});

test('labels drawn for word forms tell which neuron only remembers words: nothing else is always found by them', () => {
  const always = result.plants.filter(({ id }) => found('ap control-task', id) === 1).map(({ id }) => id);
  expect(always).toEqual(['words']);
});

test('chance is the share of random orders that put all members of a plant in front', () => {
  const chance = (id: string) => result.plants.find((plant) => plant.id === id)?.chance;
  expect(chance('shift')).toBeCloseTo(10 / 200, 12);
  expect(chance('cancel')).toBeCloseTo((10 * 9) / (200 * 199), 12);
});

test('every ranking method of the registry takes part when none is named', async () => {
  const all = await runBenchmark({ ...asked, methods: [], runs: 1 }, quiet);
  expect(all.methods.filter(({ setting }) => setting === null).map(({ id }) => id)).toEqual(conceptMethods.map(({ id }) => id));
  expect(all.methods.every(({ cells }) => cells.length === plants.length)).toBe(true);
}, 300_000);

test('README shows the table as it is printed, with every method', () => {
  const readme = readFileSync('README.md', 'utf8');
  const table = (/```\n(method +shift[^`]*)```/.exec(readme)?.[1] ?? '').trim().split('\n').map(cells);
  const ids = table.slice(1, -1).map(([line = '']) => line.split(' ')[0]);
  expect([...new Set(ids)]).toEqual(conceptMethods.map(({ id }) => id));
  const printed = benchmarkText(result, palette(false))
    .split('\n')
    .slice(0, result.methods.length + 2);
  for (const line of printed) expect(table).toContainEqual(cells(line));
});

/** A line of a table, whatever the width of its columns. */
function cells(line: string): string[] {
  return line.trim().split(/ {2,}/);
}

test('an unknown method is refused by name', async () => {
  await expect(runBenchmark({ ...asked, methods: ['nonsense'] }, quiet)).rejects.toMatchObject({
    problems: [{ code: 'METHOD_UNKNOWN' }],
  });
});

test('the table marks what was found in all, some and no runs', () => {
  const cell = (ranks: (number | null)[]) => ({ ranks, found: ranks.filter((rank) => rank !== null && rank <= 10).length / ranks.length });
  const text = benchmarkText(
    {
      ...{ rows: 8, neurons: 200, runs: 3, seed: 1, top: 10 },
      plants: ['a', 'b', 'c', 'd'].map((id) => ({ id, what: `plant ${id}`, decoy: id === 'd', members: [1], chance: 0.05 })),
      methods: [{ id: 'm', title: 'M', setting: null, parameters: {}, cells: [cell([1, 2, 3]), cell([1, 20, 30]), cell([null, null, 11]), cell([1, 1, 1])] }], // prettier-ignore
    },
    palette(false),
  );
  expect(text).toContain('method     a      b      c      (d)');
  expect(text).toMatch(/^m {10}● 2 {4}◐ 20 {3}· – {4}● 1$/m);
});
