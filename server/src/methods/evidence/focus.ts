/**
 * Evidence of the neurons at the top of each ranking: an interval by drawing sentences with replacement, and how much of the
 * score hangs on one word.
 */
import { eachColumn } from '../ranking/columns';
import type { Plan, Spec } from '../ranking/plan';
import type { Ranking } from '../ranking/rank';
import type { Step } from '../ranking/step';
import { sortedByMask } from '../ranking/view';
import type { ClassMoments } from '../statistics/classMoments';
import { columnSorter } from '../statistics/order';
import type { SortedColumn } from '../statistics/order';
import { bootstrapWeights, percentileInterval } from './bootstrap';
import type { FocusNeuron } from './gather';
import { reweighted } from './reweighted';
import type { Sentences } from './shuffles';
import { hitWords, topWords } from './words';

/** Bootstrap rounds of an interval. */
const rounds = 200;

interface FocusOptions {
  readonly words: Int32Array | undefined;
  readonly sentences: Sentences;
  /** Neurons of each ranking. */
  readonly count: number;
  readonly seed: number;
}

/** What is found without the null. */
type Focus = Omit<FocusNeuron, 'p'>;

/** A ranking in whose focus a neuron stands, and at which place. */
interface Asked {
  readonly spec: Spec;
  readonly number: number;
  readonly place: number;
}

/** Evidence of the first `count` defined neurons of every ranking, best first. */
export async function focusEvidence(
  plan: Plan,
  moments: readonly (readonly ClassMoments[])[],
  rankings: readonly Ranking[],
  options: FocusOptions,
  step: Step,
): Promise<Focus[][]> {
  const chosen = rankings.map(({ order, score }) => order.slice(0, options.count).filter((neuron) => score[neuron] !== null));
  const found = chosen.map((neurons) => new Array<Focus>(neurons.length));
  const asked = askedOf(plan, chosen);
  const draws = bootstrapWeights(options.sentences, { rounds, seed: options.seed });
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
          const { labelling, mask } = plan.contrasts[contrast]!;
          const column = { sorted: sorted(mask), moments: moments[part]![labelling]!, number: columns[places[index]!]! };
          const evidence = evidenceOf(plan, contrast, specs, column, rankings, neuron, options, draws);
          specs.forEach(({ number, place }, s) => (found[number]![place] = evidence[s]!));
        }
      },
      (done) => step('evidence', firstNeuron + (places[done - 1] ?? 0) + 1, plan.neurons.length, 'neurons'),
    );
  }
  return found;
}

/** The rankings in whose focus each neuron stands, by contrast. */
function askedOf(plan: Plan, chosen: readonly (readonly number[])[]): Map<number, Map<number, Asked[]>> {
  const asked = new Map<number, Map<number, Asked[]>>();
  chosen.forEach((neurons, number) => {
    const spec = plan.specs[number]!;
    neurons.forEach((neuron, place) => {
      const byContrast = asked.get(neuron) ?? new Map<number, Asked[]>();
      byContrast.set(spec.contrast, [...(byContrast.get(spec.contrast) ?? []), { spec, number, place }]);
      asked.set(neuron, byContrast);
    });
  });
  return asked;
}

function evidenceOf(
  plan: Plan,
  contrast: number,
  specs: readonly Asked[],
  column: { readonly sorted: SortedColumn; readonly moments: ClassMoments; readonly number: number },
  rankings: readonly Ranking[],
  neuron: number,
  { words, sentences }: FocusOptions,
  draws: readonly Uint8Array[],
): Focus[] {
  const { labelling, focus } = plan.contrasts[contrast]!;
  const { sorted, moments, number } = column;
  const { labels } = plan.labellings[labelling]!;
  const order = specs.some(({ spec }) => spec.needs.order);
  const rows = reweighted({ sorted, labels, focus, moments, column: number, order }, sentences);
  const scorers = specs.map(({ spec }) => spec.scorer);
  const scores: number[][] = specs.map(() => []);
  draws.forEach((weights) => {
    rows.drawn(weights, scorers).forEach((scored, s) => {
      if (typeof scored !== 'string') scores[s]!.push(scored.score);
    });
  });
  const evidence = scores.map((drawn): Focus => ({ neuron, interval: percentileInterval(drawn, rounds), word: null, topWords: [] }));
  if (!words) return evidence;
  // Words depend on the side of the neuron only, so they are looked up once for all methods that agree on it.
  for (const direction of [1, -1] as const) {
    const agreed = specs.flatMap(({ number: ranking }, s) => (rankings[ranking]!.direction[neuron] === direction ? [s] : []));
    if (agreed.length === 0) continue;
    const top = topWords(sorted, direction, words);
    const hit = focus >= 0 ? hitWords(sorted, { labels, focus }, direction, words) : null;
    const without = hit ? rows.without(words, hit.type, agreed.map((s) => scorers[s]!)) : []; // prettier-ignore
    agreed.forEach((s, i) => {
      evidence[s] = { ...evidence[s]!, topWords: top, word: hit && { ...hit, scoreWithout: without[i]! } };
    });
  }
  return evidence;
}
