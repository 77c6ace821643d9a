/**
 * The screen of the shuffles: every neuron in every round from its class sums alone. Formulas of class moments are screened
 * by themselves, with the scatter within classes shared out by degrees of freedom; formulas of order by |d′|.
 */
import type { Plan } from '../ranking/plan';
import { loadWhole, neuronView, resize, scoreOf, setFocus } from '../ranking/view';
import type { NeuronView } from '../ranking/view';
import { scatterBetween } from '../statistics/combine';
import type { ClassMoments } from '../statistics/classMoments';
import type { BestOf } from './bestOf';
import type { NullTally } from './falseDiscoveries';
import type { Scale, ShuffledLabelling } from './shuffledSums';

/** Sums of one shuffled labelling over one part. */
export interface PartSums {
  readonly part: number;
  readonly labelling: number;
  readonly shuffled: ShuffledLabelling;
  readonly scale: Scale;
  readonly sums: Float32Array;
  readonly stride: number;
  /** Moments of the labels as they are: all rows together and the range stay the same under every shuffle. */
  readonly moments: ClassMoments;
}

/**
 * Offers every neuron of a part, in every round, to the candidates of every spec that asks about this labelling. A spec with a
 * tally is scored by this screen alone, and all its null scores are counted.
 */
export function screenPart(
  plan: Plan,
  given: PartSums,
  candidates: readonly (readonly BestOf[])[],
  tallies: readonly (NullTally | null)[],
): void {
  const { shuffled, scale, sums, stride, moments } = given;
  const { columns, firstNeuron } = plan.parts[given.part]!;
  const specs = plan.specs.flatMap(({ contrast, scorer, needs, method }, spec) => {
    const { labelling, focus } = plan.contrasts[contrast]!;
    if (labelling !== given.labelling || needs.cuts) return [];
    const kept = { best: candidates[spec]!, tally: tallies[spec] ?? null };
    return [{ focus: classIndex(shuffled, focus), scorer: needs.order ? null : scorer, needs, method, ...kept }];
  });
  const scattered = specs.some(({ needs }) => needs.scatter !== undefined);
  const classes = shuffled.tracked.length;
  const view = neuronView();
  // Neuron by neuron, so that what is known of one stays at hand for all rounds; each round still meets them in their order.
  for (let c = 0; c < columns.length; c++) {
    if (!loadWhole(view, moments, columns[c]!)) continue;
    resize(view.classes, classes + 1);
    const { all } = view;
    const remaining = view.classes[classes]!;
    const centre = scale.mean[c]!;
    const deviation = scale.deviation[c]!;
    for (let round = 0; round < shuffled.shuffles.length; round++) {
      const { starts } = shuffled.shuffles[round]!;
      let count = all.count;
      let total = count * (all.mean - centre);
      for (let k = 0, at = round * classes * stride + c; k < classes; k++, at += stride) {
        const statistics = view.classes[k]!;
        const sum = deviation * sums[at]!;
        statistics.count = starts[k + 1]! - starts[k]!;
        statistics.mean = statistics.count === 0 ? centre : centre + sum / statistics.count;
        count -= statistics.count;
        total -= sum;
      }
      remaining.count = count;
      remaining.mean = count === 0 ? centre : centre + total / count;
      if (scattered) shareScatter(view);
      for (const { focus, scorer, method, best, tally } of specs) {
        if (view.focus !== focus) setFocus(view, focus);
        const scored = scorer ? scoreOf(view, scorer) : null;
        if (typeof scored === 'string') continue;
        const strength = scored ? method.strength(scored.score) : distance(view);
        best[round]!.offer(firstNeuron + c, strength);
        tally?.add(strength);
      }
    }
  }
}

/** Where a class stands in the list of tracked classes followed by the rest; −1 stays −1. */
export function classIndex({ tracked, rest }: ShuffledLabelling, focus: number): number {
  return focus === rest ? tracked.length : tracked.indexOf(focus);
}

/** Sets the scatter of every class so that all classes have the same variance. */
function shareScatter({ classes, all }: NeuronView): void {
  const variance = Math.max(0, all.scatter - scatterBetween(classes)) / Math.max(1, all.count - classes.length);
  for (const statistics of classes) statistics.scatter = variance * Math.max(0, statistics.count - 1);
}

/** |d′| up to a factor that is the same for all neurons. */
function distance({ positive, negative, all }: NeuronView): number {
  return Math.abs(positive.mean - negative.mean) / Math.sqrt(all.scatter);
}
