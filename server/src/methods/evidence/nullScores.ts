/** Exact scores of the neurons that the screen of the shuffles let through, one neuron after another. */
import { eachColumn } from '../ranking/columns';
import type { Plan } from '../ranking/plan';
import type { Step } from '../ranking/step';
import { loadOrder, loadWhole, neuronView, resize, scoreOf, setFocus, tiesByMask } from '../ranking/view';
import type { NeuronView } from '../ranking/view';
import { detector } from '../statistics/detection';
import type { ClassMoments } from '../statistics/classMoments';
import type { TiedColumn } from '../statistics/ties';
import type { BestOf } from './bestOf';
import type { NullTally } from './falseDiscoveries';
import { addValue, emptyClassSums, readClass } from './classSums';
import { classIndex } from './screen';
import type { ShuffledLabelling } from './shuffledSums';

/** A spec that asked for the score of a neuron in a round, and how many neurons that score stands for. */
interface Asking {
  readonly spec: number;
  readonly weight: number;
}

/** For one neuron: the rounds to score for each contrast, and the specs that asked for each round. */
type Tasks = Map<number, Map<number, Asking[]>>;

/** Neurons of a spec that are scored in every round besides the candidates, standing for all that are no candidates. */
export interface Bystanders {
  readonly sample: readonly number[];
  /** Neurons with a score in the ranking. */
  readonly neurons: number;
}

/**
 * Strength of the best exact score by spec and round; −∞ where no candidate has a score. What is scored is counted in the tally
 * of its spec: candidates for themselves, bystanders for all the others.
 */
export async function scoreCandidates(
  plan: Plan,
  moments: readonly (readonly ClassMoments[])[],
  shuffled: readonly (ShuffledLabelling | null)[],
  candidates: readonly (readonly BestOf[])[],
  bystanders: readonly Bystanders[],
  tallies: readonly NullTally[],
  step: Step,
): Promise<Float64Array[]> {
  const best = candidates.map((rounds) => new Float64Array(rounds.length).fill(-Infinity));
  const tasks = tasksByNeuron(plan, candidates, bystanders);
  const ties = tiesByMask(plan.masks, plan.rows);
  for (const [part, { matrix, columns, firstNeuron }] of plan.parts.entries()) {
    const places = Array.from({ length: columns.length }, (_, c) => c).filter((c) => tasks.has(firstNeuron + c));
    const score = taskScorer(plan, moments[part]!, shuffled, best, tallies);
    await eachColumn(
      matrix,
      places.map((c) => columns[c]!),
      (values, index) => {
        const place = places[index]!;
        const asked = tasks.get(firstNeuron + place)!;
        score(values, columns[place]!, asked, ties(values));
      },
      (done) => step('null scores', firstNeuron + (places[done - 1] ?? 0) + 1, plan.neurons.length, 'neurons'),
    );
  }
  return best;
}

function tasksByNeuron(plan: Plan, candidates: readonly (readonly BestOf[])[], bystanders: readonly Bystanders[]): Map<number, Tasks> {
  const tasks = new Map<number, Tasks>();
  candidates.forEach((rounds, spec) => {
    const { contrast } = plan.specs[spec]!;
    const { sample, neurons } = bystanders[spec]!;
    const ask = (neuron: number, round: number, weight: number): void => {
      const byContrast = entry(tasks, neuron, (): Tasks => new Map());
      const byRound = entry(byContrast, contrast, () => new Map<number, Asking[]>());
      entry(byRound, round, (): Asking[] => []).push({ spec, weight });
    };
    rounds.forEach((best, round) => {
      const chosen = new Set(best.neurons());
      const others = sample.filter((neuron) => !chosen.has(neuron));
      for (const neuron of chosen) ask(neuron, round, 1);
      for (const neuron of others) ask(neuron, round, (neurons - chosen.size) / others.length);
    });
  });
  return tasks;
}

/** Scores one neuron in all the rounds asked for, and keeps the best of each spec and round. */
function taskScorer(
  plan: Plan,
  moments: readonly ClassMoments[],
  shuffled: readonly (ShuffledLabelling | null)[],
  best: readonly Float64Array[],
  tallies: readonly NullTally[],
): (values: Float32Array | Float64Array, column: number, tasks: Tasks, ties: (mask: number) => TiedColumn) => void {
  const view = neuronView();
  const detect = detector(plan.rows);
  return (values, column, tasks, ties) => {
    for (const [contrast, rounds] of tasks) {
      const { labelling, focus, order, mask } = plan.contrasts[contrast]!;
      const given = shuffled[labelling];
      if (!given || !loadWhole(view, moments[labelling]!, column)) continue;
      const cut = order ? ties(mask) : null;
      for (const [round, specs] of rounds) {
        loadRound(view, values, given, round);
        setFocus(view, classIndex(given, focus));
        // Questions of order are asked of two-way labels only, whose single tracked class is the concept.
        if (cut) loadOrder(view, cut, given.shuffles[round]!.rows, detect);
        for (const { spec, weight } of specs) {
          const { scorer, method } = plan.specs[spec]!;
          const scored = scoreOf(view, scorer);
          if (typeof scored === 'string') continue;
          const strength = method.strength(scored.score);
          best[spec]![round] = Math.max(best[spec]![round]!, strength);
          tallies[spec]!.add(strength, weight);
        }
      }
    }
  };
}

/** Class statistics of one neuron in one round: listed classes from their rows, the rest from what they leave. */
function loadRound(view: NeuronView, values: Float32Array | Float64Array, { tracked, shuffles }: ShuffledLabelling, round: number): void {
  const { rows, starts } = shuffles[round]!;
  const rest = tracked.length;
  const sums = emptyClassSums(rest + 1);
  const { all } = view;
  // Around their mean, the deviations of all rows add up to 0 and their squares to the scatter.
  sums.count[rest] = all.count;
  sums.square[rest] = all.scatter;
  for (let k = 0; k < rest; k++) {
    for (let i = starts[k]!; i < starts[k + 1]!; i++) addValue(sums, k, values[rows[i]!]! - all.mean, 1);
    sums.count[rest] = sums.count[rest] - sums.count[k]!;
    sums.sum[rest] = sums.sum[rest]! - sums.sum[k]!;
    sums.square[rest] = sums.square[rest] - sums.square[k]!;
  }
  resize(view.classes, rest + 1);
  for (let k = 0; k <= rest; k++) readClass(view.classes[k]!, sums, k, all.mean, all.scatter);
}

function entry<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const found = map.get(key);
  if (found !== undefined) return found;
  const made = make();
  map.set(key, made);
  return made;
}
