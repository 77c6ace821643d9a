/**
 * The planted benchmark: every ranking method on matrices of which it is known what is in them. The survey (Sajjad, Durrani
 * and Dalvi 2022, section 7) names the lack of one as an open issue; methods.md 14.
 */
import { anyRankMethod, parseParameters, rankNeurons, rankSamples, rankingMethods } from '../../methods';
import type { Kernels, MethodChoice, Ranking, SampleChoice } from '../../methods';
import type { BenchmarkCell, BenchmarkParams, BenchmarkResult } from '../../protocol/benchmark';
import { readEach } from '../../protocol/errors';
import type { Progress } from '../../protocol/workerMessages';
import { plantedMatrix, plantedNeurons, plantedRows } from './plantedMatrix';
import type { PlantedMatrix } from './plantedMatrix';
import { plants } from './plants';

interface BenchmarkOptions {
  readonly kernels: Kernels;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
}

/** Ranks of every plant by every method with its defaults. Throws METHOD_UNKNOWN and `CancelledError`. */
export async function runBenchmark(params: BenchmarkParams, options: BenchmarkOptions): Promise<BenchmarkResult> {
  const { runs, seed, top } = params;
  const choices = readEach(params.methods.length > 0 ? params.methods : rankingMethods.map(({ id }) => id), choiceOf);
  const ranks = choices.map(() => plants.map((): (number | null)[] => []));
  for (let run = 0; run < runs; run++) {
    const planted = plantedMatrix(seed + run);
    for (const [m, choice] of choices.entries()) {
      options.onProgress({ stage: 'methods', done: run * choices.length + m, total: runs * choices.length, unit: 'rankings' });
      const rankings = await rankingsBy(choice, planted, seed + run, options);
      plants.forEach(({ members }, p) => ranks[m]![p]!.push(lastRank(rankings[p]!, members)));
    }
  }
  return {
    ...{ rows: plantedRows, neurons: plantedNeurons, runs, seed, top },
    plants: plants.map(({ id, what, decoy, members }) => ({ id, what, decoy, members, chance: chanceOf(members.length, top) })),
    methods: choices.map(({ method: { id, title }, parameters }, m) => ({
      ...{ id, title, parameters },
      cells: ranks[m]!.map((ofPlant) => cellOf(ofPlant, top)),
    })),
  };
}

function choiceOf(id: string): MethodChoice | SampleChoice {
  const method = anyRankMethod(id);
  const parameters = parseParameters(method, {});
  return method.kind === 'sample' ? { method, parameters } : { method, parameters };
}

async function rankingsBy(
  choice: MethodChoice | SampleChoice,
  { matrix, labelSets, groups }: PlantedMatrix,
  seed: number,
  { kernels, signal }: BenchmarkOptions,
): Promise<readonly Ranking[]> {
  const common = { parts: [{ point: null, matrix }], labelSets, groups, signal };
  if (isSample(choice)) return (await rankSamples({ ...common, methods: [choice], kernels, seed })).rankings;
  return (await rankNeurons({ ...common, methods: [choice], options: { nullRounds: 0, intervalsFor: 0 } })).rankings;
}

function isSample(choice: MethodChoice | SampleChoice): choice is SampleChoice {
  return choice.method.kind === 'sample';
}

/** Rank of the last of the neurons; null where one has no score. */
function lastRank({ order, score }: Ranking, members: readonly number[]): number | null {
  if (members.some((neuron) => (score[neuron] ?? null) === null)) return null;
  return Math.max(...members.map((neuron) => order.indexOf(neuron) + 1));
}

/** The share of random orders with all of `members` neurons among the first `top`. */
function chanceOf(members: number, top: number): number {
  let share = 1;
  for (let i = 0; i < members; i++) share *= Math.max(0, top - i) / (plantedNeurons - i);
  return share;
}

function cellOf(ranks: readonly (number | null)[], top: number): BenchmarkCell {
  return { ranks, found: ranks.filter((rank) => rank !== null && rank <= top).length / ranks.length };
}
