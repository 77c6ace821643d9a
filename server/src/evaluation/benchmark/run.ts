/**
 * The planted benchmark: every ranking method on matrices of which it is known what is in them. The survey (Sajjad, Durrani
 * and Dalvi 2022, section 7) names the lack of one as an open issue; methods.md 14.
 */
import { anyRankMethod, conceptMethods, parseParameters, rankNeurons, rankSamples } from '../../methods';
import type { Kernels, LabelSet, MethodChoice, Ranking, SampleChoice } from '../../methods';
import { labelDrawer } from '../../methods/probing/controlTask';
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
  const lines = readEach(params.methods.length > 0 ? params.methods : conceptMethods.map(({ id }) => id), linesOf).flat();
  const ranks = lines.map(() => plants.map((): (number | null)[] => []));
  for (let run = 0; run < runs; run++) {
    const planted = plantedMatrix(seed + run);
    for (const [m, line] of lines.entries()) {
      options.onProgress({ stage: 'methods', done: run * lines.length + m, total: runs * lines.length, unit: 'rankings' });
      const rankings = await rankingsBy(line, planted, seed + run, options);
      plants.forEach(({ members }, p) => ranks[m]![p]!.push(lastRank(rankings[p]!, members)));
    }
  }
  return {
    ...{ rows: plantedRows, neurons: plantedNeurons, runs, seed, top },
    plants: plants.map(({ id, what, decoy, members }) => ({ id, what, decoy, members, chance: chanceOf(members.length, top) })),
    methods: lines.map(({ choice: { method, parameters }, setting }, m) => ({
      ...{ id: method.id, title: method.title, setting, parameters },
      cells: ranks[m]!.map((ofPlant) => cellOf(ofPlant, top)),
    })),
  };
}

/** A line of the table: a method with its defaults, with a parameter set, or on labels that stand for nothing. */
interface Line {
  readonly choice: MethodChoice | SampleChoice;
  readonly setting: string | null;
}

/** Average precision also on labels drawn for word types: whoever is found there remembers words. Once is enough to tell. */
const controlTask = { method: 'ap', setting: 'control-task' } as const;
/** The parameter that decides whether a large neuron deceives. */
const standardised = { method: 'probeless', setting: 'standardise' } as const;

function linesOf(id: string): Line[] {
  const usual = { choice: choiceOf(id, {}), setting: null };
  if (id === controlTask.method) return [usual, { choice: usual.choice, setting: controlTask.setting }];
  if (id === standardised.method) return [usual, { choice: choiceOf(id, { [standardised.setting]: 'true' }), setting: standardised.setting }]; // prettier-ignore
  return [usual];
}

function choiceOf(id: string, texts: Readonly<Record<string, string>>): MethodChoice | SampleChoice {
  const method = anyRankMethod(id, conceptMethods);
  const parameters = parseParameters(method, texts);
  return method.kind === 'sample' ? { method, parameters } : { method, parameters };
}

/** The labels of a control task, drawn as often as those of the concept; methods.md E5. */
function controlLabels({ labelSets, types }: PlantedMatrix, seed: number): LabelSet[] {
  return labelSets.map((set, index) => {
    const share = set.labels.reduce((sum, label) => sum + label, 0) / set.labels.length;
    return { ...set, labels: types.map(labelDrawer([1 - share, share], seed * labelSets.length + index)) };
  });
}

async function rankingsBy(
  { choice, setting }: Line,
  planted: PlantedMatrix,
  seed: number,
  { kernels, signal }: BenchmarkOptions,
): Promise<readonly Ranking[]> {
  const { matrix, groups } = planted;
  const labelSets = setting === controlTask.setting ? controlLabels(planted, seed) : planted.labelSets;
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
