/** Evidence of the neurons at the top of each ranking, gathered neuron by neuron, so that each is read and sorted once. */
import { eachColumn } from '../ranking/columns';
import type { Plan, Spec } from '../ranking/plan';
import type { Ranking } from '../ranking/rank';
import type { Step } from '../ranking/step';
import { sortedByMask } from '../ranking/view';
import type { ClassMoments } from '../statistics/classMoments';
import { columnSorter } from '../statistics/order';
import { bootstrapRounds, bootstrapWeights, drawnIntervals } from './bootstrap';
import type { FocusNeuron } from './gather';
import { reweighted } from './reweighted';
import type { Question } from './reweighted';
import type { Sentences } from './shuffles';
import { wordEvidence } from './words';

export interface FocusOptions {
  /** Word type of each row; without it no words are named. */
  readonly words: Int32Array | undefined;
  readonly sentences: Sentences;
  /** Neurons of each ranking that get an interval, and those whose words are named. */
  readonly intervalsFor: number;
  readonly wordsFor: number;
  readonly seed: number;
}

/** What is found without the null. */
type Focus = Omit<FocusNeuron, 'p'>;

/** A ranking in whose focus a neuron stands, and at which place. */
interface Asked {
  readonly spec: Spec;
  readonly ranking: Ranking;
  readonly number: number;
  readonly place: number;
}

/**
 * Evidence of the first defined neurons of every ranking, best first. `withIntervals` tells of each contrast whether
 * drawing sentences can give an interval.
 */
export async function focusEvidence(
  plan: Plan,
  moments: readonly (readonly ClassMoments[])[],
  rankings: readonly Ranking[],
  withIntervals: readonly boolean[],
  options: FocusOptions,
  step: Step,
): Promise<Focus[][]> {
  const count = Math.max(options.intervalsFor, options.words ? options.wordsFor : 0);
  const chosen = rankings.map(({ order, score }) => order.slice(0, count).filter((neuron) => score[neuron] !== null));
  const found = chosen.map((neurons) => new Array<Focus>(neurons.length));
  const asked = askedOf(plan, rankings, chosen);
  const draws = options.intervalsFor > 0 ? bootstrapWeights(options.sentences, { rounds: bootstrapRounds, seed: options.seed }) : [];
  const sort = columnSorter(plan.rows);

  for (const [part, { matrix, columns, firstNeuron }] of plan.parts.entries()) {
    const places = Array.from({ length: columns.length }, (_, c) => c).filter((c) => asked.has(firstNeuron + c));
    await eachColumn(
      matrix,
      places.map((c) => columns[c]!),
      (values, index) => {
        const neuron = firstNeuron + places[index]!;
        const sorted = sortedByMask(plan.masks, sort(values));
        for (const [contrast, specs] of asked.get(neuron)!) {
          const { labelling, focus, mask } = plan.contrasts[contrast]!;
          const question: Question = {
            ...{ sorted: sorted(mask), labels: plan.labellings[labelling]!.labels, focus },
            ...{ moments: moments[part]![labelling]!, column: columns[places[index]!]! },
            order: specs.some(({ spec }) => spec.needs.order),
          };
          const evidence = evidenceOf(question, specs, neuron, withIntervals[contrast] ? draws : [], options);
          specs.forEach(({ number, place }, s) => (found[number]![place] = evidence[s]!));
        }
      },
      (done) => step('evidence', firstNeuron + (places[done - 1] ?? 0) + 1, plan.neurons.length, 'neurons'),
    );
  }
  return found;
}

/** The rankings in whose focus each neuron stands, by contrast. */
function askedOf(plan: Plan, rankings: readonly Ranking[], chosen: readonly (readonly number[])[]): Map<number, Map<number, Asked[]>> {
  const asked = new Map<number, Map<number, Asked[]>>();
  chosen.forEach((neurons, number) => {
    const spec = plan.specs[number]!;
    neurons.forEach((neuron, place) => {
      const byContrast = asked.get(neuron) ?? new Map<number, Asked[]>();
      const same = byContrast.get(spec.contrast) ?? [];
      same.push({ spec, ranking: rankings[number]!, number, place });
      byContrast.set(spec.contrast, same);
      asked.set(neuron, byContrast);
    });
  });
  return asked;
}

/** Evidence of one neuron for every ranking that asks the same question. */
function evidenceOf(
  question: Question,
  specs: readonly Asked[],
  neuron: number,
  draws: readonly Uint8Array[],
  { words, sentences, intervalsFor }: FocusOptions,
): Focus[] {
  const rows = reweighted(question, sentences);
  const drawn = specs.filter(({ spec, place }) => draws.length > 0 && place < intervalsFor && spec.method.noInterval === null);
  const intervals = drawnIntervals(rows.drawn, drawn.length > 0 ? draws : [], drawn.map(({ spec }) => spec.scorer)); // prettier-ignore
  const scored = specs.map(({ spec, ranking }) => ({ scorer: spec.scorer, direction: ranking.direction[neuron]! }));
  const named = words ? wordEvidence(question, rows, scored, words) : specs.map(() => ({ word: null, topWords: [] }));
  return specs.map((each, s) => ({ neuron, interval: intervals[drawn.indexOf(each)] ?? null, ...named[s]! }));
}
